"""Every shipped regulation is proved sound, its cases pass, and a change to it is noticed."""

from __future__ import annotations

from functools import cache

import pytest

from reglament import packs
from reglament.regulation.checking import Report, check_file
from reglament.regulation.checking.placeholders import known_placeholders
from reglament.regulation.reading.read import read_regulation
from reglament.regulation.rendering.placeholders import in_one_line
from reglament.regulation.wording.facts import Labels
from scripts.mutate import SURVIVES, Pack


@cache
def _report(name: str) -> Report:
    return check_file(packs.find(name))


@pytest.mark.parametrize("name", packs.names())
def test_a_shipped_regulation_is_sound(name: str) -> None:
    report = _report(name)
    assert not report.findings, report.as_text("en")
    assert report.cases == report.passed > 0


@pytest.mark.parametrize("name", packs.names())
@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_the_check_knows_as_a_placeholder_the_document_fills(name: str, language: str) -> None:
    path = packs.find(name)
    edition = read_regulation(path.read_text(encoding="utf-8"), name).regulation.editions[-1]
    labels = Labels(edition, language)
    placeholders = [f"{{{known}}}" for known in known_placeholders(edition)]
    assert not [text for text in placeholders if in_one_line(text, labels) == text]


@pytest.mark.parametrize("name", packs.names())
def test_a_changed_regulation_turns_a_case_red(name: str) -> None:
    """A smoke selection; `make mutate` goes through all of them."""
    pack = Pack(packs.find(name))
    selection = range(0, len(pack.mutations), max(1, len(pack.mutations) // 20))
    survivors = [outcome for outcome in map(pack.outcome, selection) if outcome.end == SURVIVES]
    assert not [(outcome.line, outcome.mutation.clause, outcome.mutation.words) for outcome in survivors]
