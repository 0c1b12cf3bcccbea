"""The working-time arithmetic of a due time, line by line, as one would check it on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from reglament.regulation.deciding.due import clock_of
from reglament.regulation.wording.hours import hours_in_words
from reglament.regulation.wording.moments import clock, day, moment
from reglament.regulation.wording.spans import minutes, span

if TYPE_CHECKING:
    from datetime import date, datetime

    from reglament.regulation.calendar import Calendar
    from reglament.regulation.model.decision import Obligation
    from reglament.regulation.model.program import Program
    from reglament.regulation.wording.facts import Labels

MOST_LINES = 14


class Line(NamedTuple):
    """One step: its words, and the counted interval behind it where there is one."""

    text: str
    opens: datetime | None = None
    closes: datetime | None = None


def arithmetic(program: Program, obligation: Obligation, labels: Labels) -> tuple[Line, ...]:
    """The steps from receipt to due; empty where the regulation sets no limit."""
    due = obligation.due_at
    if due is None:
        return ()
    start, budget = obligation.starts_at, obligation.budget
    calendar = labels.edition.calendars[obligation.clock]
    hours = hours_in_words(calendar, labels.language)
    first = Line(
        labels.pick(
            f"Отсчёт: {moment(start, 'ru')}; часы: {hours}.",
            f"Counted from {moment(start, 'en')}; hours: {hours}.",
        )
    )
    if budget.unit in ("hours", "minutes"):
        steps = [
            Line(f"{_at(start, labels)} + {span(*budget, labels.language)} = {_at(due, labels)}", start, due)
        ]
    elif budget.unit in ("working_hours", "working_minutes"):
        steps = _working_minutes(
            clock_of(program, obligation.clock, statutory_years=True), start, due, labels
        )
    else:
        steps = _days(
            clock_of(program, obligation.clock, statutory_years=True), start, due, budget.unit, labels
        )
    if obligation.preliminary:
        steps.append(
            Line(
                labels.pick(
                    "Срок предварительный: перенос выходных на этот год ещё не утверждён.",
                    "The due time is preliminary: the days off of that year are not decreed yet.",
                )
            )
        )
    return (first, *_shortened(steps, labels))


def _working_minutes(calendar: Calendar, start: datetime, due: datetime, labels: Labels) -> list[Line]:
    lines = []
    total = 0.0
    for opens, closes in calendar.open_intervals(start, due):
        counted = (closes - opens).total_seconds() / 60
        total += counted
        until = clock(closes) if closes.hour or closes.minute else "24:00"
        text = f"{day(opens.date(), labels.language, weekday='short')}, {clock(opens)}–{until}: "
        lines.append(Line(text + minutes(counted, labels.language), opens, closes))
    said = labels.pick("Всего", "In all")
    lines.append(Line(f"{said} {minutes(total, labels.language)}: {_at(due, labels)}"))
    return lines


def _days(calendar: Calendar, start: datetime, due: datetime, unit: str, labels: Labels) -> list[Line]:
    last = (due - timedelta(microseconds=1)).date()
    lines = [
        Line(
            labels.pick(
                "День получения не считается: срок в днях начинается со следующего дня.",
                "The day of receipt does not count: a period in days begins on the next day.",
            )
        )
    ]
    if unit == "working_days":
        counted = [when for when in _dates(start.date(), last) if calendar.is_working_day(when)]
        for number, when in enumerate(counted, 1):
            said = labels.pick(f"{number}-й рабочий день", f"working day {number}")
            lines.append(Line(f"{said}: {day(when, labels.language, weekday='short')}"))
    lines.append(Line(labels.pick(f"Срок: {_until(due, 'ru')}", f"Due: {_until(due, 'en')}")))
    return lines


def _dates(after: date, last: date) -> list[date]:
    return [after + timedelta(days=number) for number in range(1, (last - after).days + 1)]


def _until(due: datetime, language: str) -> str:
    # Midnight is told as the end of the day that it closes, which is how a period in days ends (art. 194).
    if due.hour == due.minute == 0:
        return f"{day((due - timedelta(days=1)).date(), language, weekday='long')}, 24:00"
    return moment(due, language)


def _at(when: datetime, labels: Labels) -> str:
    return f"{day(when.date(), labels.language, weekday='short')}, {clock(when)}"


def _shortened(lines: list[Line], labels: Labels) -> list[Line]:
    if len(lines) <= MOST_LINES:
        return lines
    left_out = len(lines) - MOST_LINES + 1
    said = labels.pick(f"… ещё строк: {left_out}", f"… {left_out} more lines")
    return [*lines[: MOST_LINES - 4], Line(said), *lines[len(lines) - 3 :]]
