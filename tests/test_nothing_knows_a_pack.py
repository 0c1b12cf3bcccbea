"""No source outside the packs holds a word of a pack: its name, a clause's id, a kind, a fact, a field."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from reglament import packs
from reglament.regulation.reading.read import read_regulation

ROOT = Path(packs.__file__).parent.parent
LANGUAGE = ("regulation/model", "regulation/reading")
"""Where the words of the regulation language itself stand, which every pack uses."""

COMMON_WORDS = {
    "cause", "contact", "current", "http", "https", "login", "messages", "problem", "protocol", "purpose",
    "questions", "recipient", "talk", "version",
}  # fmt: skip
"""Names in packs that are words of mail, of the web or of plain English as well."""

OTHER_THINGS = {
    ("abuse_report", "desk/channels/email"): "what a letter is, by RFC 5965",
    ("standard", "site/object_storage.py"): "how botocore tries again",
}
"""A name of a pack that in one part of the source names another thing, and which."""


def _sources(*suffixes: str) -> list[Path]:
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.suffix in suffixes
        and not {"packs", "tests", "migrations", "static", "locale"} & set(path.relative_to(ROOT).parts)
    ]


def _texts(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


@cache
def _language() -> set[str]:
    files = [path for folder in LANGUAGE for path in (ROOT / folder).glob("*.py")]
    return {text for path in files for text in _texts(path)}


@cache
def _words_of_packs() -> set[str]:
    found: set[str] = set()
    for name in packs.names():
        for edition in read_regulation(packs.source(name), name).regulation.editions:
            found |= {name, *edition.kinds, *edition.groups, *edition.fields, *edition.grounds}
            found |= {*edition.services, *edition.severities, *map(str, edition.facts)}
            found |= {str(path).split(".")[1] for path in edition.facts}
            found |= {value for fact in edition.facts.values() for value in fact.values}
    return found - COMMON_WORDS - _language()


def test_no_program_text_is_a_word_of_a_pack() -> None:
    found = []
    for path in _sources(".py"):
        where = str(path.relative_to(ROOT))
        allowed = {word for word, folder in OTHER_THINGS if where.startswith(folder)}
        found += [(where, word) for word in _texts(path) & _words_of_packs() - allowed]
    assert not found


def test_no_template_compares_with_a_word_of_a_pack() -> None:
    quoted = re.compile(r"""["']([a-z][a-z0-9_.]+)["']""")
    tag = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
    found = {
        (str(path.relative_to(ROOT)), word)
        for path in _sources(".html", ".txt")
        for part in tag.findall(path.read_text(encoding="utf-8"))
        for word in quoted.findall(part)
        if word in _words_of_packs()
    }
    assert not found


def test_no_source_names_a_pack_or_one_of_its_clauses() -> None:
    prefixes = {
        edition.number_prefix
        for name in packs.names()
        for edition in read_regulation(packs.source(name), name).regulation.editions
    }
    names = "|".join(packs.names())
    named = re.compile(rf"\b(?:{'|'.join(sorted(prefixes))})-\d|\b(?:{names})\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in _sources(".py", ".html", ".txt", ".css", ".js", ".typ", ".toml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := named.search(line))
    ]
    assert not found


def test_the_words_looked_for_are_many_and_plain() -> None:
    assert {"component_replacement", "client.package_proven", "registration_email"} <= _words_of_packs()
