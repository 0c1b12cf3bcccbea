"""Moments and dates in words, in the zone that they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

_MONTHS = (
    ("января", "January"), ("февраля", "February"), ("марта", "March"), ("апреля", "April"),
    ("мая", "May"), ("июня", "June"), ("июля", "July"), ("августа", "August"),
    ("сентября", "September"), ("октября", "October"), ("ноября", "November"), ("декабря", "December"),
)  # fmt: skip
_WEEKDAYS = (
    ("понедельник", "Monday"), ("вторник", "Tuesday"), ("среда", "Wednesday"), ("четверг", "Thursday"),
    ("пятница", "Friday"), ("суббота", "Saturday"), ("воскресенье", "Sunday"),
)  # fmt: skip
_SHORT = (
    ("пн", "Mon"), ("вт", "Tue"), ("ср", "Wed"), ("чт", "Thu"), ("пт", "Fri"), ("сб", "Sat"), ("вс", "Sun"),
)  # fmt: skip


def day(when: date, language: str, *, weekday: str = "") -> str:
    """`2 марта 2026`; with `weekday` `long` or `short` the day of the week before it."""
    english = language == "en"
    text = f"{when.day} {_MONTHS[when.month - 1][english]} {when.year}"
    if weekday == "long":
        return f"{_WEEKDAYS[when.weekday()][english]}, {text}"
    if weekday == "short":
        return f"{_SHORT[when.weekday()][english]} {when.day} {_MONTHS[when.month - 1][english]}"
    return text


def clock(when: datetime) -> str:
    return when.strftime("%H:%M")


def moment(when: datetime, language: str) -> str:
    """`пятница, 6 марта 2026, 14:18`, in the zone that the moment carries."""
    return f"{day(when, language, weekday='long')}, {clock(when)}"
