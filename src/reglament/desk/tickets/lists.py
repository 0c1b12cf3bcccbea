"""Lists of tickets, as the workspace shows them: which views there are, how much waits, what a row says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from reglament.desk.decisions.clocks import Clock, clock_of
from reglament.desk.decisions.models import Obligation, ObligationState
from reglament.desk.decisions.replaying import again
from reglament.desk.decisions.words import explained, labels_of
from reglament.desk.people.models import Department, Organisation, StaffMember, SupportStop
from reglament.desk.regulations.queries import Compiled, compiled, compiled_of
from reglament.desk.tickets.models import Request, Ticket, TicketState
from reglament.desk.tickets.place import still_owed
from reglament.desk.tickets.queries import by_due_time
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.edition import QueueRule

VIEWS = ("mine", "unassigned", "waiting", "breached", "all")
"""The views that mix departments; each sorts by the earliest due time."""
_SETTLED = (TicketState.COMPLETED, TicketState.CLOSED)
_OF_ALL = ("mine", "all")
"""Views that look at every department."""
_BREACHED_UNMET = Obligation.objects.filter(
    request__done_at=None,
    request__refused_at=None,
    met_at=None,
).exclude(state__in=[ObligationState.SUPERSEDED, ObligationState.EXCUSED])


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many tickets wait in the queue of a department."""

    department_id: int
    department: str
    """The regulation's key of it."""
    count: int
    own: bool
    """True where the member works there."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets each queue and each view holds."""

    queues: tuple[QueueCount, ...]
    """In the order in which the departments were made."""
    mine: int
    unassigned: int
    waiting: int
    breached: int
    all: int

    @property
    def departments(self) -> list[int]:
        """The ids of the departments in which the member works; none of them says all."""
        return [queue.department_id for queue in self.queues if queue.own]


def view(member: StaffMember, departments: Collection[int], name: str, now: datetime) -> QuerySet[Ticket]:
    """Give the tickets of one of `VIEWS` that are not settled, by what falls due first.

    Takes the ids of the departments that the member works in; with none, of the whole desk. `mine` and
    `all` look at every department.
    """
    tickets = Ticket.objects.filter(desk=member.desk_id).exclude(state__in=_SETTLED)
    tickets = tickets.filter(_chosen(member, now)[name])
    if departments and name not in _OF_ALL:
        tickets = tickets.filter(department__in=departments)
    related = ("desk", "department", "assignee__account", "requester", "organisation")
    return by_due_time(tickets.select_related(*related))


def counts(member: StaffMember, now: datetime) -> Counts:
    """Count the tickets of every queue and view of a desk, in one query."""
    live = ~Q(tickets__state__in=_SETTLED)
    chosen = {
        name: Count("tickets", filter=live & one) for name, one in _chosen(member, now, "tickets__").items()
    }
    rows = list(
        Department.objects.filter(desk=member.desk_id)
        .annotate(own=Exists(member.departments.filter(pk=OuterRef("pk"))), **chosen)
        .order_by("pk")
        .values("pk", "name", "own", *chosen)
    )
    ours = [row for row in rows if row["own"]] or rows
    return Counts(
        queues=tuple(QueueCount(row["pk"], row["name"], row["all"], row["own"]) for row in rows),
        **{name: sum(row[name] for row in (rows if name in _OF_ALL else ours)) for name in VIEWS},
    )


def _chosen(member: StaffMember, now: datetime, at: str = "") -> dict[str, Q]:
    """Say what each view holds; `at` is the way to the tickets from the rows that are asked."""
    overdue = _BREACHED_UNMET.filter(request__ticket=OuterRef(f"{at}pk"), due_at__lt=now)
    return {
        "mine": Q(**{f"{at}assignee": member}),
        "unassigned": Q(**{f"{at}pk__isnull": False, f"{at}assignee": None}),
        "waiting": Q(**{f"{at}state": TicketState.WAITING_CLIENT}),
        "breached": Q(Exists(overdue), **{f"{at}next_due_at__lt": now}),
        "all": Q(**{f"{at}pk__isnull": False}),
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
    """Give the rows of some tickets, in one query whatever their number."""
    asked = _asked([ticket.pk for ticket in tickets])
    return [_row(ticket, asked.get(ticket.pk, []), now, language) for ticket in tickets]


def _row(ticket: Ticket, asked: list[dict[str, Any]], now: datetime, language: str) -> Row:
    """Make a row of what was asked in a ticket: one line for each request and each thing it still owes."""
    kind = severity = ""
    going_on = [one for one in asked if one["done_at"] is None and one["refused_at"] is None]
    if asked:
        first = (going_on or asked)[0]
        labels = labels_of(_rules(first), language)
        kind = labels.kind(first["kind"])
        severity = labels.severity(first["severity"]) if first["severity"] else ""
    # What has no limit stands only where nothing else is owed; databases sort it as they like.
    owed = [one for one in going_on if one["owed__id"] is not None]
    earliest = min(
        owed,
        key=lambda one: (
            one["owed__state"] == ObligationState.EXCUSED,
            one["owed__due_at"] is None,
            one["owed__due_at"] or now,
            one["owed__id"],
        ),
        default=None,
    )
    return Row(
        ticket=ticket,
        clock=_clock(earliest, now) if earliest is not None else None,
        kind=kind,
        severity=severity,
        requests=len({one["position"] for one in asked}),
        answered=_answered(ticket),
        support_stopped=any(one["stopped"] for one in asked),
    )


def _clock(owed: dict[str, Any], now: datetime) -> Clock:
    columns = {name: owed[f"owed__{name}"] for name in ("clause", "clock", "due_at", "state", "counted")}
    return clock_of(_rules(owed), **columns, now=now)


def _rules(asked: dict[str, Any]) -> Compiled:
    return compiled_of(asked["edition"], asked["edition__digest"], asked["edition__in_force_from"])


_STANDING_STOP = SupportStop.objects.filter(desk=OuterRef("desk"), restored_at=None).filter(
    Q(organisation=OuterRef("ticket__organisation"))
    | (~Q(address="") & Q(address=OuterRef("ticket__requester_address")))
)


def _asked(tickets: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in (
        Request.objects.filter(ticket__in=tickets)
        .annotate(owed=FilteredRelation("obligations", condition=still_owed("obligations__")))
        .order_by("ticket", "position")
        .values(
            "ticket", "position", "kind", "done_at", "refused_at",
            "edition", "edition__digest", "edition__in_force_from",
            "owed__id", "owed__clause", "owed__clock", "owed__due_at", "owed__state", "owed__counted",
            severity=F("current_decision__decision__severity"),
            stopped=Exists(_STANDING_STOP),
        )
    ):  # fmt: skip
        found.setdefault(row["ticket"], []).append(dict(row))
    return found


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
    return organisation.tickets.filter(spam_at=None).select_related(*related).order_by("-received_at", "-id")
