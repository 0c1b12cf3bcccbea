"""Proves that two programs give the same decisions with the same grounds, for every request.

Two programs that say the same by the same clauses, in the same requests, resting on the same words,
are the same. The proof is sufficient, not complete: False means only that they could differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from reglament.regulation.checking.diagrams import NONE
from reglament.regulation.checking.meaning import Meaning, Meant
from reglament.regulation.checking.space import Space
from reglament.regulation.model.program import Program

_WORKING_TIME = ("working_minutes", "working_hours")
_DAYS = ("days", "working_days", "weeks")
_ALWAYS = [[0, 24 * 60]]

Said = dict[tuple[str, ...], int]
"""What is said (clause, effect and the rest, as texts), and in which requests."""


def same_decisions(one: Program, other: Program) -> bool:
    """Whether it is proved that both decide every request alike, with the same cites."""
    if any(getattr(one, key) != getattr(other, key) for key in ("kinds", "services", "severities")):
        return False
    defaults = _other_defaults(one, other)
    if defaults is None or one.fields != other.fields:
        return False
    if (one.regulation, one.edition, one.timezone) != (other.regulation, other.edition, other.timezone):
        return False
    space = Space([one, other])
    means = [Meaning(program, space) for program in (one, other)]
    first, second = (_Sayings(meaning) for meaning in means)
    if first.said != second.said or first.order != second.order:
        return False
    if any(
        space.given(where, {path: before}) != space.given(where, {path: after})
        for path, (before, after) in defaults.items()
        for where in first.said.values()
    ):
        return False
    if any(not _same_clock(one.calendars[name], other.calendars[name], unit) for name, unit in first.clocks):
        return False
    missing = means[0].missing()
    refused = {name: means[0].spoken("refusal", name) for name in {*one.grounds}}
    return _same_order(space, one.field_order, other.field_order, missing) and _same_order(
        space, one.grounds, other.grounds, refused
    )


def _other_defaults(one: Program, other: Program) -> dict[str, tuple[object, object]] | None:
    """The facts of which another value is taken where they are absent; None where they differ in more."""
    found = {}
    for path, fact in one.facts.items():
        twin = other.facts.get(path)
        if twin is None or (fact.type, fact.values) != (twin.type, twin.values):
            return None
        if fact.default != twin.default:
            found[path] = (fact.default, twin.default)
            if None in found[path]:
                return None
    return found if one.facts.keys() == other.facts.keys() else None


def _same_clock(one: Mapping[str, Any], other: Mapping[str, Any], unit: str) -> bool:
    """Whether spans of a unit end at the same moments on both calendars."""
    if unit in _WORKING_TIME:
        return one == other
    # Spans of days end when a day closes, so it does not matter when it opens.
    closed = [
        {**calendar, "weekly": [max((span[1] for span in day), default=0) for day in calendar["weekly"]]}
        for calendar in (one, other)
    ]
    return closed[0] == closed[1]


def _same_order(space: Space, one: Iterable[str], other: Iterable[str], where: dict[str, int]) -> bool:
    """Whether no request can show that two lists stand in different orders."""
    left, right = list(one), list(other)
    if set(left) != set(right):
        return False
    return all(
        (left.index(a) < left.index(b)) == (right.index(a) < right.index(b))
        or space.diagrams.both(where.get(a, NONE), where.get(b, NONE)) == NONE
        for a in left
        for b in left
    )


class _Sayings:
    """All that a program says, in a form that two programs can be compared by."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.diagrams = meaning.diagrams
        self.slots = meaning.program.slots
        self.said: Said = {}
        self.clocks: set[tuple[str, str]] = set()
        """Calendars that are looked at, with the unit of the span."""
        self.order: list[tuple[str, ...]] = []
        """Rules that can speak, in the order of evaluation, which says whose word is the ground."""
        for meant in meaning.rules:
            self._rule(meant)

    def _rule(self, meant: Meant) -> None:
        rule = meant.rule
        who = (rule.clause, rule.effect, rule.name, str(rule.overrides), *rule.also_cites)
        if any(where != NONE for where in meant.effective):
            self.order.append(who)
        for row, where in zip(rule.rows, meant.effective, strict=True):
            if where == NONE:
                continue
            if rule.effect == "obligation":
                said = (*who, row.value["clock"], row.value["fulfilled_by"])
                self._spans(row.value, where, said)
            elif rule.effect == "queue":
                said = (*who, row.value["then_by"])
                for number, component in enumerate(row.value["rank"]):
                    self._rank(component, where, (*said, str(number)))
            else:
                said = (*who, self._token(row.value), row.remark)
            self._note(said, where)
            self._looks(row.condition, where, said)

    def _spans(self, terms: dict[str, Any], where: int, said: tuple[str, ...]) -> None:
        conditions = [condition for condition, _ in terms["within"]]
        budgets = [self._plainest(amount, unit, terms["clock"]) for _, (amount, unit) in terms["within"]]
        if terms["best"] == "shortest":
            looked_at = [self.diagrams.both(where, self.meaning.where(one)) for one in conditions]
            chosen: dict[tuple[int, str], int] = {}
            open_ = where
            limited_first = sorted(set(budgets), key=lambda budget: (budget[1] == "unlimited", budget[0]))
            for budget in limited_first:
                here = self.diagrams.any_of(
                    part for part, own in zip(looked_at, budgets, strict=True) if own == budget
                )
                chosen[budget] = self.diagrams.both(open_, here)
                open_ = self.diagrams.without(open_, here)
        else:
            looked_at = self.meaning.first_of(conditions, where)
            chosen = {}
            for budget, part in zip(budgets, looked_at, strict=True):
                chosen[budget] = self.diagrams.either(chosen.get(budget, NONE), part)
        for budget, part in chosen.items():
            self._note((*said, "within", str(budget)), part)
            if budget[1] in (*_WORKING_TIME, *_DAYS) and part != NONE:
                self.clocks.add((terms["clock"], budget[1]))
        for condition, part in zip(conditions, looked_at, strict=True):
            self._looks(condition, part, said)

    def _plainest(self, amount: int, unit: str, clock: str) -> tuple[int, str]:
        """A budget; where the clock never stops, working hours are hours."""
        calendar = self.meaning.program.calendars[clock]
        runs_always = calendar["days_off"] is None and all(day == _ALWAYS for day in calendar["weekly"])
        return (
            (amount, unit.removeprefix("working_"))
            if runs_always and unit in _WORKING_TIME
            else (amount, unit)
        )

    def _rank(self, component: Any, where: int, said: tuple[str, ...]) -> None:
        for value, part in self.meaning.component(component).items():
            self._note((*said, "rank", str(value)), self.diagrams.both(where, part))
        if isinstance(component, str):
            self._note((*said, "rests on", component), where)
        elif isinstance(component, list):
            conditions = [condition for condition, _ in component]
            tested = [test for condition in conditions for conjunction in condition for test in conjunction]
            for condition, part in zip(conditions, self.meaning.first_of(conditions, where), strict=True):
                self._looks(condition, part, said)
                if not any(condition):
                    # The last row holds because no other did: it rests on all that they tested.
                    self._looks([tested], part, said, everywhere=True)

    def _looks(self, condition: Any, where: int, said: tuple[str, ...], *, everywhere: bool = False) -> None:
        """Notes on which words of the rules' own a saying rests, since their clauses are cited too."""
        for conjunction in condition:
            here = where if everywhere else self.diagrams.both(where, self.meaning.where([conjunction]))
            where = self.diagrams.without(where, here)
            for slot, _ in conjunction:
                if slot in self.meaning.values:
                    self._note((*said, "rests on", self.slots[slot]), here)

    def _token(self, value: Any) -> str:
        # Slots have other numbers in the other program, so they are called by name.
        if isinstance(value, dict) and set(value) == {"slot"}:
            return f"same as {self.slots[value['slot']]}"
        if isinstance(value, list):
            named = [
                [item, [[self.slots[slot], allowed] for slot, allowed in alternatives]]
                for item, alternatives in value
            ]
            return json.dumps(named, sort_keys=True)
        return json.dumps(value, sort_keys=True)

    def _note(self, said: tuple[str, ...], where: int) -> None:
        if where != NONE:
            self.said[said] = self.diagrams.either(self.said.get(said, NONE), where)
