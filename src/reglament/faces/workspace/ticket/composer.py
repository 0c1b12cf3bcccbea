"""What staff are writing in a ticket: a reply, a note, or a question for what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.request import QueryDict

from reglament.desk.tickets.wanted import asked_facts, facts_to_ask
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reglament.desk.faults import ActionRefused
    from reglament.desk.tickets.models import Request
    from reglament.desk.tickets.possible import Possible
    from reglament.regulation.wording.facts import Labels

REPLY, NOTE, ASK = "reply", "note", "ask"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that can be asked for, with whether it is ticked."""

    name: str
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Asks:
    """What can be asked for about one request."""

    position: int
    missing: list[Asked]
    """What the regulation says is missing, and what it asks."""
    further: list[Asked]
    """What may be asked for beyond that."""


@dataclass(slots=True)
class Composer:
    """The text that is being written, and what kept it from being sent, if anything did."""

    what: str = REPLY
    text: str = ""
    fields: list[str] | None = None
    """The names of the fields that are ticked; none where nobody has chosen yet."""
    position: int = 1
    seen: int | None = None
    """The last message that the writer had seen."""
    waits: bool = False
    refusal: ActionRefused | None = None
    restored: bool = False
    """True where it was typed before a session ran out."""
    files: list[Any] = field(default_factory=list)

    @classmethod
    def of(cls, data: QueryDict) -> Composer:
        """Read what was sent."""
        what = data.get("what", REPLY)
        return cls(
            what=what if what in (REPLY, NOTE, ASK) else REPLY,
            # No database keeps it in a text, and nobody types it.
            text=data.get("text", "").replace("\x00", ""),
            fields=data.getlist("fields"),
            position=number_in(data.get("position", "")) or 1,
            seen=number_in(data.get("seen", "")),
            waits="waits" in data,
        )

    @classmethod
    def typed_before(cls, request: HttpRequest, path: str) -> Composer | None:
        """Give what was typed before the session ran out, if anything was."""
        before = kept.typed_before(request, path)
        if before is None:
            return None
        data = QueryDict(mutable=True)
        for name, values in before.items():
            data.setlist(name, values)
        composer = cls.of(data)
        composer.restored = True
        return composer

    def asks_of(
        self, possible: Sequence[Possible], requests: Sequence[Request], labels: Labels
    ) -> list[Asks]:
        """Give what can be asked for, request by request; what is missing is ticked beforehand."""
        open_ = {
            one.request.pk
            for one in possible
            if one.action == "ask_for_information" and one.allowed and one.request
        }
        asks = []
        for request in requests:
            record = request.current_decision
            if request.pk not in open_ or record is None:
                continue
            missing = [name for item in record.decision["missing"] for name in item.split("|")]
            asked = asked_facts(request)
            ticked = self.fields if self.fields is not None else missing or asked
            fields = labels.edition.fields
            asks.append(
                Asks(
                    request.position,
                    [
                        self._asked(name, labels, ticked)
                        for name in [*missing, *asked]
                        if name in fields or name in asked
                    ],
                    [
                        self._asked(name, labels, ticked)
                        for name, entry in fields.items()
                        if name not in missing and entry.type not in ("identity", "service")
                    ]
                    + [
                        self._asked(name, labels, ticked)
                        for name in facts_to_ask(request)
                        if name not in asked and name not in request.facts
                    ],
                )
            )
        return asks

    def _asked(self, name: str, labels: Labels, ticked: list[str]) -> Asked:
        fact = labels.edition.facts.get(name)
        label = labels.text(fact.question or fact.title) if fact is not None else labels.field(name)
        return Asked(name, label, name in ticked)
