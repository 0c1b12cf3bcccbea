"""An invented regulation runs through the whole engine: proofs, cases, words, document, mutants."""

from __future__ import annotations

from pathlib import Path

import pytest

from reglament.regulation.checking import cases_beside, check_file, run_case, run_cases
from reglament.regulation.explaining import AUDIENCES, explain
from reglament.regulation.reading.read import read_regulation
from reglament.regulation.rendering.document import build_document
from reglament.regulation.rendering.markdown import as_markdown
from scripts.mutate import SURVIVES, Pack

FILE = Path(__file__).parent / "sixth" / "regulation.yaml"


def test_it_is_sound_and_its_cases_pass() -> None:
    report = check_file(FILE)
    assert not report.findings, report.as_text("en")
    assert report.passed == report.cases > 50


def test_every_change_to_it_is_noticed() -> None:
    pack = Pack(FILE)
    outcomes = [pack.outcome(number) for number in range(len(pack.mutations))]
    survivors = [(one.line, one.mutation.words) for one in outcomes if one.end == SURVIVES]
    assert not survivors


def test_what_is_proved_to_decide_alike_gives_the_same_answers() -> None:
    pack = Pack(FILE)
    alike = 0
    for number in range(len(pack.mutations)):
        mutant = pack.mutant(number)
        if mutant is None or not pack.decides_as_before(mutant):
            continue
        alike += 1
        for case in pack.cases:
            before, after = run_case(pack.read.programs, case), run_case(mutant.programs, case)
            assert before.differences == after.differences
            if before.decision is not None and after.decision is not None:
                assert before.decision.as_json() == after.decision.as_json(), pack.mutations[number].words
    assert alike > 5


@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_reads_as_a_document_with_every_placeholder_filled(language: str) -> None:
    edition = read_regulation(FILE.read_text(encoding="utf-8"), FILE.name).regulation.editions[-1]
    document = as_markdown(build_document(edition, language))
    assert all(clause.id in document for clause in edition.clauses)
    assert "{" not in document


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_decision_can_be_said(language: str, audience: str) -> None:
    read = read_regulation(FILE.read_text(encoding="utf-8"), FILE.name)
    cases, _ = cases_beside(FILE)
    decisions = [run.decision for run in run_cases(read.programs, cases) if run.decision is not None]
    for decision in decisions:
        assert explain(read.regulation.editions[-1], decision, audience, language)
