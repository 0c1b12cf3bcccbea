"""The hours of a service as a reader wants them: open or closed now, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reglament.desk.decisions.stored import open_between
from reglament.desk.decisions.words import labels_of
from reglament.desk.regulations.queries import Compiled
from reglament.regulation.model.edition import Calendar
from reglament.regulation.wording.hours import hours_in_words
from reglament.regulation.wording.spans import sentence

_ROUND_THE_CLOCK = "always"
_AHEAD = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one calendar of a regulation."""

    title: str
    words: str
    possible: tuple[str, ...]
    """Hours in which work is possible but not promised, in words."""
    always: bool
    """True where it never closes."""
    open: bool
    changes_at: datetime | None
    """When it closes, or opens next, in the regulation's zone; none where that is not soon, or never."""


def hours_now(rules: Compiled, now: datetime, language: str) -> list[Hours]:
    """Give the hours of a regulation's calendars at a moment.

    Calendars of whole working days are left out: by these days are counted, and nobody sits there at night.
    """
    labels = labels_of(rules, language)
    return [
        _hours(rules, name, calendar, labels.text(calendar.title), now, language)
        for name, calendar in rules.written.calendars.items()
        if calendar.hours != _ROUND_THE_CLOCK or calendar.days == "every_day"
    ]


def _hours(rules: Compiled, name: str, calendar: Calendar, title: str, now: datetime, language: str) -> Hours:
    always = calendar.hours == _ROUND_THE_CLOCK
    ahead = () if always else open_between(rules.program, name, now, now + _AHEAD)
    is_open = always or bool(ahead and ahead[0][0] <= now)
    changes_at = ahead[0][1 if is_open else 0] if ahead else None
    return Hours(
        title=sentence(title),
        words=hours_in_words(calendar, language),
        possible=tuple(text.in_language(language) for text in calendar.possible),
        always=always,
        open=is_open,
        changes_at=changes_at.astimezone(rules.zone) if changes_at is not None else None,
    )
