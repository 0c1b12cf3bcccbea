"""How the desk works by the clauses of an edition: which practices hold for a request, on which terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reglament.desk.decisions.asked import decision_again
from reglament.desk.people.models import Organisation, StaffMember
from reglament.desk.people.queries import all_holding
from reglament.desk.regulations.queries import Compiled, compiled
from reglament.desk.tickets.models import Request
from reglament.regulation.deciding.conditions import holding
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.edition import Practice, read_budget
from reglament.regulation.model.program import Condition
from reglament.regulation.reading.conditions import both, compile_condition, opposite
from reglament.regulation.reading.slots import Slots

SPECIALIST_RECORD = "personal_specialist"
"""The desk's own record of a client: the address by which the specialist who looks after it signs in."""
REOPENING_WINDOW = timedelta(days=14)
"""How long a closed ticket reopens when it is answered, where no clause says otherwise."""


@dataclass(frozen=True, slots=True)
class Held:
    """A practice that holds: by which clause, on which terms."""

    clause: str
    terms: dict[str, Any]


def practices(rules: Compiled, decision: Decision, name: str) -> list[Held]:
    """Give the practices of a name that hold for what was decided, in the order of the document."""
    return [
        Held(clause.id, practice.terms)
        for clause, practice in rules.written.practices(name)
        if _holds(rules, practice, decision)
    ]


def practice_of(request: Request, name: str) -> Held | None:
    """Give the first practice of a name that holds for a request as it is judged now, if any."""
    record = request.current_decision
    if record is None:
        return None
    # A request keeps its edition, so that the record's own row of it need not be read.
    rules = compiled(request.edition)
    held = practices(rules, decision_again(rules, record.facts), name)
    return held[0] if held else None


def guide_of(rules: Compiled) -> Held | None:
    """Give the practice whose `how_to_write` is the address of the article on writing, if a clause has one.

    It is about every request: whoever reads how to ask has none yet.
    """
    found = rules.written.practices("knowledge")
    return next(
        (Held(clause.id, rule.terms) for clause, rule in found if rule.terms.get("how_to_write")), None
    )


def _holds(rules: Compiled, practice: Practice, decision: Decision) -> bool:
    condition = _condition(rules, practice)
    return holding(condition, decision.values) is not None


def _condition(rules: Compiled, practice: Practice) -> Condition:
    remembered: dict[Any, Condition] = rules.program.memo.setdefault("practices", {})
    key = (practice.practice, practice.line)
    if key not in remembered:
        remembered[key] = _compiled(rules, practice)
    return remembered[key]


def _compiled(rules: Compiled, practice: Practice) -> Condition:
    slots = Slots(rules.written)
    groups = rules.written.groups
    condition = compile_condition(practice.when, slots, groups, "when")
    if practice.unless is not None:
        condition = both(
            condition, opposite(compile_condition(practice.unless, slots, groups, "unless"), slots)
        )
    # Names lead from the slots of this reading to those that the program decides with; one that the
    # program has no use for is never anything but what it was at the start.
    number = {
        slot: rules.program.slot(name)
        for slot, name in enumerate(slots.names)
        if rules.program.has_slot(name)
    }
    return tuple(
        tuple((number[slot], allowed) for slot, allowed in conjunction)
        for conjunction in condition
        if all(slot in number for slot, _ in conjunction)
    )


def personal_specialist(request: Request) -> StaffMember | None:
    """Give the specialist who looks after the client of a request, where a clause grants one."""
    organisation = request.ticket.organisation
    if organisation is None or practice_of(request, "personal_specialist") is None:
        return None
    return specialist_of(organisation, request.received_at)


def specialist_of(organisation: Organisation, moment: datetime) -> StaffMember | None:
    """Give the specialist who looks after a client at a moment, by the desk's own records."""
    for record in reversed(all_holding(organisation, moment, SPECIALIST_RECORD)):
        member = (
            StaffMember.objects.filter(
                desk_id=organisation.desk_id, account__email=str(record.value), left_at=None
            )
            .select_related("account")
            .first()
        )
        if member is not None:
            return member
    return None


def reopening_window(request: Request) -> timedelta:
    """Give how long after closing an answer opens the ticket of a request again.

    A clause may say so in the terms of its closing practice: `reopens_within: 10 days`.
    """
    held = practice_of(request, "closing")
    said = held.terms.get("reopens_within") if held is not None else None
    if said is None:
        return REOPENING_WINDOW
    amount, unit = read_budget(str(said))
    return {"weeks": timedelta(weeks=1), "days": timedelta(days=1), "hours": timedelta(hours=1)}[
        unit
    ] * amount
