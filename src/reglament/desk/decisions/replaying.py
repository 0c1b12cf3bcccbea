"""Decisions made again from their records: the same answer, years later, without the client's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reglament.desk.decisions.asked import decision_again
from reglament.desk.decisions.models import DecisionRecord
from reglament.desk.decisions.stored import calendar_digest
from reglament.desk.regulations.queries import compiled
from reglament.regulation.model.decision import Decision


@dataclass(frozen=True, slots=True)
class Replay:
    """A decision made again, beside the one on record."""

    decision: dict[str, Any]
    same: bool
    """Whether it is the answer on record."""
    same_edition: bool
    """Whether the edition is the text by which it was made."""
    same_calendar: bool
    """Whether days off are known as they were; a decree that came since changes preliminary deadlines."""


def again(record: DecisionRecord) -> Decision:
    """Make the decision of a record again, with its whole trace, for explaining it."""
    return decision_again(compiled(record.edition), record.facts)


def replay(record: DecisionRecord) -> Replay:
    """Make the decision of a record again and compare it with what was answered then."""
    decision = again(record).as_json()
    return Replay(
        decision=decision,
        same=decision == record.decision,
        same_edition=record.edition.digest == record.edition_digest,
        same_calendar=calendar_digest(compiled(record.edition).program) == record.calendar_digest,
    )
