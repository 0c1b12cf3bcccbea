"""What the words of a clause mean by giving what is owed: a notice delivered, a reply, work done."""

from __future__ import annotations

from datetime import datetime

from reglament.desk.notices.models import DeliveryState
from reglament.desk.tickets.models import MessageKind, Request

REGISTRATION_NOTICE = "registration_notice"
STAFF_REPLY = "staff_reply"
COMPLETION = "completion"


def fulfilled_since(request: Request, fulfilled_by: str, since: datetime) -> datetime | None:
    """Say when, since a moment, what fulfils an obligation was first given; none where it was not.

    A notice counts from the moment when an outgoing server took it, or when somebody wrote down that
    the number was told by phone; a delivered reply of a person carries the number as well.
    """
    ticket = request.ticket
    if fulfilled_by == COMPLETION:
        return request.done_at if request.done_at is not None and request.done_at >= since else None
    if fulfilled_by == STAFF_REPLY:
        reply = ticket.messages.filter(kind=MessageKind.STAFF, occurred_at__gte=since).first()
        return reply.occurred_at if reply is not None else None
    moments = [
        letter.handed_over_at
        for letter in ticket.outgoing_letters.filter(
            fulfils__in=[REGISTRATION_NOTICE, STAFF_REPLY],
            state=DeliveryState.HANDED_OVER,
            handed_over_at__gte=since,
        )
    ]
    moments += [
        event.occurred_at for event in ticket.timeline.filter(kind="told_by_phone", occurred_at__gte=since)
    ]
    return min((moment for moment in moments if moment is not None), default=None)
