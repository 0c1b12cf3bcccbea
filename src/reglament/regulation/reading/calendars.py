"""Hours as an owner writes them, turned into minutes of the day for the calculator."""

from __future__ import annotations

import re
from typing import Any

from reglament.regulation.model.edition import Calendar, Edition
from reglament.regulation.reading.faults import FileFault
from reglament.regulation.reading.yaml_source import Document

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*[-–]\s*([0-9]{1,2}):([0-5][0-9])", re.ASCII)


def calendar_data(
    edition: Edition, document: Document, file: str, faults: list[FileFault]
) -> dict[str, dict[str, Any]]:
    """The calendars of an edition as plain data; what is wrong is added to `faults`."""
    found: dict[str, dict[str, Any]] = {}
    for name, calendar in edition.calendars.items():
        try:
            found[name] = _data(calendar)
        except ValueError as error:
            path = ("calendars", name, "hours")
            faults.append(FileFault("hours", file, document.line(path), ".".join(path), str(error)))
    return found


def _data(calendar: Calendar) -> dict[str, Any]:
    days = WEEKDAYS if calendar.days == "every_day" else WEEKDAYS[:5]
    hours = calendar.hours
    if isinstance(hours, dict):
        unknown = set(hours) - set(days)
        if unknown:
            raise ValueError(f"{min(unknown)!r} is not a day of this calendar; of {', '.join(days)}")
        weekly = [_spans(hours[day]) if day in hours else [] for day in WEEKDAYS]
    else:
        weekly = [_spans(hours) if day in days else [] for day in WEEKDAYS]
    if not any(weekly):
        raise ValueError("the calendar never opens")
    if calendar.days != "every_day" and calendar.days_off is None:
        raise ValueError("working days need a source of days off: days_off: RU")
    return {
        "weekly": weekly,
        "days_off": calendar.days_off,
        "working_weekends": calendar.days == "working",
        "short_days": calendar.short_days,
        "overlays": list(calendar.overlays),
    }


def _spans(written: str | list[str]) -> list[list[int]]:
    if written == "always":
        return [[0, 24 * 60]]
    found = []
    for text in written if isinstance(written, list) else [written]:
        match = _SPAN.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no span of hours like '09:00-17:00', nor 'always'")
        opening = int(match[1]) * 60 + int(match[2])
        closing = int(match[3]) * 60 + int(match[4])
        if not opening < closing <= 48 * 60 or opening >= 24 * 60:
            raise ValueError(f"{text!r} ends before it begins; past midnight write 22:00-30:00")
        found.append([opening, closing])
    return found
