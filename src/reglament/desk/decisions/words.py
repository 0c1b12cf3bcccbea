"""A decision in words for people: what is owed, what is missing, what the regulation says about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reglament.desk.decisions.models import Obligation
from reglament.desk.regulations.queries import Compiled
from reglament.regulation.explaining import explain
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.edition import ObligationRule, Refusal
from reglament.regulation.rendering.placeholders import in_one_line
from reglament.regulation.wording.facts import Labels
from reglament.regulation.wording.moments import moment
from reglament.regulation.wording.spans import sentence
from reglament.regulation.wording.zones import zone_words

NOTICE_TOPICS = ("not_covered", "offer", "severity", "service_level", "permission", "mentions")
"""What of an explanation a notice of registration says, beside what it lists."""


def labels_of(rules: Compiled, language: str) -> Labels:
    """Give the labels of an edition in a language."""
    return Labels(rules.written, language)


def clause_in_words(rules: Compiled, clause: str, language: str) -> dict[str, str]:
    """Give a clause's id, title and text in one line; the id alone where the edition has none such."""
    labels = labels_of(rules, language)
    try:
        found = rules.written.clause(clause)
    except KeyError:
        return {"id": clause, "title": clause, "text": ""}
    return {
        "id": clause,
        "title": labels.text(found.title),
        "text": in_one_line(labels.text(found.text), labels),
    }


def ground_in_words(rules: Compiled, ground: str, clause: str, language: str) -> tuple[str, str]:
    """Give what a ground of refusal is called, and how it can be mended.

    One that the edition does not name is that a person stopped support by a clause.
    """
    labels = labels_of(rules, language)
    written = rules.written.grounds.get(ground)
    if written is not None:
        return labels.text(written.title), labels.text(written.cure)
    title = labels.pick("оказание поддержки прекращено", "support was stopped")
    return title, cure_of_stop(rules, clause, language)


def cure_of_stop(rules: Compiled, clause: str, language: str) -> str:
    """Give how a client is supported again after support was stopped by a clause.

    In the words of the ground of refusal that the same clause gives, where it gives one.
    """
    labels = labels_of(rules, language)
    given = [
        rules.written.grounds[rule.refusal]
        for written in rules.written.clauses
        if written.id == clause
        for rule in written.rules
        if isinstance(rule, Refusal)
    ]
    if given:
        return labels.text(given[0].cure)
    return labels.pick("Напишите нам, почему решение стоит отменить.", "Tell us why it should be taken back.")


def metric_in_words(rules: Compiled, metric: str, language: str) -> str:
    """Give what an obligation is called."""
    for clause in rules.written.clauses:
        for rule in clause.rules:
            if isinstance(rule, ObligationRule) and rule.obligation == metric:
                return sentence(rule.title.in_language(language))
    return metric


def owed_in_words(rules: Compiled, obligation: Obligation, language: str) -> dict[str, str]:
    """Give what is owed and by when, in the regulation's zone and with its name, with its clause."""
    title = metric_in_words(rules, obligation.metric, language)
    labels = labels_of(rules, language)
    if obligation.due_at is None:
        text = labels.pick(f"{title}: срок не ограничен", f"{title}: without a limit")
    else:
        due = due_in_words(rules, obligation.due_at, language)
        text = labels.pick(f"{title} — не позднее: {due}", f"{title}: by {due}")
        if obligation.preliminary:
            text += labels.pick(
                " (предварительно: календарь этого года ещё не утверждён)",
                " (preliminary: the calendar of that year is not decreed yet)",
            )
    return {"text": text, "clause": obligation.clause}


def due_in_words(rules: Compiled, due: datetime, language: str) -> str:
    """Say when something is due, in the regulation's zone, which is named for those who live elsewhere."""
    return f"{moment(due.astimezone(rules.zone), language)}, {zone_words(due, language, rules.zone)}"


def missing_in_words(rules: Compiled, decision: Decision, language: str) -> list[dict[str, str]]:
    """Give each thing that is missing, with the clause that demands it."""
    labels = labels_of(rules, language)
    demanded_by = {
        item: row.clause
        for row in reversed(decision.trace)
        if row.effect.startswith("needs information")
        for item in row.value
    }
    return [
        {"name": item, "label": labels.demand(item), "clause": demanded_by.get(item, "")}
        for item in decision.missing
    ]


def asked_in_words(rules: Compiled, decision: Decision, language: str) -> list[dict[str, str]]:
    """Give each fact that a notice asks for, with the clause that asks."""
    clauses = {row.value: row.clause for row in reversed(decision.trace) if row.effect.startswith("asks ")}
    found = []
    for name in decision.asks:
        fact = rules.written.facts[name]
        label = (fact.question or fact.title).in_language(language)
        found.append({"name": name, "label": label, "clause": clauses.get(name, "")})
    return found


def notes_for_client(rules: Compiled, decision: Decision, language: str) -> list[dict[str, str]]:
    """Give what else the regulation says to the client of a decision: terms, limits, remarks."""
    notes = []
    for said in explain(rules.written, decision, "client", language):
        if said.topic not in NOTICE_TOPICS or not said.clauses:
            continue
        if said.topic == "service_level" and decision.service_level in ("full", "none"):
            continue
        if said.topic == "severity" and decision.severity is None:
            continue
        notes.append({"clause": said.clauses[0], "text": said.text})
    return notes


def explained(rules: Compiled, decision: Decision, audience: str, language: str) -> list[dict[str, Any]]:
    """Give the whole explanation of a decision, sentence by sentence, with clauses and arithmetic."""
    return [
        {
            "topic": said.topic,
            "text": said.text,
            "clauses": list(said.clauses),
            "decisive": said.decisive,
            "lines": list(said.lines),
        }
        for said in explain(rules.written, decision, audience, language)
    ]
