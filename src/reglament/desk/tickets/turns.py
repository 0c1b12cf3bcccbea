"""Whose turn it is in a ticket: one answer, whoever asks, of one ticket and of many."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reglament.desk.tickets.models import Request, Ticket, TicketState

CLIENT = "client"
DESK = "desk"
NOBODY = "nobody"

SETTLED = (TicketState.COMPLETED, TicketState.CLOSED)
ELSEWHERE = "redirect"


def turn_of(ticket: Ticket, requests: Iterable[Request]) -> str:
    """Say whose turn it is: the `desk`'s, the `client`'s, or `nobody`'s.

    Takes the ticket's requests with their decisions. It is the client's where the desk waits for an answer;
    where a request must be confirmed, asked for in another way or completed, whatever the desk still owes;
    and where a proposal has no answer yet.
    """
    if ticket.state in SETTLED:
        return NOBODY
    if ticket.state == TicketState.WAITING_CLIENT:
        return CLIENT
    return CLIENT if any(_waits(one) for one in requests) else DESK


def turns_of(tickets: Collection[Ticket]) -> dict[int, str]:
    """Say the same of many tickets, by id, in two queries."""
    requests: dict[int, list[Request]] = {}
    found = Request.objects.filter(ticket__in=tickets).select_related("current_decision")
    for one in found.prefetch_related("proposals"):
        requests.setdefault(one.ticket_id, []).append(one)
    return {ticket.pk: turn_of(ticket, requests.get(ticket.pk, [])) for ticket in tickets}


def _waits(request: Request) -> bool:
    if request.done_at is not None or request.refused_at is not None:
        return False
    record = request.current_decision
    if record is not None and (record.outcome == ELSEWHERE or record.decision["missing"]):
        return True
    return any(not one.answer for one in request.proposals.all())
