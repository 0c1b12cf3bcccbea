"""Everything that the page of a ticket shows, gathered once for all the ways that lead to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import works_in
from reglament.desk.decisions.queries import proposals_among
from reglament.desk.decisions.words import labels_of
from reglament.desk.notices.deliverability import undeliverable_in
from reglament.desk.operations.queries import permissions_among
from reglament.desk.people.clients import holding_of
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.checks import TOLD_BY_PHONE
from reglament.desk.tickets.possible import Known, possible_actions
from reglament.desk.tickets.queries import (
    Numbers,
    numbers_around,
    requests_in_full,
    support_stop_of,
    timeline_in,
    why_here,
)
from reglament.desk.tickets.turns import NOBODY, turn_of
from reglament.faces.workspace.clients.holdings import declared, held_in_words
from reglament.faces.workspace.queue.views import list_beside
from reglament.faces.workspace.ticket.composer import Composer
from reglament.faces.workspace.ticket.conversation import conversation, proof_in_words
from reglament.faces.workspace.ticket.events import Words
from reglament.faces.workspace.ticket.offered import offered
from reglament.faces.workspace.ticket.people import people
from reglament.faces.workspace.ticket.regulation import judged, owed_in

if TYPE_CHECKING:
    from reglament.desk.access import TicketAccess
    from reglament.faces.workspace.door import Seat

A_YEAR = timedelta(days=365)
TURNS: dict[str, Promise] = {
    "desk": _("the desk's turn"),
    "client": _("the client's turn"),
    "nobody": _("settled"),
}
STATES: dict[str, Promise] = {
    "open": _("open"),
    "waiting_client": _("waits for the client"),
    "escalated": _("passed on"),
    "completed": _("completed"),
    "closed": _("closed"),
    "spam": _("spam"),
}
ANSWERS: dict[str, Promise] = {
    "": _("not answered yet"),
    "agreed": _("agreed"),
    "declined": _("declined"),
    "withdrawn": _("withdrawn"),
}


def heading(seat: Seat, access: TicketAccess) -> dict[str, Any]:
    """Give what names a ticket on every page about it."""
    ticket = access.ticket
    return {
        "ticket": ticket,
        "title": ticket.subject or _("No subject"),
        "client_name": str(
            (ticket.organisation.name if ticket.organisation is not None else "")
            or ticket.requester_name
            or ticket.requester_address
        ),
        "state": STATES["spam" if ticket.spam_at is not None else ticket.state],
        "back": seat.address("ticket", ticket.number),
    }


def content(seat: Seat, access: TicketAccess, composer: Composer | None = None) -> dict[str, Any]:
    """Give the content of the page; `composer` is what was typed, where it was not sent."""
    ticket = access.ticket
    composer = composer or Composer()
    requests = requests_in_full(ticket)
    first = requests[0]
    rules = compiled(first.edition)
    labels = labels_of(rules, seat.language)
    words = Words(
        rules=rules,
        labels=labels,
        language=seat.language,
        zone=timezone.get_current_timezone(),
        now=seat.now,
    )
    happened = list(timeline_in(access))
    entries = conversation(access, happened, words, composer.seen)
    messages = [entry.said.message for entry in entries if entry.said is not None]
    stopped = support_stop_of(ticket)
    departments, own = [queue.department for queue in seat.waiting.queues], seat.waiting.departments
    known = Known(
        requests=requests,
        departments=departments,
        stopped=stopped,
        told_by_phone=any(event.kind == TOLD_BY_PHONE for event in happened),
        works_here=works_in(seat.member, ticket.department_id, own),
    )
    possible = possible_actions(ticket, seat.member, known)
    numbers = numbers_around(ticket, seat.now, seat.now - A_YEAR)
    opening = next((one for one in messages if one.kind == "client"), None)
    turn = turn_of(ticket, requests)
    return {
        **heading(seat, access),
        "turn": TURNS[turn],
        "whose_turn": turn,
        "requests": [judged(request, seat) for request in requests],
        "support_stop": stopped,
        "owed": owed_in(requests, seat),
        "why_here": why_here(ticket, seat.language, requests=requests, ahead=numbers.ahead),
        "entries": entries,
        "last_seen": max((message.pk for message in messages), default=0),
        "composer": composer,
        "channel": labels.channel(first.channel),
        "proof": proof_in_words(
            first.authentication, opening.proof if opening is not None else {}, seat.language
        ),
        "proven": first.authentication,
        "edition": first.edition,
        "offered": offered(possible, seat, ticket, labels),
        "asks": composer.asks_of(possible, requests, labels),
        "department": labels.department(ticket.department.name),
        "several_departments": len(labels.edition.departments) > 1,
        "proposals": [
            {
                "proposal": proposal,
                "answer": ANSWERS[proposal.answer],
                "to": labels.severity(str(proposal.to_value))
                if proposal.what == "severity"
                else proposal.what,
            }
            for proposal in proposals_among(requests)
        ],
        "permissions": permissions_among(requests),
        "settled": turn == NOBODY,
        "is_mine": ticket.assignee_id == seat.member.pk,
        "client": _client(seat, access, numbers),
        "unreachable": undeliverable_in(ticket),
        "people": people(seat, ticket, messages),
        "rows": list_beside(seat, ticket.department),
    }


def _client(seat: Seat, access: TicketAccess, numbers: Numbers) -> dict[str, Any] | None:
    organisation = access.ticket.organisation
    if organisation is None:
        return None
    held = holding_of([organisation], seat.now, list(declared(seat))).get(organisation.pk, [])
    return {
        "organisation": organisation,
        "held": held_in_words(seat, held),
        "authorised": numbers.addresses,
        "tickets": numbers.of_client,
    }
