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
        named: dict[str, list[str]] = {}
        for language in ("ru", "en"):
            text = words.text.in_language(language)
            path = (*words.path, language)
            named[language] = [name.strip() for name in _PLACEHOLDER.findall(text)]
            for name in dict.fromkeys(named[language]):
                if not name.startswith(LITERAL) and name not in known:
                    near = get_close_matches(name, known, 1)
                    advice = near[0] if near else ", ".join(_forms(known))
                    proof.add("unknown-placeholder", path, words.clause, name=name, near=advice)
            outside = _PLACEHOLDER.sub("", text)
            digits = _DIGITS.findall(outside)
            if digits:
                proof.add("digits", path, words.clause, digits=", ".join(dict.fromkeys(digits)))
            if "{" in outside or "}" in outside:
                proof.add("unknown-placeholder/brace", path, words.clause)
        russian, english = ({n for n in found if not n.startswith(LITERAL)} for found in named.values())
        if russian != english:
            only = ", ".join(sorted(russian ^ english))
            proof.add("placeholders-differ", words.path, words.clause, only=only)


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
