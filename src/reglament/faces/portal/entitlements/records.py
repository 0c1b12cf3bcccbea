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
    """What it is promised for: a level of severity, a department or a kind of request; blank for any."""
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
    channel = _open_to(page, known)
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


def further_terms_of(page: DeskPage, terms: list[Terms]) -> list[Terms]:
    """Give what this client is promised beside that for requests of some departments or kinds only.

    A term of a whole department is said once, by its name. What depends on facts that nobody knows before a
    request is there is said as for one that is complete.
    """
    assert page.contact is not None
    known = known_of(page.contact, page.edition, page.now)
    channel, written = _open_to(page, known), page.rules.written
    if not channel:
        return []
    said = {promised for one in terms for promised in one.promised}
    kinds_of: dict[tuple[str, str, str], dict[str, str]] = {}
    complete = known | {f"fields.{name}": "-" for name in written.fields}
    for kind in written.kinds:
        for service in written.services or ("",):
            seen = _seen(page, channel, kind, "", complete, service)
            if seen.decision.queue is None:
                continue
            for promised in _promised(seen, page.language):
                if promised not in said:
                    kinds_of.setdefault(promised, {})[kind] = seen.decision.queue.department
    return [Terms(name, [promised]) for promised, kinds in kinds_of.items() for name in _names(page, kinds)]


def _names(page: DeskPage, kinds: dict[str, str]) -> list[str]:
    """Name kinds, each with its department: by the departments where there are several, else one by one."""
    if len(page.rules.written.departments) > 1 and len(kinds) > 1:
        departments = dict.fromkeys(kinds.values())
        return [label(page.edition, "department", name, page.language) for name in departments]
    return [label(page.edition, "kind", name, page.language) for name in kinds]


def _open_to(page: DeskPage, known: dict[str, Any]) -> str:
    return next((name for name in CHANNELS if _seen(page, name, UNCLASSIFIED, "", known).accepted), "")


def _terms(page: DeskPage, channel: str, kind: str, level: str, known: dict[str, Any]) -> Terms:
    seen = _seen(page, channel, kind, level, known)
    words = label(page.edition, "severity", level, page.language) if level else ""
    return Terms(words, _promised(seen, page.language))


def _promised(seen: Preview, language: str) -> list[tuple[str, str, str]]:
    return [
        (title, span(owed.budget.amount, owed.budget.unit, language), clause)
        for owed, (title, _due, clause) in zip(seen.decision.obligations, seen.owed, strict=True)
    ]


def _seen(
    page: DeskPage, channel: str, kind: str, level: str, known: dict[str, Any], service: str = ""
) -> Preview:
    return preview(
        page.edition,
        kind,
        channel=channel,
        authentication=AUTHORISED,
        at=page.now,
        language=page.language,
        service=service,
        severity=level,
        facts=known,
    )
