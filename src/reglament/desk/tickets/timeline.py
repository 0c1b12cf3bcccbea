"""What happened to a ticket, as it is kept: ids and values. The words are `wording`'s."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reglament.desk.people.models import Account
from reglament.desk.tickets.models import Actor, Request, Ticket, TimelineEvent


def write(
    ticket: Ticket,
    kind: str,
    *,
    at: datetime,
    by: Actor = Actor.DESK,
    actor: Account | None = None,
    request: Request | None = None,
    **values: Any,
) -> TimelineEvent:
    """Write down that something happened to a ticket.

    Takes what happened (a key of `tickets.event_words.WORDS`), when, on whose side, by whose account
    where one did it, for which request where it is about one, and values fit for JSON: ids and words
    of the regulation.
    """
    return TimelineEvent.objects.create(
        desk_id=ticket.desk_id,
        ticket=ticket,
        request=request,
        kind=kind,
        values=values,
        by=by,
        actor=actor,
        occurred_at=at,
    )
