"""Editions as the desk uses them: read once per process from the text that was installed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from threading import Lock
from zoneinfo import ZoneInfo

from reglament.desk.regulations.models import Edition
from reglament.regulation.model.edition import Edition as Written
from reglament.regulation.model.program import Program
from reglament.regulation.reading.read import read_regulation

_lock = Lock()
_read: dict[tuple[str, date], Compiled] = {}


@dataclass(frozen=True, slots=True)
class Compiled:
    """One installed edition: as people wrote it, and as the machine decides by it."""

    written: Written
    """The document: labels, texts, practices, forms."""
    program: Program
    """What decisions are made by."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the regulation."""
        return ZoneInfo(self.written.timezone)


def compiled(edition: Edition) -> Compiled:
    """Give an installed edition, read and compiled.

    The text of an edition never changes, so each process reads it once, by its digest. An edition that
    was installed is sound; `RegulationUnreadable` here means that a later version of the product no
    longer reads its language.
    """
    key = (edition.digest, edition.in_force_from)
    found = _read.get(key)
    if found is None:
        with _lock:
            found = _read.get(key) or _read_all(edition)[key]
    return found


def compiled_of(edition_id: int, digest: str, in_force_from: date) -> Compiled:
    """Give an installed edition by its row's id, digest and date, for lists that read no rows of editions.

    The row itself is read only where this process has not read the text yet.
    """
    return _read.get((digest, in_force_from)) or compiled(Edition.objects.get(pk=edition_id))


def _read_all(edition: Edition) -> dict[tuple[str, date], Compiled]:
    regulation = read_regulation(edition.source, f"{edition.regulation} {edition.in_force_from.isoformat()}")
    for written, program in zip(regulation.regulation.editions, regulation.programs, strict=True):
        _read[edition.digest, written.edition] = Compiled(written, program)
    return _read
