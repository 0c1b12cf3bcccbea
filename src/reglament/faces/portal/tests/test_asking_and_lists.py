"""The list of tickets, new requests, and what a client is entitled to."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reglament.desk.channels.intake import receive
from reglament.desk.people.models import Contact, Role
from reglament.desk.people.records import add_record
from reglament.desk.regulations.actions import create_desk
from reglament.desk.regulations.queries import compiled, editions_of
from reglament.desk.tests.tram import HOUR, NOW, TRAM, arrive, client_of, coming, staff_at
from reglament.desk.tickets.actions import complete, mark_rude, restore_support, stop_support
from reglament.desk.tickets.models import Ticket

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk
    from reglament.faces.conftest import OfPack, SetClock

from reglament.faces.portal.tests.pages import from_rider, get, page_of, signed_in, words

pytestmark = pytest.mark.django_db


def test_sending_a_form_twice_makes_one_ticket(portal: Client, tram: Desk) -> None:
    form = get(portal, "/d/tram/portal/new/question/")
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key is not None
    sent = [portal.post("/d/tram/portal/new/question/", {"text": "Help.", "key": key[1]}) for _ in range(2)]
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    assert Ticket.objects.count() == 1
    assert Ticket.objects.get().requests.get().authentication == "authorised"


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


def test_pages_that_send_a_client_another_way_link_the_article_on_how_to_write(
    set_clock: SetClock, of_pack: OfPack
) -> None:
    client = client_of(of_pack("alleanza"))
    portal = signed_in(client)
    article = 'href="https://support.alleanza.example.org/kb/how-to-write"'
    receive(coming(client.desk, sender_address=client.email, kind="problem"), NOW)
    ticket = page_of(Ticket.objects.get())
    page = get(portal, ticket)
    card = page[page.index("Your turn: ask in another way") :]
    assert article in card[: card.index("</section>")]
    for address in ("/d/alleanza/portal/new/", f"{ticket}supply/1/"):
        assert article in get(portal, address)


def test_a_client_whose_support_is_stopped_reads_what_by_which_clause_and_whom_to_turn_to(
    portal: Client, tram: Desk, rider: Contact
) -> None:
    ticket, request = from_rider(tram)
    other, _request = arrive(tram, sender_address=client_of(tram, "else@example.org").email)
    lead = staff_at(tram, Role.LEAD)
    pages = ("/d/tram/portal/", "/d/tram/portal/new/question/", page_of(ticket), "/d/tram/")
    assert all("is stopped" not in get(portal, address) for address in pages)

    mark_rude(lead, request, at=NOW)
    stop_support(lead, ticket, reason="Insults.", at=NOW)

    for address in pages:
        page = get(portal, address)
        banner = page[page.index("is stopped") - 200 : page.index("How to reach us")]
        assert rider.organisation.name in banner
        assert "#TR-7" in banner
        assert "Write politely." in banner
        assert "Insults." not in banner
    assert other.requester is not None
    assert "is stopped" not in get(signed_in(other.requester), page_of(other))
    restore_support(lead, ticket, reason="They apologised.", at=NOW)
    assert all("is stopped" not in get(portal, address) for address in pages)


def test_the_list_asks_the_database_twenty_times_at_most_however_many_rows_it_has(
    portal: Client, tram: Desk
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            get(portal, "/d/tram/portal/")
        return len(caught)

    from_rider(tram, kind="question")
    asked()
    few = asked()
    for minute in range(20):
        from_rider(tram, at=NOW + timedelta(minutes=minute), kind="card_change")
    assert asked() == few <= 20
