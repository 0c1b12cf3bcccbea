"""A decision as it is stored: its trace as plain data, the digest of its calendars, what was counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from reglament.regulation import calendar
from reglament.regulation.deciding.due import clock_of, due_time
from reglament.regulation.model.decision import Budget, Decision, Obligation, TraceRow
from reglament.regulation.model.program import Program

ELAPSED = ("hours", "minutes", "days", "weeks")
"""Units that run through nights and days off."""


def trace_of(decision: Decision) -> list[dict[str, Any]]:
    """Give the trace of a decision as plain data: every rule that spoke, why it held, what it did."""
    return [_row(decision.program, row) for row in decision.trace]


def _row(program: Program, row: TraceRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "clause": row.clause,
        "rule": row.rule.number,
        "row": row.row,
        "because": {
            program.slots[slot]: sorted((str(value) for value in allowed if value is not None), key=str)
            for slot, allowed in row.conjunction
        },
        "effect": row.effect,
        "value": _plain(row.value),
        "weight": row.weight,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Obligation):
        budget = [value.budget.amount, value.budget.unit]
        return {**value.as_json(), "starts_at": value.starts_at.isoformat(), "budget": budget}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def calendar_digest(program: Program) -> str:
    """Give the SHA-256 of the tables of days off behind a regulation's calendars, in hexadecimal."""
    sources = {
        (definition["days_off"], tuple(definition["overlays"]))
        for definition in program.calendars.values()
        if definition["days_off"] is not None
    }
    tables = [calendar.digest(source, overlays) for source, overlays in sorted(sources)]
    return sha256("\n".join(tables).encode()).hexdigest()


def due_after(program: Program, obligation: Obligation, moment: datetime) -> datetime | None:
    """Say when the budget of an obligation is used up that begins to run at another moment."""
    return due_time(
        clock_of(program, obligation.clock, statutory_years=True),
        moment,
        obligation.budget,
        program.timezone,
    )


def is_preliminary(program: Program, clock: str, start: datetime, due: datetime | None) -> bool:
    """Say whether a span depends on a year whose days off are not decreed yet."""
    return due is not None and clock_of(program, clock, statutory_years=True).is_preliminary(start, due)


def counted(
    program: Program, clock: str, budget: Budget, start: datetime, due: datetime | None
) -> list[list[str]]:
    """Give the intervals that are counted between the beginning of a budget and its due time.

    Of elapsed time that is the whole span; of whole days it begins with the day after the start (Civil
    Code of the RF, art. 191).
    """
    if due is None:
        return []
    calendar_ = clock_of(program, clock, statutory_years=True)
    local = start.astimezone(calendar_.zone)
    if budget.unit in ("working_days", "days", "weeks"):
        local = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), calendar_.zone)
    if budget.unit in ELAPSED:
        return [[local.isoformat(), due.isoformat()]] if local < due else []
    return [[begin.isoformat(), end.isoformat()] for begin, end in calendar_.open_intervals(local, due)]


def working_time_left(program: Program, clock: str, now: datetime, due: datetime) -> timedelta:
    """Say how much open time of a clock lies between now and a due time; nothing where it is past."""
    minutes = clock_of(program, clock, statutory_years=True).working_minutes_between(now, due)
    return timedelta(minutes=float(minutes))


def open_between(
    program: Program, clock: str, start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """Give the open intervals of a clock between two moments, for drawing them."""
    return clock_of(program, clock, statutory_years=True).open_intervals(start, end)
