"""What the regulation says of a ticket: what is owed, why it stands where it stands, what is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions.queries import explanation, owed_for
from reglament.desk.decisions.words import ground_in_words, labels_of
from reglament.desk.operations.vault import is_reference
from reglament.desk.regulations.queries import compiled
from reglament.faces.common.why import ruler_of
from reglament.regulation.wording.common import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reglament.desk.decisions.queries import OwedView
    from reglament.desk.tickets.models import Request
    from reglament.faces.common.ruler import Ruler
    from reglament.faces.workspace.door import Seat
    from reglament.regulation.wording.facts import Labels

SHOWN = (
    "redirect", "not_covered", "offer", "missing", "asks", "severity", "service_level", "responsibility",
    "permission", "refusal", "excuses", "queue",
)  # fmt: skip
"""What of an explanation stands beside the ticket; the whole of it stands on the page of the decision."""
SOURCES: dict[str, Promise] = {
    "channel": _("by the channel"),
    "form": _("in the form"),
    "letter": _("in the letter"),
    "records": _("by the client's records"),
    "staff": _("by staff"),
    "client": _("by the client"),
    "switch": _("by the switch of the desk"),
}
OWED_STATES: dict[str, Promise] = {
    "open": _("owed"),
    "met": _("met"),
    "breached": _("overdue"),
    "excused": _("excused"),
    "superseded": _("no longer owed"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """Something owed, with its drawing."""

    view: OwedView
    state: Promise | str
    pill: str
    """The state of its clock, where that is settled."""
    ruler: Ruler | None

    @property
    def met_at(self) -> datetime | None:
        """When it was given."""
        return self.view.obligation.met_at


@dataclass(frozen=True, slots=True)
class Known:
    """A fact that the desk takes for known."""

    name: str
    label: str
    value: str
    source: str
    secret: int | None = None
    """The number of the secret in the vault, where the value is one."""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """One request as the regulation judges it."""

    request: Request
    kind: str
    service: str
    severity: str
    outcome: str
    accepted: bool
    sentences: list[dict[str, Any]]
    known: list[Known]
    ended: str


def owed_in(requests: Sequence[Request], seat: Seat) -> list[Owed]:
    """Give what is and was owed for requests, what is due first coming first, each with its ruler."""
    return [_owed(view, seat) for view in owed_for(requests, seat.now, seat.language)]


def _owed(view: OwedView, seat: Seat) -> Owed:
    row = view.obligation
    settled = row.met_at is not None or view.state == "excused"
    return Owed(
        view=view,
        state=OWED_STATES[view.state],
        pill=("met" if view.state == "met" else view.state) if settled else "",
        ruler=ruler_of(view, seat.now, seat.language) if row.due_at is not None else None,
    )


def judged(request: Request, seat: Seat) -> Judged:
    """Give what the regulation says of a request, in words for staff."""
    record = request.current_decision
    assert record is not None
    labels = labels_of(compiled(request.edition), seat.language)
    said = explanation(record, "agent", seat.language)
    decision = record.decision
    sentences = [one for one in said if one["topic"] in SHOWN and not _plain(one, decision)]
    return Judged(
        request=request,
        kind=labels.kind(request.kind),
        service=labels.value("service", request.service) if request.service else "",
        severity=labels.severity(decision["severity"]) if decision["severity"] else "",
        outcome=next((one["text"] for one in said if one["topic"] == "outcome"), ""),
        accepted=record.outcome == "accept",
        sentences=sentences,
        known=known_of(request, labels),
        ended=_ended(request, labels),
    )


def _plain(sentence: dict[str, Any], decision: dict[str, Any]) -> bool:
    """Say whether a sentence tells only what goes without saying."""
    return bool(sentence["topic"] == "service_level" and decision["service_level"] == "full")


def _ended(request: Request, labels: Labels) -> str:
    if request.refused_at is not None:
        title, _cure = ground_in_words(
            compiled(request.edition), request.refusal_ground, request.refusal_clause, labels.language
        )
        return gettext("refused: %s") % title
    return gettext("done") if request.done_at is not None else ""


def known_of(request: Request, labels: Labels) -> list[Known]:
    """Give every fact of a request, in the order of the regulation, with who said it."""
    order = [*(f"fields.{name}" for name in labels.edition.fields), *labels.edition.facts]
    places = {name: place for place, name in enumerate(order)}
    found = [
        _known(name, fact, labels)
        for name, fact in sorted(request.facts.items(), key=lambda one: (places.get(one[0], 0), one[0]))
    ]
    return [one for one in found if one is not None]


def _known(name: str, fact: dict[str, Any], labels: Labels) -> Known | None:
    value = fact["value"]
    source = str(SOURCES.get(fact["source"], fact["source"]))
    try:
        label = labels.name(name)
    except KeyError:
        label = name
    if is_reference(value):
        return Known(name, label, "", source, secret=int(str(value).rpartition(":")[2]))
    if isinstance(value, list):
        return Known(name, label, "", source, files=tuple(str(one) for one in value))
    return Known(name, label, _value(name, value, labels), source)


def _value(name: str, value: Any, labels: Labels) -> str:
    if name.startswith("fields.") or (isinstance(value, int | float) and not isinstance(value, bool)):
        return str(value)
    fact = labels.edition.facts.get(name)
    if fact is not None and fact.type in ("date", "number"):
        return str(value)
    if isinstance(value, bool):
        return word("flag", value, labels.language)
    try:
        return labels.value(name, value)
    except KeyError:
        return str(value)
