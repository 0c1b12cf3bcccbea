"""How many letters a desk writes of itself in an hour: an end to whatever two machines begin.

Signs by which machines know each other (RFC 3834) keep most of them from answering each other. What bears
none is stopped here: over the budget a letter is not written, the ticket says why, and what the letter
would have fulfilled stays owed, so that a person sees it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from reglament.desk.notices.marks import STAFF_NOTIFICATION
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Contact
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Ticket

BY_LETTER = "email"
"""The channel of tickets that a letter opened."""
WINDOW = timedelta(hours=1)
PER_ADDRESS = 10
"""Automatic letters to one address in the window."""
PER_TICKET = 5
"""Automatic letters in one ticket in the window."""


def exceeded(desk: Desk, to: str, ticket: Ticket, contact: Contact | None, at: datetime) -> str:
    """Say which budget one more automatic letter would exceed: `address`, `ticket`, `desk`, or none.

    Takes the recipient and the contact that they are known as, if any. The desk's own budget,
    `REGLAMENT_STRANGERS_PER_HOUR`, is for letters to strangers: whoever sends a desk letters under
    thousands of invented names does not make it write to thousands of people, while a day on which every
    client writes at once is one on which every client is to be answered. A ticket that no letter opened
    has no machine at its other end.
    """
    if ticket.channel != BY_LETTER:
        return ""
    written = OutgoingLetter.objects.filter(
        desk=desk, created_at__gt=at - WINDOW, created_at__lte=at
    ).exclude(Q(auto_submitted="") | Q(template=STAFF_NOTIFICATION))
    if _reached(written.filter(ticket=ticket), PER_TICKET):
        return "ticket"
    if _reached(written.filter(recipient__in={to, to.lower()}), PER_ADDRESS):
        return "address"
    most: int = settings.REGLAMENT_STRANGERS_PER_HOUR
    if contact is None and _reached(written.filter(contact=None), most):
        return "desk"
    return ""


def _reached(letters: QuerySet[OutgoingLetter], most: int) -> bool:
    return len(letters.order_by().values_list("pk", flat=True)[:most]) >= most
