"""What the desk has recorded of a client, and the terms that follow from it today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from reglament.desk.decisions.forms import known_of
from reglament.desk.decisions.queries import Preview, label, preview
from reglament.desk.decisions.words import labels_of
from reglament.desk.people.queries import AUTHORISED
from reglament.faces.public.desk_page import DeskPage
from reglament.regulation.model.words import CHANNELS, UNCLASSIFIED
from reglament.regulation.wording.spans import sentence, span


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing that the desk's records say of the client."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What is owed for a request of one severity, or for any: each with its span and clause."""

    level: str
    promised: list[tuple[str, str, str]]


def what_is_recorded(page: DeskPage) -> list[Recorded]:
    """Give what the records say of the client today, in the regulation's words."""
    assert page.contact is not None
    labels = labels_of(page.rules, page.language)
    declared = {str(name): fact for name, fact in page.rules.written.facts.items()}
    found = []
    for name, value in known_of(page.contact, page.edition, page.now).items():
        fact = declared.get(name)
        if fact is None or "records" not in fact.known_from:
            continue
        if fact.type == "date":
            said = date.fromisoformat(str(value)).strftime("%d.%m.%Y")
        else:
            said = str(value) if fact.type == "number" else labels.value(name, value)
        found.append(Recorded(sentence(labels.text(fact.title)), said))
    return found


def terms_of(page: DeskPage) -> list[Terms]:
    """Give what this client is promised today, by severity where the regulation has levels.

    Asked of the first channel that is open to the client, and of the first kind for which it matters
    how bad things are.
    """
    assert page.contact is not None
    known = known_of(page.contact, page.edition, page.now)
    channel = next((name for name in CHANNELS if _seen(page, name, UNCLASSIFIED, "", known).accepted), "")
    if not channel:
        return []
    written = page.rules.written
    levels = list(written.severities)
    for kind in written.kinds if levels else ():
        terms = [_terms(page, channel, kind, level, known) for level in levels]
        if len({tuple(one.promised) for one in terms}) > 1:
            return terms
    terms = [_terms(page, channel, UNCLASSIFIED, "", known)]
    return terms if terms[0].promised else []


def _terms(page: DeskPage, channel: str, kind: str, level: str, known: dict[str, Any]) -> Terms:
    seen = _seen(page, channel, kind, level, known)
    promised = [
        (title, span(owed.budget.amount, owed.budget.unit, page.language), clause)
        for owed, (title, _due, clause) in zip(seen.decision.obligations, seen.owed, strict=True)
    ]
    return Terms(label(page.edition, "severity", level, page.language) if level else "", promised)


def _seen(page: DeskPage, channel: str, kind: str, level: str, known: dict[str, Any]) -> Preview:
    return preview(
        page.edition,
        kind,
        channel=channel,
        authentication=AUTHORISED,
        at=page.now,
        language=page.language,
        severity=level,
        facts=known,
    )
