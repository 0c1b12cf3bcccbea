"""The open time of one calendar, year by year, as sums: what makes any question a search, not a walk.

A year here is a UTC year. Its table lists the open intervals in real seconds, and how much open time
the year has given up to the end of each. Tables and sums are made when first needed and only
remembered, never changed, so several threads may share them: at worst one is made twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from reglament.regulation.calendar.days import LAST_YEAR, YEARS_KEPT
from reglament.regulation.calendar.faults import CalendarFault
from reglament.regulation.calendar.offsets import (
    MICRO,
    SECONDS_OF_DAY,
    first_day,
    offset_at,
    real_time,
    stretches,
    year_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reglament.regulation.calendar.days import Days


class YearTable:
    """Open intervals of a UTC year: `begins`, `ends` in seconds, and `sums` of open seconds up to each end.

    It answers for instants from `since` to before `until`: the year, or what is decreed of it.
    """

    __slots__ = ("begins", "ends", "since", "sums", "total", "until", "year")

    def __init__(self, year: int, begins: list[int], ends: list[int], since: int, until: int) -> None:
        self.year = year
        self.begins = begins
        self.ends = ends
        self.since = since
        self.until = until
        total = 0
        self.sums = [total := total + end - begin for begin, end in zip(begins, ends, strict=True)]
        self.total = total

    def open_before(self, instant: int) -> tuple[int, bool]:
        """Open seconds of the year before an instant, and whether it is open at that instant."""
        index = bisect_right(self.ends, instant)
        if index == len(self.ends):
            return self.total, False
        begin, end = self.begins[index], self.ends[index]
        if instant < begin:
            return self.sums[index] - (end - begin), False
        return self.sums[index] - (end - instant), True

    def instant_at(self, seconds: int, after: bool) -> int | None:
        """The first instant by which so many seconds of the year were open; None where it has not so many.

        With `after` the first instant by which they were and which is itself open.
        """
        index = bisect_right(self.sums, seconds) if after else bisect_left(self.sums, seconds)
        if index == len(self.sums):
            return None
        return self.ends[index] - (self.sums[index] - seconds)


class Timetable:
    """Open time as sums, derived from the days of one calendar."""

    __slots__ = ("_chain", "_totals", "days", "tables")

    def __init__(self, days: Days) -> None:
        self.days = days
        self.tables: dict[int, YearTable] = {}
        self._totals: dict[object, int] = {}
        self._chain: tuple[int, list[int]] = (LAST_YEAR + 1, [0])

    def table(self, year: int) -> YearTable:
        """The table of a UTC year from 1 to 9999."""
        table = self.tables.get(year)
        if table is None:
            first, after = first_day(year), first_day(year + 1)
            # Hours reach two days beyond their date, and no zone is a day away from UTC.
            begins, ends = real_time(self.days.spans(first - 3, after + 1), stretches(self.days.zone, year))
            since, until = first * SECONDS_OF_DAY, after * SECONDS_OF_DAY
            decreed = self.days.decreed
            if decreed and not decreed[0] < year < decreed[1]:
                earliest, latest = self.days.bounds(decreed)
                since, until = max(since, earliest), min(until, latest + 1)
                known = [
                    (max(begin, earliest), min(end, latest))
                    for begin, end in zip(begins, ends, strict=True)
                    if end > earliest and begin < latest
                ]
                begins, ends = [begin for begin, _ in known], [end for _, end in known]
            table = YearTable(year, begins, ends, since, until)
            if len(self.tables) >= YEARS_KEPT:
                self.tables.clear()
            self.tables[year] = table
        return table

    def table_at(self, instant: int, place: str = "start") -> YearTable:
        """The table that answers for an instant. Raises YearNotDecreed, CalendarFault out of all years."""
        day = instant // SECONDS_OF_DAY
        if not first_day(1) <= day < first_day(LAST_YEAR + 1):
            raise CalendarFault(place, "lies outside the years 1 to 9999")
        table = self.table(year_of(day))
        decreed = self.days.decreed
        if decreed and not table.since <= instant < table.until:
            local = year_of((instant + offset_at(self.days.zone, instant)) // SECONDS_OF_DAY)
            past = instant <= self.days.bounds(decreed)[0]
            raise self.days.not_decreed(min(local, decreed[0] - 1) if past else max(local, decreed[1] + 1))
        return table

    def total(self, year: int) -> int:
        """Open seconds of a UTC year."""
        if self.days.is_empty(year):
            return 0
        kind = self.days.kind(year)
        if kind not in self._totals:
            self._totals[kind] = self.table(year).total
        return self._totals[kind]

    def sums(self, first: int, last: int) -> tuple[int, list[int]]:
        """A year, and open seconds from its beginning to that of it, the next one, and so on past `last`."""
        since, sums = self._chain
        if first < since:
            since, sums = first, [0]
        if len(sums) <= last - since + 1:
            sums = list(sums)
            while len(sums) <= last - since + 1:
                sums.append(sums[-1] + self.total(since + len(sums) - 1))
            self._chain = since, sums
        return since, sums

    def instant_after(self, year: int, seconds: int, after: bool) -> int:
        """Like YearTable.instant_at, with seconds counted from the beginning of a year, beyond its end.

        Raises YearNotDecreed where that is not known, CalendarFault where it never comes.
        """
        table, following = self.tables.get(year), self.tables.get(year + 1)
        if table and following:
            # Nearly always the next year has it; the sums over many years are for the rest.
            soon = following.instant_at(seconds - table.total, after)
            if soon is not None:
                return soon
        last = self.days.last_year()
        reach = min(year + 1, last)
        while True:
            since, sums = self.sums(year, max(reach, year))
            goal = sums[year - since] + seconds
            index = bisect_right(sums, goal) if after else bisect_left(sums, goal)
            if index < len(sums):
                found = since + index - 1
                instant = self.table(found).instant_at(goal - sums[index - 1], after)
                assert instant is not None
                return instant
            if since + len(sums) - 1 > last:
                raise self.days.no_more()
            reach = min(last, since + 2 * len(sums))

    def instant_before(self, year: int, seconds: int) -> int:
        """The last instant by which so many seconds were open, counted from the beginning of a year.

        The seconds may be negative: then the instant lies in an earlier year. Raises like instant_after.
        """
        while seconds < 0:
            year -= 1
            if self.days.decreed and year < self.days.decreed[0] - 1:
                raise self.days.not_decreed(self.days.decreed[0] - 1)
            if year < 1 or (not any(self.days.weekly) and year < self.days.own.first - 1):
                raise CalendarFault("amount", "the calendar has not been open for so long before that moment")
            seconds += self.total(year)
        instant = self.table(year).instant_at(seconds, after=True)
        assert instant is not None
        return instant

    def pieces(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The open intervals in [first, last), in order; those that touch over the end of a year are one.

        Instants here are microseconds. Raises YearNotDecreed.
        """
        pending: tuple[int, int] | None = None
        begin_year, end_year = (
            self.table_at(first // MICRO).year,
            self.table_at(-(-last // MICRO), "end").year,
        )
        for year in range(begin_year, end_year + 1):
            table = self.table(year)
            for index in range(bisect_right(table.ends, first // MICRO), len(table.ends)):
                begin, end = max(first, table.begins[index] * MICRO), min(last, table.ends[index] * MICRO)
                if begin >= end:
                    break
                if pending and pending[1] == begin:
                    begin = pending[0]
                elif pending:
                    yield pending
                pending = begin, end
        if pending:
            yield pending
