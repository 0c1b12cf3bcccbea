"""What is read of the audit log of a desk: its events, newest first, with what each is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Manager, Q, QuerySet

from reglament.desk.channels.models import RawLetter
from reglament.desk.operations.audit_words import EVENTS
from reglament.desk.operations.models import AuditEvent, Permission, Secret
from reglament.desk.people.models import Account, Contact, ContactAddress, Organisation, Record, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Request, Ticket

Way = tuple[Manager[Any], str]
"""Rows of a kind, and how they lead to a ticket or to a client."""

TO_TICKET: dict[str, Way] = {
    "request": (Request.objects, "ticket_id"),
    "permission": (Permission.objects, "ticket_id"),
    "secret": (Secret.objects, "request__ticket_id"),
}
TO_CLIENT: dict[str, Way] = {
    "contact": (Contact.objects, "organisation_id"),
    "record": (Record.objects, "organisation_id"),
    "contactaddress": (ContactAddress.objects, "contact__organisation_id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the log is looked for; whatever is left out does not matter."""

    what: str = ""
    """The key of an act."""
    by: int | None = None
    """The id of the account that did it."""
    ticket: int | None = None
    """The number of the ticket that it is about."""
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    before: int | None = None
    """The id of the event that the page before ended with."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One event, and what it leads to."""

    event: AuditEvent
    words: str
    ticket: Ticket | None = None
    client: Organisation | None = None
    letter: int | None = None
    """The id of the raw letter that it is about."""
    member: StaffMember | None = None


def in_words(what: str) -> str:
    """Give an act in words; one that is not known, as from a later version, as it stands."""
    return str(EVENTS.get(what, what.replace("_", " ")))


def events_of(desk: Desk, wanted: Wanted) -> QuerySet[AuditEvent]:
    """Give the events of a desk that are looked for, newest first."""
    rows = AuditEvent.objects.filter(desk=desk).select_related("account").order_by("-at", "-id")
    if wanted.what:
        rows = rows.filter(what=wanted.what)
    if wanted.by is not None:
        rows = rows.filter(account=wanted.by)
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(at__lt=wanted.until)
    if wanted.ticket is not None:
        rows = rows.filter(_about(desk, wanted.ticket))
    last = AuditEvent.objects.filter(desk=desk, pk=wanted.before).first() if wanted.before else None
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    return rows


def _about(desk: Desk, number: int) -> Q:
    ticket = Ticket.objects.filter(desk=desk, number=number).first()
    if ticket is None:
        return Q(pk__in=())
    of: dict[str, Any] = {
        "request": ticket.requests,
        "permission": ticket.permissions,
        "secret": Secret.objects.filter(request__ticket=ticket),
    }
    about = Q(object_type="ticket", object_id=str(ticket.pk))
    for name, rows in of.items():
        about |= Q(object_type=name, object_id__in=[str(pk) for pk in rows.values_list("pk", flat=True)])
    return about


def logged(desk: Desk, events: Sequence[AuditEvent]) -> list[Logged]:
    """Give events with what each leads to, in a few queries whatever their number."""
    tickets = _led(events, TO_TICKET)
    clients = _led(events, TO_CLIENT)
    own = {int(event.object_id): event for event in events if event.object_type == "ticket"}
    numbers = Ticket.objects.filter(desk=desk).in_bulk([*own, *filter(None, tickets.values())])
    firms = [int(event.object_id) for event in events if event.object_type == "organisation"]
    named = Organisation.objects.filter(desk=desk).in_bulk([*firms, *filter(None, clients.values())])
    letters = RawLetter.objects.filter(desk=desk, pk__in=_ids(events, "rawletter"))
    there = set(letters.values_list("pk", flat=True))
    staff = StaffMember.objects.select_related("account").filter(desk=desk)
    people = staff.in_bulk(_ids(events, "staffmember"))
    found = []
    for event in events:
        key = (event.object_type, event.object_id)
        number = int(event.object_id) if event.object_id.isdecimal() else 0
        kind = event.object_type
        found.append(
            Logged(
                event,
                in_words(event.what),
                ticket=numbers.get(number if kind == "ticket" else tickets.get(key) or 0),
                client=named.get(number if kind == "organisation" else clients.get(key) or 0),
                letter=number if kind == "rawletter" and number in there else None,
                member=people.get(number) if kind == "staffmember" else None,
            )
        )
    return found


def _led(events: Iterable[AuditEvent], ways: dict[str, Way]) -> dict[tuple[str, str], int | None]:
    events = list(events)
    led: dict[tuple[str, str], int | None] = {}
    for name, (rows, way) in ways.items():
        ids = _ids(events, name)
        if ids:
            led |= {(name, str(pk)): to for pk, to in rows.filter(pk__in=ids).values_list("pk", way)}
    return led


def _ids(events: Iterable[AuditEvent], name: str) -> list[int]:
    return [
        int(event.object_id) for event in events if event.object_type == name and event.object_id.isdecimal()
    ]


def acts_of(desk: Desk) -> list[str]:
    """Give the keys of the acts that the log of a desk holds."""
    rows = AuditEvent.objects.filter(desk=desk).order_by("what")
    return list(rows.values_list("what", flat=True).distinct())


def actors_of(desk: Desk) -> list[Account]:
    """Give the people whose acts the log of a desk holds."""
    done = AuditEvent.objects.filter(desk=desk, account__isnull=False).order_by()
    return list(Account.objects.filter(pk__in=done.values("account")).order_by("name", "id"))
