"""How fast working time is counted, beside businesstimedelta and pandas in the same run.

One addition of 24 working hours, 09:00 to 17:00 on working days of the RF production calendar, from
aware starts between 2024 and the middle of 2027. Every answer of ours is checked against a day-by-day
count over the days of the `holidays` package. The others have no working Saturdays, and tell a sum that
ends at closing otherwise, so their answers are not compared.
"""

from __future__ import annotations

import gc
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta
import holidays
import pandas as pd
import pytz

from reglament.regulation.calendar import regulation_calendar

ZONE = ZoneInfo("Europe/Moscow")
OPENS, CLOSES = 9, 17
HOURS = 24
FIRST, LAST = datetime(2024, 1, 1, tzinfo=ZONE), datetime(2027, 7, 1, tzinfo=ZONE)
WEEKLY = (((OPENS * 60, CLOSES * 60),),) * 5 + ((), ())
ROUNDS = 7
GOALS = {"businesstimedelta": 60.0, "pandas": 20.0}
GROWTH_GOAL = 1.5

Row = tuple[str, str, str]


def main() -> list[Row]:
    """Rows of the table: what was measured, the figure, what it stands beside.

    Raises ValueError where an answer of ours is wrong.
    """
    chance = random.Random(2027)  # noqa: S311
    span = int((LAST - FIRST).total_seconds()) // 60
    starts = [FIRST + timedelta(minutes=chance.randrange(span)) for _ in range(2000)]
    calendar = regulation_calendar("Europe/Moscow", WEEKLY)
    days = holidays.country_holidays("RU", years=range(2024, 2029))
    _check([(hours, starts) for hours in (1, HOURS, 200, 1000)], calendar.add_working_minutes, days)

    ours = _each(lambda start: calendar.add_working_minutes(start, HOURS * 60), starts)
    rows: list[Row] = [
        (f"{HOURS} working hours added, RF calendar", _micros(ours), "all answers checked day by day")
    ]
    for name, add, kept in _others(days):
        theirs = _each(add, starts[:kept], rounds=3)
        rows.append(
            (
                f"the same by {name}",
                f"{_micros(theirs)}, {theirs / ours:.0f} times ours",
                f"goal {GOALS[name]:.0f} times: {_verdict(theirs / ours >= GOALS[name])}",
            )
        )
    few = [start for start in starts if start < datetime(2026, 12, 1, tzinfo=ZONE)]
    short = _each(lambda start: calendar.add_working_minutes(start, 60), few)
    long = _each(lambda start: calendar.add_working_minutes(start, 60_000), few)
    growth = long / short
    rows.append(
        (
            "1 working hour, 1 000 working hours",
            f"{_micros(short)}, {_micros(long)}",
            f"grows {growth:.2f} times, goal below {GROWTH_GOAL}: {_verdict(growth < GROWTH_GOAL)}",
        )
    )
    always = regulation_calendar("Europe/Moscow", (((0, 1440),),) * 7, days_off=None)
    rows.append(
        (
            "3 hours round the clock",
            _micros(_each(lambda start: always.add_working_minutes(start, 180), starts)),
            "no table is made",
        )
    )
    rows.append(("first addition of a new process, imports apart", _first(), "makes the table of one year"))
    return rows


def _others(days: Any) -> list[tuple[str, Callable[[datetime], Any], int]]:
    """The other calendars, prepared: name, how one adds, and how many starts it is given."""
    zone = pytz.timezone("Europe/Moscow")
    rules = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(
                start_time=time_of_day(OPENS),
                end_time=time_of_day(CLOSES),
                working_days=[0, 1, 2, 3, 4],
                tz=zone,
            ),
            businesstimedelta.HolidayRule(days, tz=zone),
        ]
    )
    delta = businesstimedelta.BusinessTimeDelta(rules, hours=HOURS)
    off = [day for day in days if day.weekday() < 5]
    hours = pd.offsets.CustomBusinessHour(
        HOURS, start=f"{OPENS:02d}:00", end=f"{CLOSES:02d}:00", weekmask="Mon Tue Wed Thu Fri", holidays=off
    )
    stamps: dict[datetime, Any] = {}

    def by_pandas(start: datetime) -> Any:
        stamp = stamps.get(start)
        if stamp is None:
            stamp = stamps[start] = pd.Timestamp(start)
        return stamp + hours

    return [("businesstimedelta", lambda start: start + delta, 200), ("pandas", by_pandas, 500)]


def _check(
    given: list[tuple[int, list[datetime]]], add: Callable[[datetime, int], datetime], days: Any
) -> None:
    for hours, starts in given:
        for start in starts[: 2000 if hours <= HOURS else 300]:
            if start.year == 2027 and hours > HOURS:
                # A thousand hours from here would reach a year that is not decreed.
                continue
            found, expected = _wall(add(start, hours * 60)), _by_days(start, hours, days)
            if found != expected:
                raise ValueError(f"{hours} working hours from {start}: {found}, by days {expected}")


def _by_days(start: datetime, hours: int, days: Any) -> datetime:
    """The slow answer, on the wall clock of Moscow, whose offset does not change in these years."""
    wall, left = _wall(start), timedelta(hours=hours)
    day = wall.date()
    while True:
        if _works(day, days):
            opening = max(wall, datetime.combine(day, time_of_day(OPENS)))
            closing = datetime.combine(day, time_of_day(CLOSES))
            if opening + left <= closing:
                return opening + left
            left -= max(closing - opening, timedelta())
        day += timedelta(days=1)


def _works(day: date, days: Any) -> bool:
    return bool(days.is_working_day(day))


def _wall(moment: Any) -> datetime:
    return datetime.fromisoformat(moment.astimezone(ZONE).isoformat()).replace(tzinfo=None)


def _each(add: Callable[[datetime], Any], starts: list[datetime], rounds: int = ROUNDS) -> float:
    """Seconds for one call, memos filled: the best of some rounds, for the machine does other things too."""
    taken = []
    for start in starts:
        add(start)
    gc.disable()
    for _ in range(rounds):
        began = time.perf_counter()
        for start in starts:
            add(start)
        taken.append((time.perf_counter() - began) / len(starts))
    gc.enable()
    return min(taken)


def _first() -> str:
    code = (
        "import time; from datetime import datetime;"
        "from reglament.regulation.calendar import regulation_calendar;"
        "start = datetime.fromisoformat('2026-03-06T15:20:00+03:00'); began = time.perf_counter();"
        f"regulation_calendar('Europe/Moscow', {WEEKLY!r}).add_working_minutes(start, 1440);"
        "print(time.perf_counter() - began)"
    )
    taken = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(ROUNDS)
    ]
    return f"{statistics.median(taken) * 1e3:.2f} ms"


def _micros(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} µs" if seconds < 1e-4 else f"{seconds * 1e6:.0f} µs"


def _verdict(met: bool) -> str:
    return "met" if met else "missed"


if __name__ == "__main__":
    for row in main():
        print("| " + " | ".join(row) + " |")
