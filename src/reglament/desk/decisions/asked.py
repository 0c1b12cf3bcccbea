"""What the desk knows of a request, in the two forms that deciding needs: to ask with, and to keep.

`Asked` is what the regulation is asked about. `kept` is what a decision record holds of it: the same
facts, but of each field only whether it was absent, invalid or valid and where its words lie, so that
the decision can be made again after they were erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reglament.desk.regulations.queries import Compiled
from reglament.desk.tickets.models import Conversation, Request
from reglament.regulation.deciding import decide, read_request
from reglament.regulation.deciding.checks import field_state
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.program import ALWAYS, Program, Row, Rule
from reglament.regulation.model.request import Request as ReadRequest

FIELDS = "fields."
GROUPS = ("client", "product", "circumstances")
SEVERITY = "severity"
SECRET = "secret"  # noqa: S105  a type of field
DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the regulation is asked about: the request's own values, and its facts by name."""

    received_at: datetime
    channel: str
    authentication: str
    kind: str
    service: str = ""
    stated_severity: str = ""
    completed_at: datetime | None = None
    facts: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Name of a fact to `{"value", "source", "by", "at"}`, as `Request.facts` keeps them."""
    reference: str = ""
    """Where the words of its fields lie."""

    def value(self, name: str) -> Any:
        """Give the value of a fact, or none where it is not known."""
        known = self.facts.get(name)
        return None if known is None else known["value"]


def asked_of(request: Request) -> Asked:
    """Give what is known of a request now."""
    return Asked(
        received_at=request.received_at,
        channel=request.channel,
        authentication=request.authentication,
        kind=request.kind,
        service=request.service,
        stated_severity=request.stated_severity,
        completed_at=request.completed_at,
        facts=request.facts,
        reference=f"request:{request.pk}",
    )


def asked_in(conversation: Conversation, *, authentication: str, kind: str) -> Asked:
    """Give what is known of a talk."""
    return Asked(
        received_at=conversation.occurred_at,
        channel=conversation.channel,
        authentication=authentication,
        kind=kind,
        facts=conversation.facts,
        reference=f"conversation:{conversation.pk}",
    )


def decision_on(rules: Compiled, asked: Asked) -> Decision:
    """Decide. Raises `RequestFaults` where the edition does not know a word of what it is asked.

    Years whose days off are not decreed yet are counted by the law alone; such deadlines are marked.
    """
    return _decide(rules.program, _own_values(asked), _fields(asked), asked.value(DEPARTMENT))


def kept(rules: Compiled, asked: Asked) -> dict[str, Any]:
    """Give what a decision record keeps of what was asked."""
    states = {}
    for name, value in _fields(asked).items():
        check = rules.program.fields.get(name)
        state = field_state(check, value) if check is not None else "absent"
        if state != "absent":
            # What a client typed may look like a reference; the words of a plain field are kept nowhere here.
            words = value if rules.written.fields[name].type == SECRET else asked.reference
            states[name] = {"state": "present" if state == "valid" else state, "reference": words}
    facts: dict[str, Any] = {"request": _own_values(asked), "fields": states}
    if department := asked.value(DEPARTMENT):
        facts[DEPARTMENT] = department
    return facts


def decision_again(rules: Compiled, facts: Mapping[str, Any]) -> Decision:
    """Make a decision again from what its record kept."""
    states = {
        name: "valid" if known["state"] == "present" else known["state"]
        for name, known in facts["fields"].items()
    }
    return _decide(rules.program, facts["request"], {}, facts.get(DEPARTMENT), states)


def _decide(
    program: Program,
    values: Mapping[str, Any],
    fields: Mapping[str, Any],
    department: str | None,
    states: Mapping[str, str] | None = None,
) -> Decision:
    read = read_request(program, {**values, "fields": dict(fields)})
    if states:
        read = _with_states(program, read, states)
    if department:
        program = moved_to(program, department)
    return decide(program, read, statutory_years=True)


def _with_states(program: Program, read: ReadRequest, states: Mapping[str, str]) -> ReadRequest:
    values = list(read.values)
    for name, state in states.items():
        if program.has_slot(f"{FIELDS}{name}"):
            values[program.slot(f"{FIELDS}{name}")] = state
    facts = {**read.facts, **{f"{FIELDS}{name}": state for name, state in states.items()}}
    return read._replace(values=tuple(values), facts=facts)


def _own_values(asked: Asked) -> dict[str, Any]:
    values: dict[str, Any] = {
        "received_at": asked.received_at.isoformat(),
        "channel": asked.channel,
        "authentication": asked.authentication,
        "kind": asked.kind,
    }
    if asked.service:
        values["service"] = asked.service
    if severity := asked.value(SEVERITY) or asked.stated_severity:
        values["severity"] = severity
    if asked.completed_at is not None:
        values["completed_at"] = max(asked.completed_at, asked.received_at).isoformat()
    for name, known in sorted(asked.facts.items()):
        group, _, rest = name.partition(".")
        if group in GROUPS and known["value"] is not None:
            values.setdefault(group, {})[rest] = known["value"]
    return values


def _fields(asked: Asked) -> dict[str, Any]:
    return {
        name.removeprefix(FIELDS): known["value"]
        for name, known in sorted(asked.facts.items())
        if name.startswith(FIELDS) and known["value"] is not None
    }


def moved_to(program: Program, department: str) -> Program:
    """Give the program as it reads for a ticket that a person moved to another department.

    Everything that a regulation says by department then holds for that one. What is cited is the
    clause that gives the department its work, or, where none does, the one that speaks of departments.
    """
    remembered: Program | None = program.memo.get(("moved", department))
    if remembered is None:
        remembered = program.memo["moved", department] = _moved_to(program, department)
    return remembered


def _moved_to(program: Program, department: str) -> Program:
    naming = [rule for rule in program.rules if rule.effect == "sets" and rule.name == DEPARTMENT]
    giving = [rule for rule in naming if any(row.value == department for row in rule.rows)]
    # Taken as an exception of the same clause, right after the last rule that names a department.
    model = min(giving or naming, key=lambda rule: rule.number)
    move = Rule(
        number=model.number,
        clause=model.clause,
        effect="sets",
        name=DEPARTMENT,
        rows=(Row(ALWAYS, department, "moved"),),
        overrides=True,
        line=model.line,
    )
    rules = list(program.rules)
    last = max(rules.index(rule) for rule in naming)
    # Another exception would have spoken first; a person's move goes before it.
    kept_rules = [rule._replace(overrides=False) if rule in naming else rule for rule in rules]
    kept_rules.insert(last + 1, move)
    return program._replace(rules=tuple(kept_rules), memo={})
