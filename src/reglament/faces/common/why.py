"""Why the regulation says what it says of a request: every sentence, the facts, the edition, the ruler.

Prepared from queries for `common/why.html`, which the portal, the private link and the workspace show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions.queries import OwedView, chain_of, explanation, owed, owed_of
from reglament.desk.decisions.words import labels_of
from reglament.desk.regulations.queries import Compiled, compiled
from reglament.faces.common.moments import moment_words
from reglament.faces.common.ruler import Ruler
from reglament.regulation.wording.spans import sentence, span

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from reglament.desk.decisions.models import DecisionRecord
    from reglament.desk.tickets.models import Request

CLIENT, AGENT, AUDITOR = "client", "agent", "auditor"
WHOLE_DAYS = ("working_days", "days", "weeks")

CAUSES: dict[str, Promise] = {
    "received": _("the request came in"),
    "opened_by_staff": _("support opened a further request"),
    "kind_named": _("support named the kind of the request"),
    "fact_corrected": _("support corrected a fact"),
    "record_corrected": _("the client's records changed"),
    "requester_recognised": _("support recognised the client"),
    "department_moved": _("the ticket moved to another department"),
    "severity_agreed": _("the client agreed to another severity"),
    "severity_corrected": _("support corrected the severity"),
    "information_supplied": _("the client gave what was missing"),
    "confirmed": _("the client confirmed the request"),
    "disowned": _("the client said that somebody else wrote it"),
    "days_off_decreed": _("the days off of a year were decreed"),
}


@dataclass(frozen=True, slots=True)
class KnownFact:
    """Something that the regulation knew of the request."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Term:
    """Something owed, with the drawing of its term."""

    owed: OwedView
    ruler: Ruler


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """One decision of the chain: when, why it was made, and whether it is the one that is shown."""

    record: DecisionRecord
    cause: str
    is_shown: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Why:
    """The whole explanation of one decision."""

    record: DecisionRecord
    cause: str
    sentences: list[dict[str, Any]]
    facts: list[KnownFact]
    terms: list[Term]
    chain: list[EarlierDecision]
    """Every decision on the request, the last one first."""
    in_force: bool
    """Whether no later decision took its place."""


def why(request: Request, record: DecisionRecord, *, audience: str, language: str, now: datetime) -> Why:
    """Explain a decision on a request to `client`, `agent` or `auditor`, in `ru` or `en`."""
    records = chain_of(request)
    in_force = record.pk == request.current_decision_id
    if in_force:
        views = [
            view for view in owed(request.ticket, now, language) if view.obligation.request_id == request.pk
        ]
    else:
        rows = record.obligations.select_related("decision__edition", "request").order_by("id")
        views = [owed_of(row, now, language) for row in rows]
    return Why(
        record=record,
        cause=cause_of(record),
        sentences=explanation(record, audience, language),
        facts=facts_of(record, language),
        terms=[Term(view, ruler_of(view, now, language)) for view in views],
        chain=[
            EarlierDecision(one, cause_of(one), one.pk == record.pk, one.pk == request.current_decision_id)
            for one in reversed(records)
        ],
        in_force=in_force,
    )


def cause_of(record: DecisionRecord) -> str:
    """Say what made the desk ask the regulation."""
    return str(CAUSES.get(record.cause, record.cause))


def ruler_of(view: OwedView, now: datetime, language: str) -> Ruler:
    """Give what the ruler of something owed is drawn from."""
    row, budget = view.obligation, view.budget
    return Ruler(
        name=view.title,
        received=row.started_at,
        due=view.due_at,
        now=now,
        counted=view.counted,
        open=view.open or view.counted,
        zone=view.zone,
        language=language,
        budget=span(budget.amount, budget.unit, language) if budget is not None else "",
        met=row.met_at,
        excused=view.excused,
        in_days=budget is not None and budget.unit in WHOLE_DAYS,
    )


def facts_of(record: DecisionRecord, language: str) -> list[KnownFact]:
    """Give what a decision was made from, in words: of a field only whether it was there, never its words."""
    rules = compiled(record.edition)
    labels = labels_of(rules, language)
    kept = record.facts["request"]
    found = [
        KnownFact(
            gettext("Received"),
            moment_words(datetime.fromisoformat(kept["received_at"]), language, rules.zone),
        )
    ]
    for name in ("channel", "authentication", "kind", "service", "severity"):
        if name in kept:
            found.append(KnownFact(sentence(labels.name(name)), labels.value(name, kept[name])))
    for group in ("client", "product", "circumstances"):
        for name, value in sorted(kept.get(group, {}).items()):
            if (fact := _fact(rules, language, f"{group}.{name}", value)) is not None:
                found.append(fact)
    for name, known in record.facts["fields"].items():
        if name in rules.written.fields:
            state = "valid" if known["state"] == "present" else known["state"]
            found.append(KnownFact(sentence(labels.field(name)), labels.value(f"fields.{name}", state)))
    if moved := record.facts.get("department"):
        found.append(KnownFact(gettext("Department"), labels.department(moved)))
    return found


def _fact(rules: Compiled, language: str, path: str, value: Any) -> KnownFact | None:
    labels = labels_of(rules, language)
    declared = {str(name): fact for name, fact in rules.written.facts.items()}.get(path)
    if declared is None:
        try:
            return KnownFact(sentence(labels.name(path)), labels.value(path, value))
        except (KeyError, AttributeError):
            return None
    if declared.type == "date":
        said = date.fromisoformat(str(value)).strftime("%d.%m.%Y" if language == "ru" else "%d %b %Y")
    elif declared.type == "number":
        said = str(value)
    else:
        said = labels.value(path, value)
    return KnownFact(sentence(labels.text(declared.title)), said)
