"""Messages that join a ticket: whose turn it is then, what they supply, whether they open it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reglament.desk.decisions.actions import Cause
from reglament.desk.decisions.asked import FIELDS
from reglament.desk.decisions.facts import CLIENT, FILES, LETTER, known
from reglament.desk.decisions.letter_lines import SERVICE, read_lines
from reglament.desk.decisions.practices import reopening_window
from reglament.desk.people.models import Contact
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets import notifying, participants, place, timeline
from reglament.desk.tickets.arrival import Arrival
from reglament.desk.tickets.beginning import asked_first
from reglament.desk.tickets.hiding import secrets_of, without_open_secrets
from reglament.desk.tickets.judging_again import judge_again
from reglament.desk.tickets.models import (
    Attachment,
    Message,
    MessageKind,
    Request,
    Ticket,
    TicketState,
)
from reglament.desk.tickets.opening import seal_secrets
from reglament.desk.tickets.wanted import asked_of_client, is_fact, wanted_of


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
    first = ticket.requests.select_related("edition").order_by("position").first()
    if first is not None:
        arrival = without_open_secrets(arrival, first.edition)
    incoming = arrival.incoming
    if incoming.automatic or not incoming.takes_part:
        # A stranger's words are for staff to look at; nobody else may take them for the client's.
        kind = MessageKind.STRANGER if not incoming.takes_part else MessageKind.AUTOMATIC
        message, _files = arrival.write_message(ticket, kind)
        if first is not None and incoming.takes_part:
            seal_secrets(first, secrets_of(arrival), arrival)
        timeline.write(
            ticket,
            "automatic_message" if incoming.automatic else "stranger_wrote",
            at=incoming.received_at,
            by=arrival.actor,
            message=message.pk,
        )
        return Joined(message, counts=False)
    if ticket.state == TicketState.CLOSED and not may_reopen(ticket, incoming.received_at):
        return None
    message, attached = arrival.write_message(ticket, MessageKind.CLIENT)
    return Joined(message, counts=True, reopened=count(ticket, message, attached, arrival))


def count(ticket: Ticket, message: Message, attached: list[Attachment], arrival: Arrival) -> bool:
    """Count a message as the client's, from the moment of its arrival on; say whether it reopens the ticket.

    Takes the ticket, locked; the message in it with its files; and what arrived.
    """
    incoming = arrival.incoming
    reopens = ticket.state in (TicketState.CLOSED, TicketState.COMPLETED)
    begins = ticket.nothing_asked_yet
    participants.remember(ticket, arrival)
    participants.join_copied(ticket, arrival)
    _turn_to_desk(ticket, incoming.received_at)
    if reopens:
        timeline.write(ticket, "reopened", at=incoming.received_at, by=arrival.actor, message=message.pk)
    else:
        timeline.write(ticket, "client_wrote", at=incoming.received_at, by=arrival.actor, message=message.pk)
    if begins:
        asked_first(ticket, arrival)
    _supply(ticket, arrival, attached)
    place.refresh(ticket, arrival.now)
    notifying.client_wrote(ticket, message, arrival.now)
    return reopens


def may_reopen(ticket: Ticket, moment: datetime, first: Request | None = None) -> bool:
    """Say whether a message opens a closed ticket again, or begins a new one; `first`: its first request."""
    if ticket.closed_at is None:
        return True
    if ticket.spam_at is not None:
        return False
    first = first or ticket.requests.order_by("position").first()
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


def _supply(ticket: Ticket, arrival: Arrival, attached: list[Attachment]) -> None:
    told = secrets_of(arrival)
    last: Request | None = None
    for request in ticket.requests.filter(done_at=None, refused_at=None).select_related(
        "current_decision", "edition"
    ):
        request.ticket = ticket
        given = _given(request, arrival, attached)
        if given:
            supply(request, given, arrival)
        told = {name: value for name, value in told.items() if name not in given}
        last = request
    if told and (last := last or ticket.requests.order_by("position").last()) is not None:
        # Nobody asked for it, or it was given before: the newest one is the one to use.
        seal_secrets(last, told, arrival)


def _given(request: Request, arrival: Arrival, attached: list[Attachment]) -> dict[str, Any]:
    """Give what a message fills in of the fields that are missing, and of the facts that were asked for."""
    # The message has turned the ticket to the desk already: what staff asked for waits no longer.
    wanted = [*wanted_of(request), *asked_of_client(request)]
    facts = [name for name in wanted if is_fact(name)]
    missing = [name for name in wanted if not is_fact(name)]
    if not wanted:
        return {}
    edition = compiled(request.edition).written
    lines = read_lines(edition, arrival.incoming.text)
    given: dict[str, Any] = {name: lines[f"{FIELDS}{name}"] for name in missing if f"{FIELDS}{name}" in lines}
    given |= {name: lines[name] for name in facts if name in lines}
    for_files = [name for name in missing if edition.fields[name].type == FILES]
    if attached and len(for_files) == 1:
        given[for_files[0]] = [str(file.pk) for file in attached]
    given |= {name: value for name, value in arrival.incoming.fields.items() if name in missing and value}
    said = arrival.incoming.facts.items()
    given |= {name: value for name, value in said if name in facts and value not in (None, "")}
    service = arrival.incoming.service or lines.get(SERVICE)
    if service:
        given |= {name: service for name in missing if edition.fields[name].type == SERVICE}
    return given


def supply(request: Request, given: dict[str, Any], arrival: Arrival) -> None:
    """Fill in what was missing, from the client, and judge again."""
    incoming = arrival.incoming
    source = LETTER if incoming.raw_letter_id is not None else CLIENT
    by = account_id_of(arrival.contact)
    rules = compiled(request.edition).written
    for name, value in given.items():
        if is_fact(name):
            request.facts[name] = known(value, source, incoming.received_at, by)
        elif rules.fields[name].type == SERVICE:
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
    judge_again(
        request.ticket,
        [request],
        Cause.INFORMATION_SUPPLIED,
        None,
        incoming.received_at,
        actor=arrival.actor,
        tells=incoming.notice_allowed,
    )


def account_id_of(contact: Contact | None) -> int | None:
    """Give the id of a contact's account, where they have one."""
    return contact.account_id if contact is not None else None
