"""What holds of every decision of every shipped regulation, whatever is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reglament.regulation.deciding import decide, read_request
from reglament.regulation.explaining import AUDIENCES, explain
from reglament.regulation.model.decision import INFORMATIVE
from reglament.regulation.model.program import dump, load
from reglament.regulation.model.words import OUTCOMES
from tests.regulations import NAMES, program_of, read_pack, requests_for

if TYPE_CHECKING:
    from reglament.regulation.model.decision import Decision
    from reglament.regulation.model.program import Program

pytestmark = pytest.mark.parametrize("name", NAMES)


def _answer(program: Program, raw: dict[str, Any]) -> Decision:
    return decide(program, read_request(program, raw))


def _without_informative_cites(decision: Decision) -> dict[str, Any]:
    data = decision.as_json()
    data["cites"] = [cite for cite in data["cites"] if not cite.get("informative")]
    return data


@given(data=st.data())
def test_the_same_request_gets_the_same_answer_twice(name: str, data: st.DataObject) -> None:
    program = program_of(name)
    raw = data.draw(requests_for(program))
    assert _answer(program, raw).as_json() == _answer(program, raw).as_json()


@given(data=st.data())
def test_a_program_kept_as_json_decides_the_same(name: str, data: st.DataObject) -> None:
    program = program_of(name)
    raw = data.draw(requests_for(program))
    assert _answer(load(dump(program)), raw).as_json() == _answer(program, raw).as_json()


@given(data=st.data())
def test_facts_that_no_rule_reads_change_nothing(name: str, data: st.DataObject) -> None:
    program = program_of(name)
    raw = data.draw(requests_for(program))
    decision = _answer(program, raw)
    read = {program.slots[slot] for row in decision.trace for slot, _ in row.conjunction}
    for group in ("client", "product", "circumstances"):
        for fact in list(raw.get(group, {})):
            path = f"{group}.{fact}"
            if any(slot == path or slot.startswith(f"{path} ") for slot in _every_slot_read(program)):
                continue
            fewer = {**raw, group: {key: value for key, value in raw[group].items() if key != fact}}
            assert _answer(program, fewer).as_json() == decision.as_json()
    assert read <= set(program.slots)


def _every_slot_read(program: Program) -> set[str]:
    read: set[int] = set()

    def walk(value: Any) -> None:
        if isinstance(value, list | tuple):
            if len(value) == 2 and isinstance(value[0], int) and isinstance(value[1], list | frozenset):
                read.add(value[0])
            for inner in value:
                walk(inner)
        elif isinstance(value, dict):
            for inner in value.values():
                walk(inner)

    for rule in program.rules:
        for row in rule.rows:
            walk(row.condition)
            walk(row.value)
            if isinstance(row.value, dict) and "slot" in row.value:
                read.add(row.value["slot"])
    return {program.slots[slot] for slot in read if slot < len(program.slots)}


@given(data=st.data())
def test_the_outcome_is_the_first_that_holds_and_the_others_stand_beside_it(
    name: str, data: st.DataObject
) -> None:
    program = program_of(name)
    decision = _answer(program, data.draw(requests_for(program)))
    ranks = [OUTCOMES.index(outcome) for outcome in (decision.outcome, *decision.also)]
    assert ranks == sorted(set(ranks))
    assert "accept" not in decision.also
    if decision.outcome == "informal":
        assert decision.queue is None
        assert decision.obligations == ()
        assert decision.refusal_grounds == ()
        assert "redirect" not in decision.also
    if "not_covered" in (decision.outcome, *decision.also) or decision.outcome == "informal":
        assert decision.service_level == "none"
    assert bool(decision.missing) == ("needs_information" in (decision.outcome, *decision.also))


@given(data=st.data())
def test_nothing_is_owed_by_completion_until_the_request_is_accepted(name: str, data: st.DataObject) -> None:
    program = program_of(name)
    decision = _answer(program, data.draw(requests_for(program)))
    if decision.outcome != "accept":
        assert all(owed.fulfilled_by != "completion" for owed in decision.obligations)
    for owed in decision.obligations:
        assert owed.due_at is None or owed.due_at > owed.starts_at


@given(data=st.data())
def test_a_cite_that_another_clause_overruled_is_informative(name: str, data: st.DataObject) -> None:
    program = program_of(name)
    decision = _answer(program, data.draw(requests_for(program)))
    answered = {
        "service level": decision.service_level,
        "responsibility": decision.responsibility,
        "severity": decision.severity,
        "department": decision.queue.department if decision.queue else None,
        "offer": decision.offer,
    }
    for cite in decision.cites:
        for what, answer in answered.items():
            said = cite.effect.removeprefix(f"{what} ").partition(" (")[0]
            if cite.effect.startswith(f"{what} ") and said != str(answer):
                assert cite.informative, f"{cite.clause} says {cite.effect}, the decision {answer}"


@given(data=st.data())
def test_taking_a_cited_rule_away_changes_the_decision(name: str, data: st.DataObject) -> None:
    program = program_of(name)
    raw = data.draw(requests_for(program))
    decision = _answer(program, raw)
    whole = _without_informative_cites(decision)
    for row in decision.trace:
        if row.weight == INFORMATIVE:
            continue
        rules = tuple(rule for rule in program.rules if rule.number != row.rule.number)
        fewer = program._replace(rules=rules, memo={})
        try:
            without = _without_informative_cites(_answer(fewer, raw))
        except (KeyError, IndexError, TypeError, ValueError):
            # Without a queue, a severity or a defined word there is no decision at all.
            continue
        assert without != whole, f"{row.clause} {row.effect} is cited, and nothing rests on it"


@settings(max_examples=40)
@given(data=st.data())
def test_every_effect_has_its_sentence_and_every_sentence_its_effect(name: str, data: st.DataObject) -> None:
    edition = read_pack(name).regulation.editions[-1]
    program = program_of(name)
    decision = _answer(program, data.draw(requests_for(program)))
    effects = {row.number for row in decision.trace}
    for audience in AUDIENCES:
        for language in ("ru", "en"):
            sentences = explain(edition, decision, audience, language)
            assert {number for sentence in sentences for number in sentence.rows} == effects
            for sentence in sentences:
                assert sentence.rows
                assert sentence.text
                assert set(sentence.clauses) >= {decision.trace[number].clause for number in sentence.rows}


@given(data=st.data())
def test_the_arithmetic_adds_up_to_the_budget(name: str, data: st.DataObject) -> None:
    edition = read_pack(name).regulation.editions[-1]
    program = program_of(name)
    decision = _answer(program, data.draw(requests_for(program)))
    for sentence in explain(edition, decision, "auditor", "ru"):
        for row in (decision.trace[number] for number in sentence.rows if sentence.topic == "obligation"):
            owed = row.value
            counted = sum(
                (line.closes - line.opens).total_seconds()
                for line in sentence.lines
                if line.opens is not None and line.closes is not None
            )
            wanted = {"working_hours": 3600, "hours": 3600, "working_minutes": 60, "minutes": 60}
            if owed.budget.unit in wanted and len(sentence.lines) < 14:
                assert counted == owed.budget.amount * wanted[owed.budget.unit]
