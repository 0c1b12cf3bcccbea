"""From a decision's trace to sentences; each sentence names the rows that it words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reglament.regulation.deciding.decide import rank_component
from reglament.regulation.deciding.due import choose_budget
from reglament.regulation.explaining.arithmetic import Line, arithmetic
from reglament.regulation.explaining.phrases import TOPICS, Phrases
from reglament.regulation.model.decision import INFORMATIVE
from reglament.regulation.wording.facts import Labels
from reglament.regulation.wording.spans import listed

if TYPE_CHECKING:
    from reglament.regulation.model.decision import Decision, TraceRow
    from reglament.regulation.model.edition import Edition

AUDIENCES = ("client", "agent", "auditor")


class Sentence(NamedTuple):
    """One sentence of an explanation.

    `rows` are the numbers of the trace rows that it words, `clauses` the clauses that they cite, `lines`
    the arithmetic beneath it. `decisive` is false where the clauses only speak of the matter.
    """

    topic: str
    text: str
    rows: tuple[int, ...]
    clauses: tuple[str, ...]
    decisive: bool
    lines: tuple[Line, ...] = ()


def explain(edition: Edition, decision: Decision, audience: str, language: str) -> tuple[Sentence, ...]:
    """The decision in words for `client`, `agent` or `auditor`, in `ru` or `en`.

    The first sentence says the outcome. A client reads what it means for him; an agent also reads which
    facts made each rule hold; an auditor also reads which rule of the file spoke, and with what weight.
    """
    labels = Labels(edition, language)
    phrases = Phrases(labels, decision, for_client=audience == "client")
    trace = decision.trace
    sentences = [_outcome(decision, phrases, trace)]
    for topic in TOPICS:
        worded: dict[str, list[TraceRow]] = {}
        for row in trace:
            if phrases.topic(row) == topic:
                worded.setdefault(phrases.say(row) + _grounds(decision, row, labels, audience), []).append(
                    row
                )
        for text, rows in worded.items():
            lines = arithmetic(decision.program, rows[0].value, labels) if topic == "obligation" else ()
            sentences.append(_sentence(topic, text, rows, lines))
    return tuple(sentences)


def _outcome(decision: Decision, phrases: Phrases, trace: tuple[TraceRow, ...]) -> Sentence:
    topics = {
        "informal": ("informal",),
        "redirect": ("redirect",),
        "not_covered": ("not_covered",),
        "needs_information": ("missing",),
        "accept": ("accepted", "complete"),
    }[decision.outcome]
    # A regulation that accepts every channel and demands nothing leaves only what it promises.
    rows = [row for row in trace if phrases.topic(row) in topics] or [
        row for row in trace if row.rule.name == "service_level"
    ]
    return _sentence("outcome", phrases.outcome(), rows, ())


def _sentence(topic: str, text: str, rows: list[TraceRow], lines: tuple[Line, ...]) -> Sentence:
    clauses = [row.clause for row in rows]
    clauses += [clause for row in rows for clause in row.rule.also_cites]
    return Sentence(
        topic=topic,
        text=text,
        rows=tuple(row.number for row in rows),
        clauses=tuple(dict.fromkeys(clauses)),
        decisive=any(row.weight != INFORMATIVE for row in rows),
        lines=lines,
    )


def _slots_behind(decision: Decision, row: TraceRow) -> list[int]:
    """The slots that made the row hold, or that chose its value."""
    slots = [slot for slot, _ in row.conjunction]
    effect = row.rule.effect
    if not slots and effect in ("define", "sets") and row.row:
        # The last row holds because no other did: what they looked at is the reason.
        slots = [
            slot for other in row.rule.rows for conjunction in other.condition for slot, _ in conjunction
        ]
    if effect == "obligation":
        _, because = choose_budget(row.rule.rows[row.row].value, decision.values)
        slots += [slot for conjunction in because for slot, _ in conjunction]
    elif effect == "queue":
        slots += [
            slot
            for component in row.rule.rows[row.row].value["rank"]
            for slot in rank_component(decision.program, component, decision.values)[1]
        ]
    return list(dict.fromkeys(slots))


def _grounds(decision: Decision, row: TraceRow, labels: Labels, audience: str) -> str:
    if audience == "client":
        return ""
    facts = labels.facts(decision.program, _slots_behind(decision, row), decision.values)
    because = ""
    if facts:
        because = labels.pick(" Потому что ", " Because ") + listed(facts, labels.language) + "."
    if audience == "agent":
        return because
    weight = labels.pick(
        "справочно" if row.weight == INFORMATIVE else "решает",
        "informative" if row.weight == INFORMATIVE else "decisive",
    )
    place = labels.pick(
        f"правило {row.rule.number + 1}, строка {row.row + 1}, в файле {row.rule.line}",
        f"rule {row.rule.number + 1}, row {row.row + 1}, at line {row.rule.line}",
    )
    return f"{because} [{weight}; {place}]"
