"""What the packs tell of their demonstration: the cast of a desk, its clients, and what happens there.

Each pack may hold a folder `demo` with `desk.yaml` and `stories.yaml`. Nothing here knows a pack: kinds,
facts and fields are words of the files, which the desk checks as it checks anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reglament import packs

FOLDER = "demo"

Read = TypeVar("Read", bound=BaseModel)


class DemonstrationFault(Exception):
    """A file of a demonstration cannot be used; its text says which, where and why."""


def _list(said: Any) -> Any:
    return [said] if isinstance(said, str | dict) else said


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Colleague(_Told):
    """A member of staff: the part of the address before the @, the name, the role and the departments."""

    email: str
    name: str
    role: str = "agent"
    departments: list[str] = []
    phone: str = ""


class Holding(_Told):
    """A record of a client. Days count from the start of the demonstration, backwards where negative."""

    fact: str
    value: Any = None
    date: int | None = None
    """The value, where it is a date."""
    since: int | None = None
    """The day from which it holds; when the client came, unless it is said."""
    until: int | None = None


class Human(_Told):
    """A person at a client."""

    name: str
    email: str
    phone: str = ""
    language: str = ""
    signs_in: bool = False
    authorised: bool = True
    sees_colleagues: bool = False


class Client(_Told):
    """An organisation with what it holds and its people."""

    name: str
    inn: str = ""
    kpp: str = ""
    since: int = -420
    holds: list[Holding] = []
    people: list[Human]
    words: dict[str, str] = {}
    """What its people call things in their letters: a domain, a login, a server."""
    apart: bool = False
    """Whether it takes part only in stories that ask for what it is."""

    def holds_all(self, wanted: dict[str, Any]) -> bool:
        """Say whether its present records hold all these values; an absent one is taken as none."""
        own = {one.fact: one.value for one in self._present}
        return all(own.get(fact) == value for fact, value in wanted.items())

    def since_when(self, facts: Iterable[str] | None = None) -> int:
        """Give the day since which it is what it is at present, in all facts or in these."""
        known = [one for one in self._present if facts is None or one.fact in facts]
        return max((one.since or self.since for one in known), default=self.since)

    @property
    def _present(self) -> list[Holding]:
        return [
            one
            for one in self.holds
            if (one.since is None or one.since <= 0) and (one.until is None or one.until > 0)
        ]


class MoreAddress(_Told):
    """A further address of a desk: what stands before the name of the desk and a dot."""

    before: str
    kind: str = ""
    department: str = ""


class Cast(_Told):
    """A desk of the demonstration: who works there and when, and its clients."""

    order: int = 0
    addresses: list[MoreAddress] = []
    staffed: dict[str, Any]
    """The hours in which its people answer, as a calendar problem states them."""
    staff: list[Colleague]
    clients: list[Client] = []


class Opening(_Told):
    """A subject and a text, with names in braces that stand for words of the client and of the desk."""

    subject: str = ""
    text: str


class Who(_Told):
    """Who a story begins with; without anything, any client that has been there from the start."""

    stranger: bool = False
    """Somebody whom the desk does not know."""
    holds: dict[str, Any] = {}
    organisation: str = ""
    """The beginning of the name of one client."""
    signs_in: bool | None = None
    authorised: bool = True
    """Whether their address is on their client's list."""
    language: str = ""

    @property
    def picky(self) -> bool:
        """Whether it asks for what a client is, so that those who stand apart may be meant."""
        return bool(self.holds or self.organisation)


class Story(_Told):
    """What somebody asks for, by which channel, and what comes of it."""

    times: int = 2
    who: Who = Who()
    channel: str = "email"
    proof: Literal["pass", "fail", "none"] = "pass"
    """Of a letter: what the border finds. Of a portal: `pass` is a session with a password."""
    to: str = ""
    """Which of the desk's further addresses a letter goes to: what stands before its name."""
    kind: str | None = None
    service: str | None = None
    severity: str | None = None
    fields: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    files: list[str] = []
    line: str = ""
    """Of a call: the line that was dialled."""
    told: bool = False
    """Of a call: whether the number was told at once."""
    found: dict[str, bool] = {}
    """Of an official letter: what was found on it."""
    raw: str = ""
    """The file of a whole raw letter, sent as it stands but for the words in braces."""
    unconfirmed: bool = False
    """Of the guest form: whether the visitor never presses the button in the letter."""
    lately: float = 0.0
    """Within how many of the last hours it begins, so that it is still open; 0: on any day."""
    says: Annotated[list[Opening], BeforeValidator(_list)] = Field(default_factory=lambda: [Opening(text="")])
    then: list[dict[str, Any]] = []
    """What follows, step by step: `after` and one verb of `acts.VERBS` with what it takes."""


class Stories(_Told):
    """What happens at a desk, and words to vary it with."""

    words: dict[str, list[str]] = {}
    stories: list[Story]


class Told(_Told):
    """All that a pack tells of its demonstration."""

    pack: str
    folder: Path
    cast: Cast

    @cached_property
    def stories(self) -> Stories:
        """What happens there; read only where it is needed."""
        return _read(self.folder / "stories.yaml", Stories)

    def file(self, name: str) -> bytes:
        """Give a file that goes with a message. Raises `DemonstrationFault`."""
        try:
            return (self.folder / "files" / name).read_bytes()
        except OSError as fault:
            raise DemonstrationFault(f"{self.folder / 'files' / name}: {fault.strerror}") from fault


def told_by_packs() -> list[Told]:
    """Give what every shipped pack tells of a demonstration, in their order. Raises `DemonstrationFault`."""
    found = [packs.FOLDER / name / FOLDER for name in packs.names()]
    told = [
        Told(pack=folder.parent.name, folder=folder, cast=_read(folder / "desk.yaml", Cast))
        for folder in found
        if (folder / "desk.yaml").is_file()
    ]
    return sorted(told, key=lambda one: (one.cast.order, one.pack))


def _read(path: Path, model: type[Read]) -> Read:
    try:
        said = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        return model.model_validate(said)
    except (OSError, YAMLError) as fault:
        raise DemonstrationFault(f"{path}: {fault}") from fault
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DemonstrationFault(f"{path}: {place}: {first['msg']}") from fault
