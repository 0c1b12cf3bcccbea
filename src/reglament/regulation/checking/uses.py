"""Which declared names a regulation uses: what no rule looks at is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reglament.regulation.model.edition import (
    Asks,
    Define,
    Entitlements,
    ObligationRule,
    Practice,
    QueueRule,
    Refusal,
    Requires,
    SameAs,
    WithinTable,
)
from reglament.regulation.reading.slots import COMMON_FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reglament.regulation.checking.edition import EditionUnderProof
    from reglament.regulation.model.edition import Edition
    from reglament.regulation.reading.yaml_source import Path

    Use = tuple[str, str]
    """A section of the file (or `word`: a fact, a field or a definition), and a name used from it."""

ANY = "any"
"""The section of names in the terms of a practice, which may be names of anything."""


def prove_uses(proof: EditionUnderProof) -> None:
    """Finds groups, grounds, calendars, definitions, fields and facts that no rule looks at.

    A group or a calendar may also serve the text alone, by its placeholder. A field that a form offers
    (`asked_for`) is of use by itself, and so is a fact of every regulation.
    """
    edition = proof.edition
    used = set(_used(edition))
    for number, clause in enumerate(edition.clauses):
        for position, rule in enumerate(clause.rules):
            if isinstance(rule, Define) and not used & {("word", rule.define), (ANY, rule.define)}:
                path: Path = ("clauses", number, "rules", position)
                proof.add("unused/define", path, clause.id, name=rule.define)
    sections = {
        "groups": ("groups", list(edition.groups)),
        "calendars": ("calendars", list(edition.calendars)),
        "grounds": ("grounds", list(edition.grounds)),
        "fields": ("word", [name for name, field in edition.fields.items() if not field.asked_for]),
        "facts": ("word", [path for path in edition.facts if path not in COMMON_FACTS]),
    }
    for section, (kind_of_name, names) in sections.items():
        for name in names:
            if not used & {(kind_of_name, name), (ANY, name)}:
                proof.add(f"unused/{section[:-1]}", (section, name), name=name)


def _used(edition: Edition) -> Iterator[Use]:
    asked_for = [fact.asked_for for fact in edition.facts.values()]
    asked_for += [field.asked_for for field in edition.fields.values()]
    yield from (("groups", name) for names in asked_for for name in names)
    for clause in edition.clauses:
        for text in (clause.text, clause.note):
            if text is not None:
                yield from _used_by_text(edition, text.ru + text.en)
        for rule in clause.rules:
            for part in _conditional_parts(rule):
                yield from _used_by_condition(part.when)
                yield from _used_by_condition(part.unless)
                value = getattr(part, "value", None)
                if isinstance(value, SameAs):
                    yield "word", value.same_as
            yield from _used_by_rule(rule)


def _used_by_text(edition: Edition, text: str) -> Iterator[Use]:
    yield from (("calendars", name) for name in edition.calendars if f"{{calendar.{name}}}" in text)
    yield from (("groups", name) for name in edition.groups if f"{{group.{name}}}" in text)


def _conditional_parts(rule: Any) -> Iterator[Any]:
    """The rule itself and everything in it that has a condition of its own."""
    yield rule
    for name in ("rows", "accepts", "within", "queue"):
        part = getattr(rule, name, None)
        for item in part if isinstance(part, list) else []:
            yield from (row for row in (item if isinstance(item, list) else [item]) if hasattr(row, "when"))


def _used_by_condition(condition: Any) -> Iterator[Use]:
    if isinstance(condition, list):
        for part in condition:
            yield from _used_by_condition(part)
    elif isinstance(condition, dict):
        for key, expected in condition.items():
            if key in ("any", "all", "not"):
                yield from _used_by_condition(expected)
                continue
            yield "word", key.removeprefix("fields.")
            if key == "kind":
                yield from (("groups", name) for name in _texts_in(expected))


def _used_by_rule(rule: Any) -> Iterator[Use]:
    match rule:
        case Requires():
            yield from (("word", name) for item in rule.requires for name in item.split("|"))
        case ObligationRule():
            yield "calendars", rule.clock
            if isinstance(rule.within, WithinTable):
                by = [rule.within.by] if isinstance(rule.within.by, str) else rule.within.by
                yield from (("word", name) for name in by)
        case QueueRule():
            yield from (("word", part) for part in rule.queue if isinstance(part, str))
        case Refusal():
            yield "grounds", rule.refusal
        case Asks():
            yield "word", rule.asks
        case Entitlements():
            yield "word", rule.by
            yield from (("groups", name) for row in rule.table for name in row.kinds)
        case Practice():
            yield from ((ANY, name) for name in _texts_in(rule.terms))
        case _:
            pass


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)
    elif isinstance(value, str):
        yield value
