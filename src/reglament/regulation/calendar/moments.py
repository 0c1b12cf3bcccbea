"""Moments as texts: ISO 8601 with an offset, so that nobody has to guess whose clock was meant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from reglament.regulation.calendar.faults import CalendarFault

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[+-]\d\d(:?\d\d(:\d\d)?)?)?", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_moment(value: object, place: str) -> datetime:
    """The aware moment that a text such as `2026-03-02T10:15:00+03:00` states.

    Fractions of a second are kept to the microsecond. Raises CalendarFault at `place`.
    """
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise CalendarFault(place, f"{shown(value)} is not a moment; write it as 2026-03-02T10:15:00+03:00")
    if found[3] is None:
        raise CalendarFault(place, f"{shown(value)} has no offset; add one, such as {found[0]}+03:00")
    try:
        moment = datetime.fromisoformat(found[0].upper())
        # The moment must exist in UTC too: year 1 or 9999 may be left by the offset alone.
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CalendarFault(
            place, f"{shown(value)} is no moment that exists; check its date, time and offset"
        ) from None
    return moment


def read_date(value: object, place: str) -> date:
    """The date that a text such as `2026-03-02` states. Raises CalendarFault at `place`."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise CalendarFault(place, f"{shown(value)} is no date that exists") from None
    raise CalendarFault(place, f"{shown(value)} is not a date; write it as 2026-03-02")


def shown(value: object, length: int = 60) -> str:
    """A value as a message quotes it: in one line, and cut short where it is long."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):
        return "the value"
    return text if len(text) <= length else f"{text[:length]}…"
