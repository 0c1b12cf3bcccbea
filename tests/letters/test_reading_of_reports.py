"""Bounces in plain words and complaints in machines' forms, read: what `reports/expected.json` says."""

import json
from pathlib import Path
from typing import Any

import pytest

from reglament.desk.channels.email.nature import Nature, Recognition, recognise
from reglament.desk.channels.email.reading import read_letter

REPORTS = Path(__file__).parent / "reports"
EXPECTED: dict[str, dict[str, Any]] = json.loads((REPORTS / "expected.json").read_text(encoding="utf-8"))
OURS = "<sd-1042.2.d4e5f6@desk.example.com>"


def recognised(name: str) -> Recognition:
    """Recognise a report, as one that came with an envelope sender."""
    letter = read_letter((REPORTS / name).read_bytes())
    assert letter.unreadable is None
    return recognise(
        letter, envelope_from="x@example.net", own_addresses=("support@example.com",), loop_mark=""
    )


def test_every_report_is_expected() -> None:
    expected = {name for kind in EXPECTED.values() for name in kind}
    assert {path.name for path in REPORTS.glob("*.eml")} == expected


@pytest.mark.parametrize("name", sorted(EXPECTED["bounces"]))
def test_a_bounce_in_words_tells_whom_what_and_which_letter(name: str) -> None:
    found = recognised(name)
    assert found.nature is Nature.BOUNCE
    assert found.bounce is not None
    assert not found.bounce.formal
    assert OURS in found.bounce.original_ids
    reports = [[one.recipient, one.action, one.status] for one in found.bounce.reports]
    assert reports == EXPECTED["bounces"][name]


@pytest.mark.parametrize("name", sorted(EXPECTED["complaints"]))
def test_the_fields_of_a_complaint_are_read_and_unknown_ones_kept(name: str) -> None:
    found = recognised(name)
    assert found.nature is Nature.COMPLAINT
    assert found.complaint is not None
    said = found.complaint.as_json()
    expected = EXPECTED["complaints"][name]
    assert {key: said[key] for key in expected} == expected
