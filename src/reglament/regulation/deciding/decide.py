"""The one door to a decision: evaluates the rules of an edition and gathers what they say.

How it works is told in `docs/algorithms/deciding.md`. Every part of the decision is taken from the
trace of rules that spoke, so an answer cannot be given without its grounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reglament.regulation.deciding.conditions import holding, rules_for
from reglament.regulation.deciding.due import owed
from reglament.regulation.deciding.gaps import RegulationGap
from reglament.regulation.model.decision import (
    DECISIVE,
    INFORMATIVE,
    Decision,
    Queue,
    RefusalGround,
)
from reglament.regulation.model.request import Fault, RequestFaults
from reglament.regulation.model.words import CHANNELS, PROOF_RANK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from reglament.regulation.model.decision import Obligation, Said
    from reglament.regulation.model.program import Conjunction, Program, Row, Rule
    from reglament.regulation.model.request import Request

    Spoken = tuple[Rule, int, Conjunction, Any]
    """A rule that spoke, the number of the row that held, why it held, and what it says."""

OWN_VALUES = ("severity", "responsibility", "department", "service_level")


def decide(program: Program, request: Request, *, statutory_years: bool = False) -> Decision:
    """What the edition says about a request that `read_request` checked against it.

    `statutory_years`: go on with the days off that the law itself names where a deadline reaches a year
    without a decree, and mark it preliminary; otherwise such a request raises RequestFaults, as does one
    whose deadline cannot be represented, and one for which the regulation leaves a needed value open.
    """
    values = list(request.values)
    spoken: dict[str, list[Spoken]] = {}
    settled: dict[int, list[Spoken]] = {}
    for rule, rows in rules_for(program, request.kind):
        effect = rule.effect
        for number, row in rows:
            conjunction = holding(row.condition, values)
            if conjunction is None:
                continue
            if effect == "requires":
                _require(program, rule, number, row, conjunction, values, spoken)
            elif effect in ("define", "sets"):
                _settle(program, rule, (rule, number, conjunction, row.value), values, settled)
            else:
                spoken.setdefault(effect, []).append((rule, number, conjunction, row.value))
            if not rule.several:
                break
    try:
        return _Gathering(program, request, values, spoken, settled).decision(statutory_years)
    except RegulationGap as gap:
        message = f"{program.regulation} settles no {gap} for such a request; `reglament check` shows where"
        raise RequestFaults([Fault(request.place, message)]) from gap


def _settle(
    program: Program,
    rule: Rule,
    spoken: Spoken,
    values: list[object],
    settled: dict[int, list[Spoken]],
) -> None:
    value = spoken[3]
    if isinstance(value, dict):
        value = values[value["slot"]]
    slot = program.slot(f"{rule.name}.{value}" if rule.several else rule.name)
    said = settled.setdefault(slot, [])
    # The first word stands; an exception, which is evaluated after all plain rules, replaces it.
    if not said or (rule.overrides and not any(earlier[0].overrides for earlier in said)):
        values[slot] = True if rule.several else value
    said.append((rule, spoken[1], spoken[2], value))


def _require(
    program: Program,
    rule: Rule,
    number: int,
    row: Row,
    conjunction: Conjunction,
    values: list[object],
    spoken: dict[str, list[Spoken]],
) -> None:
    lacking = []
    for item, alternatives in row.value:
        if not any(values[slot] in met for slot, met in alternatives):
            values[program.slot(f"missing.{item}")] = True
            lacking.append(item)
    spoken.setdefault("requires", []).append((rule, number, conjunction, tuple(lacking)))


def rank_component(program: Program, component: Any, values: Sequence[object]) -> tuple[int, list[int]]:
    """One number of a rank, and the slots that chose it: a fixed number, a defined word, or a small table."""
    if isinstance(component, int):
        return component, []
    if isinstance(component, str):
        slot = program.slot(component)
        value = values[slot]
        if not isinstance(value, int):
            raise RegulationGap(component)
        return value, [slot]
    for condition, value in component:
        conjunction = holding(condition, values)
        if conjunction is not None:
            tested = [slot for other, _ in component for part in other for slot, _ in part]
            return value, [slot for slot, _ in conjunction] or tested
    raise AssertionError("a rank without an otherwise; compiling refuses it")


class _Gathering:
    """One decision on its way from what the rules said to the answer and its trace."""

    def __init__(
        self,
        program: Program,
        request: Request,
        values: list[object],
        spoken: dict[str, list[Spoken]],
        settled: dict[int, list[Spoken]],
    ) -> None:
        self.program = program
        self.request = request
        self.values = values
        self.spoken = spoken
        self.settled = settled
        self.said: list[Said] = []
        self.chosen_by: set[int] = set()
        """Slots that chose a budget or a rank inside a rule that spoke."""

    def decision(self, statutory_years: bool) -> Decision:
        request = self.request
        informal = self._first("informal", "informal")
        redirect_to, redirect_needs = self._redirect()
        not_covered = self._not_covered()
        missing = self._missing()
        holds = {
            "informal": informal,
            "redirect": bool(redirect_to) and not informal,
            "not_covered": not_covered,
            "needs_information": bool(missing),
        }
        outcomes = [outcome for outcome, holding_ in holds.items() if holding_]
        outcome = outcomes[0] if outcomes else "accept"
        offer = self._offer()
        severity = self._own("severity")
        responsibility = self._own("responsibility")
        nothing_owed = informal or not_covered
        service_level = self._own("service_level", INFORMATIVE if nothing_owed else DECISIVE)
        if service_level is None or (severity is None and self.program.severities):
            raise RegulationGap("service level" if service_level is None else "severity")
        queue = None if informal else self._queue()
        grounds = () if informal else self._grounds()
        obligations = () if informal else self._obligations(outcome, statutory_years)
        asks = self._asks()
        permission = self._first("permission", "needs permission")
        self._mentions()
        self._definitions()
        return Decision(
            program=self.program,
            request=request,
            outcome=outcome,
            also=tuple(outcomes[1:]),
            service_level="none" if nothing_owed else str(service_level),
            responsibility=responsibility,
            offer=offer,
            severity=severity,
            queue=queue,
            obligations=obligations,
            missing=missing,
            asks=asks,
            redirect_to=redirect_to,
            redirect_needs=redirect_needs,
            refusal_grounds=grounds,
            needs_permission=permission,
            said=tuple(self.said),
            values=tuple(self.values),
        )

    def _say(self, spoken: Spoken, effect: str, value: object, weight: str = DECISIVE) -> None:
        self.said.append((spoken[0], spoken[1], spoken[2], effect, value, weight))

    def _first(self, effect: str, words: str) -> bool:
        said = self.spoken.get(effect, ())
        for number, spoken in enumerate(said):
            self._say(spoken, words, True, INFORMATIVE if number else DECISIVE)
        return bool(said)

    def _redirect(self) -> tuple[tuple[str, ...], str | None]:
        channel, rank = self.request.channel, PROOF_RANK[self.request.authentication]
        refusing: list[tuple[Spoken, frozenset[str]]] = []
        for spoken in self.spoken.get("accepts", ()):
            through = spoken[3]["through"]
            if channel in through and rank >= PROOF_RANK[through[channel]]:
                self._say(spoken, "channel accepted", channel, INFORMATIVE)
            else:
                refusing.append((spoken, frozenset(spoken[3]["redirect_to"])))
        if not refusing:
            return (), None
        targets = frozenset.intersection(*(wanted for _, wanted in refusing))
        grounded = False
        for number, (spoken, wanted) in enumerate(refusing):
            others = [other for index, (_, other) in enumerate(refusing) if index != number]
            narrows = not others or frozenset.intersection(*others) != targets
            # Where several say the same, taking one away would change nothing: the first is the ground.
            last_chance = number == len(refusing) - 1 and not grounded
            grounded = grounded or narrows
            words = "redirect " + ", ".join(name for name in CHANNELS if name in wanted)
            self._say(
                spoken, words, spoken[3]["redirect_to"], DECISIVE if narrows or last_chance else INFORMATIVE
            )
        return tuple(
            name for name in CHANNELS if name in targets
        ), "authorised" if channel in targets else None

    def _not_covered(self) -> bool:
        said = self.spoken.get("not_covered", ())
        for number, spoken in enumerate(said):
            offer = spoken[3]
            words = f"not covered, offer {offer}" if offer else "not covered"
            self._say(spoken, words, offer, INFORMATIVE if number else DECISIVE)
        return bool(said)

    def _offer(self) -> str | None:
        offers: list[str] = [spoken[3] for spoken in self.spoken.get("not_covered", ()) if spoken[3]]
        for spoken in self.spoken.get("offer", ()):
            self._say(spoken, f"offer {spoken[3]}", spoken[3], INFORMATIVE if offers else DECISIVE)
            offers.append(spoken[3])
        return offers[0] if offers else None

    def _missing(self) -> tuple[str, ...]:
        asked: set[str] = set()
        for spoken in self.spoken.get("requires", ()):
            lacking = spoken[3]
            if not lacking:
                self._say(spoken, "information complete", (), INFORMATIVE)
                continue
            new = [item for item in lacking if item not in asked]
            self._say(
                spoken, f"needs information {', '.join(lacking)}", lacking, DECISIVE if new else INFORMATIVE
            )
            asked.update(new)
        return tuple(item for item in self.program.field_order if item in asked)

    def _own(self, name: str, weight: str = DECISIVE) -> Any:
        if not self.program.has_slot(name):
            return None
        slot = self.program.slot(name)
        said = self.settled.get(slot, ())
        if not said:
            return None
        ruling = [spoken for spoken in said if spoken[0].overrides] or said
        value = ruling[0][3]
        label = "service level" if name == "service_level" else name
        for spoken in said:
            rule, row, _, said_value = spoken
            remark = rule.rows[row].remark
            words = f"{label} {said_value}" + (f" ({remark})" if remark else "")
            if spoken is ruling[0]:
                self._say(spoken, words, said_value, weight)
            else:
                overruled = "" if said_value == value else f", overruled by {ruling[0][0].clause}"
                self._say(spoken, words + overruled, said_value, INFORMATIVE)
        return value

    def _queue(self) -> Queue:
        department = self._own("department")
        if department is None:
            raise RegulationGap("department")
        said = self.spoken.get("queue")
        if not said:
            raise RegulationGap("place in the queue")
        queues: list[Queue] = []
        for spoken in said:
            value = spoken[3]
            rank = tuple([self._component(component) for component in value["rank"]])
            words = f"queue {list(rank)}, then by {value['then_by']}"
            self._say(spoken, words, rank, INFORMATIVE if queues else DECISIVE)
            queues.append(Queue(department, rank, value["then_by"]))
        return queues[0]

    def _component(self, component: Any) -> int:
        value, slots = rank_component(self.program, component, self.values)
        self.chosen_by.update(slots)
        return value

    def _grounds(self) -> tuple[RefusalGround, ...]:
        found: dict[str, RefusalGround] = {}
        for spoken in self.spoken.get("refusal", ()):
            rule = spoken[0]
            self._say(
                spoken, f"refusal {rule.name}", rule.name, INFORMATIVE if rule.name in found else DECISIVE
            )
            found.setdefault(rule.name, RefusalGround(rule.name, rule.clause))
        return tuple(found[name] for name in self.program.grounds if name in found)

    def _obligations(self, outcome: str, statutory_years: bool) -> tuple[Obligation, ...]:
        excuses = {spoken[0].name: spoken for spoken in self.spoken.get("excuses", ())}
        found = []
        for spoken in self.spoken.get("obligation", ()):
            rule = spoken[0]
            terms = spoken[3]
            if terms["fulfilled_by"] == "completion" and outcome != "accept":
                continue
            excused = excuses.get(rule.name)
            found.append(
                owed(
                    self.program,
                    self.request,
                    rule,
                    terms,
                    self.values,
                    self.chosen_by,
                    excused_by=excused[0].clause if excused else None,
                    statutory_years=statutory_years,
                )
            )
            self._say(spoken, f"obligation {rule.name}", found[-1])
            if excused:
                self._say(excused, f"excuses {rule.name}", rule.name)
        return tuple(found)

    def _asks(self) -> tuple[str, ...]:
        found: list[str] = []
        for spoken in self.spoken.get("asks", ()):
            name = spoken[0].name
            self._say(spoken, f"asks {name}", name, INFORMATIVE if name in found else DECISIVE)
            if name not in found:
                found.append(name)
        return tuple(found)

    def _mentions(self) -> None:
        for spoken in self.spoken.get("mentions", ()):
            self._say(spoken, spoken[0].name, spoken[0].name, INFORMATIVE)

    def _definitions(self) -> None:
        # A definition is cited where something that was said rests on it, directly or through another one.
        own = {self.program.slot(name) for name in OWN_VALUES if self.program.has_slot(name)}
        defined = self.settled.keys() - own
        if not defined:
            return
        rests_on: dict[str, set[int]] = {DECISIVE: self.chosen_by & defined, INFORMATIVE: set()}
        for said in self.said:
            rests_on[said[5]].update([slot for slot, _ in said[2] if slot in defined])
        done: set[int] = set()
        for weight, waiting in rests_on.items():
            while waiting:
                slot = min(waiting)
                waiting.remove(slot)
                if slot in done:
                    continue
                done.add(slot)
                for spoken in self.settled[slot]:
                    rule, row, conjunction, value = spoken
                    remark = rule.rows[row].remark
                    words = f"{rule.name} {value}" + (f" ({remark})" if remark else "")
                    self._say(spoken, words, value, weight)
                    waiting.update([inner for inner, _ in conjunction if inner in defined])
