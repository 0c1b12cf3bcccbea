"""The slots of an edition: every fact, field and intermediate value that a condition may name."""

from __future__ import annotations

from typing import Any

from reglament.regulation.model.edition import Define, Edition, Requires, Sets
from reglament.regulation.model.program import DateTest, Fact
from reglament.regulation.model.words import (
    AUTHENTICATIONS,
    CHANNELS,
    CLIENT_STATUSES,
    RESPONSIBILITIES,
    SERVICE_LEVELS,
)

COMMON_FACTS = {
    "client.status": Fact("client.status", "choice", CLIENT_STATUSES, "active"),
    "circumstances.rude": Fact("circumstances.rude", "flag", (), False),
}
"""Facts of every regulation, whether or not a clause speaks of them."""

STATES_OF_A_FIELD = ("absent", "invalid", "valid")
NUMBERS = ("absent", "zero", "more")


def facts_of(edition: Edition) -> dict[str, Fact]:
    """The facts that requests under this edition may state, by path."""
    facts = dict(COMMON_FACTS)
    for path, entry in edition.facts.items():
        default = entry.default
        if entry.type == "flag" and default is None:
            default = False
        facts[path] = Fact(path, entry.type, tuple(entry.values), default)
    return facts


class Slots:
    """Numbers for names, with the finite domain and the value at the start of each."""

    def __init__(self, edition: Edition) -> None:
        self.names: list[str] = []
        self.domains: list[tuple[object, ...]] = []
        self.initial: list[object] = []
        self.date_tests: list[DateTest] = []
        self.several: dict[str, tuple[object, ...]] = {}
        """Names that stand for a set, with its members; each member is a slot of its own."""
        self.facts = facts_of(edition)
        self._index: dict[str, int] = {}
        self._common(edition)
        self._facts()
        for name, field in edition.fields.items():
            if field.type not in ("identity", "service"):
                states = STATES_OF_A_FIELD if field.type == "inn" else ("absent", "valid")
                self.add(f"fields.{name}", states, "absent")
        for clause in edition.clauses:
            for rule in clause.rules:
                if isinstance(rule, Define):
                    self._define(rule)
                elif isinstance(rule, Sets):
                    self._set(rule, edition)
                elif isinstance(rule, Requires):
                    self._require(rule)

    def add(self, name: str, domain: tuple[object, ...], initial: object) -> int:
        if name not in self._index:
            self._index[name] = len(self.names)
            self.names.append(name)
            self.domains.append(domain)
            self.initial.append(initial)
        return self._index[name]

    def number(self, name: str) -> int | None:
        return self._index.get(name)

    def domain(self, name: str) -> tuple[object, ...]:
        return self.domains[self._index[name]]

    def date_test(self, path: str, test: str, years: int) -> int:
        """The slot of a test of a date; made when the first condition asks for it."""
        name = f"{path} {test}" + (f" {years}" if years else "")
        known = self.number(name)
        if known is not None:
            return known
        slot = self.add(name, (False, True), False)
        self.date_tests.append(DateTest(slot, path, test, years))
        return slot

    def readable_names(self) -> list[str]:
        """What a condition may name, for hints."""
        names = [name for name in self.names if not name.startswith("missing.")]
        dates = [path for path, fact in self.facts.items() if fact.type == "date"]
        return sorted({*names, *dates, *self.several, "missing", "any", "all", "not"})

    def _common(self, edition: Edition) -> None:
        self.add("channel", CHANNELS, None)
        self.add("authentication", AUTHENTICATIONS, None)
        self.add("kind", tuple(edition.kinds), None)
        if edition.services:
            self.add("service", (None, *edition.services), None)
        if edition.severities:
            self.add("stated_severity", (None, *edition.severities), None)

    def _facts(self) -> None:
        for path, fact in self.facts.items():
            if fact.type == "flag":
                self.add(path, (False, True), fact.default)
            elif fact.type == "number":
                self.add(path, NUMBERS, "absent")
            elif fact.type == "choice":
                domain: tuple[object, ...] = fact.values if fact.default is not None else (None, *fact.values)
                self.add(path, domain, fact.default)

    def _define(self, rule: Define) -> None:
        members = tuple(rule.values)
        if rule.several:
            self.several[rule.define] = members
            for member in members:
                self.add(f"{rule.define}.{member}", (False, True), False)
        else:
            self.add(rule.define, members, None)

    def _set(self, rule: Sets, edition: Edition) -> None:
        domains: dict[str, Any] = {
            "severity": edition.severities,
            "responsibility": RESPONSIBILITIES,
            "department": edition.departments,
            "service_level": SERVICE_LEVELS[:-1],
        }
        self.add(rule.sets, tuple(domains[rule.sets]), None)

    def _require(self, rule: Requires) -> None:
        self.several["missing"] = tuple(dict.fromkeys((*self.several.get("missing", ()), *rule.requires)))
        for item in rule.requires:
            self.add(f"missing.{item}", (False, True), False)
