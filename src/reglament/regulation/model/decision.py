"""A decision with its grounds: what the regulation says about one request, and which clause says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reglament.regulation.model.request import NOTHING, Nothing

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from reglament.regulation.model.program import Conjunction, Program, Rule
    from reglament.regulation.model.request import Request

    Said = tuple[Rule, int, Conjunction, str, Any, str]
    """What a `TraceRow` holds after its number, as the engine leaves it."""

DECISIVE = "decisive"
"""Take this clause's rule away, and the decision changes."""
INFORMATIVE = "informative"
"""The clause speaks of the request, but the decision would be the same without it."""


class TraceRow(NamedTuple):
    """One rule that spoke: the row that held, what it did, and whether that shaped the decision."""

    number: int
    rule: Rule
    row: int
    conjunction: Conjunction
    effect: str
    value: Any
    weight: str

    @property
    def clause(self) -> str:
        return self.rule.clause


class Budget(NamedTuple):
    """A span that a regulation allows: an amount of one of the units of Civil Code art. 190.

    `unit`: `minutes`, `hours`, `working_minutes`, `working_hours`, `days`, `working_days`, `weeks`,
    or `unlimited` (then the amount is 0).
    """

    amount: int
    unit: str


class Obligation(NamedTuple):
    """What the desk owes, from when, by when, on which clock, and what meets it."""

    metric: str
    starts_at: datetime
    due_at: datetime | None
    clock: str
    fulfilled_by: str
    clause: str
    budget: Budget
    excused_by: str | None = None
    """The clause that excuses a later breach."""
    preliminary: bool = False
    """True where the due time reaches a year whose days off were not decreed yet."""

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "metric": self.metric,
            "due_at": None if self.due_at is None else self.due_at.isoformat(),
            "clock": self.clock,
            "fulfilled_by": self.fulfilled_by,
            "clause": self.clause,
        }
        if self.excused_by is not None:
            data["excused_by"] = self.excused_by
        if self.preliminary:
            data["preliminary"] = True
        return data


class Queue(NamedTuple):
    department: str
    rank: tuple[int, ...]
    then_by: str


class RefusalGround(NamedTuple):
    """A ground on which a person may refuse; the desk offers it, and never refuses by itself."""

    ground: str
    clause: str


class Cite(NamedTuple):
    clause: str
    effect: str
    informative: bool = False


class Decision(NamedTuple):
    """What one edition says about one request. Enumerations are those of `model.words`."""

    program: Program
    request: Request
    outcome: str
    also: tuple[str, ...]
    service_level: str
    responsibility: str | None
    offer: str | None
    severity: str | None
    queue: Queue | None
    obligations: tuple[Obligation, ...]
    missing: tuple[str, ...]
    asks: tuple[str, ...]
    """Facts that the notice asks for although nothing depends on them yet."""
    redirect_to: tuple[str, ...]
    redirect_needs: str | None
    refusal_grounds: tuple[RefusalGround, ...]
    needs_permission: bool
    said: tuple[Said, ...]
    values: tuple[object, ...]
    """Every slot as it stood at the end, for explaining."""

    @property
    def trace(self) -> tuple[TraceRow, ...]:
        """Every rule that spoke. Made when asked for: most decisions are never explained."""
        return tuple(TraceRow(number, *said) for number, said in enumerate(self.said))

    @property
    def cites(self) -> tuple[Cite, ...]:
        """Every clause that spoke, in the order of the regulation, each with what it did."""
        return tuple(Cite(*cite) for cite in self._cites())

    def _cites(self) -> list[tuple[str, str, bool]]:
        said = sorted(self.said, key=_by_rule)
        cites = [(rule.clause, effect, weight == INFORMATIVE) for rule, _, _, effect, _, weight in said]
        cites += [(clause, effect, True) for rule, _, _, effect, _, _ in said for clause in rule.also_cites]
        return list(dict.fromkeys(cites))

    def as_json(self) -> dict[str, Any]:
        """The decision in the public form; `id` only where the request carried one."""
        data: dict[str, Any] = {}
        if not isinstance(self.request.id, Nothing):
            data["id"] = self.request.id
        queue = self.queue
        data |= {
            "regulation": self.program.regulation,
            "edition": self.program.edition,
            "outcome": self.outcome,
            "also": list(self.also),
            "service_level": self.service_level,
            "responsibility": self.responsibility,
            "offer": self.offer,
            "severity": self.severity,
            "queue": None
            if queue is None
            else {"department": queue.department, "rank": list(queue.rank), "then_by": queue.then_by},
            "obligations": [obligation.as_json() for obligation in self.obligations],
            "missing": list(self.missing),
            "asks": list(self.asks),
            "redirect_to": list(self.redirect_to),
            "redirect_needs": self.redirect_needs,
            "refusal_grounds": [{"ground": g.ground, "clause": g.clause} for g in self.refusal_grounds],
            "needs_permission": self.needs_permission,
            "cites": [
                {"clause": clause, "effect": effect, "informative": True}
                if informative
                else {"clause": clause, "effect": effect}
                for clause, effect, informative in self._cites()
            ],
        }
        return data


def _by_rule(said: Said) -> int:
    return said[0].number


__all__ = [
    "DECISIVE",
    "INFORMATIVE",
    "NOTHING",
    "Budget",
    "Cite",
    "Decision",
    "Obligation",
    "Queue",
    "RefusalGround",
    "TraceRow",
]
