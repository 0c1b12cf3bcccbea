"""What is read of the permissions that clients gave."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from reglament.desk.operations.models import Permission
from reglament.desk.tickets.models import Request, Ticket


def permissions_of(ticket: Ticket) -> QuerySet[Permission]:
    """Give the permissions recorded in a ticket, those taken back among them, oldest first."""
    return ticket.permissions.select_related("request", "recorded_by__account", "through").order_by(
        "given_at", "id"
    )


def permissions_among(requests: Iterable[Request]) -> list[Permission]:
    """Give the same of requests as `tickets.queries.requests_in_full` reads them."""
    found = [permission for request in requests for permission in request.permissions.all()]
    return sorted(found, key=lambda permission: (permission.given_at, permission.pk))
