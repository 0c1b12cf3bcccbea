"""The days of one calendar: what hours begin on each, which work, and when each closes.

A day is a number, days since 1970-01-01, and is a local date of the calendar's zone. What is derived is
only remembered, never changed, so several threads may share it: at worst it is made twice.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from reglament.regulation.calendar.dated import weekday_of, year_kind
from reglament.regulation.calendar.faults import CalendarFault, YearNotDecreed
from reglament.regulation.calendar.hours import DAY, merged
from reglament.regulation.calendar.offsets import (
    SECONDS_OF_DAY,
    first_day,
    real_time,
    stretches,
    stretches_around,
    year_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from reglament.regulation.calendar.dated import DaysOff, OwnDates
    from reglament.regulation.calendar.hours import Hours, Interval, Weekly
    from reglament.regulation.calendar.offsets import Stretch

LAST_YEAR = 9999
YEARS_KEPT = 128
# Before 1800 no zone of the IANA database changes its offset, after 2100 each does by a rule that
# depends on the weekdays of the year alone.
_SETTLED_BEFORE, _SETTLED_AFTER = 1800, 2100


class Days:
    """Hours by date, from weekly hours, days off and a calendar's own dates."""

    __slots__ = ("_bounds", "_counts", "_dated", "_working", "days_off", "decreed", "own", "weekly", "zone")

    def __init__(self, zone: ZoneInfo, weekly: Weekly, own: OwnDates, days_off: DaysOff | None) -> None:
        self.zone = zone
        self.weekly = weekly
        self.own = own
        self.days_off = days_off
        self.decreed = None if days_off is None or days_off.statutory else days_off.decreed()
        """First and last year that may be answered for; None: any."""
        self._bounds: tuple[int, int] | None = None
        self._dated: dict[int, dict[int, Hours]] = {}
        self._working: dict[int, list[int]] = {}
        self._counts: dict[object, int] = {}

    def hours_of(self, day: int) -> Hours:
        """The hours that begin on a day. Raises YearNotDecreed."""
        hours = self.dated(year_of(day)).get(day)
        return self.weekly[weekday_of(day)] if hours is None else hours

    def dated(self, year: int) -> Mapping[int, Hours]:
        """The hours of each day of a year that differs from its weekday. Raises YearNotDecreed."""
        if self.decreed and not self.decreed[0] <= year <= self.decreed[1]:
            raise self.not_decreed(year)
        if self.days_off is None:
            return self.own.hours(year)
        dated = self._dated.get(year)
        if dated is None:
            dated = {**self.days_off.hours(year, self.weekly), **self.own.hours(year)}
            _forget(self._dated)
            self._dated[year] = dated
        return dated

    def not_decreed(self, year: int) -> YearNotDecreed:
        """The fault to raise where an answer needs that year."""
        return YearNotDecreed(year, self.days_off.source if self.days_off else "the calendar")

    def last_year(self) -> int:
        """The last UTC year that can have open time."""
        if self.decreed:
            return min(self.decreed[1] + 1, LAST_YEAR)
        return LAST_YEAR if any(self.weekly) else min(self.own.last + 1, LAST_YEAR)

    def no_more(self) -> CalendarFault:
        """The fault to raise where an answer lies beyond the last year with open time."""
        if self.decreed:
            return self.not_decreed(self.decreed[1] + 1)
        if any(self.weekly):
            return beyond_last_year()
        return CalendarFault(
            "start",
            f"the calendar has no open hours left: none weekly, and its last date is in {self.own.last}",
        )

    def is_empty(self, year: int) -> bool:
        """Whether a year cannot have open time: there are no weekly hours, and no date of its own is near."""
        return not any(self.weekly) and not self.own.near(year)

    def kind(self, year: int) -> object:
        """Equal for two years that have the same open time and working days."""
        if self.decreed or self.own.near(year) or _SETTLED_BEFORE <= year <= _SETTLED_AFTER:
            return year
        return (year < _SETTLED_BEFORE, *year_kind(year))

    # Working days

    def nth_working_day(self, day: int, n: int) -> int:
        """The n-th working day after a day; n from 1. Raises YearNotDecreed, CalendarFault."""
        if day + 1 >= first_day(LAST_YEAR + 1):
            raise beyond_last_year()
        year = year_of(day + 1)
        days = self.working_days(year)
        # Counted on from the first working day of the year, as if those up to `day` were asked for too.
        n += bisect_right(days, day)
        while n > self._count(year):
            n -= self._count(year)
            year += 1
            if year > (self.last_year() if self.decreed is None else LAST_YEAR):
                raise self.no_more()
        return self.working_days(year)[n - 1]

    def working_days(self, year: int) -> list[int]:
        """The days of a year on which hours begin that really occur, in order. Raises YearNotDecreed."""
        days = self._working.get(year)
        if days is None:
            dated = self.dated(year)
            if any(self.weekly):
                candidates = list(range(first_day(year), first_day(year + 1)))
            else:
                candidates = sorted(dated)
            days = [day for day in candidates if dated.get(day, self.weekly[weekday_of(day)])]
            doubtful = self._near_jumps(year) if days else ()
            if doubtful:
                days = [day for day in days if day not in doubtful or self._occurs(day)]
            _forget(self._working)
            self._working[year] = days
        return days

    def _count(self, year: int) -> int:
        if self.is_empty(year):
            return 0
        kind = self.kind(year)
        if kind not in self._counts:
            self._counts[kind] = len(self.working_days(year))
        return self._counts[kind]

    def _near_jumps(self, year: int) -> set[int]:
        # Clocks that jump ahead can swallow the hours of a day, or the whole day.
        cut: list[Stretch] = []
        for near in (year - 1, year, year + 1):
            if 1 <= near <= LAST_YEAR:
                cut.extend(stretches(self.zone, near))
        result: set[int] = set()
        for (_, until, before), (_, _, after) in pairwise(cut):
            if after > before:
                skipped_from, skipped_to = (
                    (until + before) // SECONDS_OF_DAY,
                    (until + after) // SECONDS_OF_DAY,
                )
                result.update(range(skipped_from - 2, skipped_to + 1))
        return result

    def _occurs(self, day: int) -> bool:
        return self.end(day) is not None and self.closing(day) is not None

    # Real time

    def closing(self, day: int) -> int | None:
        """The last instant of the hours that begin on a day; None where they never occur, or are none."""
        spans = [(day * DAY + opening, day * DAY + closing) for opening, closing in self.hours_of(day)]
        return self._last_instant(day, spans)

    def end(self, day: int) -> int | None:
        """The last instant of a local date, its 24:00; None where the zone skipped the date."""
        return self._last_instant(day, [(day * DAY, (day + 1) * DAY)])

    def _last_instant(self, day: int, spans: list[Interval]) -> int | None:
        ends = real_time(spans, stretches_around(self.zone, day))[1] if spans else ()
        return ends[-1] if ends else None

    def spans(self, first: int, last: int) -> list[Interval]:
        """The open readings, in minutes, of the hours that begin on the days from first to last.

        Days without a decree have none here; `bounds` says how far that is the truth.
        """
        if self.decreed:
            first = max(first, first_day(self.decreed[0]))
            last = min(last, first_day(self.decreed[1] + 1) - 1)
            if first > last:
                return []
        dated: dict[int, Hours] = {}
        for year in range(year_of(first), year_of(last) + 1):
            dated.update(self.dated(year))
        days = range(first, last + 1) if any(self.weekly) else [day for day in dated if first <= day <= last]
        spans: list[Interval] = []
        for day in days:
            hours = dated.get(day)
            if hours is None:
                hours = self.weekly[(day + 3) % 7]
            for opening, closing in hours:
                spans.append((day * DAY + opening, day * DAY + closing))
        return merged(spans)

    def bounds(self, decreed: tuple[int, int]) -> tuple[int, int]:
        """First and last instant that is settled by the days off from one year to another."""
        if self._bounds is None:
            first, last = first_day(decreed[0]), first_day(decreed[1] + 1)
            # What began on a day of the year before is not known to have closed by midnight.
            unknown = max((closing - DAY for hours in self.weekly for _, closing in hours), default=0)
            opening, closing = first * DAY + max(0, unknown), last * DAY
            # What began on the last days and runs over midnight is known to be open.
            for begin, end in self.spans(last - 3, last - 1):
                if begin < last * DAY < end:
                    closing = end
            begins, _ = real_time([(opening, opening + DAY)], stretches_around(self.zone, first))
            _, ends = real_time([(closing - DAY, closing)], stretches_around(self.zone, last - 1))
            self._bounds = begins[0], ends[-1]
        return self._bounds


def beyond_last_year() -> CalendarFault:
    """The fault of an answer that no date can be written for."""
    return CalendarFault("amount", "leads out of the years 1 to 9999; ask for less")


def _forget(kept: dict[int, dict[int, Hours]] | dict[int, list[int]]) -> None:
    if len(kept) >= YEARS_KEPT:
        kept.clear()
