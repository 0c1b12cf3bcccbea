"""One edition under proof: as it is written, as it runs, what that means, and the lines of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reglament.regulation.checking.findings import Finding
from reglament.regulation.checking.meaning import Meaning
from reglament.regulation.checking.space import Space
from reglament.regulation.model.edition import (
    Accepts,
    Clause,
    Define,
    Entitlements,
    ObligationRule,
    Practice,
    RulePart,
    Sets,
    WithinTable,
)
from reglament.regulation.reading.conditions import both, compile_condition, opposite
from reglament.regulation.reading.slots import Slots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reglament.regulation.model.edition import Edition
    from reglament.regulation.model.program import Program, Rule
    from reglament.regulation.reading.yaml_source import Document, Path

PARTS = {Practice: 0, Entitlements: 2}
"""How many rules of the program a written rule becomes, where it is not one."""


@dataclass(frozen=True)
class Written:
    """A rule as the owner wrote it, and where."""

    clause: Clause
    rule: RulePart
    path: Path


@dataclass
class EditionUnderProof:
    """What every proof looks at, and the findings so far."""

    edition: Edition
    program: Program
    document: Document
    file: str
    until: date | None = None
    """The date from which a later edition is in force."""
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.space = Space([self.program], until=self.until)
        self.meaning = Meaning(self.program, self.space)
        self.diagrams = self.space.diagrams
        self.written: list[Written] = []
        """By the number of the rule in the program."""
        for number, clause in enumerate(self.edition.clauses):
            for position, rule in enumerate(clause.rules):
                written = Written(clause, rule, ("clauses", number, "rules", position))
                self.written += [written] * PARTS.get(type(rule), 1)

    def rules(self) -> Iterator[Written]:
        """Every written rule, practices too, in the order of the document."""
        for number, clause in enumerate(self.edition.clauses):
            for position, rule in enumerate(clause.rules):
                yield Written(clause, rule, ("clauses", number, "rules", position))

    def holds(self, rule: RulePart) -> int:
        """Where the condition of a written rule holds, also of one that the program does not have."""
        slots, groups = Slots(self.edition), self.edition.groups
        condition = compile_condition(rule.when, slots, groups)
        if rule.unless is not None:
            condition = both(condition, opposite(compile_condition(rule.unless, slots, groups), slots))
        # The program has a slot for everything that a rule names, under a number of its own.
        number = self.program.slot
        return self.meaning.where(
            [[(number(slots.names[slot]), allowed) for slot, allowed in part] for part in condition]
        )

    def row_path(self, rule: Rule, row: int) -> Path:
        """Where a row of a rule of the program stands in the file."""
        written = self.written[rule.number]
        part = written.rule
        if isinstance(part, Define | Sets):
            return (*written.path, "rows", row)
        if isinstance(part, Accepts):
            return (*written.path, "accepts", row)
        return written.path

    def within_paths(self, rule: Rule) -> list[Path]:
        """Where each span of an obligation's table stands, in the order in which they are tried."""
        written = self.written[rule.number]
        part = written.rule
        assert isinstance(part, ObligationRule)
        path = (*written.path, "within")
        if isinstance(part.within, str):
            return [path]
        if isinstance(part.within, list):
            return [(*path, number) for number in range(len(part.within))]
        return list(_cells(part.within, path))

    def add(
        self,
        message: str,
        path: Path,
        clause: str = "",
        *,
        shown_by: int | None = None,
        **values: object,
    ) -> None:
        """Notes a finding; `shown_by` is a set of requests that show it, of which the plainest is given."""
        example = None if shown_by is None else self.space.example(shown_by)
        line = self.document.line(path)
        self.findings.append(Finding(message, self.file, line, clause, values, example))


def _cells(table: WithinTable, path: Path) -> Iterator[Path]:
    by = [table.by] if isinstance(table.by, str) else table.by
    for key, inner in table.table.items():
        if len(by) > 1 and isinstance(inner, dict):
            yield from ((*path, key, other) for other in inner)
        else:
            yield (*path, key)
