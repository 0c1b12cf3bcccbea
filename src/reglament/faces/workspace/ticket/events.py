"""What happened to a ticket, in a line each, with the clauses that speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.email.reasons import reason_in_words
from reglament.desk.decisions.words import ground_in_words, metric_in_words
from reglament.desk.tickets.event_words import in_words
from reglament.desk.tickets.wanted import is_fact
from reglament.faces.common.moments import moment_words
from reglament.faces.common.why import CAUSES
from reglament.faces.workspace.outbox.words import delivery_in_words
from reglament.regulation.wording.common import word

if TYPE_CHECKING:
    from datetime import tzinfo

    from reglament.desk.notices.models import OutgoingLetter
    from reglament.desk.regulations.queries import Compiled
    from reglament.desk.tickets.models import TimelineEvent
    from reglament.regulation.wording.facts import Labels

SAID_BY_MESSAGES = frozenset(
    {"received", "client_wrote", "replied", "noted", "automatic_message", "information_asked"}
)
"""Events that a message of the conversation shows by itself."""
WITHHELD: dict[str, Promise] = {
    "address": _("too many to %(to)s within an hour"),
    "ticket": _("too many in this ticket within an hour"),
    "desk": _("too many to strangers within an hour"),
}
"""Which budget of automatic letters was used up."""
_LATE = frozenset(
    {
        "obligation_breached",
        "obligation_met_late",
        "notice_came_back",
        "letter_bounced",
        "letter_withheld",
        "stranger_wrote",
        "staff_letter_held",
        "support_stopped",
        "disowned",
    }
)
_OK = frozenset({"obligation_met", "completed", "confirmed", "severity_agreed", "support_restored"})


@dataclass(frozen=True, slots=True)
class Event:
    """One line."""

    at: datetime
    text: str
    who: str = ""
    clauses: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What it takes to put the events of a ticket into words."""

    rules: Compiled
    labels: Labels
    language: str
    zone: tzinfo
    now: datetime

    def event(self, event: TimelineEvent) -> Event:
        """Say what happened."""
        values: dict[str, Any] = event.values
        more = self._more(event)
        said = in_words(event.kind)
        clause = str(values.get("excused_by") or values.get("clause") or "")
        return Event(
            at=event.occurred_at,
            text=f"{said}: {more}" if more else said,
            who=event.actor.name if event.actor is not None else "",
            clauses=(clause,) if clause else (),
            tone="late" if event.kind in _LATE else "ok" if event.kind in _OK else "",
        )

    def letter(self, letter: OutgoingLetter) -> Event:
        """Say what became of a letter that the desk wrote by itself."""
        late = letter.state in ("refused", "bounced", "unknown")
        return Event(
            at=letter.handed_over_at or letter.created_at,
            text=gettext("Letter to %(to)s, “%(subject)s”: %(state)s")
            % {"to": letter.recipient, "subject": letter.subject, "state": delivery_in_words(letter)},
            tone="late" if late else "",
        )

    def _more(self, event: TimelineEvent) -> str:
        kind, values = event.kind, event.values
        if kind == "decided":
            outcome = word("outcome", values["outcome"], self.language)
            return f"{outcome} ({CAUSES.get(values['cause'], values['cause'])})"
        if kind == "letter_withheld":
            return str(WITHHELD[values["budget"]]) % {"to": values["recipient"]}
        if kind in ("letter_bounced", "letter_delayed"):
            return ": ".join(filter(None, (values.get("recipient"), values.get("diagnostic"))))
        if kind.startswith("obligation_"):
            return self._owed(values)
        if kind in ("kind_named", "further_request"):
            return self._known("kind", values.get("kind"))
        if kind == "department_moved":
            return self._known("department", values.get("department"))
        if kind.startswith("severity_"):
            return self._known("severity", values.get("severity"))
        if kind == "assigned":
            # Read with the event by `timeline_in`, so that it is known also of who has left since.
            return vars(event).get("assigned_to") or gettext("to nobody")
        if kind == "refused":
            return ground_in_words(self.rules, values["ground"], values["clause"], self.language)[0]
        if kind in ("facts_corrected", "information_supplied"):
            names = values.get("facts") or [
                name if is_fact(name) else f"fields.{name}" for name in values.get("fields", [])
            ]
            said = ", ".join(self._fact(name) for name in names)
            return f"{said} ({reason})" if (reason := values.get("reason")) else said
        if kind == "staff_letter_held":
            return reason_in_words(values["why"])
        return str(values.get("reason") or values.get("address") or "")

    def _owed(self, values: dict[str, Any]) -> str:
        title = metric_in_words(self.rules, values["metric"], self.language)
        if due := values.get("due_at"):
            moment = moment_words(
                datetime.fromisoformat(due), self.language, self.zone, now=self.now, due=True
            )
            said = gettext("%(title)s, by %(moment)s") % {"title": title, "moment": moment}
            before = values.get("before", due)
            if before is None or before == due:
                return said
            former = moment_words(
                datetime.fromisoformat(before), self.language, self.zone, now=self.now, due=True
            )
            return gettext("%(said)s instead of %(former)s") % {"said": said, "former": former}
        return title

    def _known(self, what: str, name: str | None) -> str:
        try:
            said: str = getattr(self.labels, what)(name)
        except KeyError:
            return name or ""
        return said

    def _fact(self, name: str) -> str:
        try:
            return self.labels.name(name)
        except KeyError:
            return name
