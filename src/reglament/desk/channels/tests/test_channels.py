"""What each channel makes of what reaches it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reglament.desk.access import TicketAccess, guest_ticket
from reglament.desk.channels.chat.actions import log_talk
from reglament.desk.channels.guest_form import actions as guest_form
from reglament.desk.channels.incoming import IncomingFile, Outcome
from reglament.desk.channels.letter.actions import checklist, log_letter
from reglament.desk.channels.logged import Log
from reglament.desk.channels.models import Call, GuestDraft, LetterCheck
from reglament.desk.channels.phone.actions import log_call
from reglament.desk.channels.portal import actions as portal
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.operations import vault
from reglament.desk.operations.models import Secret
from reglament.desk.tests.tram import (
    HOUR,
    NOW,
    arrive,
    client_of,
    outcome_of,
    request_of,
    staff_at,
    tram_desk,
)
from reglament.desk.tickets.models import Conversation, Request, Ticket

pytestmark = pytest.mark.django_db


def _secret_of(draft: GuestDraft) -> str:
    letter = OutgoingLetter.objects.get(key=f"guest:{draft.pk}")
    return letter.text.split("/guest/")[1].split("/")[0]


def test_a_guests_form_is_no_request_before_its_address_is_confirmed() -> None:
    desk = tram_desk()

    draft = guest_form.keep_draft(desk, address="Guest@Example.com ", now=NOW, subject="Trams", text="Late")

    assert draft.address == "guest@example.com"
    assert not Ticket.objects.exists()
    letter = OutgoingLetter.objects.get()
    assert letter.recipient == "guest@example.com"
    assert _secret_of(draft) not in str(GuestDraft.objects.values())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_before_an_address_is_confirmed_no_word_of_the_visitor_reaches_it(language: str) -> None:
    words: dict[str, Any] = {"subject": "Cheap pills", "text": "Cheap trams", "name": "Cheap Anna"}

    guest_form.keep_draft(tram_desk(), address="victim@example.com", now=NOW, language=language, **words)

    letter = OutgoingLetter.objects.get()
    assert "Cheap" not in letter.subject + letter.text + letter.html + str(letter.values)


def test_confirmed_it_is_received_at_that_moment_and_its_link_leads_to_the_ticket() -> None:
    desk = tram_desk()
    draft = guest_form.keep_draft(
        desk,
        address="guest@example.com",
        now=NOW,
        subject="Trams",
        text="Late",
        kind="repair",
        fields={"route": "7"},
        attachments=(IncomingFile("a.png", "image/png", b"x"),),
    )
    secret = _secret_of(draft)

    taken = guest_form.confirm_draft("tram", secret, NOW + HOUR)
    again = guest_form.confirm_draft("tram", secret, NOW + 2 * HOUR)

    ticket = Ticket.objects.get()
    request = ticket.requests.get()
    assert taken.outcome == Outcome.CREATED
    assert again == type(again)(Outcome.DUPLICATE, ticket_id=ticket.pk, ticket_number=ticket.number)
    assert (request.channel, request.authentication, request.received_at) == (
        "guest_form",
        "anonymous",
        NOW + HOUR,
    )
    assert ticket.requester_confirmed_at == NOW + HOUR
    assert guest_ticket("tram", secret).ticket == ticket
    assert ticket.messages.get().attachments.get().size == 1
    assert secret in OutgoingLetter.objects.get(template="registration_notice").text


def test_a_guest_who_names_a_known_address_is_identified_and_proven_nothing() -> None:
    desk = tram_desk()
    client = client_of(desk)
    draft = guest_form.keep_draft(desk, address=client.email, now=NOW, subject="", text="Late")

    guest_form.confirm_draft("tram", _secret_of(draft), NOW)

    request = Request.objects.get()
    assert request.authentication == "identified"
    assert request.ticket.requester == client


def test_a_secret_in_a_guests_form_waits_in_the_vault_and_is_forgotten_with_it() -> None:
    desk = tram_desk()
    draft = guest_form.keep_draft(
        desk,
        address="guest@example.com",
        now=NOW,
        subject="",
        text="Money back",
        kind="refund",
        fields={"pass_code": "4711"},
    )
    assert "4711" not in str(draft.content)

    guest_form.confirm_draft("tram", _secret_of(draft), NOW + HOUR)

    request = Request.objects.get()
    kept = vault.find(desk, request.facts["fields.pass_code"]["value"])
    assert kept is not None
    assert Secret.objects.exclude(pk=kept.pk).get().erased_at == NOW + HOUR


def test_what_is_never_confirmed_is_forgotten() -> None:
    desk = tram_desk()
    draft = guest_form.keep_draft(desk, address="guest@example.com", now=NOW, subject="", text="Late")
    secret = _secret_of(draft)
    late = NOW + timedelta(days=3)

    with pytest.raises(NotThere):
        guest_form.draft_of("tram", secret, late)
    assert guest_form.forget_expired(late) == 1
    assert not GuestDraft.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"address": "nobody"}, "address"), ({"text": " "}, "text"), ({"kind": "ropeway"}, "kind")],
)
def test_what_a_guest_fills_in_wrongly_is_named(wrong: dict[str, str], field: str) -> None:
    values = {"address": "guest@example.com", "subject": "", "text": "Late", "kind": "repair", **wrong}

    with pytest.raises(ActionRefused) as refusal:
        guest_form.keep_draft(tram_desk(), now=NOW, **values)  # type: ignore[arg-type]

    assert refusal.value.field == field


def test_a_signed_in_client_is_authorised_and_one_by_a_mailed_link_identified() -> None:
    client = client_of(tram_desk())

    proven = portal.send_request(
        client, proven=True, now=NOW, subject="", text="Change it", kind="card_change"
    )
    linked = portal.send_request(
        client, proven=False, now=NOW, subject="", text="Change it", kind="card_change"
    )

    outcomes = {taken: outcome_of(taken) for taken in (proven, linked)}
    assert outcomes == {proven: "accept", linked: "redirect"}


def test_a_form_sent_twice_makes_one_ticket() -> None:
    client = client_of(tram_desk())

    for _ in range(2):
        portal.send_request(client, proven=True, now=NOW, subject="", text="Late", key="abc")

    assert Ticket.objects.count() == 1


def test_a_client_supplies_what_is_missing_in_the_portal() -> None:
    desk = tram_desk()
    client = client_of(desk)
    taken = portal.send_request(client, proven=True, now=NOW, subject="", text="Broken", kind="repair")
    ticket = request_of(taken).ticket

    portal.answer(TicketAccess(ticket, contact=client), proven=True, now=NOW + HOUR, fields={"route": "7"})

    request = ticket.requests.get()
    assert request.current_decision is not None
    assert request.current_decision.outcome == "accept"
    assert request.facts["fields.route"]["by"] == client.account_id


def test_a_call_names_the_client_whom_the_agent_picks_and_keeps_line_and_number() -> None:
    desk = tram_desk()
    agent, client = staff_at(desk), client_of(desk)

    taken = log_call(
        agent,
        Log(text="The tram is late", received_at=NOW, contact=client, phone="+7 000", severity="halt"),
        now=NOW + HOUR,
        line="hotline",
    )

    request = request_of(taken)
    call = Call.objects.get()
    assert (request.channel, request.authentication, request.stated_severity) == (
        "phone",
        "identified",
        "halt",
    )
    assert request.received_at == NOW
    assert request.recorded_at == NOW + HOUR
    assert (call.line, call.caller, call.taken_by) == ("hotline", "+7 000", agent)
    assert OutgoingLetter.objects.get().recipient == client.email


def test_nothing_can_be_logged_of_the_future_or_without_words() -> None:
    agent = staff_at(tram_desk())

    for log, field in (
        (Log(text="Hm", received_at=NOW + HOUR), "received_at"),
        (Log(text=" ", received_at=NOW), "text"),
    ):
        with pytest.raises(ActionRefused) as refusal:
            log_call(agent, log, now=NOW)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    ("found", "authentication"),
    [({"stamp": True, "signature": True}, "authorised"), ({"stamp": True}, "identified")],
)
def test_a_letter_is_authorised_when_all_of_the_check_list_is_there(
    found: dict[str, bool], authentication: str
) -> None:
    desk = tram_desk()
    agent = staff_at(desk)
    log = Log(text="Dear depot", received_at=NOW, contact=client_of(desk))

    taken = log_letter(agent, log, found=found, now=NOW, reference="17/3")

    assert request_of(taken).authentication == authentication
    check = LetterCheck.objects.get()
    assert (check.checked_by, check.reference) == (agent, "17/3")
    assert check.found == {"stamp": True, "signature": found.get("signature", False)}


def test_the_check_list_is_the_regulations_own() -> None:
    desk = tram_desk()

    edition = desk.editions.get()

    assert checklist(edition, "en") == [("stamp", "stamp", "TR-2"), ("signature", "signature", "TR-2")]


def test_a_talk_is_a_note_and_the_client_makes_a_request_of_it() -> None:
    desk = tram_desk()
    client = client_of(desk)
    log_talk(staff_at(desk), Log(text="Could you…", received_at=NOW, contact=client), now=NOW)
    note = Conversation.objects.get()

    taken = portal.make_request(client, note, proven=True, now=NOW + HOUR, kind="question")
    again = portal.make_request(client, note, proven=True, now=NOW + HOUR)

    note.refresh_from_db()
    assert note.ticket_id == taken.ticket_id == again.ticket_id
    assert Request.objects.get().received_at == NOW + HOUR


def test_a_talk_about_a_ticket_joins_it() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)

    taken = log_talk(staff_at(desk), Log(text="And?", received_at=NOW, ticket_number=ticket.number), now=NOW)

    assert taken.outcome == Outcome.APPENDED
    assert ticket.messages.filter(channel="chat").exists()
