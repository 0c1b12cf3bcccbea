"""Lines of the form 'label: value' in a letter, read by the labels that the regulation itself gives.

A client who writes "Логин: u1204" fills in the field of that title. Nothing else of a letter is
guessed: which kind of request it is, a person says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from reglament.desk.decisions.asked import FIELDS, SEVERITY
from reglament.regulation.model.edition import Edition, Fact, FieldEntry, Text

SERVICE = "service"
MOST_DIGITS = 18
"""Of a number in a letter; more of them count nothing that a client can have."""

_LINE = re.compile(
    r"^[\s>*•–—-]*(?P<label>[^:：=?\n]{1,80}?)\s*(?:\?\s*[:：=]?|[:：=])\s*(?P<value>\S.*?)\s*$"
)
"""A label and its value; a question of the regulation may be answered behind its own question mark."""

_BRACKETS = re.compile(r"\s*\([^)]*\)")
_SPACES = re.compile(r"\s+")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)

# The language names these two itself; a regulation titles only their values.
_SEVERITY_LABELS = ("критичность", "уровень", "уровень критичности", "срочность", "severity", "level")
_SERVICE_LABELS = ("услуга", "сервис", "service")
_YES = ("да", "yes", "true", "есть", "+")
_NO = ("нет", "no", "false", "-")
_UNREADABLE_BY_LINE = ("secret", "files", "identity", "service")


def read_lines(edition: Edition, text: str) -> dict[str, Any]:
    """Give what the lines of a letter say, by the names of facts: `fields.login`, `severity`, `service`.

    Of two lines with one label the first counts. A value that the regulation does not know says
    nothing. Secrets are not read here: `open_secrets` takes them out of the text before.
    """
    labels = _labels(edition)
    found: dict[str, Any] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        label = plain(match["label"])
        name = labels.get(label) or _choice_called(edition, label)
        if name is None or name in found:
            continue
        value = _value(edition, name, match["value"])
        if value is not None:
            found[name] = value
    return found


def _labels(edition: Edition) -> dict[str, str]:
    labels: dict[str, str] = {}
    if edition.severities:
        labels |= dict.fromkeys(_SEVERITY_LABELS, SEVERITY)
    if edition.services:
        labels |= dict.fromkeys(_SERVICE_LABELS, SERVICE)
    for path, fact in edition.facts.items():
        if "form" in fact.known_from:
            labels |= dict.fromkeys(_forms_of(fact.title), path)
            if fact.question is not None:
                labels |= dict.fromkeys(_forms_of(fact.question), path)
    for name, field in edition.fields.items():
        if field.type not in _UNREADABLE_BY_LINE:
            labels |= dict.fromkeys(labels_of_field(name, field), f"{FIELDS}{name}")
    return labels


def labels_of_field(name: str, field: FieldEntry) -> set[str]:
    """Give every label by which a letter may name a field, as `plain` reads them."""
    short = (*field.also_called.ru, *field.also_called.en)
    return {*_forms_of(field.title), *map(plain, short), plain(name)}


def _choice_called(edition: Edition, label: str) -> str | None:
    """Give the choice of which a label is a part of the title: «Пакет» of «названный пакет поддержки».

    Only for choices, whose values are few and known, so that a chance word cannot fill in anything.
    """
    words = set(_stems(label))
    called = {
        path
        for path, fact in edition.facts.items()
        if fact.type == "choice" and "form" in fact.known_from
        if any(words <= set(_stems(title)) for title in (fact.title.ru, fact.title.en))
    }
    return called.pop() if len(called) == 1 else None


def _forms_of(title: Text) -> Iterable[str]:
    for words in (title.ru, title.en):
        yield plain(words)
        # "account name (main domain)" is written with and without what stands in brackets.
        yield plain(_BRACKETS.sub("", words))


def _value(edition: Edition, name: str, words: str) -> Any:
    if name.startswith(FIELDS):
        return words
    if name == SEVERITY:
        return _one_of({key: severity.title for key, severity in edition.severities.items()}, words)
    if name == SERVICE:
        return _one_of(edition.services, words)
    return _fact_value(edition.facts[name], words)


def _fact_value(fact: Fact, words: str) -> Any:
    said = plain(words)
    if fact.type == "choice":
        return _one_of(fact.values, words)
    if fact.type == "flag":
        return True if said in _YES else False if said in _NO else None
    if fact.type == "number":
        return int(said) if said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS else None
    return _date(said)


def _one_of(values: Mapping[str, Text], words: str) -> str | None:
    said = _stems(words)
    for key, title in values.items():
        if said in (_stems(key), _stems(title.ru), _stems(title.en)):
            return key
    return None


def _date(said: str) -> str | None:
    match = _DATE.fullmatch(said)
    if match is None:
        return None
    parts = [int(part) for part in match.groups() if part is not None]
    year, month, day = parts if match[4] else parts[::-1]
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def plain(words: str) -> str:
    """Give a label without its case, its spaces and the marks around it, so that two can be compared."""
    return _SPACES.sub(" ", words.strip(" \t*_«»\"'.?").casefold().replace("ё", "е"))


def _stems(words: str) -> tuple[str, ...]:
    # A Russian adjective agrees with its noun: «критический уровень», «критическая» are one value.
    return tuple(word[:-2] if len(word) > 5 else word for word in plain(words).split(" "))
