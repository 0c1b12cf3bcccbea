"""Conditions mean the same after they were made finite as they meant when they were written."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reglament.regulation.deciding.conditions import holding
from reglament.regulation.reading.conditions import ConditionFault, both, compile_condition, either, opposite
from reglament.regulation.reading.slots import Slots
from reglament.regulation.reading.tests.small import read

SLOTS = Slots(read().regulation.editions[0])
GROUPS = {"asking": ["question", "other"]}
NAMES = ("kind", "client.plan", "stated_severity")
SPACE = list(product(*(SLOTS.domain(name) for name in NAMES)))


def _values(point: tuple[object, ...]) -> list[object]:
    values = list(SLOTS.initial)
    for name, value in zip(NAMES, point, strict=True):
        values[SLOTS.names.index(name)] = value
    return values


def _holds(source: Any, point: tuple[object, ...]) -> bool:
    """What a condition means, read off its text."""
    known = dict(zip(NAMES, point, strict=True))
    for key, expected in source.items():
        if key == "any":
            held = any(_holds(part, point) for part in expected)
        elif key == "all":
            held = all(_holds(part, point) for part in expected)
        elif key == "not":
            held = not _holds(expected, point)
        elif isinstance(expected, dict):
            held = not _holds({key: expected["not"]}, point)
        else:
            listed = expected if isinstance(expected, list) else [expected]
            allowed = {member for value in listed for member in GROUPS.get(value, [value])}
            value = known[key]
            held = ("absent" if value is None else value) in allowed or (
                "present" in allowed and value is not None
            )
        if not held:
            return False
    return True


EXPECTED = {
    "kind": ["question", "work", "asking", "unclassified"],
    "client.plan": ["basic", "full"],
    "stated_severity": ["high", "low", "absent", "present"],
}


def _atoms(name: str, values: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    listed = st.lists(st.sampled_from(values), min_size=1, max_size=3)
    return st.one_of(
        listed.map(lambda chosen: {name: chosen}),
        listed.map(lambda chosen: {name: chosen[0]}),
        listed.map(lambda chosen: {name: {"not": chosen}}),
    )


ATOMS = st.one_of([_atoms(name, values) for name, values in EXPECTED.items()])
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


@settings(max_examples=200)
@given(source=CONDITIONS)
def test_the_finite_form_holds_exactly_where_the_text_does(source: dict[str, Any]) -> None:
    compiled = compile_condition(source, SLOTS, GROUPS)
    for point in SPACE:
        assert (holding(compiled, _values(point)) is not None) == _holds(source, point)


@given(one=CONDITIONS, other=CONDITIONS)
def test_and_or_and_not_are_those_of_logic(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = (compile_condition(source, SLOTS, GROUPS) for source in (one, other))
    for point in SPACE:
        values = _values(point)
        a, b = (holding(condition, values) is not None for condition in (first, second))
        assert (holding(both(first, second), values) is not None) == (a and b)
        assert (holding(either(first, second), values) is not None) == (a or b)
        assert (holding(opposite(first, SLOTS), values) is not None) == (not a)


@pytest.mark.parametrize(
    ("source", "where", "message", "mend"),
    [
        (
            {"chanel": "email"},
            "when.chanel",
            "'chanel' is no fact, field or defined word",
            "did you mean 'channel'?",
        ),
        ({"channel": "emial"}, "when.channel", "'emial' is no value of 'channel'", "did you mean 'email'?"),
        (
            {"any": [{"kind": "quest"}]},
            "when.any[0].kind",
            "'quest' is no value of 'kind'",
            "did you mean 'question'?",
        ),
        ({"client.bought_on": "2026"}, "when.client.bought_on", "is no test of a date", "{on_or_after"),
        (
            {"client.bought_on": {"less_than_ago": "a year"}},
            "when.client.bought_on",
            "'a year' is no number",
            "{on",
        ),
        ({"circumstances.rude": "yes"}, "when.circumstances.rude", "'yes' is no value", "one of false, true"),
        ({"client.left": 3}, "when.client.left", "3 is no value of 'client.left'", "one of absent, 0, more"),
        ({"any": []}, "when.any", "takes a list of conditions", ""),
        (["channel"], "when", "is not a condition", ""),
    ],
)
def test_a_condition_that_names_something_unknown_says_what_was_meant(
    source: Any, where: str, message: str, mend: str
) -> None:
    with pytest.raises(ConditionFault) as refused:
        compile_condition(source, SLOTS, GROUPS)
    assert refused.value.where == where
    assert message in refused.value.message
    assert mend in refused.value.mend


def test_a_condition_that_grows_without_bound_is_refused() -> None:
    sides = [{"any": [{"channel": c, "kind": k}]} for c in ("email", "phone") for k in ("question", "work")]
    assert compile_condition({"all": sides}, SLOTS, GROUPS) == ()
