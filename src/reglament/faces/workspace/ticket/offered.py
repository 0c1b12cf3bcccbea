"""What may be done with a ticket, as buttons; what may not, greyed with the sentence and the clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from reglament.faces.workspace.ticket.acts import ACTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reglament.desk.tickets.models import Request, Ticket
    from reglament.desk.tickets.possible import Possible
    from reglament.faces.workspace.door import Seat
    from reglament.regulation.wording.facts import Labels

WHOLE_TICKET = ("other_department", "closed")
"""What stands in the way of nearly everything: said once."""
GOES_WITHOUT_SAYING = frozenset(
    {
        "not_closed", "assigned_to_you", "one_department", "no_severities", "needs_no_consent",
        "number_told", "no_notice_by_phone", "not_your_role", "done", "refused",
        "no_stop_support", "support_stopped", "support_not_stopped", "is_spam", "not_spam",
    }
)  # fmt: skip
"""Obstacles of the moment that no clause speaks of and nobody would ask about."""


@dataclass(frozen=True, slots=True)
class Button:
    """An act that can be done: a form to open, or one press."""

    label: Promise | str
    url: str
    one_press: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class Greyed:
    """An act that cannot be done, and why."""

    label: Promise | str
    why: Promise | str
    clause: str


@dataclass(slots=True)
class OfRequest:
    """What may be done with one request of the ticket."""

    request: Request
    kind: str
    buttons: list[Button] = field(default_factory=list)
    greyed: list[Greyed] = field(default_factory=list)


@dataclass(slots=True)
class Offered:
    """Everything that the page offers."""

    buttons: list[Button] = field(default_factory=list)
    requests: list[OfRequest] = field(default_factory=list)
    of_ticket: list[Greyed] = field(default_factory=list)
    """What cannot be done with the ticket, by a clause."""
    standing: Promise | str = ""
    """What stands in the way of nearly everything, if something does."""
    reply: Greyed | None = None
    """Why no reply can be sent, where none can."""

    @property
    def greyed(self) -> list[Greyed]:
        """What cannot be done with any of the requests, or with the whole ticket."""
        return [*(one for request in self.requests for one in request.greyed), *self.of_ticket]


def offered(possible: Sequence[Possible], seat: Seat, ticket: Ticket, labels: Labels) -> Offered:
    """Put the possible acts in the order of the page."""
    found = Offered()
    of_request: dict[int, OfRequest] = {}
    used: set[str] = set()
    for one in possible:
        if one.action in ("reply", "note", "ask_for_information"):
            if one.action == "reply" and one.obstacle is not None:
                found.reply = Greyed(_("Reply"), one.obstacle.words, one.obstacle.clause)
            continue
        act = ACTS.get(one.action)
        if act is None or not act.offered(one, ticket):
            continue
        if one.obstacle is not None and one.obstacle.sentence in WHOLE_TICKET:
            found.standing = one.obstacle.words
            continue
        group: Offered | OfRequest = found
        if one.request is not None:
            kind = labels.kind(one.request.kind)
            group = of_request.setdefault(one.request.pk, OfRequest(one.request, kind))
        if one.obstacle is None:
            key = act.key if act.key not in used else ""
            used.add(act.key)
            label, address = act.label_for(one, labels), _url(seat, ticket, one)
            group.buttons.append(Button(label, address, act.form_for(one) is None, key))
        elif one.obstacle.sentence not in GOES_WITHOUT_SAYING:
            greyed = Greyed(act.label, one.obstacle.words, one.obstacle.clause)
            if isinstance(group, OfRequest):
                group.greyed.append(greyed)
            elif one.obstacle.clause:
                group.of_ticket.append(greyed)
    found.requests = list(of_request.values())
    return found


def _url(seat: Seat, ticket: Ticket, one: Possible) -> str:
    address = seat.address("act", ticket.number, one.action)
    return f"{address}?{urlencode({'request': one.request.position})}" if one.request is not None else address
