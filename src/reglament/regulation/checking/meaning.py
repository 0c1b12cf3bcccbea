"""What a program does, as sets of requests: when each row takes effect, and what each word comes to.

It follows `deciding.decide` rule by rule, for all requests at once. Words that the rules settle
(definitions, severity, what is missing) are replaced by the sets of requests that they stand for, so
that every set speaks of nothing but what a request states.
"""

from __future__ import annotations

from dataclasses import dataclass

from reglament.regulation.checking.diagrams import ALL, NONE
from reglament.regulation.model.words import CHANNELS, PROOF_RANK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from reglament.regulation.checking.space import Space
    from reglament.regulation.model.program import Condition, Program, Row, Rule


@dataclass(frozen=True)
class Meant:
    """One rule: of each row where its condition holds, and where it takes effect.

    They differ where an earlier row goes first.
    """

    rule: Rule
    holds: tuple[int, ...]
    effective: tuple[int, ...]


class Meaning:
    """The sets of requests behind a program's rules."""

    def __init__(self, program: Program, space: Space) -> None:
        self.program = program
        self.space = space
        self.diagrams = space.diagrams
        self.values: dict[int, dict[object, int]] = {}
        """Of each slot that rules settle, where it has which value."""
        self.rules: list[Meant] = []
        self._date_tests = {test.slot: test for test in program.date_tests}
        self._overridden: dict[int, int] = {}
        for rule in program.rules:
            meant = self._rule(rule)
            self.rules.append(meant)
            self._settle(meant)

    # Conditions

    def slot_among(self, slot: int, allowed: Iterable[object]) -> int:
        """Where a slot has one of these values, whoever settles it."""
        test = self._date_tests.get(slot)
        if test is not None:
            return self.space.passing(test, allowed)
        name = self.program.slots[slot]
        if name in self.space.index:
            return self.space.among(name, allowed)
        settled = self.values.get(slot, {self.program.initial[slot]: ALL})
        return self.diagrams.any_of(settled.get(value, NONE) for value in set(allowed))

    def where(self, condition: Condition | list[Any]) -> int:
        """Where a condition holds."""
        return self.diagrams.any_of(
            self.diagrams.all_of(self.slot_among(slot, allowed) for slot, allowed in conjunction)
            for conjunction in condition
        )

    def first_of(self, conditions: Iterable[Condition | list[Any]], within: int) -> list[int]:
        """Of each condition where, within a set, it holds and none before it does."""
        found = []
        for condition in conditions:
            here = self.diagrams.both(within, self.where(condition))
            found.append(here)
            within = self.diagrams.without(within, here)
        return found

    # What the rules come to

    def of(self, effect: str, name: str | None = None) -> Iterator[Meant]:
        """The rules of an effect, in the order of evaluation."""
        return (m for m in self.rules if m.rule.effect == effect and name in (None, m.rule.name))

    def spoken(self, effect: str, name: str | None = None) -> int:
        """Where any rule of an effect speaks."""
        return self.diagrams.any_of(part for meant in self.of(effect, name) for part in meant.effective)

    def value(self, name: str, value: object) -> int:
        """Where a settled word has a value."""
        return self.values.get(self.program.slot(name), {}).get(value, NONE)

    def said(self, meant: Meant) -> dict[object, int]:
        """Of a rule for a value, where it says what; None where it only hands on that nothing is known."""
        found: dict[object, int] = {}
        for row, effective in zip(meant.rule.rows, meant.effective, strict=True):
            for value, where in self._row_values(row, effective):
                found[value] = self.diagrams.either(found.get(value, NONE), where)
        return found

    def refusing(self) -> list[tuple[Meant, int, int]]:
        """Of each rule about channels and each row of it, where the request is turned away by it."""
        return [
            (meant, number, self.diagrams.without(effective, self._accepted(row)))
            for meant in self.of("accepts")
            for number, (row, effective) in enumerate(zip(meant.rule.rows, meant.effective, strict=True))
        ]

    def redirects(self) -> tuple[int, dict[str, int]]:
        """Where a request is turned away at all, and of each channel where it is pointed to."""
        refusing = self.refusing()
        away = self.diagrams.any_of(where for _, _, where in refusing)
        targets = {}
        for channel in CHANNELS:
            shut = self.diagrams.any_of(
                where
                for meant, number, where in refusing
                if channel not in meant.rule.rows[number].value["redirect_to"]
            )
            targets[channel] = self.diagrams.without(away, shut)
        return away, targets

    def missing(self) -> dict[str, int]:
        """Of each demand where it is not met."""
        return {
            name.removeprefix("missing."): self.values.get(slot, {}).get(True, NONE)
            for slot, name in enumerate(self.program.slots)
            if name.startswith("missing.")
        }

    def accepted(self) -> int:
        """Where the outcome is to accept."""
        _, targets = self.redirects()
        return self.diagrams.opposite(
            self.diagrams.any_of(
                [
                    self.spoken("informal"),
                    self.spoken("not_covered"),
                    *targets.values(),
                    *self.missing().values(),
                ]
            )
        )

    def component(self, component: int | str | list[Any]) -> dict[int, int]:
        """Of one number of a rank where it has which value."""
        if isinstance(component, int):
            return {component: ALL}
        if isinstance(component, str):
            known = self.values.get(self.program.slot(component), {})
            return {value: where for value, where in known.items() if isinstance(value, int)}
        found: dict[int, int] = {}
        parts = self.first_of([condition for condition, _ in component], ALL)
        for (_, value), where in zip(component, parts, strict=True):
            found[value] = self.diagrams.either(found.get(value, NONE), where)
        return found

    # Following the program

    def _rule(self, rule: Rule) -> Meant:
        holds = [self.where(row.condition) for row in rule.rows]
        if rule.several:
            return Meant(rule, tuple(holds), tuple(holds))
        effective = []
        left = ALL
        for here in holds:
            effective.append(self.diagrams.both(left, here))
            left = self.diagrams.without(left, here)
        return Meant(rule, tuple(holds), tuple(effective))

    def _settle(self, meant: Meant) -> None:
        rule = meant.rule
        if rule.effect == "requires":
            for row, effective in zip(rule.rows, meant.effective, strict=True):
                for item, alternatives in row.value:
                    met = self.diagrams.any_of(self.slot_among(slot, ok) for slot, ok in alternatives)
                    self._add(f"missing.{item}", self.diagrams.without(effective, met))
        elif rule.effect == "define" and rule.several:
            for row, effective in zip(rule.rows, meant.effective, strict=True):
                self._add(f"{rule.name}.{row.value}", effective)
        elif rule.effect in ("define", "sets"):
            self._say(meant)

    def _add(self, name: str, where: int) -> None:
        slot = self.program.slot(name)
        true = self.diagrams.either(self.values.get(slot, {}).get(True, NONE), where)
        self.values[slot] = {True: true, False: self.diagrams.opposite(true)}

    def _say(self, meant: Meant) -> None:
        # The first word stands; an exception replaces plain words, and the first exception stands.
        slot = self.program.slot(meant.rule.name)
        settled = self.values.setdefault(slot, {None: ALL})
        done = self._overridden.setdefault(slot, NONE)
        open_ = self.diagrams.opposite(done) if meant.rule.overrides else settled.get(None, NONE)
        for value, where in self.said(meant).items():
            here = self.diagrams.both(where, open_)
            for other in settled:
                settled[other] = self.diagrams.without(settled[other], here)
            settled[value] = self.diagrams.either(settled.get(value, NONE), here)
            if meant.rule.overrides:
                self._overridden[slot] = self.diagrams.either(self._overridden[slot], here)

    def _row_values(self, row: Row, effective: int) -> Iterator[tuple[object, int]]:
        if not isinstance(row.value, dict):
            yield row.value, effective
            return
        source = row.value["slot"]
        known = self.values.get(source)
        values = known if known is not None else dict.fromkeys(self.program.domains[source])
        for value in values:
            yield value, self.diagrams.both(effective, self.slot_among(source, [value]))

    def _accepted(self, row: Row) -> int:
        return self.diagrams.any_of(
            self.diagrams.both(
                self.space.among("channel", [channel]),
                self.space.among(
                    "authentication", [p for p, rank in PROOF_RANK.items() if rank >= PROOF_RANK[proof]]
                ),
            )
            for channel, proof in row.value["through"].items()
        )
