"""From an edition as it is written to the program that decides by it."""

from __future__ import annotations

from typing import Any

from reglament.regulation.model import edition as language
from reglament.regulation.model.edition import Edition, read_budget
from reglament.regulation.model.program import ALWAYS, Condition, Program, Row, Rule
from reglament.regulation.model.words import PROOF_RANK
from reglament.regulation.reading.calendars import calendar_data
from reglament.regulation.reading.conditions import ConditionFault, both, compile_condition, opposite
from reglament.regulation.reading.faults import FileFault
from reglament.regulation.reading.names import check_names
from reglament.regulation.reading.ordering import CircularRules, in_order
from reglament.regulation.reading.slots import Slots
from reglament.regulation.reading.yaml_source import Document, Path, place_of


def compile_edition(
    edition: Edition, document: Document, file: str, faults: list[FileFault]
) -> Program | None:
    """The program of an edition, or None with what is wrong added to `faults`."""
    found = len(faults)
    check_names(edition, document, file, faults)
    calendars = calendar_data(edition, document, file, faults)
    if len(faults) > found:
        return None
    compiler = _Compiler(edition, document, file, faults)
    rules = compiler.rules()
    if len(faults) > found:
        return None
    try:
        ordered = in_order(rules, compiler.slots)
    except CircularRules as circle:
        faults.append(
            FileFault(
                "circular", file, circle.rules[0].line, circle.rules[0].clause,
                "the rules " + ", ".join(f"{rule.clause} {rule.effect} {rule.name}" for rule in circle.rules)
                + " wait for one another",
                "let one of them rest on facts instead",
            )
        )  # fmt: skip
        return None
    slots = compiler.slots
    return Program(
        regulation=edition.regulation,
        edition=edition.edition.isoformat(),
        timezone=edition.timezone,
        kinds=tuple(edition.kinds),
        services=tuple(edition.services),
        severities=tuple(edition.severities),
        facts=slots.facts,
        fields={name: field.type for name, field in edition.fields.items()},
        field_order=_in_order_of_fields(slots, edition),
        grounds=tuple(edition.grounds),
        slots=tuple(slots.names),
        domains=tuple(slots.domains),
        initial=tuple(slots.initial),
        date_tests=tuple(slots.date_tests),
        rules=tuple(ordered),
        calendars=calendars,
        memo={},
    )


def _in_order_of_fields(slots: Slots, edition: Edition) -> tuple[str, ...]:
    order = list(edition.fields)
    return tuple(
        sorted(map(str, slots.several.get("missing", ())), key=lambda item: order.index(item.split("|")[0]))
    )


