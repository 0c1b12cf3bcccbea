"""Days off by law and decree: which days of a year do not work, which weekend days do, which are short.

`days_off_of` answers for a decreed year from the dated table, `statutory_days_off` for any year from
the law alone, which is all that is known before the year's decree. Sources: Labour Code of the RF
art. 95, 111, 112; the decrees stand in `data`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from reglament.regulation.calendar.data.overlays import OVERLAYS
from reglament.regulation.calendar.data.russia import HOLIDAYS, NEW_YEAR, YEARS
from reglament.regulation.calendar.faults import CalendarFault, YearNotDecreed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCES = ("RU",)
"""Names of the days off at hand."""

_ONE_DAY = timedelta(days=1)
_NO_DAYS: frozenset[date] = frozenset()


class YearOfDaysOff:
    """What law and decree say of one year, for a week of five working days. Read it, do not change it."""

    __slots__ = (
        "days_off",
        "decree",
        "decreed_on",
        "holidays",
        "moved",
        "shortened",
        "working_weekends",
        "year",
    )

    def __init__(
        self,
        year: int,
        moved_by_decree: tuple[tuple[str, str], ...] = (),
        decree: str | None = None,
        decreed_on: str | None = None,
    ) -> None:
        self.year = year
        self.decree = decree
        """Number of the Government's decree; None where only the law was applied."""
        self.decreed_on = date.fromisoformat(decreed_on) if decreed_on else None
        self.holidays = frozenset(date.fromisoformat(f"{year:04d}-{day}") for day, _ in HOLIDAYS)
        pairs = [(date.fromisoformat(first), date.fromisoformat(second)) for first, second in moved_by_decree]
        self.working_weekends: Mapping[date, date] = {
            first: second for first, second in pairs if first not in self.holidays
        }
        """Saturday or Sunday that works, and the weekday it was swapped with."""
        self.moved: Mapping[date, date] = {second: first for first, second in pairs}
        """Day off that was moved to a day, and the day it was moved from."""
        for first, second in _moved_by_law(year, self.holidays, {first for first, _ in pairs}, self.moved):
            self.moved = {**self.moved, second: first}
        self.days_off = self.holidays | self.moved.keys()
        """Days that do not work beside ordinary Saturdays and Sundays; holidays on weekends included."""
        self.shortened = self._shortened()
        """Working days that are an hour shorter (art. 95)."""

    def is_working(self, day: date) -> bool:
        """Whether a day of this year is a working day of a five-day week."""
        return day in self.working_weekends or (day.weekday() < 5 and day not in self.days_off)

    def working_days(self) -> list[date]:
        """The working days of the year, in order."""
        first = date(self.year, 1, 1)
        length = 366 if _is_leap(self.year) else 365
        days = (first + timedelta(days=number) for number in range(length))
        return [day for day in days if self.is_working(day)]

    def hours_of(self, weekly_hours: int = 40) -> int:
        """Working hours of the year for a week of so many hours in five equal days."""
        return len(self.working_days()) * weekly_hours // 5 - len(self.shortened)

    def _shortened(self) -> frozenset[date]:
        # The day whose length counts is the one before a holiday; a working Saturday takes the length of
        # the weekday it was swapped with (order of the Ministry of Health 588n of 13.08.2009).
        eves = {holiday - _ONE_DAY for holiday in self.holidays if holiday != date.min}
        if self.year < date.max.year:
            eves.add(date(self.year, 12, 31))
        return frozenset(
            {eve for eve in eves if eve.year == self.year and eve.weekday() < 5 and eve not in self.days_off}
            | {saturday for saturday, weekday in self.working_weekends.items() if weekday in eves}
        )


def _moved_by_law(
    year: int, holidays: frozenset[date], moved_already: set[date], taken: Mapping[date, date]
) -> list[tuple[date, date]]:
    """Holidays on a weekend and the next working day each gives (art. 112, part 2)."""
    result: list[tuple[date, date]] = []
    off = set(holidays) | set(taken)
    first, last = (date.fromisoformat(f"{year:04d}-{day}") for day in NEW_YEAR)
    for holiday in sorted(holidays):
        if holiday.weekday() < 5 or first <= holiday <= last or holiday in moved_already:
            continue
        following = holiday + _ONE_DAY
        while following.weekday() >= 5 or following in off:
            following += _ONE_DAY
        off.add(following)
        result.append((holiday, following))
    return result


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def check_source(source: str, overlays: tuple[str, ...] = ()) -> None:
    """Raise CalendarFault at `days_off` or `overlays` where a name is not known."""
    if source not in SOURCES:
        raise CalendarFault("days_off", f"{source!r} names no days off; one of {', '.join(SOURCES)}")
    for name in overlays:
        if name not in OVERLAYS or OVERLAYS[name]["source"] != source:
            raise CalendarFault(
                "overlays", f"{name!r} is no layer over {source}; one of {', '.join(OVERLAYS)}"
            )


def decreed_years(source: str, overlays: tuple[str, ...] = ()) -> tuple[int, int]:
    """First and last year for which the days off, with those layers over them, are all decreed."""
    check_source(source, overlays)
    first, last = min(YEARS), max(YEARS)
    for name in overlays:
        years = OVERLAYS[name]["years"]
        if years is not None:
            first, last = max(first, years[0]), min(last, years[1])
    return first, last


@lru_cache(maxsize=256)
def days_off_of(source: str, year: int) -> YearOfDaysOff:
    """The days off of a decreed year. Raises YearNotDecreed where there is no decree for it yet."""
    check_source(source)
    row = YEARS.get(year)
    if row is None:
        raise YearNotDecreed(year, source)
    return YearOfDaysOff(year, row["moved_by_decree"], row["decree"], row["decreed_on"])


@lru_cache(maxsize=256)
def statutory_days_off(source: str, year: int) -> YearOfDaysOff:
    """The days off of any year from 1 to 9999 by the law alone, as it stands today.

    A decree moves two January days off and may swap others, so this is preliminary.
    """
    check_source(source)
    return YearOfDaysOff(year)


@lru_cache(maxsize=256)
def overlay_days(overlays: tuple[str, ...], year: int) -> tuple[frozenset[date], frozenset[date]]:
    """What layers add to a year: its further days off, and the days that are an hour shorter by them."""
    off: set[date] = set()
    short: set[date] = set()
    for name in overlays:
        layer = OVERLAYS[name]
        for first, last, _ in layer["days"]:
            day, end = date.fromisoformat(first), date.fromisoformat(last)
            if layer["shortens_day_before"] and (day - _ONE_DAY).year == year:
                short.add(day - _ONE_DAY)
            while day <= end:
                if day.year == year:
                    off.add(day)
                day += _ONE_DAY
    return frozenset(off) or _NO_DAYS, frozenset(short) or _NO_DAYS


def digest(source: str, overlays: tuple[str, ...] = ()) -> str:
    """SHA-256, in hexadecimal, of the data behind the days off; another one where a day or a decree differs.

    A decision keeps it, so that whoever replays the decision knows which tables it stood on.
    """
    from hashlib import sha256

    check_source(source, overlays)
    content = (
        HOLIDAYS,
        NEW_YEAR,
        sorted(YEARS.items()),
        [(name, sorted(OVERLAYS[name].items())) for name in sorted(overlays)],
    )
    return sha256(repr(content).encode()).hexdigest()
