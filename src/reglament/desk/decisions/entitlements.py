"""What a client is entitled to today, row by row as the regulation's table prints it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reglament.desk.decisions.actions import judge
from reglament.desk.decisions.asked import Asked
from reglament.desk.decisions.facts import from_records
from reglament.desk.decisions.words import metric_in_words
from reglament.desk.people.models import Organisation
from reglament.desk.people.queries import AUTHORISED
from reglament.desk.regulations.queries import Compiled, compiled, edition_at
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.edition import Entitlements, ObligationRule
from reglament.regulation.model.words import CHANNELS, UNCLASSIFIED
from reglament.regulation.wording.spans import span


@dataclass(frozen=True, slots=True)
class Entitled:
    """One row: whether the client has it, and by which clause."""

    name: str
    title: str
    has: bool
    clause: str
    said: str = ""
    """What is promised where the row is a promise: the span of a deadline."""


def entitlements_of(organisation: Organisation, now: datetime, language: str) -> list[Entitled]:
    """Give the rows of the regulation's table of entitlements for a client today, promises first.

    None where the regulation has no such table.
    """
    edition = edition_at(organisation.desk, now)
    rules = compiled(edition)
    tables = [
        (clause.id, rule)
        for clause in rules.written.clauses
        for rule in clause.rules
        if isinstance(rule, Entitlements)
    ]
    if not tables:
        return []
    decision = as_if_asked(organisation, rules, now)
    found = _promises(rules, decision, language)
    for clause, table in tables:
        for row in table.table:
            has = any(_in_class(decision, table.by, plus) for plus in row.plus)
            found.append(Entitled(row.name, row.title.in_language(language), has, clause))
    return found


def _promises(rules: Compiled, decision: Decision, language: str) -> list[Entitled]:
    tabled = {
        rule.obligation
        for clause in rules.written.clauses
        for rule in clause.rules
        if isinstance(rule, ObligationRule)
    }
    return [
        Entitled(
            owed.metric,
            metric_in_words(rules, owed.metric, language),
            owed.due_at is not None,
            owed.clause,
            span(owed.budget.amount, owed.budget.unit, language),
        )
        for owed in decision.obligations
        if owed.metric in tabled
    ]


def as_if_asked(organisation: Organisation, rules: Compiled, now: datetime) -> Decision:
    """Judge what the client would ask today through the first channel that is open to it."""
    edition = edition_at(organisation.desk, now)
    facts = from_records(organisation.desk, rules.written, organisation, None, AUTHORISED, now)
    decisions = [
        judge(
            edition,
            Asked(
                received_at=now,
                channel=channel,
                authentication=AUTHORISED,
                kind=UNCLASSIFIED,
                facts=facts,
            ),
        )
        for channel in CHANNELS
    ]
    return next((one for one in decisions if one.outcome not in ("informal", "redirect")), decisions[0])


def _in_class(decision: Decision, word: str, member: str) -> bool:
    program = decision.program
    if program.has_slot(f"{word}.{member}"):
        return bool(decision.values[program.slot(f"{word}.{member}")])
    return str(decision.values[program.slot(word)]) == member
