"""Tables drawn from rules, so that a number stands once: in the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from reglament.regulation.model.edition import (
    Entitlements,
    ObligationRule,
    WithinRow,
    WithinTable,
    read_budget,
)
from reglament.regulation.wording.spans import listed, sentence, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reglament.regulation.wording.facts import Labels


class Table(NamedTuple):
    """A table in plain texts; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def table_of(rule: ObligationRule | Entitlements, labels: Labels) -> Table:
    """The table that the rule decides by, as people print it."""
    return _spans(rule, labels) if isinstance(rule, ObligationRule) else _pluses(rule, labels)


def budget_in_words(written: str, labels: Labels) -> str:
    return span(*read_budget(written), labels.language)


def _spans(rule: ObligationRule, labels: Labels) -> Table:
    caption = sentence(labels.text(rule.title))
    within = rule.within
    span_title = labels.pick("Срок", "Within")
    if isinstance(within, str):
        return Table(caption, ("", span_title), ((caption, budget_in_words(within, labels)),))
    if isinstance(within, list):
        rows = [(_row_in_words(row, labels), budget_in_words(row.value, labels)) for row in within]
        return Table(caption, (labels.pick("Когда", "When"), span_title), tuple(rows))
    return _by_facts(within, caption, span_title, labels)


def _by_facts(within: WithinTable, caption: str, span_title: str, labels: Labels) -> Table:
    by = [within.by] if isinstance(within.by, str) else within.by
    table = within.table
    if len(by) == 1:
        rows = [(_values(by[0], key, labels), budget_in_words(value, labels)) for key, value in table.items()]
        return Table(caption, (sentence(labels.name(by[0])), span_title), tuple(rows))
    columns = list(dict.fromkeys(key for inner in table.values() for key in inner))
    head = (sentence(labels.name(by[0])), *(_values(by[1], column, labels) for column in columns))
    body = []
    for key, inner in table.items():
        spans = (budget_in_words(inner[column], labels) if column in inner else "—" for column in columns)
        body.append((_values(by[0], key, labels), *spans))
    return Table(caption, head, tuple(body))


def _values(name: str, key: str, labels: Labels) -> str:
    """The labels of `basic | none`."""
    words = [_value(name, value.strip(), labels) for value in str(key).split("|")]
    return sentence(listed(words, labels.language, last=labels.pick("или", "or")))


def _value(name: str, value: str, labels: Labels) -> str:
    return labels.value(name, {"true": True, "false": False, "absent": None}.get(value, value))


def _row_in_words(row: WithinRow, labels: Labels) -> str:
    if row.when is None and row.unless is None:
        return labels.pick("В остальных случаях", "Otherwise")
    words = _condition(row.when, labels)
    if row.unless is not None:
        words.append(labels.pick("кроме: ", "except: ") + ", ".join(_condition(row.unless, labels)))
    return sentence(", ".join(words))


def _condition(source: dict[str, Any] | None, labels: Labels) -> list[str]:
    words: list[str] = []
    for name, expected in (source or {}).items():
        if name in ("any", "all"):
            last = labels.pick("или", "or") if name == "any" else ""
            words.append(
                listed([", ".join(_condition(part, labels)) for part in expected], labels.language, last=last)
            )
        elif name == "not":
            words.append(labels.pick("не: ", "not: ") + ", ".join(_condition(expected, labels)))
        elif isinstance(expected, dict) and set(expected) == {"not"}:
            words.append(
                f"{labels.name(name)}: {labels.pick('не', 'not')} {_expected(name, expected['not'], labels)}"
            )
        else:
            words.append(f"{labels.name(name)}: {_expected(name, expected, labels)}")
    return words


def _expected(name: str, expected: Any, labels: Labels) -> str:
    values: Sequence[Any] = expected if isinstance(expected, list) else [expected]
    words: list[str] = []
    for value in values:
        group = labels.edition.groups.get(value) if name == "kind" and isinstance(value, str) else None
        members: Sequence[Any] = group or [value]
        words += [_value(name, str(member).lower(), labels) for member in members]
    return listed(words, labels.language, last=labels.pick("или", "or"))


def _pluses(rule: Entitlements, labels: Labels) -> Table:
    columns = labels.defined_values(rule.by)
    head = (labels.text(rule.title), *(labels.defined(rule.by, column) for column in columns))
    rows = tuple(
        (labels.text(row.title), *("+" if column in row.plus else "−" for column in columns))
        for row in rule.table
    )
    return Table(labels.text(rule.title), head, rows)
