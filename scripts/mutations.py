"""Every single change to a regulation file that must turn a case of its owner red.

A change is made in the parsed source, never in the text: a number, a row, a default, a condition, a
channel, a cite, the clause that a rule belongs to. Labels and texts for people are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reglament.regulation.model.edition import RULES, Edition
from reglament.regulation.model.words import (
    FULFILMENTS,
    OFFERS,
    PROOF_RANK,
    RESPONSIBILITIES,
    SERVICE_LEVELS,
)
from reglament.regulation.reading.yaml_source import Document, Path
from scripts.changes import Changes, Mutation

_NUMBER = re.compile(r"[0-9]+")
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")


@dataclass(frozen=True)
class _Move(Mutation):
    """Moves a rule from its clause to another one."""

    def applied(self, document: Document) -> Document:
        changed = deepcopy(document.value)
        _, clause, _, position = self.path
        rule = changed["clauses"][clause]["rules"].pop(position)
        changed["clauses"][self.value].setdefault("rules", []).append(rule)
        return Document(changed, document.lines)


def mutations(number: int, document: Document, edition: Edition) -> Iterator[Mutation]:
    """Every change to one document of a file; `edition` is what it reads as."""
    yield from _Mutations(number, document.value, edition).all()


class _Mutations(Changes):
    def __init__(self, number: int, value: dict[str, Any], edition: Edition) -> None:
        super().__init__(number, value, edition)
        self.defined = {
            rule["define"]: [int(key) if str(key).isdecimal() else key for key in rule["values"]]
            for clause in value["clauses"]
            for rule in clause.get("rules", [])
            if "define" in rule
        }

    def all(self) -> Iterator[Mutation]:
        yield from self._edition_dates()
        yield from self._calendars()
        yield from self._declarations()
        for number, clause in enumerate(self.value["clauses"]):
            for position in range(len(clause.get("rules", []))):
                path: Path = ("clauses", number, "rules", position)
                yield from self._rule(clause["rules"][position], path, clause["id"])

    # The edition, its calendars and what it declares

    def _edition_dates(self) -> Iterator[Mutation]:
        day = date.fromisoformat(self.value["edition"])
        for step in (-1, 1):
            yield self.change(("edition",), (day + timedelta(days=step)).isoformat())
        zone = "Asia/Tokyo" if self.value["timezone"] != "Asia/Tokyo" else "Europe/Moscow"
        yield self.change(("timezone",), zone)

    def _calendars(self) -> Iterator[Mutation]:
        for name, calendar in self.value["calendars"].items():
            path: Path = ("calendars", name)
            for place, span in _spans(calendar["hours"], (*path, "hours")):
                for other in _other_spans(span):
                    yield self.change(place, other)
            days = calendar.get("days", "every_day")
            if days != "every_day":
                yield self.change((*path, "days"), "weekdays" if days == "working" else "working")
                short = calendar.get("short_days", "ignore")
                yield self.change((*path, "short_days"), "minus_hour" if short == "ignore" else "ignore")
            for layer in range(len(calendar.get("overlays", []))):
                yield self.drop((*path, "overlays", layer))

    def _declarations(self) -> Iterator[Mutation]:
        for path, fact in self.value.get("facts", {}).items():
            if fact["type"] == "flag":
                yield self.change(("facts", path, "default"), not fact.get("default", False))
            for other in fact.get("values", {}):
                if "default" in fact and other != fact["default"]:
                    yield self.change(("facts", path, "default"), other)
        for name, members in self.value.get("groups", {}).items():
            for position in range(len(members)):
                yield self.drop(("groups", name, position))
        for section in ("fields", "grounds"):
            entries = list(self.value.get(section, {}).items())
            for position in range(len(entries) - 1):
                swapped = [*entries]
                swapped[position], swapped[position + 1] = swapped[position + 1], swapped[position]
                words = f"{entries[position][0]} and {entries[position + 1][0]} change places"
                yield Mutation(self.number, (section,), "", f"{section}: {words}", dict(swapped))
        for name, field in self.value.get("fields", {}).items():
            if field["type"] == "inn":
                yield self.change(("fields", name, "type"), "text")

    # Rules

    def _rule(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        kind = next(name for name in RULES if name in rule)
        if kind == "practice":
            return
        yield self.drop(path, clause)
        last = len(self.value["clauses"]) - 1
        target = int(path[1]) + 1 if path[1] != last else last - 1
        words = f"the rule {kind} {rule[kind] if isinstance(rule[kind], str) else ''} moves to "
        yield _Move(self.number, path, clause, words + self.value["clauses"][target]["id"], target)
        for position in range(len(rule.get("cites", []))):
            yield self.drop((*path, "cites", position), clause)
        yield from self.conditions(rule, path, clause)
        special: dict[str, Callable[..., Iterator[Mutation]]] = {
            "define": self._define,
            "sets": self._sets,
            "accepts": self._accepts,
            "not_covered": self._offer,
            "offers": self._offer,
            "requires": self._requires,
            "obligation": self._obligation,
            "queue": self._queue,
            "refusal": self._refusal,
            "entitlements": self._entitlements,
        }
        if kind in special:
            yield from special[kind](rule, path, clause)

    def _define(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        yield from self._rows(rule["rows"], (*path, "rows"), clause, self.defined[rule["define"]])

    def _sets(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        domain = {
            "severity": list(self.edition.severities),
            "department": list(self.edition.departments),
            "responsibility": list(RESPONSIBILITIES),
            "service_level": list(SERVICE_LEVELS[:-1]),
        }[rule["sets"]]
        if "rows" in rule:
            yield from self._rows(rule["rows"], (*path, "rows"), clause, domain)
        for other in domain:
            if "is" in rule and other != rule["is"]:
                yield self.change((*path, "is"), other, clause)
        yield self.change((*path, "overrides"), not rule.get("overrides", False), clause)

    def _rows(self, rows: list[Any], path: Path, clause: str, domain: list[Any]) -> Iterator[Mutation]:
        yield from self.list_of_rows(rows, path, clause)
        for number, row in enumerate(rows):
            others = [other for other in domain if other != row["is"]]
            for other in others if not isinstance(row["is"], dict) else others[:1]:
                yield self.change((*path, number, "is"), other, clause)
            if row.get("remark"):
                yield self.drop((*path, number, "remark"), clause)

    def _accepts(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        accepts = rule["accepts"]
        if isinstance(accepts, list) and accepts and isinstance(accepts[0], dict):
            yield from self.list_of_rows(accepts, (*path, "accepts"), clause)
            for number, row in enumerate(accepts):
                yield from self._through(row["through"], (*path, "accepts", number, "through"), clause)
                yield from self._targets(row, (*path, "accepts", number), clause)
        else:
            yield from self._through(accepts, (*path, "accepts"), clause)
        yield from self._targets(rule, path, clause)

    def _through(self, through: Any, path: Path, clause: str) -> Iterator[Mutation]:
        if isinstance(through, list):
            for number in range(len(through)):
                yield self.drop((*path, number), clause)
            return
        for channel, proof in through.items():
            yield self.drop((*path, channel), clause)
            for other in PROOF_RANK:
                if other != proof:
                    yield self.change((*path, channel), other, clause)

    def _targets(self, part: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        targets = part.get("redirect_to", [])
        for number in range(len(targets)):
            if len(targets) > 1:
                yield self.drop((*path, "redirect_to", number), clause)
        if targets:
            yield self.drop((*path, "redirect_to"), clause)

    def _offer(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        key = "offers" if "offers" in rule else "offer"
        for other in OFFERS:
            if other != rule.get(key):
                yield self.change((*path, key), other, clause)
        if rule.get("offer"):
            yield self.drop((*path, "offer"), clause)

    def _requires(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        for number, item in enumerate(rule["requires"]):
            if len(rule["requires"]) > 1:
                yield self.drop((*path, "requires", number), clause)
            names = item.split("|")
            for name in names if len(names) > 1 else []:
                fewer = "|".join(other for other in names if other != name)
                yield self.change((*path, "requires", number), fewer, clause)

    def _obligation(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        for clock in self.value["calendars"]:
            if clock != rule["clock"]:
                yield self.change((*path, "clock"), clock, clause)
        for way in FULFILMENTS:
            if way != rule["fulfilled_by"]:
                yield self.change((*path, "fulfilled_by"), way, clause)
        within = rule["within"]
        if isinstance(within, str):
            yield from self._budget(within, (*path, "within"), clause)
        elif isinstance(within, list):
            yield from self.list_of_rows(within, (*path, "within"), clause)
            for number, row in enumerate(within):
                yield from self._budget(row["is"], (*path, "within", number, "is"), clause)
        else:
            best = "shortest" if within.get("best", "first") == "first" else "first"
            yield self.change((*path, "within", "best"), best, clause)
            table = {key: part for key, part in within.items() if key not in ("by", "best")}
            yield from self._table(table, (*path, "within"), clause)

    def _table(self, table: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        for key, part in table.items():
            yield self.drop((*path, key), clause)
            if isinstance(part, dict):
                yield from self._table(part, (*path, key), clause)
            else:
                yield from self._budget(part, (*path, key), clause)

    def _budget(self, budget: str, path: Path, clause: str) -> Iterator[Mutation]:
        if budget == "unlimited":
            yield self.change(path, "100 hours", clause)
            return
        for step in (-1, 1):
            amount = int(budget.split(maxsplit=1)[0]) + step
            if amount > 0:
                yield self.change(path, _NUMBER.sub(str(amount), budget, count=1), clause)
        working = (
            budget.replace("working ", "") if "working " in budget else budget.replace(" ", " working ", 1)
        )
        yield self.change(path, working, clause)

    def _queue(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        other = "due_at" if rule["then_by"] == "received_at" else "received_at"
        yield self.change((*path, "then_by"), other, clause)
        for number, component in enumerate(rule["queue"]):
            place = (*path, "queue", number)
            if len(rule["queue"]) > 1:
                yield self.drop(place, clause)
            if isinstance(component, int):
                yield self.change(place, component + 1, clause)
            elif isinstance(component, list):
                yield from self.list_of_rows(component, place, clause)
                for position, row in enumerate(component):
                    yield self.change((*place, position, "is"), row["is"] + 1, clause)

    def _refusal(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        for ground in self.value["grounds"]:
            if ground != rule["refusal"]:
                yield self.change((*path, "refusal"), ground, clause)

    def _entitlements(self, rule: dict[str, Any], path: Path, clause: str) -> Iterator[Mutation]:
        yield from self._offer(rule, path, clause)
        for number, row in enumerate(rule["table"]):
            place = (*path, "table", number)
            yield self.drop(place, clause)
            for key in ("plus", "kinds"):
                for position in range(len(row.get(key, []))):
                    yield self.drop((*place, key, position), clause)
            for member in self.defined.get(rule["by"], []):
                if member not in row["plus"]:
                    yield self.change((*place, "plus"), [*row["plus"], member], clause)


def _spans(hours: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(hours, str):
        yield path, hours
    elif isinstance(hours, list):
        for number, inner in enumerate(hours):
            yield from _spans(inner, (*path, number))
    else:
        for day, inner in hours.items():
            yield from _spans(inner, (*path, day))


def _other_spans(span: str) -> list[str]:
    if span == "always":
        return ["01:00-24:00", "00:00-23:00"]
    match = _SPAN.fullmatch(span.replace(" ", "").replace("–", "-"))
    if match is None:
        return []
    opening, first, closing, last = (int(part) for part in match.groups())
    return [
        f"{opening + 1:02}:{first:02}-{closing:02}:{last:02}",
        f"{opening:02}:{first:02}-{closing - 1:02}:{last:02}",
    ]
