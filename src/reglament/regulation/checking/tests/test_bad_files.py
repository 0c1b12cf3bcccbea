"""One broken regulation for each kind of fault, with the whole of what a check says about it.

Each `bad/<fault>.yaml` stands alone and is as small as can be. Beside it stand `<fault>.expected`, all
that is said in English and in Russian, and, where the fault needs them, `<fault>.cases.yaml`. Without
cases nothing is said about clauses that no case shows, so that each file is about its own fault.
`RESET_EXPECTED=1 pytest …` writes the expected files anew; the difference is what to review.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from reglament.regulation.checking.cases import read_cases
from reglament.regulation.checking.checking import check_regulation, unreadable_report
from reglament.regulation.checking.report import Report
from reglament.regulation.deciding import decide, read_request
from reglament.regulation.model.request import RequestFaults
from reglament.regulation.reading.faults import RegulationUnreadable
from reglament.regulation.reading.read import ReadRegulation, read_regulation

FOLDER = Path(__file__).parent / "bad"
FAULTS = sorted(path.stem for path in FOLDER.glob("*.yaml") if not path.stem.endswith(".cases"))


def _read(fault: str) -> ReadRegulation:
    return read_regulation((FOLDER / f"{fault}.yaml").read_text(encoding="utf-8"), f"{fault}.yaml")


def report(fault: str) -> Report:
    """What a check says about a broken file."""
    try:
        read = _read(fault)
    except RegulationUnreadable as unreadable:
        return unreadable_report(f"{fault}.yaml", unreadable)
    file = FOLDER / f"{fault}.cases.yaml"
    if not file.exists():
        found = check_regulation(read, [])
        return Report(
            found.file,
            found.regulation,
            tuple(finding for finding in found.findings if finding.code != "no-case"),
            found.acts,
            found.informs,
        )
    return check_regulation(read, *read_cases(file.read_text(encoding="utf-8"), file.name))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_gets_exactly_what_is_expected(fault: str) -> None:
    found = report(fault)
    said = "\n\n".join(found.as_text(language) for language in ("en", "ru")) + "\n"
    expected = FOLDER / f"{fault}.expected"
    if os.environ.get("RESET_EXPECTED"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_is_never_sound(fault: str) -> None:
    assert report(fault).findings


@pytest.mark.parametrize("fault", FAULTS)
def test_every_example_is_a_request_that_the_regulation_reads(fault: str) -> None:
    examples = [finding.example for finding in report(fault).findings if finding.example is not None]
    for example in examples:
        read_request(_read(fault).programs[-1], dict(example))


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.startswith("gap")])
def test_what_the_check_calls_a_gap_deciding_refuses(fault: str) -> None:
    program = _read(fault).programs[-1]
    (finding,) = report(fault).findings
    assert finding.example is not None
    with pytest.raises(RequestFaults, match="settles no"):
        decide(program, read_request(program, dict(finding.example)))


@pytest.mark.parametrize("fault", FAULTS)
def test_every_finding_is_said_in_russian_too(fault: str) -> None:
    for finding in report(fault).findings:
        said = f"{finding.what('ru')} {finding.mend('ru')}"
        assert re.search("[а-я]{3}", said), said
        assert finding.what("ru") != finding.what("en")
