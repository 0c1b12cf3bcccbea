"""Whether a condition holds: conditions are finite, so this is set membership and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reglament.regulation.model.program import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reglament.regulation.model.program import Condition, Conjunction, Program, Rule


def holding(condition: Condition, values: Sequence[object]) -> Conjunction | None:
    """The first conjunction of a condition that holds among the values of the slots, or None."""
    for conjunction in condition:
        for slot, allowed in conjunction:
            if values[slot] not in allowed:
                break
        else:
            return conjunction
    return None


def rules_for(program: Program, kind: str) -> list[tuple[Rule, list[tuple[int, Row]]]]:
    """The rules, and of each the numbered rows that can hold for the kind; remembered in the program."""
    remembered: list[tuple[Rule, list[tuple[int, Row]]]] | None = program.memo.get(("rules", kind))
    if remembered is not None:
        return remembered
    slot = program.slot("kind")
    rules = []
    for rule in program.rules:
        rows = []
        for number, row in enumerate(rule.rows):
            possible = tuple(
                conjunction
                for conjunction in row.condition
                if all(kind in allowed for tested, allowed in conjunction if tested == slot)
            )
            if possible:
                rows.append((number, Row(possible, row.value, row.remark)))
        if rows:
            rules.append((rule, rows))
    program.memo["rules", kind] = rules
    return rules
