"""A client who says of what was asked in their name: it was not me."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reglament.desk.access import TicketAccess, messages_in
from reglament.desk.channels.portal import actions as portal
from reglament.desk.faults import ActionRefused
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Contact, Record
from reglament.desk.tests.rows import make_account, make_contact
from reglament.desk.tests.tram import HOUR, NOW, arrive, client_of, staff_at, tram_desk
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Actor, Request
from reglament.desk.tickets.possible import client_may
from reglament.desk.tickets.queries import timeline_in
from reglament.desk.tickets.working import SENTENCES

pytestmark = pytest.mark.django_db


def named() -> tuple[TicketAccess, Request, Contact]:
    """Let a letter ask in the name of a client for what must be confirmed signed in."""
    client = client_of(tram_desk(language="en"))
    ticket, request = arrive(client.desk, sender_address=client.email, kind="card_change")
    return TicketAccess(ticket, contact=client), request, client


def refused(access: TicketAccess, *, proven: bool = True) -> str:
    assert not client_may(access, proven=proven).disown
    with pytest.raises(ActionRefused) as refusal:
        actions.disown(access, proven=proven, at=NOW + HOUR)
    access.ticket.refresh_from_db()
    assert access.ticket.state == "open"
    return str(refusal.value)


def test_what_is_disowned_is_closed_as_nobodys_and_nothing_is_owed_for_it() -> None:
    access, request, client = named()
    Record.objects.create(
        desk=client.desk,
        organisation=client.organisation,
        fact="client.status",
        value="blocked",
        valid_from=NOW - timedelta(days=1),
        recorded_at=NOW,
    )
    actions.read_records_anew(staff_at(client.desk), request, at=NOW)
    request.refresh_from_db()
    assert "client.status" in request.facts
    assert client_may(access, proven=True).disown

    actions.disown(access, proven=True, at=NOW + HOUR)

    request.refresh_from_db()
    access.ticket.refresh_from_db()
    assert (access.ticket.state, access.ticket.closed_at) == ("closed", NOW + HOUR)
    assert request.authentication == "anonymous"
    assert "client.status" not in request.facts
    assert request.current_decision is not None
    assert (request.current_decision.cause, request.current_decision.outcome) == ("disowned", "redirect")
    assert not request.obligations.filter(state="open").exists()


def test_staff_find_a_note_and_the_log_keeps_who_said_it_and_both_sides_see_the_event() -> None:
    access, request, client = named()

    actions.disown(access, proven=True, at=NOW + HOUR)

    note = access.ticket.messages.get(kind="note")
    assert client.name in note.text
    assert client.email in note.text
    assert note not in messages_in(access)
    event = timeline_in(access).get(kind="disowned")
    assert (event.by, event.actor, event.values["clause"]) == (Actor.CLIENT, client.account, "TR-2")
    log = AuditEvent.objects.get(what="disown_ticket")
    assert (log.account, log.at) == (client.account, NOW + HOUR)
    assert log.values == {"requests": [request.pk], "clause": "TR-2"}


def test_whoever_pressed_by_mistake_writes_again_and_confirms() -> None:
    access, request, client = named()
    actions.disown(access, proven=True, at=NOW + HOUR)

    portal.answer(access, proven=True, now=NOW + 2 * HOUR, text="It was me after all.")
    actions.confirm(access, request, proven=True, at=NOW + 3 * HOUR)

    request.refresh_from_db()
    assert (request.channel, request.authentication) == ("portal", "authorised")
    assert request.obligations.filter(metric="answer", state="open").exists()
    assert request.permissions.get().given_by == client


def test_only_whom_it_names_says_so_and_only_signed_in() -> None:
    access, _request, client = named()
    colleague = make_contact(
        client.organisation, account=make_account(), sees_colleagues_tickets=True, email="c@example.org"
    )

    assert refused(TicketAccess(access.ticket, contact=colleague)) == str(SENTENCES["named_another"])
    assert refused(access, proven=False) == str(SENTENCES["not_proven"])
    assert refused(TicketAccess(access.ticket, guest=True)) == str(SENTENCES["not_proven"])


def test_what_waits_for_no_confirmation_is_not_disowned() -> None:
    client = client_of(tram_desk())
    ticket, _request = arrive(client.desk, sender_address=client.email)

    assert refused(TicketAccess(ticket, contact=client)) == str(SENTENCES["not_confirmable"])


def test_a_ticket_in_which_something_was_confirmed_is_not_disowned_as_a_whole() -> None:
    access, request, client = named()
    actions.confirm(access, request, proven=True, at=NOW)
    actions.open_further_request(staff_at(client.desk), access.ticket.messages.get(), "card_change", at=NOW)

    assert refused(access) == str(SENTENCES["asked_signed_in"])
