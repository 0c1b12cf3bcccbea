"""Tickets that were merged into others: which one counts."""

from __future__ import annotations

from reglament.desk.tickets.models import Ticket

LONGEST_CHAIN = 50
"""Tickets merged one into the next, beyond which nobody looks further."""


def merged_into(ticket: Ticket) -> Ticket:
    """Give the ticket that one was merged into, and that into the next, to the last; else itself."""
    for _ in range(LONGEST_CHAIN):
        if ticket.merged_into is None:
            break
        ticket = ticket.merged_into
    return ticket
