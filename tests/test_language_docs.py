"""The page that teaches the language holds only what is true: its examples are run."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from reglament import packs
from reglament.regulation.model.edition import RULES
from reglament.regulation.reading.faults import RegulationUnreadable
from reglament.regulation.reading.read import read_regulation
from reglament.regulation.reading.yaml_source import read_documents
from scripts.write_schema import TARGET, written

PAGE = (Path(__file__).parent.parent / "docs" / "owner" / "language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
WHOLE: str = next(text for language, name, text in BLOCKS if name == "file=lighthouse.yaml")
RULE_BLOCKS = [text for _, name, text in BLOCKS if name == "rules"]


def _with_clause(rules: str) -> str:
    indented = "".join(f"      {line}\n" for line in rules.splitlines())
    head = '\n  - id: LH-5\n    title: {ru: "Ещё", en: "More"}\n    text: {ru: "…", en: "…"}\n    rules:\n'
    return WHOLE + head + indented


def test_the_whole_example_is_a_regulation() -> None:
    assert read_regulation(WHOLE, "lighthouse.yaml").name == "lighthouse"


@pytest.mark.parametrize("rules", RULE_BLOCKS)
def test_each_example_of_rules_stands_in_a_regulation(rules: str) -> None:
    read_regulation(_with_clause(rules), "lighthouse.yaml")


def test_the_example_commands_print_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "lighthouse.yaml").write_text(WHOLE, encoding="utf-8")
    consoles = [text for language, _, text in BLOCKS if language == "console"]
    assert consoles
    for console in consoles:
        command, _, expected = console.removeprefix("$ ").partition("\n")
        given, _, program = command.partition(" | reglament ")
        done = subprocess.run(
            [sys.executable, "-m", "reglament", *shlex.split(program)],
            input=shlex.split(given)[1],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=True,
        )
        assert done.stdout.strip() == expected.strip()


def test_the_broken_example_is_refused_in_the_words_of_the_page() -> None:
    broken = next(text for _, name, text in BLOCKS if name == "broken")
    words = next(text for _, name, text in BLOCKS if name == "faults")
    with pytest.raises(RegulationUnreadable) as refused:
        read_regulation(_with_clause(broken), "lighthouse.yaml")
    for line in words.strip().splitlines():
        assert line in str(refused.value)


def test_every_rule_of_the_language_is_taught() -> None:
    for rule in RULES:
        assert re.search(rf"\*\*`{rule}[`:]", PAGE) or f"- {rule}:" in PAGE, rule


def test_the_schema_for_editors_is_fresh() -> None:
    assert TARGET.read_text(encoding="utf-8") == written(), "run scripts/write_schema.py"


@pytest.mark.parametrize("name", packs.names())
def test_every_shipped_regulation_is_valid_by_the_schema(name: str) -> None:
    schema = json.loads(TARGET.read_text(encoding="utf-8"))
    for document in read_documents(packs.source(name), name):
        jsonschema.validate(document.value, schema, cls=jsonschema.Draft202012Validator)
