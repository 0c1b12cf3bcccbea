"""Placeholders in a clause's text: each is replaced by what the edition says about it elsewhere, once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reglament.regulation.model.edition import Entitlements, ObligationRule
from reglament.regulation.rendering.tables import Table, budget_in_words, table_of
from reglament.regulation.wording.hours import hours_in_words
from reglament.regulation.wording.spans import listed, span

if TYPE_CHECKING:
    from reglament.regulation.model.edition import Rule
    from reglament.regulation.wording.facts import Labels

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def expand(text: str, labels: Labels) -> tuple[str | Table, ...]:
    """The text as paragraphs and tables: a table stands on its own between the words around it.

    An unknown placeholder stays as it is written; `check` finds it.
    """
    blocks: list[str | Table] = []
    words = ""
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        words += text[end : match.start()]
        end = match.end()
        put = _put(match[1].strip(), labels)
        if isinstance(put, Table):
            blocks += [words.strip(), put]
            words = ""
        else:
            words += match[0] if put is None else put
    blocks.append((words + text[end:]).strip())
    return tuple(block for block in blocks if not isinstance(block, str) or block.strip(" .;,"))


def in_one_line(text: str, labels: Labels) -> str:
    """The text with its placeholders replaced; a table is named by its caption."""
    return " ".join(block.caption if isinstance(block, Table) else block for block in expand(text, labels))


def _put(name: str, labels: Labels) -> str | Table | None:
    edition = labels.edition
    if name.startswith("="):
        return name[1:]
    if name == "severities":
        levels = [f"{labels.text(s.title)} ({labels.text(s.meaning)})" for s in edition.severities.values()]
        return "; ".join(levels)
    if name == "channels":
        return labels.channels(tuple(edition.channels))
    what, _, which = name.partition(".")
    if what == "calendar" and which in edition.calendars:
        return hours_in_words(edition.calendars[which], labels.language)
    if what == "group" and which in edition.groups:
        return listed([_small(labels.kind(kind)) for kind in edition.groups[which]], labels.language)
    if what == "channel":
        return _reached(which, labels)
    if what == "department" and which in edition.departments:
        return labels.department(which)
    if what == "field" and which in edition.fields:
        return _small(labels.field(which))
    if what == "values":
        return _values(which, labels)
    if what == "practice":
        return _term(which, labels)
    return _from_rule(what, which, labels)


def _small(title: str) -> str:
    """The title as it stands inside a sentence; an abbreviation keeps its capitals."""
    return title if title[1:2].isupper() or title[:1].isdigit() else title[:1].lower() + title[1:]


def _reached(name: str, labels: Labels) -> str | None:
    entry = {str(channel): entry for channel, entry in labels.edition.channels.items()}.get(name)
    if entry is None:
        return None
    if entry.address:
        return entry.address
    if entry.lines:
        return listed([f"{line.number} ({labels.text(line.title)})" for line in entry.lines], labels.language)
    return labels.channel(name)


def _term(name: str, labels: Labels) -> str | None:
    """A term of a practice: a span such as `2 weeks`, or a number of years."""
    practice, _, term = name.partition(".")
    for _, rule in labels.edition.practices(practice):
        value = rule.terms.get(term)
        if isinstance(value, int) and term == "years":
            return span(value, "years", labels.language)
        if isinstance(value, str):
            return budget_in_words(value, labels)
    return None


def _values(name: str, labels: Labels) -> str | None:
    fact = {str(path): fact for path, fact in labels.edition.facts.items()}.get(name)
    if fact is not None:
        return listed([labels.text(text) for text in fact.values.values()], labels.language)
    values = labels.defined_values(name)
    return listed([labels.defined(name, value) for value in values], labels.language) if values else None


def _from_rule(what: str, which: str, labels: Labels) -> str | Table | None:
    for clause in labels.edition.clauses:
        for rule in clause.rules:
            if _called(rule) != which:
                continue
            if what == "table" and isinstance(rule, ObligationRule | Entitlements):
                return table_of(rule, labels)
            if what == "within" and isinstance(rule, ObligationRule) and isinstance(rule.within, str):
                return budget_in_words(rule.within, labels)
    return None


def _called(rule: Rule) -> str:
    if isinstance(rule, ObligationRule):
        return rule.obligation
    return rule.entitlements if isinstance(rule, Entitlements) else ""
