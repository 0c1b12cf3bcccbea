"""Where a zone's clocks stand: the stretches of one offset, and the real time that readings cover.

Instants are whole seconds since 1970-01-01T00:00Z, days and years are those of the proleptic Gregorian
calendar. A reading of a wall clock is written like an instant, as if it were UTC.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from reglament.regulation.calendar.faults import CalendarFault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from reglament.regulation.calendar.hours import Interval

    Stretch: TypeAlias = tuple[int, int, int]

SECONDS_OF_DAY = 86400
MICRO = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The system's zone database holds more than zones: copies whose clocks count leap seconds, and links
# to whatever this machine is set to.
_NOT_ZONES = ("right/", "posix/", "localtime", "posixrules", "Factory")


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that IANA name, such as `Europe/Moscow`; CalendarFault at `tz` where there is none."""
    if not isinstance(name, str) or not name:
        raise CalendarFault("tz", f"{name!r} is not a time zone; write an IANA name, such as Europe/Moscow")
    try:
        if not name.startswith(_NOT_ZONES):
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    raise CalendarFault("tz", f"{name!r} is not a time zone; {_nearest_zones(name)}")


def _nearest_zones(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    lowered = {zone.lower(): zone for zone in available_timezones()}
    near = get_close_matches(name.lower()[:64], sorted(lowered), n=3, cutoff=0.6)
    if not near:
        return "write an IANA name, such as Europe/Moscow"
    return "did you mean " + " or ".join(lowered[zone] for zone in near) + "?"


def instant_of(moment: datetime, place: str) -> tuple[int, int]:
    """The instant of a moment, and its microseconds. Raises CalendarFault for one without an offset."""
    try:
        since = moment - EPOCH
    except TypeError:
        raise no_offset(place) from None
    return since.days * SECONDS_OF_DAY + since.seconds, since.microseconds


def micros_of(moment: datetime, place: str) -> int:
    """Microseconds since 1970-01-01T00:00Z. Raises CalendarFault for a moment without an offset."""
    seconds, micro = instant_of(moment, place)
    return seconds * MICRO + micro


def no_offset(place: str) -> CalendarFault:
    """The fault of a moment that names no offset."""
    return CalendarFault(place, "is a moment without an offset; give it a time zone")


def first_day(year: int) -> int:
    """1 January of a year, in days since 1970-01-01; years outside 1 to 9999 are counted on."""
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 - 719162


@lru_cache(maxsize=1024)
def stretches(zone: ZoneInfo, year: int) -> tuple[Stretch, ...]:
    """The UTC year cut where the zone's offset changes: (begin, end, offset in seconds) in order.

    The zone is asked every other day. No two changes of any zone in the IANA database are less than
    three days apart, so a change that undid another between two questions cannot be missed.
    """
    begin, end = first_day(year) * SECONDS_OF_DAY, first_day(year + 1) * SECONDS_OF_DAY
    result: list[Stretch] = []
    since, offset = begin, offset_at(zone, begin)
    noted, step = timedelta(seconds=offset), timedelta(days=2)
    utc_reading = _reading(zone, begin)
    for instant in range(begin + 2 * SECONDS_OF_DAY, end + 2 * SECONDS_OF_DAY, 2 * SECONDS_OF_DAY):
        try:
            utc_reading += step
            found = zone.fromutc(utc_reading) - utc_reading
        except OverflowError:
            # The last moments of the year 9999, which the zone's own clocks never show.
            break
        if found != noted:
            changed = _change(zone, instant - 2 * SECONDS_OF_DAY, instant, offset)
            if changed >= end:
                break
            result.append((since, changed, offset))
            since, offset, noted = changed, offset_at(zone, changed), found
    result.append((since, end, offset))
    return tuple(result)


def _reading(zone: ZoneInfo, instant: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=zone) + timedelta(seconds=instant)


def offset_at(zone: ZoneInfo, instant: int) -> int:
    """Seconds by which the zone's clocks are ahead of UTC at an instant."""
    for near in (instant, instant + SECONDS_OF_DAY, instant - SECONDS_OF_DAY):
        try:
            reading = _reading(zone, near)
            local = zone.fromutc(reading) - reading
        except OverflowError:
            # At either end of what a datetime can hold; a day further inside the offset is the same.
            continue
        return local.days * SECONDS_OF_DAY + local.seconds
    raise CalendarFault("start", "lies outside the years 1 to 9999")


def _change(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    """The first second in (before, after] at which the offset is no longer `offset`."""
    while after - before > 1:
        middle = (before + after) // 2
        if offset_at(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def stretches_around(zone: ZoneInfo, day: int) -> tuple[Stretch, ...]:
    """The stretches in which a clock can show the given day or the two after it."""
    begin, end = (day - 2) * SECONDS_OF_DAY, (day + 5) * SECONDS_OF_DAY
    first = year_of(day - 2)
    found = stretches(zone, first)
    if end > found[-1][1] and first < 9999:
        found += stretches(zone, first + 1)
    return tuple(stretch for stretch in found if stretch[1] > begin and stretch[0] < end)


def year_of(day: int) -> int:
    """The year of a day since 1970-01-01, kept within 1 to 9999."""
    year = 1970 + day * 400 // 146097
    while first_day(year) > day:
        year -= 1
    while first_day(year + 1) <= day:
        year += 1
    return min(max(year, 1), 9999)


def real_time(spans: Sequence[Interval], cut: Sequence[Stretch]) -> tuple[list[int], list[int]]:
    """When clocks that stand as `cut` says show a reading inside the spans: begins, and ends, of real time.

    Takes disjoint spans of readings in order, in minutes, and stretches in order. A reading that
    occurs twice is found both times, one that never occurs not at all; what touches is made one.
    """
    begins: list[int] = []
    ends: list[int] = []
    for since, until, offset in cut:
        earliest, latest = since + offset, until + offset
        # The span before is looked at too, since it may reach into the stretch.
        position = max(0, bisect_right(spans, (earliest // 60, 1 << 60)) - 1)
        for index in range(position, len(spans)):
            opening, closing = spans[index][0] * 60, spans[index][1] * 60
            if opening >= latest:
                break
            if closing <= earliest:
                continue
            begin = max(opening, earliest) - offset
            end = min(closing, latest) - offset
            if ends and ends[-1] == begin:
                ends[-1] = end
            else:
                begins.append(begin)
                ends.append(end)
    return begins, ends
