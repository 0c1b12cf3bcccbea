"""Making the desks of the demonstration and their people, by the acts by which anybody would."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from reglament.cli.demonstration.told import Client, Colleague, Human, Told
from reglament.desk.access import works_in
from reglament.desk.people import actions as people
from reglament.desk.people.models import Account, Contact, Organisation, Role, StaffMember
from reglament.desk.people.records import add_record
from reglament.desk.people.staff import add_staff
from reglament.desk.regulations.actions import create_desk_from_pack
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.regulations.queries import compiled, editions_of
from reglament.faces.demo.world import BORDER, DeskOfWorld, Person

DOMAIN = "desk.example.org"
ABUSE = "abuse"


@dataclass
class Party:
    """A person at a client of the demonstration, as told and as the desk knows them."""

    client: Client
    told: Human
    organisation: Organisation
    contact: Contact


@dataclass
class Stage:
    """A desk of the demonstration with everybody in it."""

    told: Told
    desk: Desk
    staff: list[StaffMember] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    _able: dict[int, list[StaffMember]] = field(default_factory=dict)

    def able(self, department_id: int) -> list[StaffMember]:
        """Give the staff who may work on tickets of a department."""
        if department_id not in self._able:
            self._able[department_id] = [one for one in self.staff if works_in(one, department_id)]
        return self._able[department_id]

    def described(self, language: str) -> DeskOfWorld:
        """Describe the desk for the pages of the demonstration."""
        edition = compiled(editions_of(self.desk).reverse()[0]).written

        def works_for(member: StaffMember) -> str:
            return ", ".join(
                edition.departments[one.name].title.in_language(language) for one in member.departments.all()
            )

        return DeskOfWorld(
            slug=self.desk.slug,
            name=self.desk.name,
            zone=self.desk.zone,
            addresses=tuple(address.address for address in self.desk.addresses.all()),
            staff=tuple(Person(str(one), one.account.email, works_for(one), one.role) for one in self.staff),
            clients=tuple(
                Person(
                    party.contact.name,
                    party.contact.email,
                    _about(party.client),
                    organisation=party.organisation.name,
                    signs_in=party.told.signs_in,
                    authorised=party.told.authorised,
                )
                for party in self.parties
            ),
        )


def set_stage(told: Told, *, began: datetime, now: datetime, with_clients: bool) -> Stage:
    """Make a desk with its addresses and staff, and its clients.

    Takes the moment at which the desk opened, and the one from which the days of the clients' records
    are counted.
    """
    desk = create_desk_from_pack(told.pack, slug=told.pack, at=began)
    desk.trusted_border = BORDER
    desk.save(update_fields=["trusted_border"])
    _give_addresses(desk, told)
    stage = Stage(told, desk, [_hire(desk, one, began) for one in told.cast.staff])
    if with_clients:
        for client in told.cast.clients:
            stage.parties += _welcome(desk, client, now)
    return stage


def let_everybody_in(password: str) -> None:
    """Give everybody who may sign in the one password of the demonstration."""
    # Sealed once: to hash it for each of a hundred people would take longer than all the rest.
    sealed = make_password(password)
    Account.objects.update(password=sealed)


def _give_addresses(desk: Desk, told: Told) -> None:
    edition = compiled(editions_of(desk).reverse()[0]).written
    kinds = [str(practice.terms["kind"]) for _, practice in edition.practices("abuse_reports")]
    rows = [("", "", ""), (ABUSE, kinds[0] if kinds else "", "")]
    rows += [(one.before, one.kind, one.department) for one in told.cast.addresses]
    for position, (before, kind, department) in enumerate(rows):
        DeskAddress.objects.create(
            desk=desk,
            address=address_of(desk, before),
            kind=kind,
            department=department,
            position=position,
        )


def address_of(desk: Desk, before: str = "") -> str:
    """Give an address of a desk: the first, or the one with something before its name."""
    return f"{before}.{desk.slug}@{DOMAIN}" if before else f"{desk.slug}@{DOMAIN}"


def _hire(desk: Desk, told: Colleague, at: datetime) -> StaffMember:
    return add_staff(
        None,
        desk,
        email=f"{told.email}@{desk.slug}.example.org",
        name=told.name,
        role=Role(told.role),
        departments=list(desk.departments.filter(name__in=told.departments))
        if told.departments
        else list(desk.departments.all()),
        phone=told.phone,
        at=at,
    )


def _welcome(desk: Desk, told: Client, now: datetime) -> list[Party]:
    since = now + timedelta(days=told.since)
    organisation = people.create_organisation(
        None, desk, name=told.name, inn=told.inn, kpp=told.kpp, at=since
    )
    declared = compiled(editions_of(desk).reverse()[0]).program.facts
    for one in told.holds:
        value: Any = one.value
        if one.date is not None:
            value = _date(now, one.date)
        add_record(
            None,
            organisation,
            one.fact,
            value,
            declared=declared,
            valid_from=now + timedelta(days=one.since) if one.since is not None else since,
            valid_until=now + timedelta(days=one.until) if one.until is not None else None,
            at=since,
        )
    return [Party(told, human, organisation, _introduce(organisation, human, since)) for human in told.people]


def _introduce(organisation: Organisation, told: Human, at: datetime) -> Contact:
    contact = people.create_contact(
        None,
        organisation,
        name=told.name,
        email=told.email,
        phone=told.phone,
        language=told.language,
        sees_colleagues_tickets=told.sees_colleagues,
        at=at,
    )
    if told.authorised:
        address = contact.addresses.get(address=contact.email)
        people.authorise_address(None, address, since=at, at=at)
    if told.signs_in:
        people.give_account(None, contact, at=at)
    return contact


def _date(now: datetime, days: int) -> str:
    day: date = (now + timedelta(days=days)).date()
    return day.isoformat()


def _about(client: Client) -> str:
    said = [f"{one.fact.rpartition('.')[2]}: {_shown(one.value, one.date)}" for one in client.holds]
    return "; ".join(said)


def _shown(value: Any, days: int | None) -> str:
    if days is not None:
        return f"{days:+d} d"
    if isinstance(value, bool):
        return "+" if value else "−"
    return str(value)
