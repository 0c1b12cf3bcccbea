"""No clause of a pack that acts goes without a story, and no story tells of a clause that there is not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from reglament import packs
from reglament.regulation.model.edition import Clause
from reglament.regulation.reading.read import read_regulation

LEFT_OUT = {
    "IKS-1": "documentation, lessons and webinars before the form: there is no knowledge base yet",
    "IKS-4": "passing to development with an estimate: there is no escalation yet",
}
"""Clauses that act by a practice alone which the desk does not have yet, each with its reason."""

_NAMED = re.compile(r"(?:test_)([A-Z]+)_(\d+)_")


def clauses_of(pack: str) -> list[Clause]:
    """Give the clauses of every edition of a pack."""
    regulation = read_regulation(packs.source(pack), pack).regulation
    return [clause for edition in regulation.editions for clause in edition.clauses]


def acting(clauses: list[Clause]) -> set[str]:
    """Give the clauses that have rules, and those that the rules of another name as their ground."""
    ruled = {clause.id for clause in clauses if clause.rules}
    grounds = {
        cited for clause in clauses for rule in clause.rules for cited in getattr(rule, "cites", None) or ()
    }
    return ruled | grounds


def stories() -> dict[str, set[str]]:
    """Give the stories by the clause that each is named by, and says that it tells."""
    found: dict[str, set[str]] = {}
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and (named := _NAMED.match(node.name)):
                clause = f"{named[1]}-{named[2]}"
                says = ast.get_docstring(node) or ""
                assert says.startswith(f"{clause}: "), f"{file.name}::{node.name} does not say '{clause}: …'"
                found.setdefault(clause, set()).add(f"{file.name}::{node.name}")
    return found


@pytest.mark.parametrize("pack", packs.names())
def test_every_acting_clause_of_a_pack_has_a_story(pack: str) -> None:
    wanted = acting(clauses_of(pack))
    assert wanted, pack

    untold = wanted - set(stories()) - set(LEFT_OUT)
    assert not untold, f"no story tells {sorted(untold)}"


def test_every_story_tells_a_clause_that_there_is() -> None:
    known = {clause.id for pack in packs.names() for clause in clauses_of(pack)}

    assert set(stories()) <= known
    assert set(LEFT_OUT) <= known


def test_a_clause_is_left_out_only_while_it_acts_by_a_practice_alone() -> None:
    for pack in packs.names():
        for clause in clauses_of(pack):
            if clause.id in LEFT_OUT:
                assert all(hasattr(rule, "practice") for rule in clause.rules), clause.id
                assert clause.id not in stories(), f"{clause.id} has a story; take it from LEFT_OUT"
