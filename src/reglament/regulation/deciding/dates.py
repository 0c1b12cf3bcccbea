"""How a date that a client's record states compares with the local date of receipt."""

from __future__ import annotations

from datetime import date


def anniversary(day: date, years: int) -> date | None:
    """The same day `years` later; the 28th where there is no 29 February (Civil Code art. 192).

    None where the calendar has no such year.
    """
    if day.year + years > date.max.year:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def passes(test: str, years: int, day: date, received_on: date) -> bool:
    """Whether `day` passes a date test of the regulation language on the date of receipt."""
    if test == "on_or_after":
        return day >= received_on
    if test == "before":
        return day < received_on
    end = anniversary(day, years)
    return day <= received_on and (end is None or received_on < end)
