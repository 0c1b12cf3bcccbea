"""Working time: when a calendar is open, and what so much open time from a moment leads to.

A `Calendar` is a value. Its answers are real elapsed time: an interval across a clock change is as long
as it really lasts. Moments given carry any offset; moments answered are in the calendar's zone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from reglament.regulation.calendar.dated import DaysOff, OwnDates, date_of, day_of
from reglament.regulation.calendar.days import LAST_YEAR, Days, beyond_last_year
from reglament.regulation.calendar.days_off import check_source
from reglament.regulation.calendar.faults import CalendarFault
from reglament.regulation.calendar.hours import WEEKDAYS, never_closes, union
from reglament.regulation.calendar.offsets import (
    EPOCH,
    MICRO,
    SECONDS_OF_DAY,
    first_day,
    instant_of,
    micros_of,
    no_offset,
    offset_at,
    zone_named,
)
from reglament.regulation.calendar.timetable import Timetable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NoReturn
    from zoneinfo import ZoneInfo

    from reglament.regulation.calendar.hours import Hours, Weekly
    from reglament.regulation.calendar.timetable import YearTable

_FIRST_DAY_AFTER = first_day(LAST_YEAR + 1)
SHORT_DAYS = ("ignore", "minus_hour")
"""What a calendar does on the days of Labour Code art. 95: nothing, or close an hour earlier."""


class Calendar:
    """Opening hours in one time zone. Frozen, hashable, safe to share between threads.

    `weekly`: seven days from Monday, each intervals in minutes from local midnight (see `hours`).
    `holidays`: dates on which no interval begins. `working_days`: dates with hours of their own, which
    win over both. `days_off`: a country's days off beside these; `regulation_calendar` sets it.
    Intervals may come in any order and overlap. Raises CalendarFault for a calendar that is not sound,
    or never opens.
    """

    __slots__ = (
        "_always", "_days", "_epoch", "_hash", "_statutory", "_tables", "_timetable",
        "days_off", "holidays", "tz", "weekly", "working_days", "years_known", "zone",
    )  # fmt: skip

    def __init__(
        self,
        tz: str,
        weekly: Sequence[Iterable[Sequence[int]]],
        holidays: Iterable[date] = (),
        working_days: Mapping[date, Iterable[Sequence[int]]] | None = None,
        days_off: DaysOff | None = None,
    ) -> None:
        zone = zone_named(tz)
        if len(weekly) != 7:
            raise CalendarFault("weekly", "a week has seven days, from Monday to Sunday")
        week: Weekly = tuple(  # type: ignore[assignment]
            union(hours, f"weekly.{name}") for name, hours in zip(WEEKDAYS, weekly, strict=True)
        )
        own_days = {
            day: union(hours, f"working_days.{day.isoformat()}")
            for day, hours in sorted((working_days or {}).items())
        }
        off = frozenset(holidays)
        if not any(week) and not any(own_days.values()):
            raise CalendarFault("weekly", "the calendar never opens; give a weekday or a date its hours")
        put = object.__setattr__
        put(self, "tz", tz)
        put(self, "zone", zone)
        put(self, "weekly", week)
        put(self, "holidays", off)
        put(self, "working_days", MappingProxyType(own_days))
        put(self, "days_off", days_off)
        days = Days(zone, week, OwnDates(off, own_days), days_off)
        timetable = Timetable(days)
        put(self, "years_known", days.decreed)
        put(self, "_days", days)
        put(self, "_timetable", timetable)
        put(self, "_tables", timetable.tables)
        put(self, "_always", days_off is None and not off and not own_days and never_closes(week))
        put(self, "_epoch", datetime(1970, 1, 1, tzinfo=zone))
        put(self, "_hash", hash((tz, week, off, tuple(own_days.items()), days_off and days_off.key())))
        put(self, "_statutory", None)

    tz: str
    weekly: Weekly
    holidays: frozenset[date]
    working_days: Mapping[date, Hours]
    days_off: DaysOff | None
    years_known: tuple[int, int] | None
    """First and last year whose days off are decreed; None where any year can be answered for."""
    _always: bool
    _epoch: datetime
    _hash: int
    _statutory: Calendar | None
    _days: Days
    _tables: dict[int, YearTable]
    _timetable: Timetable
    zone: ZoneInfo

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a calendar is frozen; make another one")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def _definition(self) -> tuple[object, ...]:
        return (
            self.tz,
            self.weekly,
            self.holidays,
            dict(self.working_days),
            self.days_off and self.days_off.key(),
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Calendar)
            and self._hash == other._hash
            and self._definition() == other._definition()
        )

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        return Calendar, (self.tz, self.weekly, self.holidays, dict(self.working_days), self.days_off)

    def __repr__(self) -> str:
        source = self.days_off.source if self.days_off else "of its own"
        return f"<Calendar {self.tz}, {sum(map(bool, self.weekly))} weekdays, days off {source}>"

    # Adding and taking away

    def add_working_minutes(self, start: datetime, amount: int) -> datetime:
        """The moment by which so many minutes were open since `start`; of several the first.

        So a sum that is used up at a closing moment gives that moment, not the next opening. With 0: the
        start itself where it is open, else the next opening. Raises CalendarFault at `amount` (negative,
        no whole number, beyond the year 9999) or `start`, YearNotDecreed.
        """
        _check_amount(amount, 0)
        try:
            since = start - EPOCH
        except TypeError:
            raise no_offset("start") from None
        instant = since.days * SECONDS_OF_DAY + since.seconds
        micro = since.microseconds
        if self._always:
            return self._moment(instant + amount * 60, micro)
        table = self._tables.get(start.year)
        if table is None or not table.since <= instant < table.until:
            table = self._timetable.table_at(instant)
        ends, sums = table.ends, table.sums
        index = bisect_right(ends, instant)
        if index == len(ends):
            goal, micro = table.total, 0
        elif instant < (begin := table.begins[index]):
            goal, micro = sums[index] - ends[index] + begin, 0
        elif amount:
            goal = sums[index] - ends[index] + instant
        else:
            return self._moment(instant, micro)
        # A part of a second left over, or nothing to add, needs a moment that is itself open.
        after = micro > 0 or amount == 0
        goal += amount * 60
        index = bisect_right(sums, goal, index) if after else bisect_left(sums, goal, index)
        if index < len(sums):
            return self._moment(ends[index] - sums[index] + goal, micro)
        return self._moment(self._timetable.instant_after(table.year, goal, after), micro)

    def next_opening(self, start: datetime) -> datetime:
        """The start itself where it is open, else the next opening. Raises like add_working_minutes."""
        return self.add_working_minutes(start, 0)

    def minutes_before(self, due: datetime, amount: int) -> datetime:
        """The last moment from which exactly so many open minutes are left until `due`; `due` itself for 0.

        Raises CalendarFault at `amount` where the calendar has not been open for so long, YearNotDecreed.
        """
        _check_amount(amount, 0)
        instant, micro = instant_of(due, "due")
        if not amount or self._always:
            return self._moment(instant - amount * 60, micro)
        table = self._timetable.table_at(instant, "due")
        goal, is_open = table.open_before(instant)
        return self._moment(
            self._timetable.instant_before(table.year, goal - amount * 60), micro if is_open else 0
        )

    # Measuring

    def working_minutes_between(self, start: datetime, end: datetime) -> int | float:
        """Open minutes in `[start, end)`: a whole number, with a fraction only for seconds.

        0 where the end comes first. Raises YearNotDecreed, CalendarFault.
        """
        (first, first_micro), (last, last_micro) = instant_of(start, "start"), instant_of(end, "end")
        if (last, last_micro) <= (first, first_micro):
            return 0
        if self._always:
            micros = (last - first) * MICRO + last_micro - first_micro
        else:
            timetable = self._timetable
            since = timetable.table_at(first)
            # A part of a second past what is decreed is past it.
            timetable.table_at(last + (last_micro > 0), "end")
            until = timetable.table_at(last, "end")
            before, is_open = since.open_before(first)
            after, is_open_then = until.open_before(last)
            seconds = after - before
            if since.year != until.year:
                from_year, sums = timetable.sums(since.year, until.year)
                seconds += sums[until.year - from_year] - sums[since.year - from_year]
            micros = seconds * MICRO + last_micro * is_open_then - first_micro * is_open
        whole, rest = divmod(micros, 60 * MICRO)
        return micros / (60 * MICRO) if rest else whole

    def is_open(self, moment: datetime) -> bool:
        """Whether the calendar is open at a moment; a closing moment is not. Raises YearNotDecreed."""
        instant, _ = instant_of(moment, "moment")
        if self._always:
            return True
        table = self._timetable.table_at(instant, "moment")
        years = self._days.decreed
        if years and instant == self._days.bounds(years)[1]:
            # The end of what is settled; whether it is an opening too, the next year's decree says.
            raise self._days.not_decreed(years[1] + 1)
        return table.open_before(instant)[1]

    def open_intervals(self, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """The open time in `[start, end)`, piece by piece, cut at local midnights.

        The lengths add up to working_minutes_between. Each piece lies within one local date (its end
        may be the midnight that ends it), so a line or a drawing can show it under that date. Raises
        like working_minutes_between.
        """
        first = micros_of(start, "start")
        last = micros_of(end, "end")
        result: list[tuple[datetime, datetime]] = []
        pieces = self._timetable.pieces(first, last) if not self._always else [(first, last)]
        for piece_begin, close in pieces if first < last else ():
            begin = piece_begin
            while begin < close:
                moment = self._moment(*divmod(begin, MICRO))
                midnight = self._days.end(day_of(moment.date()))
                until = close if midnight is None else min(close, midnight * MICRO)
                result.append((moment, self._moment(*divmod(until, MICRO))))
                begin = until
        return tuple(result)

    # Days

    def nth_working_day_close(self, start: datetime, n: int) -> datetime:
        """When the n-th working day after the local date of `start` closes (Civil Code art. 191 and 194).

        That is the last closing moment of the hours that begin on it, 24:00 where it is open to its end.
        Takes n from 1. Raises CalendarFault at `amount` or `start`, YearNotDecreed.
        """
        _check_amount(n, 1)
        day = self._days.nth_working_day(self._local_day(start), n)
        closing = self._days.closing(day)
        assert closing is not None
        return self._moment(closing, 0)

    def days_end(self, start: datetime, n: int) -> datetime:
        """The end of a period of n calendar days that begins on the local date after `start`.

        It ends at 24:00 of the n-th day, or of the next working day where that is none (Civil Code art.
        191, 193, 194). Working days are those of the days off; a calendar without any goes by its own
        hours. Takes n from 1. Raises CalendarFault at `amount` or `start`, YearNotDecreed.
        """
        _check_amount(n, 1)
        day = self._local_day(start) + n
        if self.days_off is None:
            day = self._days.nth_working_day(day - 1, 1)
        else:
            while not self._works(day):
                day += 1
        end = self._days.end(day)
        assert end is not None
        return self._moment(end, 0)

    def weeks_end(self, start: datetime, n: int) -> datetime:
        """The end of a period of n weeks: the weekday of `start` at 24:00, moved like days_end (art. 192)."""
        _check_amount(n, 1)
        return self.days_end(start, 7 * n)

    def is_working_day(self, day: date) -> bool:
        """Whether hours begin on a local date. Raises YearNotDecreed."""
        return day_of(day) in self._days.working_days(day.year)

    def hours_on(self, day: date) -> Hours:
        """The hours that begin on a local date, in minutes from its midnight. Raises YearNotDecreed."""
        return self._days.hours_of(day_of(day))

    def _works(self, day: int) -> bool:
        if day >= _FIRST_DAY_AFTER:
            raise beyond_last_year()
        assert self.days_off is not None
        date_there = date_of(day)
        decreed = self._days.decreed
        if decreed and not decreed[0] <= date_there.year <= decreed[1]:
            raise self._days.not_decreed(date_there.year)
        return self._days.end(day) is not None and self.days_off.is_working(date_there)

    # Years without a decree

    def with_statutory_years(self) -> Calendar:
        """The same calendar, but a year without a decree has the days off that the law alone gives it.

        What it answers there is preliminary, see `is_preliminary`. A calendar that needs no decree
        gives itself.
        """
        if self.days_off is None or self.days_off.statutory:
            return self
        if self._statutory is None:
            days_off = self.days_off.going_on_by_law()
            other = Calendar(self.tz, self.weekly, self.holidays, self.working_days, days_off)
            object.__setattr__(self, "_statutory", other)
            return other
        return self._statutory

    def is_preliminary(self, start: datetime, end: datetime) -> bool:
        """Whether the open time between two moments depends on a year that has no decree yet."""
        if self.days_off is None:
            return False
        earliest, latest = self._days.bounds(self.days_off.decreed())
        return micros_of(start, "start") < earliest * MICRO or micros_of(end, "end") > latest * MICRO

    # Moments

    def _moment(self, instant: int, micro: int) -> datetime:
        try:
            return self.zone.fromutc(self._epoch + timedelta(0, instant, micro))
        except OverflowError:
            raise beyond_last_year() from None

    def _local_day(self, start: datetime) -> int:
        instant, _ = instant_of(start, "start")
        return (instant + offset_at(self.zone, instant)) // SECONDS_OF_DAY


@lru_cache(maxsize=128)
def regulation_calendar(
    tz: str,
    weekly: Weekly,
    days_off: str | None = "RU",
    working_weekends: bool = True,
    short_days: str = "ignore",
    overlays: tuple[str, ...] = (),
) -> Calendar:
    """The calendar of a regulation's clause. Equal arguments give the same calendar, with what it remembers.

    `days_off` names a country's days off (None: none). `working_weekends` False: the clause names its
    weekdays, so a working Saturday does not count; otherwise one has the hours of the weekday it was
    swapped with. `short_days` is one of SHORT_DAYS. `overlays` names layers over the days off. Raises
    CalendarFault.
    """
    if days_off is None:
        if overlays:
            raise CalendarFault("overlays", "a layer lies over days off; name the days off too")
        return Calendar(tz, weekly)
    check_source(days_off, overlays)
    if short_days not in SHORT_DAYS:
        raise CalendarFault(
            "short_days", f"{short_days!r} is not a way with short days; one of {', '.join(SHORT_DAYS)}"
        )
    return Calendar(tz, weekly, days_off=DaysOff(days_off, working_weekends, short_days, overlays))


def _check_amount(amount: object, least: int) -> None:
    if type(amount) is not int:
        raise CalendarFault("amount", f"{amount!r} is not a whole number")
    if amount < least:
        raise CalendarFault("amount", f"is {amount}; it may not be less than {least}")
