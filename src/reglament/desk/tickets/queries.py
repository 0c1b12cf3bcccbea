"""What is read of tickets: the queue in the regulation's order, a ticket with its story, whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from reglament.desk.access import TicketAccess
from reglament.desk.decisions.fulfilment import REGISTRATION_NOTICE
from reglament.desk.decisions.models import DecisionRecord, Obligation, Proposal
from reglament.desk.notices.models import DeliveryState
from reglament.desk.operations.models import Permission
from reglament.desk.people.clients import authorised_addresses, searched
from reglament.desk.people.models import Department, StaffMember, SupportStop
from reglament.desk.regulations.models import Desk
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.checks import stop_on
from reglament.desk.tickets.event_words import SHOWN_TO_CLIENTS
from reglament.desk.tickets.models import Conversation, Request, Ticket, TicketState, TimelineEvent
from reglament.desk.tickets.place import STILL_OWED
from reglament.regulation.model.edition import QueueRule

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
    return _together(ticket, ticket.requests.all())


def requests_in_full(ticket: Ticket) -> list[Request]:
    """Give the requests of a ticket in their order with everything that belongs to them.

    That is what is and was owed, what the client was asked to agree to, and what it permitted.
    """
    people = ("asked_by__account", "answered_by", "recorded_by__account")
    requests = _together(
        ticket,
        ticket.requests.prefetch_related(
            Prefetch("obligations", Obligation.objects.select_related("decision")),
            Prefetch("proposals", Proposal.objects.select_related(*people)),
            Prefetch("permissions", Permission.objects.select_related("recorded_by__account", "through")),
        ),
    )
    return _with_editions(requests)


def requests_for_client(ticket: Ticket) -> list[Request]:
    """Give the requests of a ticket in their order with everything that a client's page asks of them.

    That is what is and was owed, what the client was asked to agree to, and what happened.
    """
    owed = Prefetch("obligations", Obligation.objects.select_related("decision"))
    return _with_editions(_together(ticket, ticket.requests.prefetch_related(owed, "proposals", "timeline")))


def _with_editions(requests: list[Request]) -> list[Request]:
    for request in requests:
        for owed in request.obligations.all():
            owed.decision.edition = request.edition
    return requests


def _together(ticket: Ticket, requests: QuerySet[Request]) -> list[Request]:
    """Read requests, and tie each to its ticket and its decision to its edition: one never has two."""
    found = list(
        requests.select_related("edition", "current_decision", "refused_by__account")
        .defer("edition__source")
        .order_by("position")
    )
    for request in found:
        request.ticket, request.edition.desk = ticket, ticket.desk
        if request.current_decision is not None:
            request.current_decision.edition = request.edition
    return found


def timeline_in(access: TicketAccess) -> QuerySet[TimelineEvent]:
    """Give what happened to a ticket, as far as the asker may see it, in order of time.

    Of whoever it was assigned to, `assigned_to` holds the name.
    """
    to = Cast(KeyTextTransform("to", OuterRef("values")), BigIntegerField())
    name = Subquery(StaffMember.objects.filter(pk=to).values("account__name"))
    events = (
        access.ticket.timeline.select_related("actor", "request")
        .annotate(assigned_to=Case(When(kind="assigned", then=name)))
        .order_by("occurred_at", "id")
    )
    return events if access.sees_internal else events.filter(kind__in=SHOWN_TO_CLIENTS)


def support_stop_of(ticket: Ticket) -> SupportStop | None:
    """Give the decision by which whoever asks in a ticket is not supported now, if there is one."""
    return stop_on(ticket)


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


@dataclass(frozen=True, slots=True)
class Numbers:
    """What stands around a ticket, in numbers."""

    ahead: int
    """How many tickets stand before it in its queue."""
    of_client: int = 0
    """How many tickets of its client were received lately, itself among them."""
    addresses: int = 0
    """How many addresses speak for its client."""


def numbers_around(ticket: Ticket, now: datetime, since: datetime) -> Numbers:
    """Count what stands around a ticket, in one query; `since` says what is lately."""
    counts = {"ahead": _count(_ahead_of(ticket))}
    if ticket.organisation is not None:
        of_client = ticket.organisation.tickets.filter(received_at__gte=since)
        addresses = authorised_addresses(ticket.organisation, now)
        counts |= {"of_client": _count(of_client), "addresses": _count(addresses)}
    found: dict[str, Any] = {**Ticket.objects.filter(pk=ticket.pk).values(**counts).get()}
    return Numbers(found["ahead"], found.get("of_client", 0), found.get("addresses", 0))


def _count(rows: QuerySet[Any]) -> Subquery:
    # A plain function and no aggregate, which Django would group by the rows.
    counted = Func(F("pk"), function="COUNT", output_field=BigIntegerField())
    return Subquery(rows.order_by().annotate(counted=counted).values("counted"))


def _ahead_of(ticket: Ticket) -> QuerySet[Ticket]:
    return Ticket.objects.filter(
        desk=ticket.desk_id, department=ticket.department_id, queue_key__lt=ticket.queue_key
    ).exclude(state__in=_SETTLED)


def why_here(
    ticket: Ticket, language: str, *, requests: Sequence[Request] | None = None, ahead: int | None = None
) -> WhyHere | None:
    """Say why a ticket stands where it stands; none where it is in no queue.

    A page that has read its requests, and how many stand before it, passes them on.
    """
    for request in requests_of(ticket) if requests is None else requests:
        record = request.current_decision
        place: dict[str, Any] | None = record.decision["queue"] if record is not None else None
        if record is None or place is None or list(place["rank"]) != list(ticket.rank):
            continue
        clause, says = _queue_words(request, record, language)
        return WhyHere(
            rank=tuple(ticket.rank),
            then_by=place["then_by"],
            then_by_at=ticket.then_by_at,
            clause=clause,
            says=says,
            decision=record,
            ahead=_ahead_of(ticket).count() if ahead is None else ahead,
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
