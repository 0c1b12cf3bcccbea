"""Every request that an edition may be asked about, as a choice of values of independent variables.

The variables are what a request states: kind, channel, fields and so on. Tests of one date hang
together (a date cannot be before and after receipt), so a date is one variable, whose values are the
answers that its tests can give together.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from reglament.regulation.checking.diagrams import Diagrams
from reglament.regulation.deciding.checks import is_tax_number
from reglament.regulation.deciding.dates import passes
from reglament.regulation.deciding.zones import zone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from reglament.regulation.model.program import DateTest, Program

_FIRST = ("kind", "service", "channel", "authentication")
"""Asked first: nearly every condition names them, which keeps the diagrams small."""

# A Monday in the middle of the years that are known, so that examples can be tried as they are.
_RECEIVED_ON = date(2026, 3, 2)
_RECEIVED_AT = time(10, 0)
_TEXT = "…"


class Space:
    """The requests that an edition knows, and sets of them.

    `programs` are the edition's program and variants of it that differ at most in their rules and in
    their tests of dates; the first gives the variables.
    """

    def __init__(self, programs: Sequence[Program], *, until: date | None = None) -> None:
        """`until`: the date from which a later edition is in force."""
        self.program = programs[0]
        self.received_on = _day_in_force(self.program, until)
        self.names: list[str] = []
        self.values: list[tuple[object, ...]] = []
        self.defaults: list[object] = []
        self.classes: dict[str, dict[frozenset[tuple[str, int]], date | None]] = {}
        self._base_variables(self.program)
        self._dates([test for program in programs for test in program.date_tests])
        self.index = {name: number for number, name in enumerate(self.names)}
        self.positions = [{value: n for n, value in enumerate(values)} for values in self.values]
        self.diagrams = Diagrams([len(values) for values in self.values])
        self._preferred = [self._by_preference(number) for number in range(len(self.names))]

    def among(self, name: str, allowed: Iterable[object]) -> int:
        """The requests in which a variable has one of these values."""
        number = self.index[name]
        positions = self.positions[number]
        return self.diagrams.among(number, {positions[value] for value in allowed if value in positions})

    def passing(self, test: DateTest, outcomes: Iterable[object]) -> int:
        """The requests in which a test of a date comes out as one of `outcomes`."""
        wanted = set(outcomes)
        key = (test.test, test.years)
        return self.among(test.path, [one for one in self.classes[test.path] if (key in one) in wanted])

    def given(self, node: int, stated: Mapping[str, object]) -> int:
        """A set as it is for requests that state these values instead of their own."""
        chosen = {self.index[name]: self.positions[self.index[name]][value] for name, value in stated.items()}
        return self.diagrams.given(node, chosen)

    def example(self, node: int) -> dict[str, Any]:
        """The plainest request in a set that is not empty, as JSON."""
        chosen = self.diagrams.one_of(node, self._preferred)
        stated = {
            name: self.values[number][chosen.get(number, self._preferred[number][0])]
            for number, name in enumerate(self.names)
        }
        return self.as_request(stated)

    def as_request(self, stated: Mapping[str, object]) -> dict[str, Any]:
        """The request that states these values of the variables; what is as by default is left out."""
        moment = datetime.combine(self.received_on, _RECEIVED_AT, zone(self.program.timezone))
        request: dict[str, Any] = {
            "received_at": moment.isoformat(),
            "channel": stated["channel"],
            "authentication": stated["authentication"],
            "kind": stated["kind"],
        }
        for number, name in enumerate(self.names):
            value = stated.get(name, self.defaults[number])
            if name in request or value == self.defaults[number]:
                continue
            group, _, key = name.rpartition(".")
            if group == "fields":
                request.setdefault("fields", {})[key] = self._field_value(key, str(value))
            elif group:
                request.setdefault(group, {})[key] = self._fact_value(name, value)
            else:
                request["severity" if name == "stated_severity" else name] = value
        return request

    def _base_variables(self, program: Program) -> None:
        settled = {test.slot for test in program.date_tests}
        stated = ["kind", "service", "channel", "authentication", "stated_severity"]
        stated += [path for path, fact in program.facts.items() if fact.type != "date"]
        stated += [f"fields.{name}" for name in program.fields]
        for name in stated:
            if not program.has_slot(name) or program.slot(name) in settled:
                continue
            slot = program.slot(name)
            self.names.append(name)
            self.values.append(program.domains[slot])
            self.defaults.append(program.initial[slot])

    def _dates(self, tests: Sequence[DateTest]) -> None:
        for path in dict.fromkeys(test.path for test in tests):
            own = {(test.test, test.years) for test in tests if test.path == path}
            days: list[date | None] = [None, self.received_on]
            for _, years in sorted(own):
                bound = self.received_on.replace(year=self.received_on.year - years)
                days += [bound + timedelta(days=n) for n in (-1, 0, 1)]
            classes: dict[frozenset[tuple[str, int]], date | None] = {}
            for day in days:
                passed = frozenset(
                    test for test in own if day is not None and passes(*test, day, self.received_on)
                )
                classes.setdefault(passed, day)
            self.classes[path] = classes
            self.names.append(path)
            self.values.append(tuple(classes))
            self.defaults.append(frozenset())

    def _by_preference(self, number: int) -> list[int]:
        default = self.defaults[number]
        values = self.values[number]
        if self.names[number] == "authentication":
            return [values.index(proof) for proof in ("authorised", "identified", "anonymous")]
        if self.names[number] == "channel":
            offered = _offered(self.program)
            return sorted(range(len(values)), key=lambda n: values[n] not in offered)
        return sorted(range(len(values)), key=lambda n: values[n] != default)

    def _field_value(self, name: str, state: str) -> str:
        if self.program.fields[name] != "inn":
            return _TEXT
        if state == "invalid":
            return "0"
        return next(text for text in (f"12345678{n}" for n in range(10, 100)) if is_tax_number(text))

    def _fact_value(self, path: str, value: object) -> object:
        if path in self.classes:
            day = self.classes[path][value]  # type: ignore[index]
            return None if day is None else day.isoformat()
        return {"zero": 0, "more": 1}[str(value)] if self.program.facts[path].type == "number" else value


def _offered(program: Program) -> set[str]:
    """The channels through which anything is accepted."""
    return {
        channel
        for rule in program.rules
        if rule.effect == "accepts"
        for row in rule.rows
        for channel in row.value["through"]
    }


def _day_in_force(program: Program, until: date | None) -> date:
    first = date.fromisoformat(program.edition)
    day = max(first, _RECEIVED_ON) if until is None or until > _RECEIVED_ON else first
    # A 29 February has no anniversary to count back to.
    return day + timedelta(days=1) if (day.month, day.day) == (2, 29) else day
