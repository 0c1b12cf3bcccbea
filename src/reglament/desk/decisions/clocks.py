"""The clock of a ticket in a list: what falls due first in it, and how much time is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reglament.desk.decisions import stored
from reglament.desk.decisions.models import ObligationState
from reglament.desk.regulations.queries import Compiled

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


def clock_of(
    rules: Compiled,
    *,
    clause: str,
    clock: str,
    due_at: datetime | None,
    state: str,
    counted: list[list[str]],
    now: datetime,
) -> Clock:
    """Give the clock of something owed, from the columns of its row and the edition that promised it."""
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
