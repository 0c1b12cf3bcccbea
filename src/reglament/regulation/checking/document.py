"""Proofs about the document itself: the numbers of its clauses, and its hours."""

from __future__ import annotations

import re

from reglament.regulation.calendar import CalendarFault, regulation_calendar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reglament.regulation.checking.edition import EditionUnderProof
    from reglament.regulation.model.edition import Calendar

_NUMBER = re.compile(r"([A-Z]+)-(\d+)([a-z]?)")
_LAST_MINUTE = re.compile(r"23:59\s*$")


def prove_numbering(proof: EditionUnderProof) -> None:
    """Finds clauses that are numbered out of order or under another prefix."""
    before: tuple[int, str] | None = None
    highest = ""
    for number, clause in enumerate(proof.edition.clauses):
        match = _NUMBER.fullmatch(clause.id)
        assert match is not None
        path = ("clauses", number, "id")
        if match[1] != proof.edition.number_prefix:
            prefix = proof.edition.number_prefix
            proof.add("clause-prefix", path, clause.id, prefix=prefix, right=f"{prefix}-{match[2]}{match[3]}")
            continue
        here = (int(match[2]), match[3])
        if before is not None and here < before:
            proof.add("clause-order", path, clause.id, after=highest)
            continue
        before, highest = here, clause.id


def prove_calendars(proof: EditionUnderProof) -> None:
    """Finds hours that lose the last minute of a day, and calendars that cannot be made."""
    for name, calendar in proof.edition.calendars.items():
        for span in _spans(calendar):
            if _LAST_MINUTE.search(span):
                path = ("calendars", name, "hours")
                proof.add("last-minute", path, name=name, span=span, right=_LAST_MINUTE.sub("24:00", span))
        definition = proof.program.calendars[name]
        try:
            regulation_calendar(
                proof.program.timezone,
                tuple(tuple((opening, closing) for opening, closing in day) for day in definition["weekly"]),
                days_off=definition["days_off"],
                working_weekends=definition["working_weekends"],
                short_days=definition["short_days"],
                overlays=tuple(definition["overlays"]),
            )
        except CalendarFault as fault:
            proof.add("calendar", ("calendars", name, fault.place), name=name, fault=fault.message)


def _spans(calendar: Calendar) -> list[str]:
    hours = calendar.hours
    parts = list(hours.values()) if isinstance(hours, dict) else [hours]
    return [span for part in parts for span in ([part] if isinstance(part, str) else part)]
