"""Requests and what must hold of their decisions; only what matters is stated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reglament.regulation.deciding import decide, read_request
from tests.regulations import program_of

CASES = json.loads((Path(__file__).parent / "cases" / "decisions.json").read_text(encoding="utf-8"))
COMPARED = ("metric", "due_at", "fulfilled_by", "clause")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['pack']}: {case['name']}")
def test_the_decision_is_as_expected(case: dict[str, Any]) -> None:
    program = program_of(case["pack"])
    decision = decide(program, read_request(program, case["request"])).as_json()
    for key, wanted in case["expect"].items():
        assert _holds(decision, key, wanted), (key, wanted, decision)


def _holds(decision: dict[str, Any], key: str, wanted: Any) -> bool:
    if key[-1] in "~!":
        name = "clause" if key[:-1] == "cites" else "ground"
        named = {item[name] for item in decision["cites" if key[:-1] == "cites" else "refusal_grounds"]}
        return set(wanted) <= named if key[-1] == "~" else not set(wanted) & named
    found: Any = decision
    for part in key.split("."):
        found = found[part]
    if isinstance(wanted, dict):
        return sorted(wanted["set"]) == sorted(found)
    if key == "obligations":
        return _compared(found) == _compared(wanted)
    return bool(found == wanted)


def _compared(obligations: Any) -> list[tuple[str, ...]]:
    return sorted(tuple(str(owed[part]) for part in COMPARED) for owed in obligations)
