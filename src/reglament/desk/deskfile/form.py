"""The form of a desk file: what may stand in it, and every fault of a file with its place."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from reglament.regulation.model.words import CHANNELS

Address = Annotated[
    str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, strip_whitespace=True, to_lower=True)
]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Language = Literal["ru", "en"]
_DEEPEST = 12
"""Rounds of leaving out: more than a desk file has levels, each of which may go twice."""


class Part(BaseModel):
    """Anything in a desk file: nothing unknown may stand in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DeskAddress(Part):
    """An address at which the desk takes letters; the first one is its sender."""

    address: Address
    kind: str = ""
    """The kind, in the regulation's words, of what is written there."""
    department: str = ""


class DeskPart(Part):
    """The desk itself. `pack` names a shipped regulation or a regulation file, seen from the desk file."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,48}$")]
    pack: Words
    name: str = ""
    number_prefix: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2,8})?$")] = ""
    language: Language = "ru"
    sender_name: str = ""
    trusted_border: str = ""
    """The authserv-id (RFC 8601) of the mail border whose verdict is believed."""
    addresses: list[DeskAddress] = []


class StaffPart(Part):
    """A person who works at the desk; without departments named, in all of them."""

    email: Address
    name: Words
    role: Literal["agent", "lead", "owner", "admin"] = "agent"
    departments: list[str] = []
    phone: str = ""
    password: Annotated[str, StringConstraints(min_length=15)] | None = None


class ContactAddressPart(Part):
    """A known address of a contact; with `authorised_from`, on the client's list."""

    address: Address
    authorised_from: AwareDatetime | None = None
    authorised_until: AwareDatetime | None = None


class ContactPart(Part):
    """A person at a client. With `account`, they may sign in to the portal."""

    name: Words
    email: Address
    phone: str = ""
    language: Language | None = None
    sees_colleagues_tickets: bool = False
    account: bool = False
    password: Annotated[str, StringConstraints(min_length=15)] | None = None
    addresses: list[ContactAddressPart] = []


class RecordPart(Part):
    """Something that a client holds or is, from a moment on, until another (exclusive) or without an end."""

    fact: Words
    value: bool | int | str
    since: AwareDatetime
    until: AwareDatetime | None = None
    reason: str = ""


class OrganisationPart(Part):
    """A client: known by its name when the file is read again."""

    name: Words
    inn: str = ""
    kpp: str = ""
    records: list[RecordPart] = []
    contacts: list[ContactPart] = []


class MessagePart(Part):
    """A later message of a ticket, by staff (their address) or by the client."""

    at: AwareDatetime
    by: Address | Literal["client"]
    text: Words
    internal: bool = False


class TicketPart(Part):
    """A request as it came in. `key` says which it is when the file is read again."""

    key: Words
    received_at: AwareDatetime
    channel: Literal[CHANNELS]  # type: ignore[valid-type]
    text: Words
    subject: str = ""
    contact: Address | None = None
    """The contact who asked, by their address."""
    sender: Address | None = None
    """The address of somebody who is no contact."""
    proven: bool = False
    """Whether the sender's identity was proven."""
    kind: str | None = None
    service: str | None = None
    severity: str | None = None
    fields: dict[str, str | list[str]] = {}
    facts: dict[str, bool | int | str] = {}
    recorded_by: Address | None = None
    """Who of staff wrote it down, where somebody did."""
    messages: list[MessagePart] = []
    closed_at: AwareDatetime | None = None
    closed_by: Address | None = None


class DeskFile(Part):
    """A whole desk file."""

    desk: DeskPart
    staff: list[StaffPart] = []
    organisations: list[OrganisationPart] = []
    tickets: list[TicketPart] = Field(default=[])


class DeskFileFaults(ValueError):
    """Everything that is wrong with a desk file, each with its place."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def read(data: Any) -> DeskFile:
    """Check what a desk file holds. Raises `DeskFileFaults` with every fault and its place."""
    try:
        return DeskFile.model_validate(data)
    except ValidationError as error:
        raise DeskFileFaults([_fault(dict(one)) for one in error.errors(include_url=False)]) from error


def readable(data: Any) -> tuple[DeskFile | None, frozenset[str]]:
    """Give what of a faulty desk file can be read, so that its other faults can be looked for.

    A value that cannot be read is left out, and where it cannot be left out, the part that holds it.
    Gives the file, or none where the desk itself cannot be read, and the addresses of the people who
    were left out.
    """
    rest, unread = deepcopy(data), set[str]()
    for _ in range(_DEEPEST):
        try:
            return DeskFile.model_validate(rest), frozenset(unread)
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False):
                unread |= _leave_out(rest, one["loc"])
            rest = _without_gone(rest)
    return None, frozenset(unread)


class _Gone:
    """Stands for what was left out until the places of the other faults were found."""


def _leave_out(data: Any, location: tuple[int | str, ...]) -> set[str]:
    steps: list[tuple[Any, int | str]] = []
    here = data
    for step in location:
        there = isinstance(here, dict) and step in here
        if not there and not (isinstance(here, list) and isinstance(step, int) and step < len(here)):
            break
        steps.append((here, step))
        here = here[step]
    else:
        if steps:
            holder, key = steps[-1]
            holder[key] = _Gone
        return set()
    # What is missing cannot be left out: its part goes.
    for holder, key in reversed(steps):
        if isinstance(holder, list):
            gone, holder[key] = holder[key], _Gone
            return _addresses_in(gone)
    return set()


def _without_gone(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_gone(value) for key, value in data.items() if value is not _Gone}
    if isinstance(data, list):
        return [_without_gone(value) for value in data if value is not _Gone]
    return data


def _addresses_in(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = part.get("email")
        found = {own.strip().lower()} if isinstance(own, str) else set()
        return found.union(*(_addresses_in(value) for value in part.values()))
    if isinstance(part, list):
        return set().union(*(_addresses_in(value) for value in part))
    return set()


def _fault(details: dict[str, Any]) -> str:
    location = details["loc"]
    if details["type"] == "extra_forbidden":
        known = _known_at(location[:-1])
        near = get_close_matches(str(location[-1]), known, 1)
        advice = f"did you mean '{near[0]}'?" if near else f"one of {', '.join(known)}"
        return f"{place(location)}: is not known here; {advice}"
    if details["type"] == "missing":
        return f"{place(location)}: is missing"
    given = details["input"]
    shown = f" (it is {given!r})" if isinstance(given, str | int | float | bool | date | datetime) else ""
    message = details["msg"]
    return f"{place(location)}: {message[:1].lower()}{message[1:]}{shown}"


def place(location: tuple[int | str, ...]) -> str:
    """Say where in a file something is: `organisations[3].contacts[0].email`."""
    said = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return said.lstrip(".") or "file"


_PARTS: dict[str, type[Part]] = {
    "": DeskFile,
    "desk": DeskPart,
    "desk.addresses": DeskAddress,
    "staff": StaffPart,
    "organisations": OrganisationPart,
    "organisations.records": RecordPart,
    "organisations.contacts": ContactPart,
    "organisations.contacts.addresses": ContactAddressPart,
    "tickets": TicketPart,
    "tickets.messages": MessagePart,
}


def _known_at(location: tuple[int | str, ...]) -> list[str]:
    part = _PARTS.get(".".join(str(step) for step in location if isinstance(step, str)))
    return list(part.model_fields) if part is not None else []
