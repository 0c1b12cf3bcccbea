"""Whatever the desk says to people, it says in Russian too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

DESK = Path(__file__).resolve().parents[1]
CALLS = {"_", "gettext", "gettext_lazy"}
APPLICATIONS = ("notices", "operations", "people")


def _said(application: str) -> Iterator[tuple[str, str]]:
    for file in (DESK / application).rglob("*.py"):
        if "tests" in file.parts or "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS):
                continue
            words = node.args[0]
            if isinstance(words, ast.Constant) and isinstance(words.value, str):
                yield file.relative_to(DESK).as_posix(), words.value


def _translated() -> set[str]:
    words: set[str] = set()
    for file in DESK.parent.rglob("locale/ru/LC_MESSAGES/*.po"):
        with file.open("rb") as lines:
            for message in read_po(lines, locale="ru"):
                if message.string and isinstance(message.id, str) and not message.fuzzy:
                    words.add(message.id)
    return words


@pytest.mark.parametrize("application", APPLICATIONS)
def test_every_text_has_its_russian_words(application: str) -> None:
    translated = _translated()
    said = list(_said(application))
    assert said
    assert sorted(f"{file}: {words}" for file, words in said if words not in translated) == []
