"""The page about checking knows every code that a check can give."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from reglament.regulation import reading
from reglament.regulation.checking.tests.test_bad_files import FAULTS, report
from reglament.regulation.checking.wording import WORDS

PAGE = (Path(__file__).parent.parent / "docs" / "owner" / "checking.md").read_text(encoding="utf-8")
DOCUMENTED = set(re.findall(r"\*\*([a-z-]+)\*\*", PAGE))


def _codes_of_the_reader() -> set[str]:
    """The codes that the reader of files gives: first arguments of its faults, and those of the grammar."""
    codes = set()
    for file in Path(str(reading.__path__[0])).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FileFault":
                codes |= {part.value for part in node.args[:1] if isinstance(part, ast.Constant)}
    return {str(code) for code in codes} | {"unknown-key", "missing-key", "unknown-rule", "value"}


def test_every_code_is_documented_and_no_other() -> None:
    codes = {message.split("/")[0] for message in WORDS} | _codes_of_the_reader()
    assert codes == DOCUMENTED


@pytest.mark.parametrize("fault", FAULTS)
def test_the_codes_of_each_broken_file_are_documented(fault: str) -> None:
    assert {finding.code for finding in report(fault).findings} <= DOCUMENTED


def test_every_code_has_a_broken_file_that_shows_it() -> None:
    shown = {finding.code for fault in FAULTS for finding in report(fault).findings}
    # A file of two million characters would help nobody to understand.
    assert DOCUMENTED - {"too-large"} == shown


def test_every_message_is_worded_in_both_languages_with_the_same_values() -> None:
    for message, words in WORDS.items():
        russian, english = (set(re.findall(r"\{(\w+)\}", " ".join(words[lang]))) for lang in ("ru", "en"))
        assert russian == english, message


def test_every_message_of_the_wording_is_shown_by_a_broken_file() -> None:
    shown = {finding.message for fault in FAULTS for finding in report(fault).findings}
    assert set(WORDS) <= shown
