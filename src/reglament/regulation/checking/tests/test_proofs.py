"""The proofs agree with deciding request by request, on small editions made by chance."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reglament.regulation.checking.checking import check_regulation
from reglament.regulation.checking.diagrams import ALL, NONE, Diagrams
from reglament.regulation.checking.meaning import Meaning
from reglament.regulation.checking.report import Report
from reglament.regulation.checking.space import Space
from reglament.regulation.checking.tests.editions import ALL_FACTS, FEW_FACTS, read, rules
from reglament.regulation.deciding import decide, read_request
from reglament.regulation.deciding.conditions import holding
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.program import Program, Rule
from reglament.regulation.model.request import RequestFaults

# Each example is a whole edition and hundreds of decisions.
_SLOW = settings(max_examples=settings().max_examples // 4, suppress_health_check=list(HealthCheck))
_STATED_BY_CHANNEL = ("portal", "email", "phone", "chat", "forum")


class Twin:
    """Every request of an edition that its rules can tell apart, or some of them, decided one by one."""

    def __init__(self, program: Program, at_most: int | None = None) -> None:
        self.program = program
        self.space = Space([program])
        self.meaning = Meaning(program, self.space)
        self.decisions: list[tuple[list[int], Decision | None]] = []
        index = self.space.index
        looked_at = {index["channel"], index["authentication"]}
        for meant in self.meaning.rules:
            for node in meant.holds:
                looked_at |= self.space.diagrams.variables(node)
            for table in _tables(meant.rule):
                for condition, _ in table:
                    looked_at |= self.space.diagrams.variables(self.meaning.where(condition))
        for node in self.meaning.missing().values():
            looked_at |= self.space.diagrams.variables(node)
        choices = list(product(*(self._choices(n, n in looked_at) for n in range(len(index)))))
        if at_most is not None and len(choices) > at_most:
            choices = Random(0).sample(choices, at_most)
        for choice in choices:
            stated = {name: self.space.values[number][choice[number]] for name, number in index.items()}
            request = read_request(program, self.space.as_request(stated))
            try:
                self.decisions.append((list(choice), decide(program, request)))
            except RequestFaults:
                self.decisions.append((list(choice), None))

    def _choices(self, number: int, looked_at: bool) -> list[int]:
        values = self.space.values[number]
        if self.space.names[number] == "channel":
            # The editions speak of four channels; all others are alike.
            return [values.index(channel) for channel in _STATED_BY_CHANNEL]
        default = self.space.defaults[number]
        return list(range(len(values))) if looked_at else [values.index(default) if default in values else 0]

    def says(self, decision: Decision, number: int) -> object:
        """What a rule for a value says of a request, by the engine's own reading of its conditions."""
        rule = next(rule for rule in self.program.rules if rule.number == number)
        rows = (row for row in rule.rows if holding(row.condition, decision.values) is not None)
        row = next(rows, None)
        return None if row is None else row.value


@_SLOW
@given(rules(ALL_FACTS))
def test_what_the_diagrams_mean_is_what_deciding_does(rules_: list[dict[str, Any]]) -> None:
    twin = Twin(read(rules_).programs[-1], at_most=300)
    meaning, holds = twin.meaning, twin.space.diagrams.holds
    accepted = meaning.accepted()
    _, targets = meaning.redirects()
    missing = meaning.missing()
    for choice, decision in twin.decisions:
        if decision is None:
            continue
        for slot, values in meaning.values.items():
            assert [value for value, where in values.items() if holds(where, choice)] == [
                decision.values[slot]
            ]
        assert holds(accepted, choice) == (decision.outcome == "accept")
        pointed_to = {channel for channel, where in targets.items() if holds(where, choice)}
        assert pointed_to == set(decision.redirect_to)
        assert {item for item, where in missing.items() if holds(where, choice)} == set(decision.missing)
        spoken = {(row.rule.number, row.row) for row in decision.trace}
        for meant in meaning.rules:
            if meant.rule.effect in ("requires", "refusal", "not_covered", "offer", "queue", "sets"):
                rows = {n for n, where in enumerate(meant.effective) if holds(where, choice)}
                unsaid = decision.outcome == "informal" and meant.rule.effect in ("queue", "refusal")
                unsaid = unsaid or (meant.rule.name == "department" and decision.queue is None)
                assert unsaid or {row for number, row in spoken if number == meant.rule.number} == rows


