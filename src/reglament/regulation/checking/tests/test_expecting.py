"""How expectations of a case meet a decision."""

from __future__ import annotations

import pytest

from reglament.regulation.checking.expecting import differences, known_key

DECISION = {
    "outcome": "accept",
    "responsibility": None,
    "needs_permission": False,
    "queue": {"department": "support", "rank": [0, 1], "then_by": "due_at"},
    "obligations": [
        {"metric": "reaction", "due_at": "2026-03-02T11:00:00+03:00", "clause": "X-1"},
        {"metric": "repair", "due_at": None, "clause": "X-2"},
    ],
    "missing": ["login", "topic"],
    "refusal_grounds": [{"ground": "rudeness", "clause": "X-3"}],
    "cites": [
        {"clause": "X-1", "effect": "obligation reaction"},
        {"clause": "X-3", "effect": "refusal rudeness"},
    ],
}


@pytest.mark.parametrize(
    "expect",
    [
        {"outcome": "accept"},
        {"responsibility": None},
        {"queue.rank": [0, 1]},
        {"queue": {"then_by": "due_at", "department": "support", "rank": [0, 1]}},
        {"missing": {"set": ["topic", "login"]}},
        {"obligations": [{"metric": "repair", "due_at": None}, {"metric": "reaction"}]},
        {"obligations": [{"metric": "reaction", "excused_by": None}, {"metric": "repair"}]},
        {"cites~": ["X-3"]},
        {"cites~": [{"clause": "X-1", "effect": "obligation reaction"}]},
        {"cites!": ["X-2"]},
        {"cites=": ["X-3", "X-1"]},
        {"grounds~": ["rudeness"]},
        {"grounds=": [{"ground": "rudeness", "clause": "X-3"}]},
    ],
)
def test_what_the_decision_says_may_be_expected(expect: dict[str, object]) -> None:
    assert not list(differences(expect, DECISION))


@pytest.mark.parametrize(
    "expect",
    [
        {"outcome": "redirect"},
        {"needs_permission": 0},
        {"queue.rank": [1, 0]},
        {"missing": ["topic", "login"]},
        {"missing": {"set": ["login"]}},
        {"obligations": [{"metric": "reaction"}]},
        {"obligations": [{"metric": "reaction"}, {"metric": "reaction"}]},
        {"obligations": []},
        {"cites~": ["X-2"]},
        {"cites~": [{"clause": "X-1", "effect": "refusal rudeness"}]},
        {"cites!": ["X-3"]},
        {"cites=": ["X-1"]},
        {"cites=": ["X-1", "X-2", "X-3"]},
        {"grounds!": ["rudeness"]},
        {"grounds~": [{"ground": "rudeness", "clause": "X-1"}]},
    ],
)
def test_anything_else_differs_and_is_named(expect: dict[str, object]) -> None:
    assert [difference.key for difference in differences(expect, DECISION)] == list(expect)


def test_an_unknown_key_gets_the_nearest_known_one() -> None:
    assert known_key("queue.rank") is None
    assert known_key("cites~") is None
    assert known_key("outcom") == "outcome"
    assert known_key("missing~") == "missing"
