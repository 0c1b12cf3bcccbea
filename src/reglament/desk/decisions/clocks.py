"""The clocks of a whole list of tickets at once: what falls due first in each, and how much time is left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from reglament.desk.decisions import stored
from reglament.desk.decisions.models import Obligation, ObligationState
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import Compiled, compiled
from reglament.desk.tickets.place import STILL_OWED

_WHOLE_WEEK = [[[0, 24 * 60]]] * 7


@dataclass(frozen=True, slots=True)
class Clock:
    """What a ticket owes first of all it still owes: by which clause, until when, with what time left."""

    clause: str
    due_at: datetime | None
    state: str
    """`excused` where it fell due for a reason that the regulation excuses; else empty."""
    working_left: timedelta | None
    """Open time of its clock until it is due; none where the clock never stops, or nothing is left."""
    whole: timedelta | None
    """The whole of the time that is counted, of the same kind as what is left."""


def clocks_of(tickets: Collection[int], now: datetime) -> dict[int, Clock]:
    """Give the clock of each of some tickets by id; one that owes nothing has none.

    Two queries whatever their number.
    """
    rows = list(
        Obligation.objects.filter(STILL_OWED, request__ticket__in=tickets)
        .filter(request__done_at=None, request__refused_at=None)
        .order_by("due_at", "id")
        .values("request__ticket", "decision__edition", "clause", "clock", "due_at", "state", "counted")
    )
    wanted = {row["decision__edition"] for row in rows}
    editions = Edition.objects.defer("source").in_bulk(wanted) if wanted else {}
    clocks: dict[int, Clock] = {}
    for row in rows:
        ticket = row["request__ticket"]
        # One without a limit stands only where nothing else is owed; databases sort it as they like.
        if ticket in clocks and (clocks[ticket].due_at is not None or row["due_at"] is None):
            continue
        rules = compiled(editions[row["decision__edition"]])
        clocks[ticket] = _clock(
            rules, row["clause"], row["clock"], row["due_at"], row["state"], row["counted"], now
        )
    return clocks


def _clock(
    rules: Compiled,
    clause: str,
    clock: str,
    due_at: datetime | None,
    state: str,
    counted: list[list[str]],
    now: datetime,
) -> Clock:
    working_left = None
    if due_at is not None and due_at > now and not never_stops(rules, clock):
        working_left = stored.working_time_left(rules.program, clock, now, due_at)
    spans = [datetime.fromisoformat(end) - datetime.fromisoformat(begin) for begin, end in counted]
    return Clock(
        clause=clause,
        due_at=due_at,
        state=state if state == ObligationState.EXCUSED else "",
        working_left=working_left,
        whole=sum(spans, timedelta()) or None,
    )


def never_stops(rules: Compiled, clock: str) -> bool:
    """Say whether a clock of an edition runs day and night, every day."""
    definition = rules.program.calendars[clock]
    return definition["weekly"] == _WHOLE_WEEK and definition["days_off"] is None
