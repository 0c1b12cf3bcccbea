"""Lists of tickets, as the workspace shows them: which views there are, how much waits, what a row says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from reglament.desk.decisions.clocks import Clock, clocks_of
from reglament.desk.decisions.models import Obligation, ObligationState
from reglament.desk.decisions.replaying import again
from reglament.desk.decisions.words import explained, labels_of
from reglament.desk.people.models import Organisation, StaffMember, SupportStop
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import Compiled, compiled
from reglament.desk.tickets.models import Request, Ticket, TicketState
from reglament.desk.tickets.queries import by_due_time
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.edition import QueueRule

VIEWS = ("mine", "unassigned", "waiting", "breached", "all")
"""The views that mix departments; each sorts by the earliest due time."""
_SETTLED = (TicketState.COMPLETED, TicketState.CLOSED)
_BREACHED_UNMET = Obligation.objects.filter(
    request__ticket=OuterRef("pk"),
    request__done_at=None,
    request__refused_at=None,
    met_at=None,
).exclude(state__in=[ObligationState.SUPERSEDED, ObligationState.EXCUSED])


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets each view holds."""

    queues: dict[int, int]
    """By the id of the department."""
    mine: int
    unassigned: int
    waiting: int
    breached: int
    all: int


def view(member: StaffMember, departments: Collection[int], name: str, now: datetime) -> QuerySet[Ticket]:
    """Give the tickets of one of `VIEWS` that are not settled, by what falls due first.

    Takes the ids of the departments that the member works in; with none, of the whole desk. `mine` and
    `all` look at every department.
    """
    tickets = Ticket.objects.filter(desk=member.desk_id).exclude(state__in=_SETTLED)
    tickets = tickets.filter(_chosen(member, departments, now)[name])
    related = ("desk", "department", "assignee__account", "requester", "organisation")
    return by_due_time(tickets.select_related(*related))


def counts(member: StaffMember, departments: Collection[int], now: datetime) -> Counts:
    """Count the tickets of every queue and view of a desk, in two queries."""
    live = Ticket.objects.filter(desk=member.desk_id).exclude(state__in=_SETTLED)
    by_department = live.order_by().values_list("department").annotate(count=Count("pk"))
    chosen = _chosen(member, departments, now)
    found = live.aggregate(**{f"count_{name}": Count("pk", filter=chosen[name]) for name in VIEWS})
    return Counts(queues=dict(by_department), **{name: found[f"count_{name}"] for name in VIEWS})


