"""The slow, obvious twin of the calculator: it looks at the clock minute by minute.

It shares no code with what it checks: it takes a definition as it is written, keeps one minute in its
hand, asks what the wall clock shows, and whether that reading lies in an interval. It needs zones whose
offset is a whole number of minutes.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class TooFar(Exception):
    """The walk would take too long to be a test."""


class MinuteWalker:
    def __init__(self, definition: dict[str, Any], patience: int = 14_000) -> None:
        self.zone = ZoneInfo(definition["tz"])
        self.definition = definition
        self.patience = patience
        self.hours_by_date: dict[date, list[tuple[timedelta, timedelta]]] = {}

    def hours(self, day: date) -> list[tuple[timedelta, timedelta]]:
        if day not in self.hours_by_date:
            text = day.isoformat()
            intervals = self.definition["weekly"].get(NAMES[day.weekday()], [])
            if text in self.definition.get("holidays", []):
                intervals = []
            if text in self.definition.get("working_days", {}):
                intervals = self.definition["working_days"][text]
            self.hours_by_date[day] = [(clock(opening), clock(closing)) for opening, closing in intervals]
        return self.hours_by_date[day]

    def reading(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def within(self, reading: datetime, day: date) -> bool:
        since = reading - datetime.combine(day, time())
        return any(opening <= since < closing for opening, closing in self.hours(day))

    def is_open(self, moment: datetime) -> bool:
        reading = self.reading(moment)
        return any(self.within(reading, reading.date() - back * DAY) for back in range(3))

    def add_working_minutes(self, start: datetime, amount: int) -> datetime:
        moment, left = start.astimezone(UTC), amount * MINUTE
        for _ in range(self.patience):
            step = next_minute(moment) - moment
            if self.is_open(moment):
                if left <= step:
                    return moment + left
                left -= step
            moment += step
        raise TooFar

    def minutes_before(self, due: datetime, amount: int) -> datetime:
        moment, left = due.astimezone(UTC), amount * MINUTE
        for _ in range(self.patience):
            if not left:
                return moment
            step = moment - minute_before(moment)
            if self.is_open(moment - step):
                if left <= step:
                    return moment - left
                left -= step
            moment -= step
        raise TooFar

    def working_minutes_between(self, start: datetime, end: datetime) -> float:
        moment, end, spent = start.astimezone(UTC), end.astimezone(UTC), timedelta()
        for _ in range(self.patience):
            if moment >= end:
                return spent / MINUTE
            step = min(next_minute(moment), end) - moment
            if self.is_open(moment):
                spent += step
            moment += step
        raise TooFar

    def nth_working_day_close(self, start: datetime, n: int) -> datetime:
        day = self.reading(start).date()
        for _ in range(60):
            day += DAY
            closing = self.closing(day)
            if closing is not None:
                n -= 1
                if not n:
                    return closing
        raise TooFar

    def closing(self, day: date) -> datetime | None:
        """Where the last minute ends that shows a reading inside the hours of a date; None if none does."""
        if not self.hours(day):
            return None
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
        last, seen = None, False
        for _ in range(4 * 24 * 60 + 12 * 60):
            reading = self.reading(moment)
            seen = seen or reading.date() == day
            if self.within(reading, day):
                last = moment + MINUTE
            moment += MINUTE
        return last if seen else None


def clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def next_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + MINUTE


def minute_before(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole < moment else moment - MINUTE
