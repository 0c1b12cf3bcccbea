"""Where a ticket stands: its place in the queue, its department, its earliest due time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from reglament.desk.decisions.models import Obligation, ObligationState
from reglament.desk.people.models import Department
from reglament.desk.tickets.models import Request, Ticket
from reglament.desk.tickets.ordering import queue_key


def still_owed(at: str = "") -> Q:
    """Say what is owed and not given yet; `at` is the way to the obligations from the rows that are asked.

    What fell due unmet is owed all the more, and keeps its place.
    """
    late = [ObligationState.BREACHED, ObligationState.EXCUSED]
    return Q(**{f"{at}state": ObligationState.OPEN}) | Q(**{f"{at}state__in": late, f"{at}met_at": None})


STILL_OWED = still_owed()
PRESSING = STILL_OWED & ~Q(state=ObligationState.EXCUSED)
"""What the place in the queue goes by: a due time that passed by nobody's fault presses no more."""


def refresh(ticket: Ticket, at: datetime) -> None:
    """Work out anew where a ticket stands, after a decision, an obligation or its state changed.

    Its rank is the best of its requests that are not done with; ties go by the moment that the
    regulation names for that rank: of receipt, or the earliest due time of what is still owed,
    but for what was excused.
    """
    requests = list(ticket.requests.select_related("current_decision").order_by("position"))
    going_on = [request for request in requests if request.done_at is None and request.refused_at is None]
    owed = (
        Obligation.objects.filter(PRESSING, request__in=going_on, due_at__isnull=False)
        .order_by("due_at")
        .first()
    )
    ticket.next_due_at = owed.due_at if owed is not None else None
    places = sorted(
        (tuple(queue["rank"]), request.position, queue["then_by"], request)
        for request in going_on or requests
        if (queue := _queue(request)) is not None
    )
    if places:
        rank, _, then_by, best = places[0]
        ticket.rank = list(rank)
        ticket.then_by_at = ticket.next_due_at if then_by == "due_at" else best.received_at
        first = min((place[3] for place in places), key=lambda request: request.position)
        _stand_in_department(ticket, first)
    ticket.queue_key = queue_key(ticket.rank, ticket.then_by_at, ticket.number)
    ticket.changed_at = at
    ticket.save(update_fields=["rank", "then_by_at", "next_due_at", "queue_key", "changed_at", "department"])


def _queue(request: Request) -> dict[str, Any] | None:
    if request.current_decision is None:
        return None
    queue: dict[str, Any] | None = request.current_decision.decision["queue"]
    return queue


def _stand_in_department(ticket: Ticket, request: Request) -> None:
    queue = _queue(request)
    assert queue is not None
    if ticket.department.name != queue["department"]:
        ticket.department = Department.objects.get(desk_id=ticket.desk_id, name=queue["department"])
