"""`reglament calc`: the working-time arithmetic by itself, one result for each problem on standard input."""

from __future__ import annotations

import json
import sys

from reglament.cli.batch import Faulty, answer_all, complain
from reglament.regulation.calendar import CalendarFault, read_moment
from reglament.regulation.calendar.moments import shown
from reglament.regulation.calendar.reading import check_keys, read_calendar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from reglament.regulation.calendar import Calendar

USAGE = """Usage: reglament calc

Reads calendar problems on standard input: one JSON object, a JSON array, or JSON Lines.
Writes one result each, in the same shape and order.

  {"calendar": {"tz": "Europe/Moscow", "weekly": {"mon": [["09:00", "17:00"]]},
                "holidays": ["2026-01-01"], "working_days": {"2026-03-07": [["10:00", "14:00"]]}},
   "start": "2026-03-02T10:15:00+03:00", "op": "add_working_minutes", "amount": 480}

op: add_working_minutes (amount, in minutes), working_minutes_between (end),
    nth_working_day_close (amount, from 1)
"""

OPERATIONS = {
    "add_working_minutes": "amount",
    "working_minutes_between": "end",
    "nth_working_day_close": "amount",
}
"""Each operation, and the key that it needs beside calendar and start."""

_KEYS = ("calendar", "start", "op", "amount", "end")
_REMARKS = ("id", "why", "tags", "expect")
_CALENDARS_KEPT = 64


def run(arguments: list[str]) -> int:
    """Answer the problems on standard input; gives the exit status."""
    if arguments in (["--help"], ["-h"]):
        sys.stdout.write(USAGE)
        return 0
    if arguments:
        complain(
            f"reglament calc: takes no arguments, got {arguments[0]!r}; `reglament calc --help` says how"
        )
        return 2
    return answer_all("problem", Solver().answer)


class Solver:
    """Answers problems; calendars that come again are kept, with what they remember."""

    def __init__(self) -> None:
        self._calendars: dict[str, Calendar] = {}

    def answer(self, problem: object, place: str) -> str:
        """The result of one problem, as a line of JSON. Raises Faulty with every fault in it."""
        faults: list[CalendarFault] = []
        result: object = None
        if isinstance(problem, dict):
            result = self._solve(problem, place, faults)
        else:
            faults.append(
                CalendarFault(place, f"{shown(problem)} is not an object; it has the keys {', '.join(_KEYS)}")
            )
        if faults:
            raise Faulty(map(str, faults))
        return json.dumps({"result": result})

    def _solve(self, problem: dict[str, object], place: str, faults: list[CalendarFault]) -> object:
        operation = _read_operation(problem, place, faults)
        needed = OPERATIONS.get(operation, "")
        check_keys({key: None for key in problem if key not in _REMARKS}, _KEYS, place, faults)
        for key in ("amount", "end"):
            if needed and key in problem and key != needed:
                faults.append(CalendarFault(f"{place}.{key}", f"{operation} has no use for it; leave it out"))
        start = _read(problem, "start", place, faults)
        end = _read(problem, "end", place, faults) if needed == "end" else None
        amount = _read_amount(problem, operation, place, faults) if needed == "amount" else 0
        calendar = self._read_calendar(problem, place, faults)
        if faults or calendar is None or start is None:
            return None
        try:
            if end is not None:
                return calendar.working_minutes_between(start, end)
            if operation == "nth_working_day_close":
                return calendar.nth_working_day_close(start, amount).isoformat()
            return calendar.add_working_minutes(start, amount).isoformat()
        except CalendarFault as fault:
            faults.append(CalendarFault(f"{place}.{fault.place}", fault.message))
            return None

    def _read_calendar(
        self, problem: dict[str, object], place: str, faults: list[CalendarFault]
    ) -> Calendar | None:
        if "calendar" not in problem:
            faults.append(CalendarFault(f"{place}.calendar", "is missing; say when it is open"))
            return None
        definition = problem["calendar"]
        try:
            written = repr(definition)
        except RecursionError:
            faults.append(CalendarFault(f"{place}.calendar", "is nested too deeply"))
            return None
        calendar = self._calendars.get(written)
        if calendar is None:
            calendar = read_calendar(definition, f"{place}.calendar", faults)
            if calendar is not None:
                if len(self._calendars) >= _CALENDARS_KEPT:
                    self._calendars.clear()
                self._calendars[written] = calendar
        return calendar


def _read_operation(problem: dict[str, object], place: str, faults: list[CalendarFault]) -> str:
    if "op" not in problem:
        faults.append(CalendarFault(f"{place}.op", f"is missing; one of {', '.join(OPERATIONS)}"))
        return ""
    operation = problem["op"]
    if not isinstance(operation, str) or operation not in OPERATIONS:
        faults.append(
            CalendarFault(
                f"{place}.op", f"{shown(operation)} is not an operation; one of {', '.join(OPERATIONS)}"
            )
        )
        return ""
    return operation


def _read(problem: dict[str, object], key: str, place: str, faults: list[CalendarFault]) -> datetime | None:
    if key not in problem:
        faults.append(
            CalendarFault(f"{place}.{key}", "is missing; write a moment such as 2026-03-02T10:15:00+03:00")
        )
        return None
    try:
        return read_moment(problem[key], f"{place}.{key}")
    except CalendarFault as fault:
        faults.append(fault)
        return None


def _read_amount(problem: dict[str, object], operation: str, place: str, faults: list[CalendarFault]) -> int:
    least = 1 if operation == "nth_working_day_close" else 0
    here = f"{place}.amount"
    if "amount" not in problem:
        faults.append(CalendarFault(here, f"is missing; {operation} takes a whole number from {least}"))
        return 0
    amount = problem["amount"]
    # JSON has one kind of number: 480.0 and 4.8e2 are 480.
    if isinstance(amount, float) and amount.is_integer():
        amount = int(amount)
    if type(amount) is not int:
        faults.append(CalendarFault(here, f"{shown(amount)} is not a whole number"))
        return 0
    if amount < least:
        faults.append(CalendarFault(here, f"{shown(amount)} is less than {least}"))
    return amount
