"""The ledger in the workspace: found, looked at, decided about; nothing of a letter runs or is lost."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import receive_letter
from reglament.desk.channels.models import BlockedSender, RawLetter
from reglament.desk.tests.tram import HOUR, MINUTE, NOW
from reglament.desk.tickets.models import Ticket
from reglament.faces.workspace.tests.house import House, sit, text
from reglament.faces.workspace.tests.test_few_queries import MOST, queries

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.django_db
ADDRESS = "help@tram.example.org"


def letter(
    *fields: str, sender: str = "rider@example.com", subject: str = "Tram 6", body: str = "Hi"
) -> bytes:
    head = [*fields, f"From: {sender}", f"Subject: {subject}", f"Message-ID: <{subject[-1:]}@example.com>"]
    return "\r\n".join([*head, "", body, ""]).encode()


def come(house: House, raw: bytes, at: datetime = NOW, source: str = "smtp") -> RawLetter:
    verdict = receive_letter(house.desk, raw, Envelope("rider@example.com", ADDRESS), source, at)
    assert verdict.raw_letter_id is not None
    return RawLetter.objects.get(pk=verdict.raw_letter_id)


def held(house: House, subject: str = "Two senders", at: datetime = NOW) -> RawLetter:
    return come(house, letter("From: vera@example.com", subject=subject), at)


def test_the_list_is_narrowed_by_each_field_and_counts_every_state(house: House) -> None:
    held(house)
    come(house, letter(subject="Rails 2", sender="other@example.net"), NOW + HOUR, "pipe")
    ticket = Ticket.objects.get()
    agent = sit(house.agent)
    assert "Two senders" in text(agent.get(house.url("letters")))
    assert "Rails 2" not in text(agent.get(house.url("letters")))
    for query, found in {
        "state=": {"Two senders", "Rails 2"},
        "state=&words=rails": {"Rails 2"},
        "state=&words=%3C2%40example.com%3E": {"Rails 2"},
        "state=&sender=vera": {"Two senders"},
        "state=&recipient=HELP": {"Two senders", "Rails 2"},
        "state=&source=pipe": {"Rails 2"},
        f"state=&ticket={ticket}": {"Rails 2"},
        "state=create": {"Rails 2"},
        "state=spam": set(),
        "state=&since=2026-03-03": set(),
        "state=&since=2026-03-02&until=2026-03-02": {"Two senders", "Rails 2"},
    }.items():
        page = text(agent.get(house.url("letters") + f"?{query}"))
        assert {name for name in ("Two senders", "Rails 2") if f">{name}<" in page} == found, query
    page = text(agent.get(house.url("letters") + "?state=&ticket=soon"))
    assert "This is no number of a ticket" in page


def test_older_letters_follow_page_by_page_each_once_in_few_queries(house: House) -> None:
    for number in range(60):
        held(house, f"Letter {number:02}", NOW + number * MINUTE)
    agent = sit(house.agent)
    first = text(agent.get(house.url("letters")))
    assert "Letter 59" in first
    assert "Letter 09" not in first
    older = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = text(agent.get(house.url("letters") + older))
    seen = [f"Letter {number:02}" for number in range(60)]
    assert all((name in first) + (name in second) == 1 for name in seen)
    assert queries(agent, house.url("letters")) <= MOST
    assert queries(agent, house.url("letter", RawLetter.objects.earliest("pk").pk)) <= MOST


def test_a_letter_is_shown_harmlessly_with_its_files_and_its_bytes(house: House) -> None:
    row = come(
        house,
        letter(
            "From: vera@example.com",
            "MIME-Version: 1.0",
            'Content-Type: multipart/mixed; boundary="b"',
            body=(
                "--b\r\nContent-Type: text/html\r\n\r\n<p>Good <script>alert(1)</script>day"
                "<img src='http://evil.example/x'></p>\r\n"
                "--b\r\nContent-Type: text/html; name=bad.html\r\n"
                "Content-Disposition: attachment; filename=bad.html\r\n\r\n<script>alert(2)</script>\r\n--b--"
            ),
        ),
    )
    agent = sit(house.agent)
    page = text(agent.get(house.url("letter", row.pk)))
    assert "It has several From fields." in page
    assert "<script>alert" not in page
    frame = agent.get(house.url("letter_html", row.pk))
    assert b"evil.example" not in frame.content
    assert b"script" not in frame.content
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    file = agent.get(house.url("letter_file", row.pk, 0))
    assert file.content.strip() == b"<script>alert(2)</script>"
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert agent.get(house.url("letter_file", row.pk, 5)).status_code == HTTPStatus.NOT_FOUND
    assert b"From: vera@example.com" in agent.get(house.url("download_letter", row.pk)).content


def test_files_that_the_scanner_did_not_pass_are_not_given_out(house: House) -> None:
    row = held(house)
    RawLetter.objects.filter(pk=row.pk).update(reason="infected")
    assert sit(house.agent).get(house.url("letter_file", row.pk, 0)).status_code == HTTPStatus.NOT_FOUND


def test_a_held_letter_becomes_a_ticket_by_a_form_and_its_history_says_who_and_why(house: House) -> None:
    row = held(house)
    agent = sit(house.agent)
    form = text(agent.get(house.url("letter_ticket", row.pk)))
    assert 'value="vera@example.com"' in form
    answer = agent.post(house.url("letter_ticket", row.pk), {"sender": "vera@example.com"})
    assert answer.status_code == HTTPStatus.OK
    said = {"sender": "vera@example.com", "name": "Vera", "reason": "She called."}
    answer = agent.post(house.url("letter_ticket", row.pk), said)
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == house.ticket_url("ticket", ticket)
    page = text(agent.get(house.url("letter", row.pk)))
    assert "made it a ticket" in page
    assert "She called." in page
    assert "Run it again" not in page
    again = agent.post(house.url("letter_ticket", row.pk), said)
    assert again.status_code == HTTPStatus.CONFLICT
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("joins", ["yes", "no"])
def test_a_held_letter_becomes_a_message_of_the_ticket_that_is_named(house: House, joins: str) -> None:
    come(house, letter())
    ticket = Ticket.objects.get()
    row = held(house)
    said = {"number": str(ticket), "joins": joins, "sender": "vera@example.com", "reason": "His wife."}
    agent = sit(house.agent)
    wrong = agent.post(house.url("letter_message", row.pk), said | {"number": "TR-9"})
    assert "The desk has no ticket with this number." in text(wrong)
    answer = agent.post(house.url("letter_message", row.pk), said)
    assert answer.headers["Location"] == house.ticket_url("ticket", ticket)
    assert ticket.participants.filter(address="vera@example.com").exists() is (joins == "yes")


def test_the_chosen_are_marked_as_spam_or_run_again_and_the_others_say_why_not(house: House) -> None:
    first, second = held(house, "One"), held(house, "Two")
    joined = come(house, letter())
    agent = sit(house.agent)
    data = {"letter": [first.pk, joined.pk], "verb": "run", "query": "state="}
    page = text(agent.post(house.url("letters_chosen"), data, follow=True))
    assert "1 letter was run again." in page
    assert "nothing is made twice" in page
    agent.post(house.url("letters_chosen"), {"letter": [first.pk, second.pk], "verb": "spam"})
    assert set(RawLetter.objects.filter(state="spam").values_list("pk", flat=True)) == {first.pk, second.pk}
    elsewhere = sit(house.foreign).post(house.url("letters_chosen"), {"letter": [joined.pk], "verb": "spam"})
    assert elsewhere.status_code == HTTPStatus.NOT_FOUND


def test_spam_is_marked_with_its_sender_blocked_and_brought_back(house: House) -> None:
    row = come(house, letter())
    agent, lead = sit(house.agent), sit(house.lead)
    assert 'name="block"' not in text(agent.get(house.url("letter_spam", row.pk)))
    url = house.url("letter_spam", row.pk)
    assert "Say why this sender is blocked" in text(lead.post(url, {"block": "@example.com"}))
    assert lead.post(url, {"block": "@example.com", "reason": "Rails."}).status_code == HTTPStatus.FOUND
    assert BlockedSender.objects.get().sender == "@example.com"
    ticket = Ticket.objects.get()
    assert ticket.spam_at is not None
    assert "@example.com is blocked" in text(agent.get(house.url("letter", row.pk)))
    assert come(house, letter(subject="More 7")).state == "spam"
    agent.post(house.url("bring_letter_back", row.pk))
    ticket = Ticket.objects.get()
    assert (ticket.spam_at, ticket.state) == (None, "open")
    denied = agent.post(house.url("unblock_sender", BlockedSender.objects.get().pk))
    assert denied.status_code == HTTPStatus.NOT_FOUND
    lead.post(house.url("unblock_sender", BlockedSender.objects.get().pk))
    assert not BlockedSender.objects.exists()


def test_leads_block_senders_on_their_page_and_agents_only_read_it(house: House) -> None:
    url = house.url("blocked_senders")
    said = {"sender": "spammer@example.net", "reason": "Sells rails."}
    assert sit(house.agent).post(url, said).status_code == HTTPStatus.FORBIDDEN
    assert sit(house.lead).post(url, said).status_code == HTTPStatus.FOUND
    page = text(sit(house.agent).get(url))
    assert "spammer@example.net" in page
    assert "Sells rails." in page
    assert "Unblock" not in page


def test_a_ticket_is_marked_as_spam_and_brought_back_on_its_page(house: House) -> None:
    come(house, letter())
    ticket = Ticket.objects.get()
    agent = sit(house.agent)
    assert "Mark as spam" in text(agent.get(house.ticket_url("ticket", ticket)))
    agent.post(house.ticket_url("act", ticket, "mark_spam"), {"reason": ""})
    page = text(agent.get(house.ticket_url("ticket", ticket)))
    assert "The ticket was marked as spam" in page
    assert "No spam: bring it back" in page
    assert "Open again" not in page
    agent.post(house.ticket_url("act", ticket, "mark_not_spam"))
    ticket.refresh_from_db()
    assert (ticket.spam_at, ticket.state) == (None, "open")
