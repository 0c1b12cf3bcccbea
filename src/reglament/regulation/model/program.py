"""A regulation's edition as the machine runs it: finite conditions over numbered slots.

An edition is written for people (`reading` keeps that form); from it `reading.compiling` makes a
`Program`: every fact, field and intermediate value is a slot with a finite domain, every condition
a union of conjunctions of `slot in values`. Finite conditions can be proved, and evaluated fast.
A program is plain data, so that it is kept as JSON and loaded without the YAML reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

Atom = tuple[int, frozenset[object]]
"""`slot in values`; None among the values is "absent"."""

Conjunction = tuple[Atom, ...]
Condition = tuple[Conjunction, ...]
"""A union of conjunctions: `((),)` always holds, `()` never."""

ALWAYS: Condition = ((),)


class Fact(NamedTuple):
    """A fact that a request may state: its type, the values it may take, its value when absent."""

    path: str
    type: str
    """`choice`, `flag`, `number` (whole, from 0) or `date`."""
    values: tuple[str, ...] = ()
    default: object = None


class DateTest(NamedTuple):
    """A yes-or-no slot about a date, compared with the local date of receipt.

    `on_or_after` and `before` compare the date itself; `less_than_ago` holds from the date on,
    until `years` have passed (the anniversary itself is too late; of 29 February it is the 28th).
    An absent date passes no test.
    """

    slot: int
    path: str
    test: str
    years: int = 0


class Row(NamedTuple):
    condition: Condition
    value: Any
    remark: str = ""


class Rule(NamedTuple):
    """One rule of a clause: the first row that holds takes effect (every one, where `several`)."""

    number: int
    clause: str
    effect: str
    name: str
    rows: tuple[Row, ...]
    also_cites: tuple[str, ...] = ()
    several: bool = False
    overrides: bool = False
    line: int = 0


class Program(NamedTuple):
    """One edition, ready to decide by."""

    regulation: str
    edition: str
    timezone: str
    kinds: tuple[str, ...]
    services: tuple[str, ...]
    severities: tuple[str, ...]
    facts: Mapping[str, Fact]
    fields: Mapping[str, str]
    """Name of each field that a rule reads, and how it is checked (`text`, `inn`, `identity`, …)."""
    field_order: tuple[str, ...]
    """Demands in the order in which the regulation names them."""
    grounds: tuple[str, ...]
    slots: tuple[str, ...]
    domains: tuple[tuple[object, ...], ...]
    initial: tuple[object, ...]
    date_tests: tuple[DateTest, ...]
    rules: tuple[Rule, ...]
    """In the order of evaluation: what a rule reads is settled before it."""
    calendars: Mapping[str, Mapping[str, Any]]
    memo: dict[Any, Any]
    """Values derived from the rest, kept by those who derived them."""

    def slot(self, name: str) -> int:
        """Number of the slot called `name`; KeyError where the program has none."""
        index: dict[str, int] | None = self.memo.get("slot_index")
        if index is None:
            index = self.memo["slot_index"] = {name: number for number, name in enumerate(self.slots)}
        return index[name]

    def has_slot(self, name: str) -> bool:
        self.slot(self.slots[0])
        return name in self.memo["slot_index"]


def dump(program: Program) -> dict[str, Any]:
    """The program as JSON-able data; `load` gives the same program back."""
    return {
        "regulation": program.regulation,
        "edition": program.edition,
        "timezone": program.timezone,
        "kinds": list(program.kinds),
        "services": list(program.services),
        "severities": list(program.severities),
        "facts": [[f.path, f.type, list(f.values), f.default] for f in program.facts.values()],
        "fields": dict(program.fields),
        "field_order": list(program.field_order),
        "grounds": list(program.grounds),
        "slots": list(program.slots),
        "domains": [list(domain) for domain in program.domains],
        "initial": list(program.initial),
        "date_tests": [[t.slot, t.path, t.test, t.years] for t in program.date_tests],
        "rules": [
            [
                r.number, r.clause, r.effect, r.name,
                [[_dump_condition(row.condition), row.value, row.remark] for row in r.rows],
                list(r.also_cites), r.several, r.overrides, r.line,
            ]
            for r in program.rules
        ],
        "calendars": {name: dict(calendar) for name, calendar in program.calendars.items()},
    }  # fmt: skip


def load(data: Mapping[str, Any]) -> Program:
    """A program from what `dump` gave."""
    return Program(
        regulation=data["regulation"],
        edition=data["edition"],
        timezone=data["timezone"],
        kinds=tuple(data["kinds"]),
        services=tuple(data["services"]),
        severities=tuple(data["severities"]),
        facts={
            path: Fact(path, type_, tuple(values), default) for path, type_, values, default in data["facts"]
        },
        fields=data["fields"],
        field_order=tuple(data["field_order"]),
        grounds=tuple(data["grounds"]),
        slots=tuple(data["slots"]),
        domains=tuple(tuple(domain) for domain in data["domains"]),
        initial=tuple(data["initial"]),
        date_tests=tuple(DateTest(*test) for test in data["date_tests"]),
        rules=tuple(
            Rule(
                number, clause, effect, name,
                tuple(Row(_load_condition(condition), value, remark) for condition, value, remark in rows),
                tuple(also_cites), several, overrides, line,
            )
            for number, clause, effect, name, rows, also_cites, several, overrides, line in data["rules"]
        ),
        calendars=data["calendars"],
        memo={},
    )  # fmt: skip


def _dump_condition(condition: Condition) -> list[list[list[object]]]:
    return [[[slot, sorted(values, key=repr)] for slot, values in conjunction] for conjunction in condition]


def _load_condition(data: list[list[list[Any]]]) -> Condition:
    return tuple(tuple((slot, frozenset(values)) for slot, values in conjunction) for conjunction in data)
