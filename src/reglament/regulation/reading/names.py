"""Names that a regulation uses must be names that it declares."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches

from reglament.regulation.model import edition as language
from reglament.regulation.model.edition import Edition
from reglament.regulation.reading.faults import FileFault
from reglament.regulation.reading.slots import COMMON_FACTS
from reglament.regulation.reading.yaml_source import Document, Path, place_of

KINDS_OF_EVERY_REGULATION = ("unclassified", "other")
RESERVED = (
    "kind", "channel", "authentication", "service", "stated_severity", "severity", "responsibility",
    "department", "service_level", "missing", "any", "all", "not",
)  # fmt: skip


def check_names(edition: Edition, document: Document, file: str, faults: list[FileFault]) -> None:
    """Adds a fault for every name that is used and not declared, or declared twice."""
    _Names(edition, document, file, faults).check()


class _Names:
    def __init__(self, edition: Edition, document: Document, file: str, faults: list[FileFault]) -> None:
        self.edition = edition
        self.document = document
        self.file = file
        self.faults = faults

    def check(self) -> None:
        edition = self.edition
        for kind in KINDS_OF_EVERY_REGULATION:
            if kind not in edition.kinds:
                self._fault(
                    ("kinds",), f"the kind {kind!r} is missing", "every regulation says what becomes of it"
                )
        for name, members in edition.groups.items():
            if name in edition.kinds:
                self._fault(("groups", name), f"{name!r} is a kind as well", "give the group another name")
            for member in members:
                self._known(member, edition.kinds, "a kind", ("groups", name))
        for path, fact in edition.facts.items():
            self._fact(path, fact)
        for name, field in edition.fields.items():
            self._kinds(field.asked_for, ("fields", name, "asked_for"))
        self._short_names()
        ids = Counter(clause.id for clause in edition.clauses)
        defined: Counter[str] = Counter()
        for number, clause in enumerate(edition.clauses):
            if ids[clause.id] > 1:
                self._fault(
                    ("clauses", number, "id"), f"the clause {clause.id} stands here twice", "number it anew"
                )
            for position, rule in enumerate(clause.rules):
                self._rule(rule, ("clauses", number, "rules", position), list(ids), defined)

    def _short_names(self) -> None:
        """A line of a letter must lead to one field: whichever kind it is of is not known yet."""
        called: dict[str, str] = {}
        for name, field in self.edition.fields.items():
            for title in (field.title.ru, field.title.en):
                called.setdefault(title.casefold(), name)
        for name, field in self.edition.fields.items():
            for spoken in ("ru", "en"):
                for place, word in enumerate(getattr(field.also_called, spoken)):
                    other = called.setdefault(word.strip().casefold(), name)
                    if other != name:
                        self._fault(
                            ("fields", name, "also_called", spoken, place),
                            f"the field {other!r} is called {word!r} as well",
                            "a line of a letter must lead to one field; leave the word to one of them",
                        )

    def _rule(self, rule: language.RulePart, path: Path, ids: list[str], defined: Counter[str]) -> None:
        edition = self.edition
        for clause_id in rule.cites:
            self._known(clause_id, ids, "a clause", (*path, "cites"))
        match rule:
            case language.Define():
                defined[rule.define] += 1
                if defined[rule.define] > 1 or rule.define in RESERVED:
                    self._fault(
                        (*path, "define"), f"{rule.define!r} is defined already", "give it another name"
                    )
            case language.Sets() if bool(rule.rows) == bool(rule.value):
                self._fault(path, "needs either 'is' or 'rows'", "keep one of the two")
            case language.ObligationRule():
                self._known(rule.clock, edition.calendars, "a calendar", (*path, "clock"))
            case language.Refusal():
                self._known(rule.refusal, edition.grounds, "a ground", (*path, "refusal"))
            case language.Asks():
                self._known(rule.asks, edition.facts, "a fact", (*path, "asks"))
            case language.Excuses():
                metrics = [
                    r.obligation
                    for c in edition.clauses
                    for r in c.rules
                    if isinstance(r, language.ObligationRule)
                ]
                self._known(rule.excuses, metrics, "an obligation", (*path, "excuses"))
            case language.Entitlements():
                for number, row in enumerate(rule.table):
                    self._kinds(row.kinds, (*path, "table", number, "kinds"))
            case _:
                pass

    def _fact(self, path: str, fact: language.Fact) -> None:
        place = ("facts", path)
        common = COMMON_FACTS.get(path)
        if common is not None and (fact.type != common.type or tuple(fact.values) != common.values):
            self._fault(
                place, "is a fact of every regulation and cannot be changed", "keep its type and values"
            )
        if bool(fact.values) != (fact.type == "choice"):
            self._fault(
                place, "values belong to a choice, and a choice needs them", "say type: choice and its values"
            )
        good_default = (
            fact.default is None
            or (fact.type == "flag" and isinstance(fact.default, bool))
            or (fact.type == "choice" and fact.default in fact.values)
        )
        if not good_default:
            self._fault((*place, "default"), f"{fact.default!r} is no value of it", "take one of its values")
        if fact.needs_reason and "staff" not in fact.known_from:
            self._fault(
                (*place, "needs_reason"), "only staff are asked for a reason", "add staff to known_from"
            )
        self._kinds(fact.asked_for, (*place, "asked_for"))

    def _kinds(self, names: list[str], path: Path) -> None:
        for name in names:
            self._known(name, [*self.edition.kinds, *self.edition.groups], "a kind or a group", path)

    def _known(self, name: str, known: object, what: str, path: Path) -> None:
        names = [str(one) for one in known]  # type: ignore[attr-defined]
        if name not in names:
            near = get_close_matches(name, names, 1)
            mend = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(names)}"
            self._fault(path, f"{name!r} is not {what} of this regulation", mend)

    def _fault(self, path: Path, message: str, mend: str) -> None:
        self.faults.append(
            FileFault("unknown-name", self.file, self.document.line(path), place_of(path), message, mend)
        )
