"""What the demonstration's page knows of its world: desks, people, where letters lie. Kept in a file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

BORDER = "border.example.org"
"""The mail border of the demonstration (its authserv-id, RFC 8601), which every desk of it trusts."""


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration."""

    name: str
    email: str
    about: str
    """The departments of staff; what is known of a client."""
    role: str = ""
    """What a member of staff may do, by the desk's word for it."""
    organisation: str = ""
    signs_in: bool = True
    authorised: bool = False
    """Whether the address is on its client's list."""


@dataclass(frozen=True)
class DeskOfWorld:
    """A desk of the demonstration."""

    slug: str
    name: str
    zone: str
    """IANA name of the time zone of its people."""
    addresses: tuple[str, ...]
    staff: tuple[Person, ...]
    clients: tuple[Person, ...]


@dataclass(frozen=True)
class World:
    """All of the demonstration."""

    password: str
    mail_host: str
    mail_port: int
    """Where the desks take letters by SMTP."""
    letters: str
    """The folder of the letters that the desks sent to the world."""
    desks: tuple[DeskOfWorld, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address at which a desk takes letters."""
        return tuple(address for desk in self.desks for address in desk.addresses)

    @property
    def clients(self) -> tuple[Person, ...]:
        """Every client of every desk."""
        return tuple(person for desk in self.desks for person in desk.clients)


def current_world() -> World | None:
    """Give the world of the demonstration that this process serves; None outside of one."""
    path: Path | None = settings.REGLAMENT_DEMO
    return read_world(path) if path is not None else None


def read_world(path: Path) -> World:
    """Read the world from its file."""
    said = json.loads(path.read_text(encoding="utf-8"))
    desks = tuple(
        DeskOfWorld(
            slug=desk["slug"],
            name=desk["name"],
            zone=desk["zone"],
            addresses=tuple(desk["addresses"]),
            staff=tuple(Person(**person) for person in desk["staff"]),
            clients=tuple(Person(**person) for person in desk["clients"]),
        )
        for desk in said["desks"]
    )
    return World(**{**said, "desks": desks})


def write_world(path: Path, world: World) -> None:
    """Write the world into its file, which nobody else may read: passwords stand in it."""
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(world), file, ensure_ascii=False, indent=1)
    new.replace(path)
