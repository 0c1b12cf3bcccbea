"""What single dates do to weekly hours: days off, working weekends, shorter days, a calendar's own dates.

A day is a number: days since 1970-01-01. Hours given for a day replace those of its weekday; no hours
make it a day off.
"""

from __future__ import annotations

from datetime import date

from reglament.regulation.calendar.days_off import (
    days_off_of,
    decreed_years,
    overlay_days,
    statutory_days_off,
)
from reglament.regulation.calendar.hours import shortened
from reglament.regulation.calendar.offsets import first_day

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reglament.regulation.calendar.days_off import YearOfDaysOff
    from reglament.regulation.calendar.hours import Hours, Weekly

_EPOCH_ORDINAL = 719163


def day_of(day: date) -> int:
    """The number of a date."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """The date of a number; ValueError or OverflowError outside the years 1 to 9999."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


class DaysOff:
    """The days off that a calendar keeps: a source by name, its layers, and two readings of a clause.

    `working_weekends` False: the clause names its weekdays, so a weekend day that works by decree is
    still off. `short_days` `minus_hour`: the days of Labour Code art. 95 close an hour earlier.
    `statutory` True: years without a decree go on with what the law alone says.
    """

    __slots__ = ("overlays", "short_days", "source", "statutory", "working_weekends")

    def __init__(
        self,
        source: str,
        working_weekends: bool,
        short_days: str,
        overlays: tuple[str, ...],
        statutory: bool = False,
    ) -> None:
        self.source = source
        self.working_weekends = working_weekends
        self.short_days = short_days
        self.overlays = overlays
        self.statutory = statutory

    def key(self) -> tuple[object, ...]:
        """What makes two of them the same."""
        return (self.source, self.working_weekends, self.short_days, self.overlays, self.statutory)

    def going_on_by_law(self) -> DaysOff:
        """The same days off, with those of the law alone where a year has no decree."""
        return DaysOff(self.source, self.working_weekends, self.short_days, self.overlays, statutory=True)

    def decreed(self) -> tuple[int, int]:
        """First and last year that has its decree."""
        return decreed_years(self.source, self.overlays)

    def hours(self, year: int, weekly: Weekly) -> dict[int, Hours]:
        """The hours of each day of a year that differs from its weekday. Raises YearNotDecreed."""
        law = self._law(year)
        further, shorter = overlay_days(self.overlays, year)
        result: dict[int, Hours] = {}
        if self.working_weekends:
            for day, weekday in law.working_weekends.items():
                result[day_of(day)] = weekly[weekday.weekday()]
        for day in law.days_off | further:
            result[day_of(day)] = ()
        if self.short_days == "minus_hour":
            for day in law.shortened | shorter:
                number = day_of(day)
                if day.weekday() < 5 or number in result:
                    result[number] = shortened(result.get(number, weekly[day.weekday()]))
        return result

    def is_working(self, day: date) -> bool:
        """Whether a date is a working day in the sense of Civil Code art. 193 (Labour Code art. 111, 112).

        A weekend day that works by decree is one, whatever a clause says of its own hours. Raises
        YearNotDecreed.
        """
        return self._law(day.year).is_working(day) and day not in overlay_days(self.overlays, day.year)[0]

    def _law(self, year: int) -> YearOfDaysOff:
        first, last = self.decreed()
        if self.statutory and not first <= year <= last:
            return statutory_days_off(self.source, year)
        return days_off_of(self.source, year)


class OwnDates:
    """The single dates that a calendar's definition names: its holidays, and days with hours of their own."""

    __slots__ = ("_by_year", "first", "last")

    def __init__(self, holidays: Iterable[date], working_days: Mapping[date, Hours]) -> None:
        by_year: dict[int, dict[int, Hours]] = {}
        for holiday in holidays:
            by_year.setdefault(holiday.year, {})[day_of(holiday)] = ()
        for day, hours in working_days.items():
            by_year.setdefault(day.year, {})[day_of(day)] = hours
        self._by_year = by_year
        self.first = min(by_year, default=0)
        """First year with such a date; 0 where there are none."""
        self.last = max(by_year, default=0)

    def hours(self, year: int) -> dict[int, Hours]:
        """The hours of each such day of a year."""
        return self._by_year.get(year, {})

    def near(self, year: int) -> bool:
        """Whether the year, the one before or the one after has such a date."""
        return any(neighbour in self._by_year for neighbour in (year - 1, year, year + 1))


def weekday_of(day: int) -> int:
    """0 for a Monday; 1970-01-01 was a Thursday."""
    return (day + 3) % 7


def year_kind(year: int) -> tuple[int, bool]:
    """Equal for two years whose dates fall on the same weekdays: the weekday of 1 January, leap or not."""
    return weekday_of(first_day(year)), first_day(year + 1) - first_day(year) == 366
