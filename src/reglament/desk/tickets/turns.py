"""Whose turn it is in each of many tickets, as a client's list shows it."""

from __future__ import annotations

from collections.abc import Collection

from reglament.desk.decisions.models import Proposal
from reglament.desk.tickets.models import Request, Ticket
from reglament.desk.tickets.queries import CLIENT, DESK, whose_turn

FOR_THE_CLIENT = ("redirect", "needs_information")
"""Outcomes after which the client has something to do, whatever the desk still owes."""


def turns_of(tickets: Collection[Ticket]) -> dict[int, str]:
    """Say of each ticket, by id, whose turn it is: `client`, `desk`, `nobody`; in two queries.

    Beside the tickets that wait for the client, it is theirs where a request must be confirmed, asked
    for in another way or completed, and where a proposal has no answer yet.
    """
    ids = [ticket.pk for ticket in tickets]
    asked = set(
        Request.objects.filter(
            ticket__in=ids, done_at=None, refused_at=None, current_decision__outcome__in=FOR_THE_CLIENT
        ).values_list("ticket", flat=True)
    )
    asked |= set(
        Proposal.objects.filter(request__ticket__in=ids, answer="").values_list("request__ticket", flat=True)
    )
    turns = {}
    for ticket in tickets:
        turn = whose_turn(ticket)
        turns[ticket.pk] = CLIENT if turn == DESK and ticket.pk in asked else turn
    return turns
