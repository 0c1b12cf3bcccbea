"""Slots and their values in words: what a fact is called and what it was, by the regulation's own labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reglament.regulation.model.edition import Define
from reglament.regulation.wording.common import COMMON, name_of, word
from reglament.regulation.wording.spans import listed, plural, span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reglament.regulation.model.edition import ChannelEntry, Edition, Text
    from reglament.regulation.model.program import Program

_DATE_TEST = re.compile(r"(\S+) (on_or_after|before|less_than_ago)(?: (\d+))?")


class Labels:
    """The labels of one edition in one language."""

    def __init__(self, edition: Edition, language: str) -> None:
        self.edition = edition
        self.language = language
        self._channels: dict[str, ChannelEntry] = {
            str(name): entry for name, entry in edition.channels.items()
        }
        self._defined = {
            rule.define: rule
            for clause in edition.clauses
            for rule in clause.rules
            if isinstance(rule, Define)
        }

    def text(self, text: Text) -> str:
        return text.in_language(self.language)

    def pick(self, russian: str, english: str) -> str:
        return english if self.language == "en" else russian

    def channel(self, name: str) -> str:
        entry = self._channels.get(name)
        return self.text(entry.title) if entry and entry.title else word("channel", name, self.language)

    def channels(self, names: tuple[str, ...], *, last: str = "") -> str:
        return listed([self.channel(name) for name in names], self.language, last=last)

    def kind(self, name: str) -> str:
        return self.text(self.edition.kinds[name].title)

    def department(self, name: str) -> str:
        return self.text(self.edition.departments[name].title)

    def severity(self, name: str) -> str:
        return self.text(self.edition.severities[name].title)

    def field(self, name: str) -> str:
        return self.text(self.edition.fields[name].title)

    def demand(self, item: str) -> str:
        """What is missing, in words; alternatives with "or"."""
        names = [self.field(name) for name in item.split("|")]
        return listed(names, self.language, last=self.pick("или", "or"))

    def ground(self, name: str) -> str:
        return self.text(self.edition.grounds[name].title)

    def name(self, slot: str) -> str:
        """What a slot is called."""
        common = name_of(slot, self.language)
        if common is not None:
            return common
        if slot.startswith("fields."):
            return self.field(slot.removeprefix("fields."))
        if slot.startswith("missing."):
            return self.pick("не хватает: ", "missing: ") + self.demand(slot.removeprefix("missing."))
        match = _DATE_TEST.fullmatch(slot)
        if match:
            return self.text(self.edition.facts[match[1]].title)
        if slot in self.edition.facts:
            return self.text(self.edition.facts[slot].title)
        return self.text(self._defined[slot.split(".", maxsplit=1)[0]].title)

    def value(self, slot: str, value: object) -> str:
        """What its value is called."""
        language = self.language
        if value is None:
            return self.pick("не указано", "not stated")
        match = _DATE_TEST.fullmatch(slot)
        if match:
            return self._date(match[2], int(match[3] or 0), bool(value))
        if slot in ("severity", "stated_severity"):
            return self.severity(str(value))
        if slot == "kind":
            return self.kind(str(value))
        if slot == "service":
            return self.text(self.edition.services[str(value)])
        if slot == "department":
            return self.department(str(value))
        if slot == "channel":
            return self.channel(str(value))
        if slot in COMMON:
            return word(slot, value, language)
        if slot.startswith("fields."):
            return word("state", value, language)
        fact = self.edition.facts.get(slot)
        if fact is not None and fact.type == "choice":
            return self.text(fact.values[str(value)])
        if fact is not None and fact.type == "number":
            return word("number", value, language)
        if isinstance(value, bool):
            return self._flag(slot, value)
        return self.defined(slot, value)

    def defined(self, name: str, value: object) -> str:
        """A value of a defined word."""
        rule = self._defined[name.split(".", maxsplit=1)[0]]
        for known, text in rule.values.items():
            if str(known) == str(value):
                return self.text(text)
        return str(value)

    def defined_values(self, name: str) -> tuple[str | int, ...]:
        """The values of a defined word in their order; none where no such word is defined."""
        rule = self._defined.get(name)
        return tuple(rule.values) if rule else ()

    def facts(self, program: Program, slots: Iterable[int], values: tuple[object, ...]) -> list[str]:
        """What each of the slots was, as `name: value`."""
        return list(dict.fromkeys(self.fact(program.slots[slot], values[slot]) for slot in slots))

    def fact(self, slot: str, value: object) -> str:
        if slot.startswith("missing."):
            return self.name(slot) if value else self.pick("сведения на месте", "information is there")
        if "." in slot and slot.split(".", maxsplit=1)[0] in self._defined:
            return f"{self.name(slot)}: {self._flag(slot, bool(value))}"
        return f"{self.name(slot)}: {self.value(slot, value)}"

    def _flag(self, slot: str, value: bool) -> str:
        base, _, member = slot.partition(".")
        if base in self._defined and member:
            said = self.defined(base, member)
            return said if value else self.pick(f"не {said}", f"not {said}")
        return word("flag", value, self.language)

    def _date(self, test: str, years: int, holds: bool) -> str:
        if test == "less_than_ago":
            if self.language == "en":
                return f"{'less than' if holds else 'not less than'} {span(years, 'years', 'en')} ago"
            ending = plural(years, "года", "лет", "лет")
            return f"прошло {'менее' if holds else 'не менее'} {years} {ending}, считая со дня"
        says = {
            ("on_or_after", True): ("ещё действует в день обращения", "still in force on the day of receipt"),
            ("on_or_after", False): (
                "нет или истекла ко дню обращения",
                "absent, or past on the day of receipt",
            ),
            ("before", True): ("до дня обращения", "before the day of receipt"),
            ("before", False): (
                "нет или не раньше дня обращения",
                "absent, or not before the day of receipt",
            ),
        }[test, holds]
        return self.pick(*says)