@_SLOW
@given(rules(FEW_FACTS))
def test_the_findings_are_those_that_going_through_all_requests_would_make(
    rules_: list[dict[str, Any]],
) -> None:
    regulation = read(rules_)
    report = check_regulation(regulation, [])
    twin = Twin(regulation.programs[-1])
    decisions = [decision for _, decision in twin.decisions if decision is not None]

    refused = any(decision is None for _, decision in twin.decisions)
    assert refused == bool(_found(report, "gap/table", "gap/queue"))
    unsettled = any(decision.responsibility is None for decision in decisions)
    assert refused or unsettled == bool(_found(report, "gap/value"))

    of_responsibility = [rule.number for rule in twin.program.rules if rule.name == "responsibility"]
    contradicts = any(
        None not in said and said[0] != said[1]
        for decision in decisions
        for said in combinations([twin.says(decision, number) for number in of_responsibility], 2)
    )
    assert refused or contradicts == bool(_found(report, "contradiction/value"))

    nowhere = any(
        not decision.redirect_to
        for decision in decisions
        if any(row.effect.startswith("redirect ") for row in decision.trace)
    )
    assert refused or nowhere == bool(_found(report, "empty-redirect"))

    dead = sum(_dead(rule, decisions) for rule in twin.program.rules)
    reported = _found(report, "dead-rule", "dead-row/covered", "dead-row/never")
    assert refused or dead == len(reported)


def _dead(rule: Rule, decisions: list[Decision]) -> int:
    """How many rows of a rule no request takes; one where no request takes any."""
    takes = [
        (decision, _first(enumerate(r.condition for r in rule.rows), decision)) for decision in decisions
    ]
    if rule.several:
        conditions = [row.condition for row in rule.rows]
        taken = {n for d in decisions for n, c in enumerate(conditions) if holding(c, d.values) is not None}
    else:
        taken = {row for _, row in takes if row is not None}
    if not taken:
        return 1
    never = len(rule.rows) - len(taken)
    for table in _tables(rule):
        rows = {
            _first(enumerate(c for c, _ in table), decision) for decision, row in takes if row is not None
        }
        never += len(table) - len(rows - {None})
    return never


def _tables(rule: Rule) -> list[Any]:
    """The tables inside a rule's value: rows of a condition and what it gives."""
    if rule.effect == "obligation":
        return [rule.rows[0].value["within"]]
    return list(rule.rows[0].value["rank"]) if rule.effect == "queue" else []


def _first(conditions: Iterable[tuple[int, Any]], decision: Decision) -> int | None:
    return next((n for n, condition in conditions if holding(condition, decision.values) is not None), None)


def _found(report: Report, *messages: str) -> list[str]:
    return [finding.message for finding in report.findings if finding.message in messages]


_sets = st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, 2), max_size=3)), min_size=1, max_size=4)


@given(_sets, _sets)
def test_diagrams_obey_the_laws_of_sets(
    left_parts: list[tuple[int, set[int]]], right_parts: list[tuple[int, set[int]]]
) -> None:
    diagrams = Diagrams([3, 3, 3])
    everything = list(product(range(3), repeat=3))
    left = diagrams.all_of(diagrams.among(variable, allowed) for variable, allowed in left_parts)
    right = diagrams.any_of(diagrams.among(variable, allowed) for variable, allowed in right_parts)
    in_left = {c for c in everything if all(c[variable] in allowed for variable, allowed in left_parts)}
    in_right = {c for c in everything if any(c[variable] in allowed for variable, allowed in right_parts)}

    def listed(node: int) -> set[tuple[int, ...]]:
        return {choice for choice in everything if diagrams.holds(node, choice)}

    assert listed(left) == in_left
    assert listed(right) == in_right
    assert listed(diagrams.both(left, right)) == in_left & in_right
    assert listed(diagrams.either(left, right)) == in_left | in_right
    assert listed(diagrams.without(left, right)) == in_left - in_right
    assert (left == right) == (in_left == in_right), "equal sets have one number"
    assert diagrams.opposite(diagrams.opposite(left)) == left
    assert diagrams.either(left, diagrams.opposite(left)) == ALL
    assert diagrams.both(left, diagrams.opposite(left)) == NONE
    assert listed(diagrams.given(left, {1: 0})) == {c for c in everything if (c[0], 0, c[2]) in in_left}
    if left != NONE:
        found = diagrams.one_of(left, [[2, 1, 0]] * 3)
        assert tuple(found.get(variable, 0) for variable in range(3)) in in_left
