"""Messages that join a ticket: whose turn it is then, what they supply, whether they open it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.actions import Cause
from reglament.desk.decisions.asked import FIELDS
from reglament.desk.decisions.facts import CLIENT, FILES, LETTER, known
from reglament.desk.decisions.letter_lines import SERVICE, read_lines
from reglament.desk.decisions.practices import reopening_window
from reglament.desk.people.models import Contact
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets import place, timeline
from reglament.desk.tickets.arrival import Arrival
from reglament.desk.tickets.models import (
    Attachment,
    Message,
    MessageKind,
    Participant,
    Request,
    Ticket,
    TicketState,
)
from reglament.desk.tickets.opening import seal_secrets


@dataclass(frozen=True, slots=True)
class Joined:
    """A message that joined a ticket, and whether it counts as the client's."""

    message: Message
    counts: bool
    reopened: bool = False


def join(ticket: Ticket, arrival: Arrival) -> Joined | None:
    """Add what came to its ticket; none where that was closed too long ago, so that a new one begins.

    An automatic message, and one of somebody who takes no part, is kept and changes nothing.
    """
    incoming = arrival.incoming
    if incoming.automatic or not incoming.takes_part:
        # A stranger's words are for staff to look at; nobody else may take them for the client's.
        kind = MessageKind.AUTOMATIC if incoming.automatic else MessageKind.NOTE
        message, _files = arrival.write_message(ticket, kind)
        timeline.write(
            ticket,
            "automatic_message" if incoming.automatic else "stranger_wrote",
            at=incoming.received_at,
            by=arrival.actor,
            message=message.pk,
        )
        return Joined(message, counts=False)
    reopens = ticket.state in (TicketState.CLOSED, TicketState.COMPLETED)
    if ticket.state == TicketState.CLOSED and not may_reopen(ticket, incoming.received_at):
        return None
    message, attached = arrival.write_message(ticket, MessageKind.CLIENT)
    _remember_participant(ticket, arrival)
    _turn_to_desk(ticket, incoming.received_at)
    if reopens:
        timeline.write(ticket, "reopened", at=incoming.received_at, by=arrival.actor, message=message.pk)
    else:
        timeline.write(ticket, "client_wrote", at=incoming.received_at, by=arrival.actor, message=message.pk)
    _supply(ticket, arrival, attached)
    place.refresh(ticket, arrival.now)
    return Joined(message, counts=True, reopened=reopens)


def may_reopen(ticket: Ticket, moment: datetime) -> bool:
    """Say whether a message opens a closed ticket again, or begins a new one."""
    if ticket.closed_at is None:
        return True
    if ticket.spam_at is not None:
        return False
    first = ticket.requests.order_by("position").first()
    return first is not None and moment <= ticket.closed_at + reopening_window(first)


def _turn_to_desk(ticket: Ticket, moment: datetime) -> None:
    if ticket.state != TicketState.ESCALATED:
        ticket.state = TicketState.OPEN
    ticket.closed_at = ticket.completed_at = ticket.waiting_since = None
    if ticket.last_client_message_at is None or ticket.last_client_message_at < moment:
        ticket.last_client_message_at = moment
    ticket.save(
        update_fields=["state", "closed_at", "completed_at", "waiting_since", "last_client_message_at"]
    )


def _remember_participant(ticket: Ticket, arrival: Arrival) -> None:
    if arrival.address:
        Participant.objects.get_or_create(
            ticket=ticket,
            address=arrival.address,
            defaults={
                "desk": arrival.desk,
                "name": arrival.name[:200],
                "contact": arrival.contact,
                "added_at": arrival.now,
            },
        )


def _supply(ticket: Ticket, arrival: Arrival, attached: list[Attachment]) -> None:
    for request in ticket.requests.filter(done_at=None, refused_at=None).select_related(
        "current_decision", "edition"
    ):
        request.ticket = ticket
        given = _given(request, arrival, attached)
        if given:
            supply(request, given, arrival)


def _given(request: Request, arrival: Arrival, attached: list[Attachment]) -> dict[str, Any]:
    """Give what of the fields that are still missing a message fills in."""
    missing = wanted_fields(request)
    if not missing:
        return {}
    edition = compiled(request.edition).written
    lines = read_lines(edition, arrival.incoming.text)
    given: dict[str, Any] = {name: lines[f"{FIELDS}{name}"] for name in missing if f"{FIELDS}{name}" in lines}
    for_files = [name for name in missing if edition.fields[name].type == FILES]
    if attached and len(for_files) == 1:
        given[for_files[0]] = [str(file.pk) for file in attached]
    given |= {name: value for name, value in arrival.incoming.fields.items() if name in missing and value}
    service = arrival.incoming.service or lines.get(SERVICE)
    if service:
        given |= {name: service for name in missing if edition.fields[name].type == SERVICE}
    return given


def missing_fields(request: Request) -> list[str]:
    """Give the fields that a request still lacks, the alternatives of one demand each by itself."""
    if request.current_decision is None:
        return []
    return [name for item in request.current_decision.decision["missing"] for name in item.split("|")]


def wanted_fields(request: Request) -> list[str]:
    """Give the fields that a request lacks, and those that staff asked for and nobody has filled in yet.

    The one that stands for the service is among them: it is chosen. Who is asking is not: that is
    recognised, and nobody can fill it in.
    """
    fields = compiled(request.edition).written.fields
    asked = [
        name
        for event in request.timeline.filter(kind="information_asked")
        for name in event.values["fields"]
        if f"{FIELDS}{name}" not in request.facts
    ]
    names = [name for name in dict.fromkeys([*missing_fields(request), *asked]) if name in fields]
    settled = ("identity", SERVICE) if request.service else ("identity",)
    return [name for name in names if fields[name].type not in settled]


def supply(request: Request, given: dict[str, Any], arrival: Arrival) -> None:
    """Fill in what was missing, from the client, and judge again."""
    incoming = arrival.incoming
    source = LETTER if incoming.raw_letter_id is not None else CLIENT
    by = account_id_of(arrival.contact)
    rules = compiled(request.edition).written
    for name, value in given.items():
        if rules.fields[name].type == SERVICE:
            request.service = value
        elif rules.fields[name].type != "secret":
            request.facts[f"{FIELDS}{name}"] = known(value, source, incoming.received_at, by)
    request.save(update_fields=["facts", "service"])
    seal_secrets(request, given, arrival)
    timeline.write(
        request.ticket,
        "information_supplied",
        at=incoming.received_at,
        by=arrival.actor,
        request=request,
        fields=sorted(given),
    )
    decisions.decide_request(
        request, Cause.INFORMATION_SUPPLIED, None, incoming.received_at, actor=arrival.actor
    )


def account_id_of(contact: Contact | None) -> int | None:
    """Give the id of a contact's account, where they have one."""
    return contact.account_id if contact is not None else None