def _chosen(member: StaffMember, departments: Collection[int], now: datetime) -> dict[str, Q]:
    ours = Q(department__in=departments) if departments else Q()
    return {
        "mine": Q(assignee=member),
        "unassigned": ours & Q(assignee=None),
        "waiting": ours & Q(state=TicketState.WAITING_CLIENT),
        "breached": ours & Q(Exists(_BREACHED_UNMET.filter(due_at__lt=now)), next_due_at__lt=now),
        "all": Q(pk__isnull=False),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket of a list, in words."""

    ticket: Ticket
    clock: Clock | None
    kind: str
    severity: str
    requests: int
    """How many requests it holds; `kind` and `severity` are those of the first that goes on."""
    answered: bool
    """True where somebody of staff has written to the client since the client wrote last."""
    support_stopped: bool
    """True where a person decided that this client is supported no longer."""


def rows_of(tickets: Sequence[Ticket], now: datetime, language: str) -> list[Row]:
    """Give the rows of some tickets, in five queries whatever their number."""
    ids = [ticket.pk for ticket in tickets]
    clocks = clocks_of(ids, now)
    requests = _requests(ids)
    editions = _editions({request["edition"] for rows in requests.values() for request in rows})
    stopped = stopped_among(tickets)
    rows = []
    for ticket in tickets:
        asked = requests.get(ticket.pk, [])
        kind = severity = ""
        if asked:
            first = next(
                (one for one in asked if one["done_at"] is None and one["refused_at"] is None), asked[0]
            )
            labels = labels_of(compiled(editions[first["edition"]]), language)
            kind = labels.kind(first["kind"])
            severity = labels.severity(first["severity"]) if first["severity"] else ""
        rows.append(
            Row(
                ticket=ticket,
                clock=clocks.get(ticket.pk),
                kind=kind,
                severity=severity,
                requests=len(asked),
                answered=_answered(ticket),
                support_stopped=ticket.pk in stopped,
            )
        )
    return rows


def stopped_among(tickets: Sequence[Ticket]) -> set[int]:
    """Give those of some tickets, by id, whose client is supported no longer, in one query."""
    organisations = {ticket.organisation_id for ticket in tickets} - {None}
    addresses = {ticket.requester_address for ticket in tickets} - {""}
    standing = list(
        SupportStop.objects.filter(desk__in={ticket.desk_id for ticket in tickets}, restored_at=None)
        .filter(Q(organisation__in=organisations) | Q(address__in=addresses))
        .values_list("desk", "organisation", "address")
    )
    of_clients = {(desk, organisation) for desk, organisation, _address in standing if organisation}
    of_addresses = {(desk, address) for desk, _organisation, address in standing if address}
    return {
        ticket.pk
        for ticket in tickets
        if (ticket.desk_id, ticket.organisation_id) in of_clients
        or (ticket.desk_id, ticket.requester_address) in of_addresses
    }


def _requests(tickets: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in (
        Request.objects.filter(ticket__in=tickets)
        .order_by("ticket", "position")
        .values(
            "ticket", "kind", "edition", "done_at", "refused_at",
            severity=F("current_decision__decision__severity"),
        )
    ):  # fmt: skip
        found.setdefault(row["ticket"], []).append(dict(row))
    return found


def _editions(ids: Collection[int]) -> dict[int, Edition]:
    return Edition.objects.defer("source").in_bulk(ids) if ids else {}


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Why a rank stands where it stands in a queue, in words."""

    order: str
    """The order of the whole queue, as the clause says it."""
    because: str
    """What gives this very rank; empty where every ticket has the same."""
    clause: str
    then_by: str
    """`received_at` or `due_at`: what orders tickets of one rank."""


def places_in_words(tickets: Collection[Ticket], language: str) -> dict[int, PlaceWords]:
    """Say of each of some tickets, by id, why its rank is what it is, in one query."""
    ranks = {ticket.pk: list(ticket.rank) for ticket in tickets}
    found: dict[int, PlaceWords] = {}
    for request in (
        Request.objects.filter(ticket__in=ranks, current_decision__isnull=False)
        .select_related("current_decision__edition")
        .defer("current_decision__edition__source", "current_decision__trace")
        .order_by("ticket", "position")
    ):
        record = request.current_decision
        assert record is not None
        place = record.decision["queue"]
        if request.ticket_id in found or place is None or place["rank"] != ranks[request.ticket_id]:
            continue
        rules, decision = compiled(record.edition), again(record)
        said = next(one for one in explained(rules, decision, "client", language) if one["topic"] == "queue")
        found[request.ticket_id] = PlaceWords(
            order=said["text"],
            because=_rank_words(rules, decision, said["clauses"][0], language) if _varies(rules) else "",
            clause=said["clauses"][0],
            then_by=place["then_by"],
        )
    return found


def _rank_words(rules: Compiled, decision: Decision, clause: str, language: str) -> str:
    """Give a rank with the regulation's own words for it: those that hold for every ticket of the rank."""
    assert decision.queue is not None
    labels = labels_of(rules, language)
    named = [
        labels.fact(part, decision.values[rules.program.slot(part)])
        for rule in rules.written.clause(clause).rules
        if isinstance(rule, QueueRule)
        for part in rule.queue
        if isinstance(part, str)
    ]
    rank = ", ".join(str(element) for element in decision.queue.rank)
    return "; ".join([labels.pick(f"Ранг {rank}", f"Rank {rank}"), *dict.fromkeys(named)])


def _varies(rules: Compiled) -> bool:
    """Say whether the ranks of an edition can differ at all."""
    for clause in rules.written.clauses:
        for rule in clause.rules:
            if isinstance(rule, QueueRule) and any(not isinstance(part, int) for part in rule.queue):
                return True
    return False


def _answered(ticket: Ticket) -> bool:
    staff, client = ticket.last_staff_message_at, ticket.last_client_message_at
    return staff is not None and (client is None or client <= staff)


def tickets_of_organisation(organisation: Organisation) -> QuerySet[Ticket]:
    """Give the tickets of a client, newest first."""
    related = ("desk", "department", "assignee__account", "requester", "organisation")
    return organisation.tickets.select_related(*related).order_by("-received_at", "-id")


def tickets_since(organisation: Organisation, since: datetime) -> int:
    """Say how many tickets of a client were received since a moment."""
    return organisation.tickets.filter(received_at__gte=since).count()
