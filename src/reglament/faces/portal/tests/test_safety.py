"""What the portal shows to whom, and how harmlessly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.people.models import Contact
from reglament.desk.tests.rows import make_account, make_contact
from reglament.desk.tests.tram import NOW, arrive, client_of, staff_at
from reglament.desk.tickets.actions import (
    note,
)

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk

from reglament.faces.portal.tests.pages import from_rider, get, page_of, signed_in

pytestmark = pytest.mark.django_db


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
