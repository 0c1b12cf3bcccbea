"""What is read of the permissions that clients gave."""

from __future__ import annotations

from django.db.models import QuerySet

from reglament.desk.operations.models import Permission
from reglament.desk.tickets.models import Ticket


def permissions_of(ticket: Ticket) -> QuerySet[Permission]:
    """Give the permissions recorded in a ticket, those taken back among them, oldest first."""
    return ticket.permissions.select_related("request", "recorded_by__account", "through").order_by(
        "given_at", "id"
    )
