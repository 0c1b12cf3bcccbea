"""Opening hours of a day: intervals in minutes from local midnight, half-open `[open, close)`.

A close above 1440 runs into the next day, as far as 2880. An open may lie above 1440 too: the second
half of a night shift with a break in it still belongs to the date on which the shift began.
"""

from __future__ import annotations

from reglament.regulation.calendar.faults import CalendarFault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    Interval: TypeAlias = tuple[int, int]
    Hours: TypeAlias = tuple[Interval, ...]
    Weekly: TypeAlias = tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]

DAY = 1440
LATEST_CLOSE = 2 * DAY
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_clock(text: str, place: str = "hours") -> int:
    """Minutes from midnight of a time such as `09:00`, `24:00` or `30:00`.

    Takes hours of one or two digits up to 48, a colon, two digits of minutes. Raises CalendarFault.
    """
    hours, colon, minutes = text.partition(":")
    sound = colon and len(hours) in (1, 2) and len(minutes) == 2 and (hours + minutes).isascii()
    if not sound or not (hours + minutes).isdigit() or int(minutes) > 59:
        raise CalendarFault(place, f"{text!r} is not a time; write hours and minutes, such as 09:00 or 24:00")
    result = int(hours) * 60 + int(minutes)
    if result > LATEST_CLOSE:
        raise CalendarFault(
            place, f"{text!r} lies beyond 48:00; write those hours under the date on which they begin"
        )
    return result


def read_interval(text: str, place: str = "hours") -> Interval:
    """The interval that a text such as `09:00-17:00` states, in minutes. Raises CalendarFault."""
    opening, dash, closing = text.replace("–", "-").partition("-")
    if not dash:
        raise CalendarFault(place, f"{text!r} is not an interval; write two times, such as 09:00-17:00")
    interval = read_clock(opening.strip(), place), read_clock(closing.strip(), place)
    check_interval(interval, place)
    return interval


def write_clock(minutes: int) -> str:
    """A time of the day as it is written: 540 gives `09:00`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def check_interval(interval: Interval, place: str) -> None:
    """Raise CalendarFault where an interval is empty, runs backwards or leaves its two days."""
    opening, closing = interval
    if type(opening) is not int or type(closing) is not int:
        raise CalendarFault(place, "an interval is two whole numbers of minutes from midnight")
    if not 0 <= opening <= LATEST_CLOSE or not 0 <= closing <= LATEST_CLOSE:
        raise CalendarFault(place, "an interval lies between 00:00 and 48:00 (2880 minutes)")
    if closing == opening:
        raise CalendarFault(
            place, f"{write_clock(opening)} to {write_clock(closing)} is empty; leave it out, or close later"
        )
    if closing < opening:
        advice = "begin earlier or close later"
        if closing + DAY <= LATEST_CLOSE:
            advice = f"past midnight write {write_clock(closing + DAY)}"
        raise CalendarFault(
            place, f"{write_clock(opening)} to {write_clock(closing)} ends before it begins; {advice}"
        )


def union(intervals: Iterable[Sequence[int]], place: str) -> Hours:
    """The intervals of one day sorted, those that overlap or touch made one.

    Takes pairs of minutes in any order. Raises CalendarFault at `place[number]`.
    """
    pairs: list[Interval] = []
    for number, pair in enumerate(intervals):
        if len(pair) != 2:
            raise CalendarFault(f"{place}[{number}]", "an interval is a pair: opening and closing time")
        interval = (pair[0], pair[1])
        check_interval(interval, f"{place}[{number}]")
        pairs.append(interval)
    return tuple(merged(pairs))


def merged(spans: list[Interval]) -> list[Interval]:
    """Spans in order, those that overlap or touch made one; the list given is sorted in place."""
    spans.sort()
    result: list[Interval] = []
    last = None
    for opening, closing in spans:
        if last is None or opening > last:
            result.append((opening, closing))
            last = closing
        elif closing > last:
            result[-1] = (result[-1][0], closing)
            last = closing
    return result


def shortened(hours: Hours, minutes: int = 60) -> Hours:
    """The same hours, closing earlier by so many open minutes (Labour Code art. 95)."""
    kept = list(hours)
    while minutes and kept:
        opening, closing = kept.pop()
        if closing - opening > minutes:
            kept.append((opening, closing - minutes))
            break
        minutes -= closing - opening
    return tuple(kept)


def never_closes(weekly: Sequence[Hours]) -> bool:
    """Whether weekly hours leave no minute of the week closed."""
    week = 7 * DAY
    spans = [
        (weekday * DAY + opening + turn, weekday * DAY + closing + turn)
        for turn in (-week, 0)
        for weekday, hours in enumerate(weekly)
        for opening, closing in hours
    ]
    return any(opening <= 0 and closing >= week for opening, closing in merged(spans))
