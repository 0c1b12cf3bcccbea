"""The order of evaluation: a rule comes after every rule that settles what it reads."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import Any

from reglament.regulation.model.program import Rule
from reglament.regulation.reading.slots import Slots


class CircularRules(ValueError):
    """Rules that wait for one another, so that none can be evaluated first."""

    def __init__(self, rules: list[Rule]) -> None:
        super().__init__("circular rules")
        self.rules = rules


def in_order(rules: list[Rule], slots: Slots) -> list[Rule]:
    """The rules so that each stands after those that it rests on, else in the order of the document.

    An exception (`overrides`) stands after the plain rules for the same value. Raises CircularRules.
    """
    writers: dict[int, list[Rule]] = {}
    for rule in rules:
        for slot in writes(rule, slots):
            writers.setdefault(slot, []).append(rule)
    graph: dict[int, set[int]] = {}
    for rule in rules:
        before = {writer.number for slot in reads(rule, slots) for writer in writers.get(slot, [])}
        if rule.overrides:
            before |= {
                writer.number
                for slot in writes(rule, slots)
                for writer in writers[slot]
                if not writer.overrides
            }
        graph[rule.number] = before
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        numbers = list(dict.fromkeys(error.args[1]))
        raise CircularRules([rules[number] for number in numbers]) from error
    ordered: list[Rule] = []
    ready: list[int] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()])
        number = ready.pop(0)
        ordered.append(rules[number])
        sorter.done(number)
    return ordered


def writes(rule: Rule, slots: Slots) -> set[int]:
    """The slots that the rule may settle."""
    names: list[str] = []
    if rule.effect in ("define", "sets"):
        names = (
            [f"{rule.name}.{member}" for member in slots.several[rule.name]] if rule.several else [rule.name]
        )
    elif rule.effect == "requires":
        names = [f"missing.{item}" for row in rule.rows for item, _ in row.value]
    return {number for name in names if (number := slots.number(name)) is not None}


def reads(rule: Rule, slots: Slots) -> set[int]:
    """The slots that the rule's conditions and values look at."""
    found = {slot for row in rule.rows for conjunction in row.condition for slot, _ in conjunction}
    for row in rule.rows:
        found |= _read_by_value(rule, row.value, slots)
    return found


def _read_by_value(rule: Rule, value: Any, slots: Slots) -> set[int]:
    found: set[int] = set()
    if rule.effect in ("define", "sets") and isinstance(value, dict):
        found.add(value["slot"])
    elif rule.effect == "requires":
        found |= {slot for _, alternatives in value for slot, _ in alternatives}
    elif rule.effect == "obligation":
        conditions = [condition for condition, _ in value["within"]]
        found |= {slot for condition in conditions for conjunction in condition for slot, _ in conjunction}
    elif rule.effect == "queue":
        for component in value["rank"]:
            if isinstance(component, str):
                found.add(slots.number(component) or 0)
            elif isinstance(component, list):
                found |= {slot for condition, _ in component for part in condition for slot, _ in part}
    return found
