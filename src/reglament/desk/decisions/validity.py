"""How long something is valid that a client is given, where a clause says so."""

from __future__ import annotations

from datetime import date, datetime

from reglament.desk.decisions.entitlements import as_if_asked
from reglament.desk.decisions.practices import practices
from reglament.desk.people.models import Organisation
from reglament.desk.regulations.queries import compiled, edition_at


def last_day_proposed(organisation: Organisation, fact: str, now: datetime) -> date | None:
    """Give the last day of what a client is given today, where a clause says how long that is valid.

    Takes the fact that keeps this day; the terms of the practice `validity` name it with a number of
    years, and the practice holds by what the client's records say now. A term of years ends with the
    same date of its last year; where that month has no such date, with its last day (Civil Code of the
    RF, art. 192).
    """
    rules = compiled(edition_at(organisation.desk, now))
    for held in practices(rules, as_if_asked(organisation, rules, now), "validity"):
        if held.terms.get("fact") == fact:
            return _years_later(now.astimezone(rules.zone).date(), int(held.terms["years"]))
    return None


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
