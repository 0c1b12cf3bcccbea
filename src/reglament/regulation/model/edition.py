"""The regulation language: one dated edition of a regulation, as its owner writes it.

These models are the language's grammar: from them come the messages about a wrong file, the JSON Schema
for editors, and the values that explaining, checking, rendering and the desk read. What an edition
decides is compiled from it into a `Program`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from reglament.regulation.model.parts import (
    AcceptRow,
    Calendar,
    Channel,
    ChannelEntry,
    ClauseId,
    Condition,
    Department,
    Entitlement,
    Fact,
    FactPath,
    FieldEntry,
    Ground,
    Kind,
    Name,
    OfferWord,
    Part,
    PhoneLine,
    Proof,
    RankRow,
    SameAs,
    Severity,
    TermOfTheGlossary,
    Text,
    ValueRow,
)
from reglament.regulation.model.rules import (
    RULES,
    Accepts,
    Asks,
    Define,
    Entitlements,
    Excuses,
    Informal,
    Mentions,
    NotCovered,
    ObligationRule,
    Offers,
    PermissionRule,
    Practice,
    QueueRule,
    Refusal,
    Requires,
    Rule,
    RulePart,
    Sets,
    WithinRow,
    WithinTable,
    read_budget,
)
from reglament.regulation.model.words import CHANNELS


class Clause(Part):
    """A numbered clause: what it says, how an ambiguous place is read, and the rules that act it out.

    A clause without rules informs: it stands in the document and decides nothing.
    """

    id: ClauseId
    title: Text
    text: Text
    note: Text | None = None
    rules: list[Rule] = Field(default_factory=list)
    line: int = 0


class Edition(Part):
    """One edition, in force from local midnight of its date until the next one."""

    regulation: Name
    edition: date
    title: Text
    provider: Text
    preamble: Text | None = None
    timezone: str
    number_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}$")]
    glossary: list[TermOfTheGlossary] = Field(default_factory=list)
    calendars: dict[Name, Calendar]
    channels: dict[Channel, ChannelEntry]
    departments: dict[Name, Department]
    severities: dict[Name, Severity] = Field(default_factory=dict)
    services: dict[Name, Text] = Field(default_factory=dict)
    kinds: dict[Name, Kind]
    groups: dict[Name, list[Name]] = Field(default_factory=dict)
    facts: dict[FactPath, Fact] = Field(default_factory=dict)
    fields: dict[Name, FieldEntry] = Field(default_factory=dict)
    grounds: dict[Name, Ground] = Field(default_factory=dict)
    clauses: list[Clause] = Field(min_length=1)

    @field_validator("channels")
    @classmethod
    def _in_common_order(cls, value: dict[str, ChannelEntry]) -> dict[str, ChannelEntry]:
        return {name: value[name] for name in CHANNELS if name in value}

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id; KeyError where the edition has none."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)

    def practices(self, name: str) -> list[tuple[Clause, Practice]]:
        """Every practice of that name with its clause, in the order of the document."""
        return [
            (clause, rule)
            for clause in self.clauses
            for rule in clause.rules
            if isinstance(rule, Practice) and rule.practice == name
        ]


class Regulation(Part):
    """All editions of one regulation, oldest first."""

    editions: list[Edition] = Field(min_length=1)

    @property
    def name(self) -> str:
        return self.editions[0].regulation

    def edition_on(self, day: date) -> Edition | None:
        """The edition in force on a local date; None before the first."""
        fitting = [edition for edition in self.editions if edition.edition <= day]
        return fitting[-1] if fitting else None


__all__ = [
    "RULES",
    "AcceptRow",
    "Accepts",
    "Asks",
    "Calendar",
    "Channel",
    "ChannelEntry",
    "Clause",
    "ClauseId",
    "Condition",
    "Define",
    "Department",
    "Edition",
    "Entitlement",
    "Entitlements",
    "Excuses",
    "Fact",
    "FactPath",
    "FieldEntry",
    "Ground",
    "Informal",
    "Kind",
    "Mentions",
    "Name",
    "NotCovered",
    "ObligationRule",
    "OfferWord",
    "Offers",
    "Part",
    "PermissionRule",
    "PhoneLine",
    "Practice",
    "Proof",
    "QueueRule",
    "RankRow",
    "Refusal",
    "Regulation",
    "Requires",
    "Rule",
    "RulePart",
    "SameAs",
    "Sets",
    "Severity",
    "TermOfTheGlossary",
    "Text",
    "ValueRow",
    "WithinRow",
    "WithinTable",
    "read_budget",
]
