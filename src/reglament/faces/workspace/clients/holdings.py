"""What a client holds, in words: each fact with its value, since when and until when, who wrote it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions.facts import declared_in_records
from reglament.desk.people.records import OWN_FACTS
from reglament.faces.common.moments import day_words

if TYPE_CHECKING:
    from reglament.desk.people.models import Record
    from reglament.faces.workspace.door import Seat
    from reglament.regulation.model.program import Fact

OWN_WORDS: dict[str, Promise] = {
    "service": _("service"),
    "domain": _("domain"),
    "contract": _("contract"),
    "product_version": _("version of the product"),
    "personal_specialist": _("personal specialist (address of the account)"),
}
_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Holding:
    """One record in words."""

    record: Record
    name: str
    value: str
    since: date
    until: date | None
    """The last day on which it holds."""
    counts: bool = True
    """False where it was corrected or taken back since."""


@dataclass(frozen=True, slots=True)
class Story:
    """Every record of one fact, the newest first."""

    name: str
    records: list[Holding]


def declared(seat: Seat) -> dict[str, Fact]:
    """Give the facts that the regulation takes from clients' records, in its order."""
    rules = seat.rules
    if rules is None:
        return {}
    names = declared_in_records(rules.written)
    return {name: rules.program.facts[name] for name in names if name in rules.program.facts}


def choices(seat: Seat) -> list[tuple[str, str]]:
    """Give every fact that can be written down of a client: the regulation's, then the desk's own."""
    return [(name, fact_in_words(seat, name)) for name in (*declared(seat), *OWN_FACTS)]


def fact_in_words(seat: Seat, name: str) -> str:
    """Give what a fact is called; its own name where the edition in force does not know it."""
    if name in OWN_WORDS:
        return str(OWN_WORDS[name])
    labels = seat.labels
    try:
        return labels.name(name) if labels is not None else name
    except KeyError:
        return name


def value_in_words(seat: Seat, name: str, value: Any) -> str:
    """Give what a value is called."""
    fact = declared(seat).get(name)
    labels = seat.labels
    if fact is None or labels is None:
        return gettext("yes") if value is True else gettext("no") if value is False else str(value)
    if fact.type == "date":
        return day_words(date.fromisoformat(value), seat.language, year=True)
    if fact.type == "number":
        return str(value)
    try:
        return labels.value(name, value)
    except KeyError:
        return str(value)


def held_in_words(seat: Seat, records: list[Record]) -> list[Holding]:
    """Give records that count in words."""
    return [_holding(seat, record, counts=True) for record in records]


def stories_of(seat: Seat, records: list[Record]) -> list[Story]:
    """Give the history of a client's records, fact by fact."""
    stories: dict[str, Story] = {}
    for record in records:
        name = fact_in_words(seat, record.fact)
        stories.setdefault(record.fact, Story(name, [])).records.append(
            _holding(seat, record, counts=not record.withdrawn and not hasattr(record, "corrected_by"))
        )
    return list(stories.values())


def _holding(seat: Seat, record: Record, *, counts: bool) -> Holding:
    zone = ZoneInfo(seat.desk.zone)
    until = record.valid_until
    return Holding(
        record=record,
        name=fact_in_words(seat, record.fact),
        value=value_in_words(seat, record.fact, record.value),
        since=record.valid_from.astimezone(zone).date(),
        until=(until - _A_MOMENT).astimezone(zone).date() if until is not None else None,
        counts=counts,
    )


def beginning_of(seat: Seat, day: date) -> datetime:
    """Give the moment at which a day begins at the desk."""
    return datetime.combine(day, time.min, ZoneInfo(seat.desk.zone))


def end_of(seat: Seat, day: date | None) -> datetime | None:
    """Give the moment at which a day ends at the desk; none for none."""
    return beginning_of(seat, day + timedelta(days=1)) if day is not None else None


def today(seat: Seat) -> date:
    """Give the desk's own date."""
    return seat.now.astimezone(ZoneInfo(seat.desk.zone)).date()