class _Compiler:
    """Turns the rules of one edition into rows with finite conditions; gathers faults with their lines."""

    def __init__(self, edition: Edition, document: Document, file: str, faults: list[FileFault]) -> None:
        self.edition = edition
        self.document = document
        self.file = file
        self.faults = faults
        self.slots = Slots(edition)
        self.path: Path = ()

    def rules(self) -> list[Rule]:
        found: list[Rule] = []
        for number, clause in enumerate(self.edition.clauses):
            for position, rule in enumerate(clause.rules):
                self.path = ("clauses", number, "rules", position)
                try:
                    for effect, name, rows, extra in self._parts(rule):
                        found.append(
                            Rule(
                                len(found),
                                clause.id,
                                effect,
                                name,
                                tuple(rows),
                                tuple(rule.cites),
                                line=rule.line,
                                **extra,
                            )
                        )
                except ConditionFault as fault:
                    self._fault(fault)
        return found

    def _fault(self, fault: ConditionFault) -> None:
        path = (
            *self.path,
            *(part for part in fault.where.replace("]", "").replace("[", ".").split(".") if part),
        )
        path = tuple(int(part) if isinstance(part, str) and part.isdecimal() else part for part in path)
        clause = self.edition.clauses[int(self.path[1])].id
        place = f"{clause} {place_of(self.path)}.{fault.where}"
        self.faults.append(
            FileFault("unknown-name", self.file, self.document.line(path), place, fault.message, fault.mend)
        )

    def _condition(self, part: Any, where: str = "") -> Condition:
        """`when` and `unless` of a rule or a row, together."""
        prefix = f"{where}." if where else ""
        groups = self.edition.groups
        condition = compile_condition(part.when, self.slots, groups, f"{prefix}when")
        if part.unless is not None:
            unless = compile_condition(part.unless, self.slots, groups, f"{prefix}unless")
            condition = both(condition, opposite(unless, self.slots))
        return condition

    # One case a rule of the language: the list is long because the language has so many words.
    def _parts(  # noqa: C901, PLR0912
        self, rule: Any
    ) -> list[tuple[str, str, list[Row], dict[str, Any]]]:
        guard = self._condition(rule)
        match rule:
            case language.Define():
                rows = self._value_rows(rule.rows, guard, tuple(rule.values))
                return [("define", rule.define, rows, {"several": rule.several})]
            case language.Sets():
                domain = self.slots.domain(rule.sets)
                written = rule.rows
                if not written:
                    written = [language.ValueRow.model_validate({"is": rule.value or ""})]
                rows = self._value_rows(written, guard, domain)
                return [("sets", rule.sets, rows, {"overrides": rule.overrides})]
            case language.Accepts():
                return [("accepts", "", self._accept_rows(rule, guard), {})]
            case language.Informal():
                return [("informal", "", [Row(guard, True)], {})]
            case language.NotCovered():
                return [("not_covered", "", [Row(guard, rule.offer)], {})]
            case language.Offers():
                return [("offer", "", [Row(guard, rule.offers)], {})]
            case language.Requires():
                items = [[item, self._met_by(item)] for item in rule.requires]
                return [("requires", "", [Row(guard, items)], {})]
            case language.ObligationRule():
                return [("obligation", rule.obligation, [Row(guard, self._terms(rule))], {})]
            case language.QueueRule():
                rank = [self._component(number, part) for number, part in enumerate(rule.queue)]
                return [("queue", "", [Row(guard, {"rank": rank, "then_by": rule.then_by})], {})]
            case language.Refusal():
                return [("refusal", rule.refusal, [Row(guard, True)], {})]
            case language.PermissionRule():
                return [("permission", "", [Row(guard, True)], {})]
            case language.Asks():
                return [("asks", rule.asks, [Row(guard, True)], {})]
            case language.Mentions():
                return [("mentions", rule.mentions, [Row(guard, True)], {})]
            case language.Excuses():
                return [("excuses", rule.excuses, [Row(guard, True)], {})]
            case language.Entitlements():
                return self._entitlements(rule, guard)
        return []

    def _value_rows(
        self, rows: list[language.ValueRow], guard: Condition, domain: tuple[object, ...]
    ) -> list[Row]:
        compiled = []
        for number, row in enumerate(rows):
            value: Any = row.value
            if isinstance(value, language.SameAs):
                slot = self.slots.number(value.same_as)
                if slot is None:
                    raise ConditionFault(
                        f"rows[{number}].is", f"{value.same_as!r} is no fact or defined word"
                    )
                value = {"slot": slot}
            elif value not in domain:
                known = ", ".join(str(one) for one in domain)
                raise ConditionFault(
                    f"rows[{number}].is", f"{value!r} is not among the values", f"one of {known}"
                )
            condition = both(guard, self._condition(row, f"rows[{number}]"))
            compiled.append(Row(condition, value, row.remark))
        return compiled

    def _accept_rows(self, rule: language.Accepts, guard: Condition) -> list[Row]:
        if (
            isinstance(rule.accepts, list)
            and rule.accepts
            and isinstance(rule.accepts[0], language.AcceptRow)
        ):
            rows = [row for row in rule.accepts if isinstance(row, language.AcceptRow)]
            conditions = [both(guard, self._condition(row, f"accepts[{n}]")) for n, row in enumerate(rows)]
        else:
            rows = [
                language.AcceptRow.model_validate({"through": rule.accepts, "redirect_to": rule.redirect_to})
            ]
            conditions = [guard]
        compiled = []
        for row, condition in zip(rows, conditions, strict=True):
            through = (
                row.through if isinstance(row.through, dict) else dict.fromkeys(row.through, "anonymous")
            )
            redirect_to = row.redirect_to or rule.redirect_to or list(through)
            compiled.append(Row(condition, {"through": dict(through), "redirect_to": list(redirect_to)}))
        return compiled

    def _met_by(self, item: str) -> list[list[Any]]:
        alternatives: list[list[Any]] = []
        for name in item.split("|"):
            field = self.edition.fields.get(name)
            if field is None:
                raise ConditionFault(
                    "requires", f"{name!r} is no field", f"one of {', '.join(self.edition.fields)}"
                )
            if field.type == "identity":
                proofs = [proof for proof, rank in PROOF_RANK.items() if rank]
                alternatives.append([self.slots.number("authentication"), proofs])
            elif field.type == "service":
                if not self.edition.services:
                    raise ConditionFault("requires", f"{name!r} asks for a service, and there are none")
                alternatives.append([self.slots.number("service"), list(self.edition.services)])
            else:
                alternatives.append([self.slots.number(f"fields.{name}"), ["valid"]])
        return alternatives

    def _terms(self, rule: language.ObligationRule) -> dict[str, Any]:
        within: list[list[Any]] = []
        best = "first"
        if isinstance(rule.within, str):
            within.append([_as_data(ALWAYS), self._budget(rule.within, "within")])
        elif isinstance(rule.within, list):
            for number, row in enumerate(rule.within):
                place = f"within[{number}]"
                within.append([_as_data(self._condition(row, place)), self._budget(row.value, place)])
        else:
            best = rule.within.best
            by = [rule.within.by] if isinstance(rule.within.by, str) else rule.within.by
            self._table(by, rule.within.table, {}, within, "within")
        if best == "shortest" and len({unit for _, (_, unit) in within if unit != "unlimited"}) > 1:
            raise ConditionFault("within", "the shortest of different units cannot be told", "use one unit")
        return {"clock": rule.clock, "fulfilled_by": rule.fulfilled_by, "best": best, "within": within}

    def _table(
        self, by: list[str], table: Any, fixed: dict[str, Any], within: list[list[Any]], where: str
    ) -> None:
        if not by:
            condition = compile_condition(fixed, self.slots, self.edition.groups, where)
            within.append([_as_data(condition), self._budget(table, where)])
            return
        if not isinstance(table, dict):
            raise ConditionFault(where, f"is no table by {by[0]!r}", "write a span for each of its values")
        for key, inner in table.items():
            values: list[Any] = [value.strip() for value in str(key).split("|")]
            self._table(by[1:], inner, {**fixed, by[0]: values}, within, f"{where}.{key}")

    def _budget(self, written: Any, where: str) -> list[Any]:
        try:
            return list(read_budget(str(written)))
        except ValueError as error:
            raise ConditionFault(where, str(error)) from error

    def _component(self, number: int, part: Any) -> Any:
        if isinstance(part, int):
            return part
        if isinstance(part, str):
            slot = self.slots.number(part)
            if slot is None or not all(isinstance(value, int) for value in self.slots.domains[slot]):
                raise ConditionFault(
                    f"queue[{number}]", f"{part!r} is no defined word whose values are whole numbers"
                )
            return part
        rows = [
            [_as_data(self._condition(row, f"queue[{number}][{n}]")), row.value] for n, row in enumerate(part)
        ]
        if not rows or rows[-1][0] != _as_data(ALWAYS):
            raise ConditionFault(
                f"queue[{number}]", "has no last row that always holds", "add a row with only 'is'"
            )
        return rows

    def _entitlements(
        self, rule: language.Entitlements, guard: Condition
    ) -> list[tuple[str, str, list[Row], dict[str, Any]]]:
        refused, covered = [], []
        for number, row in enumerate(rule.table):
            if not row.kinds:
                continue
            place = f"table[{number}]"
            groups = self.edition.groups
            asked = both(guard, compile_condition({"kind": row.kinds}, self.slots, groups, place))
            plus = compile_condition({rule.by: row.plus}, self.slots, groups, place) if row.plus else ()
            refused.append(Row(both(asked, opposite(plus, self.slots)), rule.offer))
            covered.append(Row(both(asked, plus), True))
        return [
            ("not_covered", rule.entitlements, refused, {}),
            ("mentions", f"covered by {rule.entitlements}", covered, {}),
        ]


def _as_data(condition: Condition) -> list[list[list[Any]]]:
    # Conditions inside a row's value are kept as lists, the form that JSON gives back.
    return [[[slot, sorted(allowed, key=repr)] for slot, allowed in conjunction] for conjunction in condition]
