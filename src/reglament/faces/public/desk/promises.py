"""What a regulation promises, as its own tables say it."""

from __future__ import annotations

from typing import NamedTuple

from reglament.desk.decisions.words import labels_of
from reglament.desk.regulations.queries import Compiled
from reglament.regulation.model.edition import ObligationRule
from reglament.regulation.rendering.tables import Table, table_of
from reglament.regulation.wording.hours import hours_in_words
from reglament.regulation.wording.spans import sentence


class Promise(NamedTuple):
    """One thing that the desk owes: what it is called, by which clause, in which hours, how soon."""

    title: str
    clause: str
    hours: str
    table: Table
    single: str
    """The span, where there is but one."""


def promises_of(rules: Compiled, language: str) -> list[Promise]:
    """Give every obligation of an edition, in the order of the document."""
    labels = labels_of(rules, language)
    return [
        Promise(
            title=sentence(labels.text(rule.title)),
            clause=clause.id,
            hours=hours_in_words(rules.written.calendars[rule.clock], language),
            table=table_of(rule, labels),
            single=table_of(rule, labels).rows[0][-1] if isinstance(rule.within, str) else "",
        )
        for clause in rules.written.clauses
        for rule in clause.rules
        if isinstance(rule, ObligationRule)
    ]
