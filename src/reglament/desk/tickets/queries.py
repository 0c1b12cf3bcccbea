"""What is read of tickets: the queue in the regulation's order, a ticket with its story, whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from reglament.desk.access import TicketAccess
from reglament.desk.decisions.fulfilment import REGISTRATION_NOTICE
from reglament.desk.decisions.models import DecisionRecord, Obligation
from reglament.desk.notices.models import DeliveryState
from reglament.desk.people.clients import searched
from reglament.desk.people.models import Department, StaffMember, SupportStop
from reglament.desk.regulations.models import Desk
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.checks import stop_on
from reglament.desk.tickets.event_words import SHOWN_TO_CLIENTS
from reglament.desk.tickets.models import Conversation, Request, Ticket, TicketState, TimelineEvent
from reglament.desk.tickets.place import STILL_OWED
from reglament.regulation.model.edition import QueueRule

CLIENT = "client"
DESK = "desk"
NOBODY = "nobody"

_SETTLED = (TicketState.COMPLETED, TicketState.CLOSED)
_RELATED = ("desk", "department", "assignee__account", "requester", "organisation")


def queue(department: Department) -> QuerySet[Ticket]:
    """Give the tickets of a department that are not settled, in the regulation's order."""
    return (
        Ticket.objects.filter(desk=department.desk_id, department=department)
        .exclude(state__in=_SETTLED)
        .select_related(*_RELATED)
        .order_by("queue_key")
    )


def queue_of(member: StaffMember) -> QuerySet[Ticket]:
    """Give the tickets assigned to a member of staff that are not settled, in the regulation's order.

    One department's order is the regulation's; of several, whoever mixes them sorts by `by_due_time`.
    """
    return (
        Ticket.objects.filter(desk=member.desk_id, assignee=member)
        .exclude(state__in=_SETTLED)
        .select_related(*_RELATED)
        .order_by("queue_key")
    )


def by_due_time(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Give tickets of several departments or desks by what falls due first, those that owe nothing last."""
    return tickets.order_by(F("next_due_at").asc(nulls_last=True), "received_at", "pk")


def tickets_at(
    desk: Desk, *, states: Iterable[str] = (), search: str = "", department: str = ""
) -> QuerySet[Ticket]:
    """Give the tickets of a desk, newest first, those of some states, or that answer to a number or words."""
    tickets = Ticket.objects.filter(desk=desk).select_related(*_RELATED)
    if chosen := list(states):
        tickets = tickets.filter(state__in=chosen)
    if department:
        tickets = tickets.filter(department__name=department)
    if words := searched(search):
        number = words.upper().removeprefix(f"{desk.number_prefix}-")
        found = Q(subject__icontains=words) | Q(requester_address__icontains=words)
        found |= Q(organisation__name__icontains=words)
        if number.isascii() and number.isdecimal():
            found |= Q(number=int(number))
        tickets = tickets.filter(found)
    return tickets.order_by("-received_at", "-id")


def departments_of(desk: Desk) -> QuerySet[Department]:
    """Give the departments of a desk in the order in which they were made."""
    return Department.objects.filter(desk=desk).order_by("id")


def conversations_of(desk: Desk) -> QuerySet[Conversation]:
    """Give the notes of talks at a desk, newest first."""
    return desk.conversations.select_related("contact", "organisation", "recorded_by__account", "ticket")


def requests_of(ticket: Ticket) -> list[Request]:
    """Give the requests of a ticket in their order, each with its edition and its decision in force."""
    requests = list(
        ticket.requests.select_related("edition", "current_decision", "refused_by__account").order_by(
            "position"
        )
    )
    for request in requests:
        request.ticket = ticket
    return requests


def timeline_in(access: TicketAccess) -> QuerySet[TimelineEvent]:
    """Give what happened to a ticket, as far as the asker may see it, in order of time."""
    events = access.ticket.timeline.select_related("actor", "request").order_by("occurred_at", "id")
    return events if access.sees_internal else events.filter(kind__in=SHOWN_TO_CLIENTS)


def support_stop_of(ticket: Ticket) -> SupportStop | None:
    """Give the decision by which whoever asks in a ticket is not supported now, if there is one."""
    return stop_on(ticket)


def whose_turn(ticket: Ticket) -> str:
    """Say whose turn it is: the `desk`'s, the `client`'s, or `nobody`'s."""
    if ticket.state in _SETTLED:
        return NOBODY
    if ticket.state == TicketState.WAITING_CLIENT:
        return CLIENT
    return DESK


def number_to_tell(ticket: Ticket) -> bool:
    """Say whether staff have to tell the client the number by phone.

    So it is while a clause counts it as owed, and no letter that carries it has left or will.
    """
    on_its_way = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.HANDED_OVER)
    owed = Obligation.objects.filter(
        STILL_OWED, request__ticket=ticket, request__refused_at=None, fulfilled_by=REGISTRATION_NOTICE
    )
    letters = ticket.outgoing_letters.exclude(fulfils="").filter(state__in=on_its_way)
    return owed.exists() and not letters.exists()


@dataclass(frozen=True, slots=True)
class WhyHere:
    """Why a ticket stands where it stands in its queue."""

    rank: tuple[int, ...]
    then_by: str
    """`received_at` or `due_at`."""
    then_by_at: datetime | None
    clause: str
    says: str
    """The clause's own words on the order, in the language asked for."""
    decision: DecisionRecord
    ahead: int
    """How many tickets stand before it."""


def why_here(ticket: Ticket, language: str) -> WhyHere | None:
    """Say why a ticket stands where it stands; none where it is in no queue."""
    for request in requests_of(ticket):
        record = request.current_decision
        place: dict[str, Any] | None = record.decision["queue"] if record is not None else None
        if record is None or place is None or list(place["rank"]) != list(ticket.rank):
            continue
        clause, says = _queue_words(request, record, language)
        ahead = (
            Ticket.objects.filter(
                desk=ticket.desk_id, department=ticket.department_id, queue_key__lt=ticket.queue_key
            )
            .exclude(state__in=_SETTLED)
            .count()
        )
        return WhyHere(
            rank=tuple(ticket.rank),
            then_by=place["then_by"],
            then_by_at=ticket.then_by_at,
            clause=clause,
            says=says,
            decision=record,
            ahead=ahead,
        )
    return None


def _queue_words(request: Request, record: DecisionRecord, language: str) -> tuple[str, str]:
    clause = next(
        (str(cite["clause"]) for cite in record.decision["cites"] if cite["effect"].startswith("queue ")), ""
    )
    written = compiled(request.edition).written
    lines = {row["rule"] for row in record.trace if row["effect"].startswith("queue ")}
    for said in written.clauses:
        if said.id != clause:
            continue
        rules = [rule for rule in said.rules if isinstance(rule, QueueRule)]
        numbers = {
            rule.number: rule.line
            for rule in compiled(request.edition).program.rules
            if rule.effect == "queue" and rule.clause == clause
        }
        spoke = {numbers[number] for number in lines if number in numbers}
        for rule in rules:
            if rule.line in spoke or len(rules) == 1:
                return clause, rule.says.in_language(language)
    return clause, ""
