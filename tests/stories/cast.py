"""Who takes part in the stories: for each regulation a desk, its staff, and clients with named roles.

Everywhere Anna speaks for her organisation: her address is on its list, and she signs in. Boris is her
colleague, whose address is known but not on the list; he signs in as well. Grigory's address is on the
list of his organisation, but he has no account. Vera is a stranger. Where a regulation tells clients
apart by what they hold, each class has one person more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reglament.desk.people import actions as people
from reglament.desk.people.models import Contact, Role, StaffMember
from reglament.desk.people.records import add_record
from reglament.desk.people.staff import add_staff
from reglament.desk.regulations.actions import create_desk_from_pack
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.regulations.queries import compiled, editions_of

BORDER = "mx.desk.example"
"""The authserv-id whose verdict the desks believe."""
MOSCOW = ZoneInfo("Europe/Moscow")
LONG_AGO = datetime(2025, 1, 9, 9, 0, tzinfo=UTC)
"""When the desks opened and their clients came."""

ANNA = "anna@romashka.example"
BORIS = "boris@romashka.example"
GRIGORY = "grigory@vasilek.example"
VERA = "vera@stranger.example"


def moscow(said: str) -> datetime:
    """Read a moment of Moscow, such as `2026-03-02 10:00`."""
    return datetime.fromisoformat(said).replace(tzinfo=MOSCOW)


@dataclass(frozen=True)
class Person:
    """Somebody at a client."""

    name: str
    email: str
    authorised: bool = True
    signs_in: bool = True


@dataclass(frozen=True)
class Client:
    """An organisation: its name, its people, and what its records say, from the day it came."""

    name: str
    people: tuple[Person, ...]
    holds: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cast:
    """What a desk has beside what every desk has: addresses for a kind, further clients."""

    kinds: dict[str, str] = field(default_factory=dict)
    """What stands before the @ of a further address, and the kind of what is written to it."""
    clients: tuple[Client, ...] = ()


EVERYWHERE = (
    Client("ООО «Ромашка»", (Person("Анна", ANNA), Person("Борис", BORIS, authorised=False))),
    Client("ИП Васильков", (Person("Григорий", GRIGORY, signs_in=False),)),
)

CASTS = {
    "infobox": Cast(kinds={"abuse": "abuse_report"}),
    "alleanza": Cast(
        clients=(
            Client(
                "ООО «Должник»", (Person("Денис", "denis@debtor.example"),), {"client.status": "suspended"}
            ),
        )
    ),
    "onehs": Cast(
        clients=(
            Client(
                "АО «Премиум»",
                (Person("Полина", "polina@premium.example"),),
                {"client.tariff_group": "premium"},
            ),
            Client("ООО «Должник»", (Person("Денис", "denis@debtor.example"),), {"client.status": "blocked"}),
        )
    ),
    "centaur": Cast(
        clients=(
            Client(
                "АО «Расширенный»",
                (Person("Егор", "egor@extended.example"),),
                {
                    "client.package": "extended",
                    "client.package_proven": True,
                    "personal_specialist": "agent@centaur.example",
                },
            ),
            Client("ООО «Без пакета»", (Person("Нина", "nina@none.example"),), {"client.package": "none"}),
        )
    ),
    "iks": Cast(
        clients=(
            Client(
                "АО «Партнёр»",
                (Person("Пётр", "petr@partner.example"),),
                {"client.partner": True, "personal_specialist": "agent@iks.example"},
            ),
            Client(
                "ООО «Премиум»",
                (Person("Полина", "polina@premium.example"),),
                {"client.licence": "premium", "client.licence_valid_until": "2026-03-02"},
            ),
            Client(
                "НИИ «Модуль»",
                (Person("Максим", "maxim@module.example"),),
                {"client.support_module": True, "client.edition": "fstec"},
            ),
            Client("ООО «Проба»", (Person("Тарас", "taras@trial.example"),), {"client.trial": True}),
            Client(
                "ООО «Новичок»",
                (Person("Никита", "nikita@recent.example"),),
                {"client.purchased_on": "2025-03-03"},
            ),
            Client(
                "ООО «Лайт»",
                (Person("Лев", "lev@lite.example"),),
                {"client.edition": "lite", "client.purchased_on": "2026-02-01"},
            ),
            Client(
                "ООО «Сам себе модуль»",
                (Person("Семён", "semyon@standard.example"),),
                {"client.support_module": True},
            ),
        )
    ),
}


@dataclass(frozen=True)
class Company:
    """A desk with everybody in it: an agent in each department, and a lead over all."""

    desk: Desk
    agents: dict[str, StaffMember]
    lead: StaffMember
    contacts: dict[str, Contact]


def gather(pack: str) -> Company:
    """Make the desk of a pack and its cast, as an owner would."""
    desk = create_desk_from_pack(pack, slug=pack, at=LONG_AGO)
    desk.trusted_border = BORDER
    desk.save(update_fields=["trusted_border"])
    cast = CASTS[pack]
    for position, (before, kind) in enumerate({"help": "", **cast.kinds}.items()):
        DeskAddress.objects.create(
            desk=desk, address=f"{before}@{pack}.example", kind=kind, position=position
        )
    departments = list(desk.departments.all())
    agents = {
        one.name: add_staff(
            None,
            desk,
            email=f"agent{f'-{place}' if place else ''}@{pack}.example",
            name=f"Агент {one.name}",
            role=Role.AGENT,
            departments=[one],
            at=LONG_AGO,
        )
        for place, one in enumerate(departments)
    }
    lead = add_staff(
        None,
        desk,
        email=f"lead@{pack}.example",
        name="Старшая смены",
        role=Role.LEAD,
        departments=departments,
        at=LONG_AGO,
    )
    contacts: dict[str, Contact] = {}
    for client in (*EVERYWHERE, *cast.clients):
        contacts |= _welcome(desk, client)
    return Company(desk, agents, lead, contacts)


def _welcome(desk: Desk, client: Client) -> dict[str, Contact]:
    organisation = people.create_organisation(None, desk, name=client.name, at=LONG_AGO)
    declared = compiled(editions_of(desk)[0]).program.facts
    for fact, value in client.holds.items():
        add_record(None, organisation, fact, value, declared=declared, valid_from=LONG_AGO, at=LONG_AGO)
    contacts = {}
    for person in client.people:
        contact = people.create_contact(None, organisation, name=person.name, email=person.email, at=LONG_AGO)
        if person.authorised:
            address = contact.addresses.get(address=person.email)
            people.authorise_address(None, address, since=LONG_AGO, at=LONG_AGO)
        if person.signs_in:
            people.give_account(None, contact, at=LONG_AGO)
        contacts[person.email] = contact
    return contacts
