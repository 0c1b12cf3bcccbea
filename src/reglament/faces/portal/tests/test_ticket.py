"""One ticket in the portal: whose turn it is, what is owed and why, and what a client does in it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.decisions.queries import explanation
from reglament.desk.people.models import Contact, Role
from reglament.desk.tests.lines import lines_desk
from reglament.desk.tests.rows import make_account
from reglament.desk.tests.tram import HOUR, MINUTE, NOW, arrive, client_of, staff_at
from reglament.desk.tickets.actions import (
    ask_for_information,
    close,
    complete,
    mark_rude,
    name_kind,
    open_further_request,
    propose_severity,
    refuse,
    reply,
)
from reglament.desk.tickets.models import Request, Ticket

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk
    from reglament.faces.conftest import SetClock

from reglament.faces.portal.tests.pages import from_rider, get, page_of, signed_in, words

pytestmark = pytest.mark.django_db


def test_whose_turn_it_is_comes_before_what_is_owed_and_that_before_the_talk(
    portal: Client, tram: Desk
) -> None:
    ticket, _request = from_rider(tram)
    page = get(portal, page_of(ticket))
    places = [page.index(said) for said in ("Our turn: ", "What we owe you", "Conversation")]
    assert places == sorted(places)


def test_a_redirected_request_is_confirmed_by_one_press_and_by_nothing_less(
    portal: Client, tram: Desk, rider: Contact
) -> None:
    ticket, request = from_rider(tram, kind="card_change")
    page = get(portal, page_of(ticket))
    assert "Your turn: confirm the request" in page
    assert "#TR-2" in page[page.index("Your turn") : page.index("What we owe you")]
    press = f"{page_of(ticket)}confirm/1/"
    assert portal.get(press).status_code == 405
    assert Request.objects.get(pk=request.pk).authentication == "identified"
    portal.post(press)
    request.refresh_from_db()
    assert (request.channel, request.authentication) == ("portal", "authorised")
    assert request.current_decision is not None
    assert request.current_decision.outcome == "accept"
    assert "Your turn" not in get(portal, page_of(ticket))


def test_what_somebody_else_wrote_is_disowned_by_one_press_and_closed(portal: Client, tram: Desk) -> None:
    ticket, _request = from_rider(tram, kind="card_change")
    press = f"{page_of(ticket)}not-mine/"
    page = get(portal, page_of(ticket))
    assert '<span class="message-author">You</span>' in page
    assert re.search(rf'<button class="button" formaction="{press}">It was not me</button>', page)
    assert portal.get(press).status_code == 405
    portal.post(press)
    page = get(portal, page_of(ticket))
    assert '<span class="message-author">rider@example.org</span>' in page
    assert "You told us that somebody else wrote this" in page
    assert "The client said: “It was not me”" in page
    assert press not in page
    assert "waits for" not in page
    portal.post(page_of(ticket), {"text": "It was me after all."})
    assert "Your turn: confirm the request" in get(portal, page_of(ticket))


def test_it_was_not_me_is_offered_to_nobody_else(client: Client, tram: Desk, rider: Contact) -> None:
    ticket, _request = from_rider(tram, kind="card_change")
    colleague = client_of(tram, "colleague@example.org")
    colleague.organisation, colleague.sees_colleagues_tickets = rider.organisation, True
    colleague.save()
    browser = signed_in(colleague)
    page = get(browser, page_of(ticket))
    assert "Confirm the request" in page
    assert "It was not me" not in page
    browser.post(f"{page_of(ticket)}not-mine/")
    ticket.refresh_from_db()
    assert ticket.state == "open"


@pytest.mark.parametrize(("said", "becomes"), [("agree", "halt"), ("decline", "delay")])
def test_a_proposed_severity_takes_effect_only_when_the_client_agrees(
    portal: Client, tram: Desk, said: str, becomes: str
) -> None:
    ticket, request = from_rider(tram)
    proposal = propose_severity(staff_at(tram), request, "halt", reason="Nothing moves.", at=NOW)
    page = words(get(portal, page_of(ticket)))
    assert "Your turn: do you agree to another severity?" in page
    assert "Now: delay. We propose: halt" in page
    assert "Nothing moves." in page
    assert "If you agree: answer: 2 hours" in page
    portal.post(f"{page_of(ticket)}proposals/{proposal.pk}/", {"answer": said})
    request.refresh_from_db()
    assert request.current_decision is not None
    assert request.current_decision.decision["severity"] == becomes
    assert "do you agree" not in get(portal, page_of(ticket))


def test_a_question_of_the_desk_is_answered_by_the_link_of_its_letter_and_only_by_a_button(
    client: Client, tram: Desk, rider: Contact
) -> None:
    _ticket, request = from_rider(tram)
    proposal = propose_severity(staff_at(tram), request, "halt", reason="Nothing moves.", at=NOW)
    letter = tram.outgoing_letters.get(template="severity_proposal")
    address = re.search(r"https?://[^/]+(/d/tram/proposals/\S+)", letter.text)
    assert address is not None
    assert client.get(address[1]).status_code == 200
    proposal.refresh_from_db()
    assert not proposal.answer
    assert client.post(address[1], {"answer": "agree", "name": ""}).status_code == 422
    client.post(address[1], {"answer": "agree", "name": "A rider"})
    proposal.refresh_from_db()
    assert (proposal.answer, proposal.answered_through, proposal.answered_by_name) == (
        "agreed",
        "link",
        "A rider",
    )
    assert client.get(address[1][:-3] + "xx/").status_code == 404


def test_what_is_missing_is_asked_for_and_judged_anew_when_given(portal: Client, tram: Desk) -> None:
    ticket, request = from_rider(tram, kind="repair")
    page = get(portal, page_of(ticket))
    assert "Your turn: something is missing" in page
    supply = f"{page_of(ticket)}supply/1/"
    assert "#TR-5" in get(portal, supply)
    assert portal.post(supply, {"fields.route": " "}).status_code == 422
    portal.post(supply, {"fields.route": "12"})
    request.refresh_from_db()
    assert request.current_decision is not None
    assert request.current_decision.outcome == "accept"
    assert "Route: 12" in get(portal, page_of(ticket))


def test_a_secret_that_is_supplied_is_told_nobody(portal: Client, tram: Desk) -> None:
    ticket, _request = from_rider(tram, kind="refund")
    portal.post(f"{page_of(ticket)}supply/1/", {"fields.pass_code": "code-4711"})
    page = get(portal, page_of(ticket))
    assert "code-4711" not in page
    assert "Pass code: ••• in the vault" in page


def test_why_says_every_sentence_of_the_explanation_the_facts_the_edition_and_the_ruler(
    portal: Client, tram: Desk
) -> None:
    ticket, request = from_rider(tram)
    page = get(portal, f"{page_of(ticket)}why/1/")
    shown = words(page)
    assert request.current_decision is not None
    sentences = explanation(request.current_decision, "client", "en")
    assert len(sentences) > 4
    for sentence in sentences:
        assert sentence["text"] in shown
        for line in sentence["lines"]:
            assert line.text in shown
    assert "/d/tram/regulation/2020-01-01/#TR-4" in page
    assert "By the edition of 1 January 2020" in shown
    assert '<svg class="ruler' in page or "<svg" in page
    assert "What was known" in shown
    assert "E-mail" in shown or "e-mail" in shown


def test_earlier_decisions_stay_readable_and_those_of_other_tickets_do_not(
    portal: Client, tram: Desk
) -> None:
    ticket, request = from_rider(tram)
    first = request.current_decision
    assert first is not None
    name_kind(staff_at(tram), request, "repair", at=NOW + MINUTE)
    other, other_request = arrive(tram, sender_address="else@example.com")
    assert other_request.current_decision is not None
    why = f"{page_of(ticket)}why/1/"
    assert f"?decision={first.pk}" in get(portal, why)
    assert "A later decision took the place of this one" in get(portal, f"{why}?decision={first.pk}")
    for wrong in (other_request.current_decision.pk, 10**17, "x", "٣"):
        assert portal.get(f"{why}?decision={wrong}").status_code == 404
    assert portal.get(f"{page_of(other)}why/1/").status_code == 404


def test_a_service_that_is_missing_is_chosen_among_those_of_the_regulation(set_clock: SetClock) -> None:
    client = client_of(lines_desk())
    portal = signed_in(client)
    ticket, request = arrive(client.desk, channel="portal", kind="question", contact_id=client.pk)
    supply = f"{page_of(ticket)}supply/1/"
    assert f'href="{supply}"' in get(portal, page_of(ticket))
    assert '<option value="harbour">harbour line</option>' in get(portal, supply)
    assert portal.post(supply, {"fields.line": "moon"}).status_code == 422
    assert portal.post(supply, {"fields.line": ""}).status_code == 422
    portal.post(supply, {"fields.line": "harbour"})
    request.refresh_from_db()
    assert request.service == "harbour"
    page = get(portal, page_of(ticket))
    assert "Line: harbour line" in page
    assert "Your turn" not in page


def test_a_refusal_is_shown_with_its_clause_and_how_it_can_be_mended(portal: Client, tram: Desk) -> None:
    ticket, request = from_rider(tram)
    staff = staff_at(tram)
    mark_rude(staff, request, at=NOW)
    refuse(staff, request, "rudeness", at=NOW)
    page = get(portal, page_of(ticket))
    card = page[page.index("We cannot do this") :]
    assert card.index("#TR-7") < card.index("Write politely.")


def test_a_late_answer_is_called_late(portal: Client, tram: Desk, set_clock: SetClock) -> None:
    ticket, _request = from_rider(tram)
    set_clock(NOW + 9 * HOUR)
    assert "Our turn, and we are late" in get(portal, page_of(ticket))


def test_a_client_answers_closes_and_opens_again_by_writing(portal: Client, tram: Desk) -> None:
    ticket, _request = from_rider(tram)
    reply(staff_at(tram), ticket, "Which stop?", at=NOW, waits=True)
    assert "Your turn: we wait for your answer" in get(portal, page_of(ticket))
    assert portal.post(page_of(ticket), {"text": "  "}).status_code == 422
    portal.post(page_of(ticket), {"text": "The one by the sea."})
    assert "The one by the sea." in get(portal, page_of(ticket))
    assert portal.get(f"{page_of(ticket)}close/").status_code == 405
    portal.post(f"{page_of(ticket)}close/")
    assert "the ticket opens again" in get(portal, page_of(ticket))
    portal.post(page_of(ticket), {"text": "Not yet."})
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_what_is_done_is_offered_for_closing(portal: Client, tram: Desk) -> None:
    ticket, request = from_rider(tram)
    complete(staff_at(tram), request, at=NOW)
    page = get(portal, page_of(ticket))
    assert "Everything is well: close it" in page


def test_an_answer_to_a_ticket_that_was_closed_long_ago_goes_on_in_a_new_one(
    portal: Client, tram: Desk, set_clock: SetClock
) -> None:
    ticket, _request = from_rider(tram)
    portal.post(f"{page_of(ticket)}close/")
    set_clock(NOW + timedelta(days=15))
    assert "a new ticket goes on with this one" in get(portal, page_of(ticket))
    answer = portal.post(page_of(ticket), {"text": "Again."})
    later = Ticket.objects.get(continues=ticket)
    assert answer.headers["Location"] == page_of(later)


@pytest.mark.parametrize("closed", [False, True])
def test_the_page_asks_the_database_twenty_times_at_most_however_much_it_shows(
    portal: Client, tram: Desk, rider: Contact, *, closed: bool
) -> None:
    ticket, _request = from_rider(tram, kind="card_change")
    lead = staff_at(tram, Role.LEAD)

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            get(portal, page_of(ticket))
        return len(caught)

    def more() -> None:
        file = IncomingFile("rails.txt", "text/plain", b"rails")
        from_rider(tram, ticket_number=ticket.number, text="One thing more", attachments=(file, file))
        further = open_further_request(lead, ticket.messages.order_by("-id")[0], "repair", at=NOW)
        reply(lead, ticket, "We are at it.", at=NOW)
        propose_severity(lead, further, "halt", reason="It stands.", at=NOW)
        ask_for_information(lead, further, ["topic"], at=NOW)
        if closed:
            close(lead, ticket, at=NOW, reason="A mistake")

    more()
    asked()
    some = asked()
    more()
    assert asked() == some <= 20


def test_a_client_sees_who_else_is_on_the_ticket_and_no_staff_that_follow_it(
    portal: Client, tram: Desk
) -> None:
    ticket, _request = from_rider(tram)
    assert "Who else is on this ticket" not in get(portal, page_of(ticket))
    ticket.participants.create(desk=tram, address="eve@example.net", name="Eve", added_at=NOW)
    ticket.participants.create(desk=tram, address="agent@example.net", account=make_account(), added_at=NOW)
    page = get(portal, page_of(ticket))
    assert "eve@example.net" in page
    assert "agent@example.net" not in page
