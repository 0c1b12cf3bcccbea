"""A request judged again: where the client must know what changed, one letter says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.actions import Cause
from reglament.desk.people.models import Account
from reglament.desk.tickets import announcing
from reglament.desk.tickets.models import Actor, Request, Ticket
from reglament.desk.tickets.telling import told_of


def judge_again(
    ticket: Ticket,
    requests: Sequence[Request],
    cause: Cause,
    by: Account | None,
    at: datetime,
    *,
    actor: Actor,
    tells: bool = True,
) -> None:
    """Judge requests of a ticket as their facts stand now, and tell the client once what is new to them.

    Takes requests as one act changed them, why, by whom, on whose side, and when. What is judged for the
    first time is told as it is. Without `tells`, nothing is sent: what caused it may not be answered.
    """
    changed = []
    for request in requests:
        before = told_of(request) if request.current_decision is not None else None
        decisions.decide_request(request, cause, by, at, actor=actor)
        if before is None or told_of(request).says_more_than(before):
            changed.append(request)
    if changed and tells:
        announcing.judged_again(ticket, changed, at)
