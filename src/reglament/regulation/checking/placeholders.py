"""Placeholders in a clause's words: each stands for something that the edition says elsewhere, once."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from reglament.regulation.model.edition import Define, Entitlements, ObligationRule, Practice, read_budget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reglament.regulation.checking.edition import EditionUnderProof
    from reglament.regulation.model.edition import Edition, Text
    from reglament.regulation.reading.yaml_source import Path

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_DIGITS = re.compile(r"\d+")
LANGUAGES = ("ru", "en")
LITERAL = "="
"""Begins a placeholder that is a literal text, such as the number in a product's name."""


class Words(NamedTuple):
    """One text of a clause, with where it stands."""

    clause: str
    path: Path
    text: Text


def prove_words(proof: EditionUnderProof) -> None:
    """Finds numbers that are written out, unknown placeholders, and languages that say different things."""
    known = known_placeholders(proof.edition)
    for words in _words(proof.edition):
        texts = {language: words.text.in_language(language) for language in LANGUAGES}
        named = {language: _named(text) for language, text in texts.items()}
        outside = {language: _PLACEHOLDER.sub("", text) for language, text in texts.items()}
        for name, language in _first(named).items():
            if name not in known:
                near = get_close_matches(name, known, 1)
                advice = near[0] if near else ", ".join(_forms(known))
                proof.add(
                    "unknown-placeholder", (*words.path, language), words.clause, name=name, near=advice
                )
        digits = _first({language: _DIGITS.findall(text) for language, text in outside.items()})
        if digits:
            path = (*words.path, next(iter(digits.values())))
            proof.add("digits", path, words.clause, digits=", ".join(digits))
        broken = [language for language, text in outside.items() if "{" in text or "}" in text]
        if broken:
            proof.add("unknown-placeholder/brace", (*words.path, broken[0]), words.clause)
        only = set(named["ru"]) ^ set(named["en"])
        if only:
            proof.add("placeholders-differ", words.path, words.clause, only=", ".join(sorted(only)))


def _named(text: str) -> list[str]:
    names = [name.strip() for name in _PLACEHOLDER.findall(text)]
    return [name for name in names if not name.startswith(LITERAL)]


def _first(found: dict[str, list[str]]) -> dict[str, str]:
    """Each thing that was found in the texts, with the first language in which it was."""
    first: dict[str, str] = {}
    for language, things in found.items():
        for thing in things:
            first.setdefault(thing, language)
    return first


def known_placeholders(edition: Edition) -> dict[str, None]:
    """Every placeholder that the words of an edition may use, in the order in which hints list them."""
    names = ["severities", "channels"] if edition.severities else ["channels"]
    names += [f"calendar.{name}" for name in edition.calendars]
    names += [f"group.{name}" for name in edition.groups]
    names += [f"channel.{name}" for name in edition.channels]
    names += [f"department.{name}" for name in edition.departments]
    names += [f"field.{name}" for name in edition.fields]
    names += [f"values.{path}" for path, fact in edition.facts.items() if fact.values]
    for clause in edition.clauses:
        for rule in clause.rules:
            if isinstance(rule, ObligationRule):
                names.append(f"table.{rule.obligation}")
                if isinstance(rule.within, str):
                    names.append(f"within.{rule.obligation}")
            elif isinstance(rule, Entitlements):
                names.append(f"table.{rule.entitlements}")
            elif isinstance(rule, Define):
                names.append(f"values.{rule.define}")
            elif isinstance(rule, Practice):
                names += [f"practice.{rule.practice}.{term}" for term in rule.terms if _is_span(rule, term)]
    return dict.fromkeys(names)


def _is_span(rule: Practice, term: str) -> bool:
    value = rule.terms[term]
    if isinstance(value, int):
        return term == "years"
    try:
        read_budget(str(value))
    except ValueError:
        return False
    return True


def _forms(known: dict[str, None]) -> list[str]:
    return list(dict.fromkeys(name.split(".", 1)[0] + (".…" if "." in name else "") for name in known))


def _words(edition: Edition) -> Iterator[Words]:
    for number, clause in enumerate(edition.clauses):
        path: Path = ("clauses", number)
        yield Words(clause.id, (*path, "title"), clause.title)
        yield Words(clause.id, (*path, "text"), clause.text)
        if clause.note is not None:
            yield Words(clause.id, (*path, "note"), clause.note)
