"""The portal: whose turn it is, what is owed and why, and what a client does there."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.channels.intake import receive
from reglament.desk.decisions.queries import explanation
from reglament.desk.people.models import Contact
from reglament.desk.people.records import add_record
from reglament.desk.regulations.actions import create_desk
from reglament.desk.regulations.queries import compiled, editions_of
from reglament.desk.tests.rows import make_account, make_contact
from reglament.desk.tests.tram import HOUR, MINUTE, NOW, TRAM, arrive, client_of, coming, staff_at
from reglament.desk.tickets.actions import (
    complete,
    mark_rude,
    name_kind,
    note,
    propose_severity,
    refuse,
    reply,
)
from reglament.desk.tickets.models import Request, Ticket

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk
    from reglament.faces.conftest import OfPack, SetClock

pytestmark = pytest.mark.django_db
RIDER = "rider@example.org"


@pytest.fixture
def rider(tram: Desk) -> Contact:
    return client_of(tram, RIDER)


@pytest.fixture
def portal(rider: Contact) -> Client:
    return signed_in(rider)


def signed_in(contact: Contact) -> Client:
    assert contact.account is not None
    contact.account.language = "en"
    contact.account.zone = contact.desk.zone
    contact.account.save()
    client = Client()
    client.force_login(contact.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def page_of(ticket: Ticket) -> str:
    return f"/d/{ticket.desk.slug}/portal/tickets/{ticket.number}/"


def from_rider(desk: Desk, **values: Any) -> tuple[Ticket, Request]:
    return arrive(desk, sender_address=RIDER, **values)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page))).replace("\u00a0", " ")


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
    assert "Pass code: given, kept apart from the conversation" in page


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


def test_sending_a_form_twice_makes_one_ticket(portal: Client, tram: Desk) -> None:
    form = get(portal, "/d/tram/portal/new/question/")
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key is not None
    sent = [portal.post("/d/tram/portal/new/question/", {"text": "Help.", "key": key[1]}) for _ in range(2)]
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    assert Ticket.objects.count() == 1
    assert Ticket.objects.get().requests.get().authentication == "authorised"


def test_colleagues_see_each_others_tickets_only_by_right(portal: Client, tram: Desk, rider: Contact) -> None:
    colleague = make_contact(rider.organisation, account=make_account(), email="boris@example.org")
    ticket, _request = from_rider(tram, subject="A matter of the rider")
    other = signed_in(colleague)
    assert other.get(page_of(ticket)).status_code == 404
    assert "A matter of the rider" not in get(other, "/d/tram/portal/")
    colleague.sees_colleagues_tickets = True
    colleague.save()
    assert other.get(page_of(ticket)).status_code == 200
    assert "A matter of the rider" in get(other, "/d/tram/portal/")


def test_nothing_of_a_ticket_opens_to_another_client(portal: Client, tram: Desk) -> None:
    stranger = client_of(tram, "stranger@example.org")
    ticket, _request = arrive(
        tram,
        sender_address="stranger@example.org",
        html="<p>Words</p>",
        attachments=(IncomingFile("a.txt", "text/plain", b"a"),),
    )
    message = ticket.messages.get()
    addresses = [
        page_of(ticket),
        f"{page_of(ticket)}why/1/",
        f"{page_of(ticket)}supply/1/",
        f"{page_of(ticket)}messages/{message.pk}/",
        f"{page_of(ticket)}files/{message.attachments.get().pk}/",
    ]
    assert {portal.get(address).status_code for address in addresses} == {404}
    acts = [f"{page_of(ticket)}{act}" for act in ("confirm/1/", "close/", "supply/1/", "")]
    assert {portal.post(act, {"text": "x"}).status_code for act in acts} == {404}
    assert signed_in(stranger).get(addresses[-1]).status_code == 200


def test_internal_notes_are_shown_to_no_client(portal: Client, tram: Desk) -> None:
    ticket, _request = from_rider(tram)
    written = note(staff_at(tram), ticket, "Between ourselves.", at=NOW)
    assert "Between ourselves." not in get(portal, page_of(ticket))
    assert portal.get(f"{page_of(ticket)}messages/{written.pk}/").status_code == 404


def test_the_html_of_a_letter_stands_in_a_sandbox_with_a_policy_of_its_own(
    portal: Client, tram: Desk
) -> None:
    ticket, _request = from_rider(tram, html='<p>Hello <img src="https://elsewhere.example/x.png"></p>')
    page = get(portal, page_of(ticket))
    frame = re.search(r"<iframe[^>]+>", page)
    assert frame is not None
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame[0]
    assert "elsewhere.example" not in page
    answer = portal.get(f"{page_of(ticket)}messages/{ticket.messages.get().pk}/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "img-src data:;" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_file_is_given_to_be_kept_under_its_own_name_and_never_to_be_shown(
    portal: Client, tram: Desk
) -> None:
    name = 'счёт "март".html'
    ticket, _request = from_rider(
        tram, attachments=(IncomingFile(name, "text/html", b"<script>alert(1)</script>"),)
    )
    answer = portal.get(f"{page_of(ticket)}files/{ticket.messages.get().attachments.get().pk}/")
    assert answer.content == b"<script>alert(1)</script>"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%D1%81%D1%87%D1%91%D1%82%20%22%D0%BC%D0%B0%D1%80%D1%82%22.html" in disposition
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_markup_in_letters_and_names_stays_text(portal: Client, tram: Desk) -> None:
    nasty = "<script>alert(1)</script>"
    ticket, _request = from_rider(
        tram, subject=nasty, text=f"{nasty} https://example.org/a", sender_name=nasty
    )
    page = get(portal, page_of(ticket))
    assert nasty not in page
    assert '<a href="https://example.org/a"' in page


def test_the_list_says_whose_turn_each_ticket_is_and_keeps_what_is_done_apart(
    portal: Client, tram: Desk
) -> None:
    from_rider(tram, subject="To be confirmed", kind="card_change")
    done, request = from_rider(tram, subject="A question that was answered")
    complete(staff_at(tram), request, at=NOW)
    page = get(portal, "/d/tram/portal/")
    assert "your turn" in page[page.index("To be confirmed") :]
    assert "A question that was answered" not in page
    assert "A question that was answered" in get(portal, "/d/tram/portal/?view=settled")
    assert done.subject in get(portal, "/d/tram/portal/?view=all")


def test_a_long_list_comes_in_pages(portal: Client, tram: Desk) -> None:
    for number in range(27):
        from_rider(tram, subject=f"Matter {number}")
    assert "Matter 26" in get(portal, "/d/tram/portal/")
    assert "Matter 0<" not in get(portal, "/d/tram/portal/")
    assert "Matter 0<" in get(portal, "/d/tram/portal/?page=2")
    assert "Matter 0<" in get(portal, "/d/tram/portal/?page=999")


def test_a_client_without_tickets_is_told_how_to_begin(portal: Client) -> None:
    page = get(portal, "/d/tram/portal/")
    assert "No tickets yet" in page
    assert "/d/tram/portal/new/" in page


def test_a_regulation_that_takes_no_requests_in_the_portal_says_where_it_takes_them(
    of_pack: OfPack,
) -> None:
    client = signed_in(client_of(of_pack("centaur")))
    page = get(client, "/d/centaur/portal/new/")
    assert "Requests are taken in another way" in page
    assert "support@centaur.example.org" in page
    assert client.get("/d/centaur/portal/new/incident/").status_code == 302
    assert "/portal/new/" not in get(client, "/d/centaur/portal/")


def test_who_may_ask_in_the_portal_follows_from_the_records_of_the_client(of_pack: OfPack) -> None:
    desk = of_pack("iks")
    contact = client_of(desk)
    client = signed_in(contact)
    assert "/d/iks/portal/new/" not in get(client, "/d/iks/portal/")
    program = compiled(editions_of(desk)[0]).program
    for fact, value in (("client.licence", "premium"), ("client.licence_valid_until", "2026-12-31")):
        add_record(
            None, contact.organisation, fact, value, declared=program.facts, valid_from=NOW - HOUR, at=NOW
        )
    assert "/d/iks/portal/new/" in get(client, "/d/iks/portal/")


def test_the_table_of_entitlements_is_shown_as_it_stands_for_this_client_today(of_pack: OfPack) -> None:
    desk = of_pack("iks")
    page = words(get(signed_in(client_of(desk)), "/d/iks/portal/entitlements/"))
    assert "no limit" in page
    assert page.count(" no ") >= 6
    assert "IKS-9" in page


def test_terms_are_said_by_severity_where_the_regulation_has_levels(portal: Client) -> None:
    page = words(get(portal, "/d/tram/portal/entitlements/"))
    assert re.search(r"Halt: answer .{0,20}TR-4 2 hours", page)
    assert re.search(r"Delay: answer .{0,20}TR-4 8 hours", page)


def test_a_talk_is_made_into_a_request_by_the_client_who_talked(
    portal: Client, tram: Desk, rider: Contact
) -> None:
    taken = receive(
        coming(tram, channel="chat", contact_id=rider.pk, subject="About a bell", text="It does not ring."),
        NOW,
    )
    assert "About a bell" in get(portal, "/d/tram/portal/")
    address = f"/d/tram/portal/talks/{taken.conversation_id}/"
    stranger = signed_in(client_of(tram, "stranger@example.org"))
    assert stranger.post(address).status_code == 404
    answer = portal.post(address)
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == page_of(ticket)
    assert ticket.subject == "About a bell"


def test_staff_who_are_no_clients_find_no_portal(tram: Desk) -> None:
    member = staff_at(tram)
    client = Client()
    client.force_login(member.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/d/tram/portal/").status_code == 404


def test_what_is_said_in_a_form_may_demand_more_and_that_is_asked_on_the_same_page(
    set_clock: SetClock,
) -> None:
    demanding = TRAM.replace(
        "      - requires: [pass_code]\n        when: {kind: refund}",
        "      - requires: [pass_code]\n        when: {kind: refund, client.plan: gold}\n"
        "      - requires: [route|photo]\n        when: {kind: question}",
    )
    client = signed_in(
        client_of(create_desk(demanding, at=NOW - timedelta(days=30), slug="tram", name="Tram"))
    )
    assert "id_fields.pass_code" not in get(client, "/d/tram/portal/new/refund/")
    answer = client.post("/d/tram/portal/new/refund/", {"text": "Back, please.", "client.plan": "gold"})
    assert answer.status_code == 422
    assert 'id="id_fields.pass_code_error"' in answer.content.decode()
    page = get(client, "/d/tram/portal/new/question/")
    assert "One of these is enough" in page
    answer = client.post("/d/tram/portal/new/question/", {"text": "When?"})
    assert "Fill in one of these: route or photo" in answer.content.decode()
    assert (
        client.post("/d/tram/portal/new/question/", {"text": "When?", "fields.route": "5"}).status_code == 302
    )
