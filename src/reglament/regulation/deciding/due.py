"""From a budget to a due time, on the clock that the regulation names."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from reglament.regulation.calendar import CalendarFault, YearNotDecreed, regulation_calendar
from reglament.regulation.deciding.conditions import holding
from reglament.regulation.deciding.gaps import RegulationGap
from reglament.regulation.deciding.zones import zone
from reglament.regulation.model.decision import Budget, Obligation
from reglament.regulation.model.request import Fault, RequestFaults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from reglament.regulation.calendar import Calendar
    from reglament.regulation.model.program import Conjunction, Program, Rule
    from reglament.regulation.model.request import Request

_MINUTES = {"minutes": 1, "hours": 60, "working_minutes": 1, "working_hours": 60}


def owed(
    program: Program,
    request: Request,
    rule: Rule,
    terms: dict[str, Any],
    values: list[object],
    used: set[int],
    *,
    excused_by: str | None,
    statutory_years: bool,
) -> Obligation:
    """The obligation that a rule's terms make of a request; adds the slots that chose the budget to `used`.

    What is met by completion counts from when the request was complete, everything else from receipt.
    Raises RequestFaults, at the moment that it counts from, where no due time can be told.
    """
    budget, because = choose_budget(terms, values)
    for conjunction in because:
        used.update([slot for slot, _ in conjunction])
    completes = terms["fulfilled_by"] == "completion" and request.completed_at is not None
    start = request.completed_at if completes else request.received_at
    assert start is not None
    clock = clock_of(program, terms["clock"], statutory_years=statutory_years)
    try:
        due = due_time(clock, start, budget, program.timezone)
    except YearNotDecreed as fault:
        raise RequestFaults([Fault(_place(request, completes), fault.message)]) from fault
    except (CalendarFault, OverflowError) as fault:
        message = (
            f"a deadline of {budget.amount} {budget.unit} from {start.isoformat()} cannot be represented"
        )
        raise RequestFaults([Fault(_place(request, completes), message)]) from fault
    return Obligation(
        metric=rule.name,
        starts_at=start,
        due_at=due,
        clock=terms["clock"],
        fulfilled_by=terms["fulfilled_by"],
        clause=rule.clause,
        budget=budget,
        excused_by=excused_by,
        preliminary=statutory_years and due is not None and clock.is_preliminary(start, due),
    )


def clock_of(program: Program, name: str, *, statutory_years: bool = False) -> Calendar:
    """The calendar that a regulation calls `name`, made once for the program."""
    calendar: Calendar | None = program.memo.get(("clock", name, statutory_years))
    if calendar is None:
        definition = program.calendars[name]
        calendar = regulation_calendar(
            program.timezone,
            tuple(tuple((opening, closing) for opening, closing in day) for day in definition["weekly"]),
            days_off=definition["days_off"],
            working_weekends=definition["working_weekends"],
            short_days=definition["short_days"],
            overlays=tuple(definition["overlays"]),
        )
        if statutory_years:
            calendar = calendar.with_statutory_years()
        program.memo["clock", name, statutory_years] = calendar
    return calendar


def due_time(clock: Calendar, start: datetime, budget: Budget, timezone: str) -> datetime | None:
    """When a budget that starts to run at `start` is used up, in the regulation's zone; None: never.

    Hours are elapsed time from the minute of receipt; days, working days and weeks follow the Civil
    Code of the RF, articles 191 to 194. Raises CalendarFault or OverflowError where no moment can be told.
    """
    unit, amount = budget.unit, budget.amount
    if unit == "unlimited":
        return None
    if unit in ("hours", "minutes"):
        elapsed = timedelta(minutes=amount * _MINUTES[unit])
        return (start.astimezone(UTC) + elapsed).astimezone(zone(timezone))
    if unit == "working_days":
        return clock.nth_working_day_close(start, amount)
    if unit == "days":
        return clock.days_end(start, amount)
    if unit == "weeks":
        return clock.weeks_end(start, amount)
    return clock.add_working_minutes(start, amount * _MINUTES[unit])


def choose_budget(terms: dict[str, Any], values: Sequence[object]) -> tuple[Budget, list[Conjunction]]:
    """The budget that an obligation's terms give among the values, and what made its row hold.

    Where several rows hold and the shortest is promised, all of them had a say. Raises RegulationGap where
    none holds.
    """
    fitting: list[Budget] = []
    because: list[Conjunction] = []
    for condition, (amount, unit) in terms["within"]:
        conjunction = holding(condition, values)
        if conjunction is None:
            continue
        because.append(conjunction)
        fitting.append(Budget(amount, unit))
        if terms["best"] != "shortest":
            break
    if not fitting:
        raise RegulationGap("span in a table")
    limited = [budget for budget in fitting if budget.unit != "unlimited"]
    return (min(limited, key=_amount) if limited else fitting[0]), because


def _amount(budget: Budget) -> int:
    return budget.amount


def _place(request: Request, completes: bool) -> str:
    return f"{request.place}.{'completed_at' if completes else 'received_at'}"
