"""One change to a regulation file, and the changes to conditions and to rows that have conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from reglament.regulation.model.edition import Edition
from reglament.regulation.reading.yaml_source import Document, Path

_NUMBER = re.compile(r"[0-9]+")
DROP = object()
"""Stands for taking a thing away."""


def copied(document: Document) -> Document:
    """The same document, which may be changed."""
    return Document(deepcopy(document.value), document.lines)


@dataclass(frozen=True)
class Mutation:
    """One change: what it does, where, and how the parsed document is after it."""

    document: int
    path: Path
    clause: str
    words: str
    value: Any
    """What stands at the path afterwards, or DROP."""

    def applied(self, document: Document) -> Document:
        """A copy of the document with the change made."""
        changed = deepcopy(document.value)
        inner = changed
        for part in self.path[:-1]:
            inner = inner[part]
        if self.value is DROP:
            del inner[self.path[-1]]
        elif self.path:
            inner[self.path[-1]] = self.value
        return Document(changed, document.lines)


class Changes:
    """Makes changes to one document; `edition` is what it reads as."""

    def __init__(self, number: int, value: dict[str, Any], edition: Edition) -> None:
        self.number = number
        self.value = value
        self.edition = edition

    # Making changes

    def change(self, path: Path, value: Any, clause: str = "") -> Mutation:
        before: Any = self.value
        for part in path:
            before = before.get(part) if isinstance(before, dict) else before[part]
        return Mutation(self.number, path, clause, f"{tail(path)}: {before!r} becomes {value!r}", value)

    def drop(self, path: Path, clause: str = "") -> Mutation:
        before: Any = self.value
        for part in path:
            before = before[part]
        shown = repr(before)
        shown = shown if len(shown) < 90 else f"{shown[:87]}..."
        return Mutation(self.number, path, clause, f"{tail(path)}: {shown} is dropped", DROP)

    def list_of_rows(self, rows: list[Any], path: Path, clause: str) -> Iterator[Mutation]:
        for number, row in enumerate(rows):
            if len(rows) > 1:
                yield self.drop((*path, number), clause)
            if number + 1 < len(rows):
                swapped = [*rows]
                swapped[number], swapped[number + 1] = swapped[number + 1], swapped[number]
                words = f"rows {number + 1} and {number + 2} change places"
                yield Mutation(self.number, path, clause, f"{tail(path)}: {words}", swapped)
            yield from self.conditions(row, (*path, number), clause)

    # Conditions

    def conditions(self, part: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        for key in ("when", "unless"):
            if key in part:
                yield self.drop((*path, key), clause)
                yield from self._condition(part[key], (*path, key), clause)

    def _condition(self, condition: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        for key, expected in condition.items():
            place = (*path, key)
            if len(condition) > 1:
                yield self.drop(place, clause)
            if key in ("any", "all"):
                for number, inner in enumerate(expected):
                    if len(expected) > 1:
                        yield self.drop((*place, number), clause)
                    yield from self._condition(inner, (*place, number), clause)
            elif key == "not":
                yield from self._condition(expected, place, clause)
            else:
                yield from self._expected(key, expected, place, clause)

    def _expected(self, key: str, expected: Any, path: Path, clause: str) -> Iterator[Mutation]:
        fact = self.edition.facts.get(key)
        if isinstance(expected, dict):
            for inner, value in expected.items():
                if inner == "not":
                    yield self.change(path, value, clause)
                    yield from self._expected(key, value, (*path, "not"), clause)
                elif fact is not None and fact.type == "date":
                    yield from self._date_test(inner, value, path, clause)
        elif isinstance(expected, list):
            for number in range(len(expected)):
                if len(expected) > 1:
                    yield self.drop((*path, number), clause)
        elif isinstance(expected, bool):
            yield self.change(path, not expected, clause)
        else:
            yield self.change(path, {"not": expected}, clause)

    def _date_test(self, test: str, value: str, path: Path, clause: str) -> Iterator[Mutation]:
        if test == "less_than_ago":
            longer = _NUMBER.sub(lambda found: str(int(found[0]) + 1), value)
            yield self.change(path, {test: longer}, clause)
        else:
            other = "before" if test == "on_or_after" else "on_or_after"
            yield self.change(path, {other: value}, clause)


def tail(path: Path) -> str:
    inner = path[4:] if path[:1] == ("clauses",) else path
    return ".".join(map(str, inner)) or "the rule"
