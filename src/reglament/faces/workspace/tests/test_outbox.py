"""The outbox, the words of letters and the key that signs them, as staff see them."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from reglament.desk.notices import deliverability, signing_keys
from reglament.desk.notices.actions import BY_A_PERSON, UNDELIVERABLE, send_letter
from reglament.desk.notices.composing import shipped_words
from reglament.desk.notices.models import LetterTemplate, OutgoingLetter, SigningKey, UndeliverableAddress
from reglament.desk.tests.tram import NOW, arrive
from reglament.desk.tickets import actions
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db
OK, GONE, MOVED = HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.FOUND
NOTICE = ("registration_notice", "en")
OWN = "[{{ number }}] Got it\n\nHello!\n\n-- \n{{ desk_name }}\n"


def letter(house: House, **values: object) -> OutgoingLetter:
    """Give the notice of a new ticket, in some state."""
    ticket, _ = arrive(house.desk, sender_address=house.client.email)
    row = OutgoingLetter.objects.filter(ticket=ticket).latest("pk")
    OutgoingLetter.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


def test_letters_that_wait_for_a_person_come_first_with_the_servers_words(house: House) -> None:
    refused = letter(house, state="refused", server_answer="550 no such person", attempts=3)
    sent = letter(house, state="handed_over", handed_over_at=NOW)
    page = text(sit(house.agent).get(house.url("outbox")))
    assert "550 no such person" in page
    assert house.url("sent_letter", refused.pk) in page
    assert house.url("sent_letter", sent.pk) not in page
    everything = text(sit(house.agent).get(house.url("outbox"), {"state": ""}))
    assert house.url("sent_letter", sent.pk) in everything
    found = text(sit(house.agent).get(house.url("outbox"), {"q": str(sent.ticket)}))
    assert house.url("sent_letter", sent.pk) in found
    assert house.url("sent_letter", refused.pk) not in found
    assert sit(house.agent).get(house.url("outbox"), {"state": "nonsense"}).status_code == GONE


def test_a_letter_is_shown_as_it_is_received_in_a_frame_that_does_nothing(house: House) -> None:
    row = letter(house, state="handed_over", handed_over_at=NOW, server_answer="250 taken as 17")
    page = text(sit(house.agent).get(house.url("sent_letter", row.pk)))
    assert "250 taken as 17" in page
    assert row.subject in page
    frame = sit(house.agent).get(house.url("sent_letter_html", row.pk))
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert frame.content.decode() == row.html


def test_nobody_of_staff_gets_a_private_link_of_a_client(house: House) -> None:
    link = "http://127.0.0.1/d/tram/proposals/s3cr3t:token/"
    row = send_letter(
        house.desk,
        "severity_proposal",
        {"number": "TR-1", "answer_url": link, "clause": {"id": "T-1", "text": "x"}},
        to="rider@example.org",
        key="proposal:1",
        at=NOW,
        language="en",
        mark=BY_A_PERSON,
    )
    assert row is not None
    assert link in row.text
    for name in ("sent_letter", "sent_letter_html"):
        page = text(sit(house.admin).get(house.url(name, row.pk)))
        assert "/d/tram/proposals/…" in page
        assert "s3cr3t" not in page


@pytest.mark.parametrize(
    ("what", "state"), [("again", "held"), ("arrived", "handed_over"), ("give-up", "given_up")]
)
def test_a_person_decides_about_an_unknown_letter_with_a_reason(house: House, what: str, state: str) -> None:
    row = letter(house, state="unknown")
    url = house.url("decide_letter", row.pk, what)
    browser = sit(house.agent)
    assert url in text(browser.get(house.url("sent_letter", row.pk)))
    assert browser.get(url).status_code == OK
    assert browser.post(url, {"reason": ""}).status_code == OK
    row.refresh_from_db()
    assert row.state == "unknown"
    assert browser.post(url, {"reason": "the client rang"}).status_code == MOVED
    row.refresh_from_db()
    assert row.state == state


def test_a_letter_of_another_departments_ticket_is_decided_about_there(house: House) -> None:
    row = letter(house, state="unknown")
    assert row.ticket is not None
    assert row.ticket.department.name == "depot"
    url = house.url("decide_letter", row.pk, "again")
    answer = sit(house.clerk).post(url, {"reason": "I know it"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    row.refresh_from_db()
    assert row.state == "unknown"


def test_how_far_a_reply_got_stands_beside_it_in_the_conversation(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email)
    actions.reply(house.lead, ticket, "It works.", at=NOW)
    row = OutgoingLetter.objects.filter(ticket=ticket, message__isnull=False).get()
    for state, words in (
        ("queued", "waits to be sent"),
        ("refused", "refused by the mail server: 550 no"),
        ("bounced", "came back: 550 no"),
        ("unknown", "whether it was sent is not known"),
    ):
        OutgoingLetter.objects.filter(pk=row.pk).update(state=state, server_answer="550 no")
        page = text(sit(house.agent).get(house.ticket_url("ticket", ticket)))
        assert f"{house.client.email}: {words}" in page
        assert house.url("sent_letter", row.pk) in page


def test_an_address_from_which_letters_come_back_is_shown_before_a_reply_and_at_the_client(
    house: House,
) -> None:
    row = letter(house, state="bounced")
    deliverability.mark(row, status="5.1.1", diagnostic="no such person", at=NOW)
    mark = UndeliverableAddress.objects.get()
    works = house.url("address_works", mark.pk)
    assert row.ticket is not None
    pages = {
        "ticket": house.ticket_url("ticket", row.ticket),
        "client": house.url("client", house.client.organisation.pk),
        "letter": house.url("sent_letter", row.pk),
    }
    browser = sit(house.agent)
    for url in pages.values():
        page = text(browser.get(url))
        assert "no such person" in page
        assert works in page
    answer = browser.post(works, {"back": pages["ticket"]})
    assert (answer.status_code, answer.headers["Location"]) == (MOVED, pages["ticket"])
    assert not any(works in text(browser.get(url)) for url in pages.values())
    elsewhere = browser.post(works, {"back": "//evil.example.net/"})
    assert elsewhere.status_code == HTTPStatus.CONFLICT


def test_why_an_automatic_letter_was_withheld_or_held_is_said_in_the_ticket(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email)
    for number in range(6):
        send_letter(
            house.desk,
            "registration_notice",
            {"number": "TR-1"},
            to="rider@example.org",
            key=f"k{number}",
            at=NOW,
            language="en",
            mark="auto-replied",
            ticket=ticket,
        )
    OutgoingLetter.objects.filter(key="k0").update(state="held", server_answer=UNDELIVERABLE)
    page = text(sit(house.agent).get(house.ticket_url("ticket", ticket)))
    assert "An automatic letter was withheld: too many in this ticket within an hour" in page
    assert "kept in the outbox: letters to this address come back" in page


# The words of letters


def test_an_owner_rewrites_a_letter_and_goes_back_to_the_shipped_words(house: House) -> None:
    browser = sit(house.owner)
    url = house.url("edit_words", *NOTICE)
    page = text(browser.get(url))
    assert "number of the ticket" in page
    assert "shipped words" in page
    assert browser.post(url, {"text": OWN}).status_code == MOVED
    assert LetterTemplate.objects.get().text == OWN
    assert "own words" in text(browser.get(house.url("words")))
    assert "Back to the shipped words" in text(browser.get(url))
    assert browser.post(house.url("shipped_words", *NOTICE)).status_code == MOVED
    assert [row.text for row in LetterTemplate.objects.order_by("pk")] == [OWN, ""]
    assert "The shipped words again" in text(browser.get(url))


def test_faults_are_named_with_their_line_and_nothing_is_kept(house: House) -> None:
    answer = sit(house.owner).post(house.url("edit_words", *NOTICE), {"text": "[{{ number }}]\n{% load x %}"})
    page = text(answer)
    assert "Line 2: The tag {% load %} cannot be used" in page
    assert "{% load x %}" in page
    assert not LetterTemplate.objects.exists()


def test_the_preview_shows_the_letter_with_sample_values_harmlessly(house: House) -> None:
    browser = sit(house.owner)
    url = house.url("preview_words", *NOTICE)
    shown = text(
        browser.post(url, {"text": "[{{ number }}] <b>x</b>\n\n<script>alert(1)</script> {{ name }}"})
    )
    assert "[ABV-1042] &lt;b&gt;x&lt;/b&gt;" in shown
    assert "&lt;script&gt;" in shown
    assert "Anna Petrova" in shown
    assert "<html" not in shown
    assert "no value “nothing”" in text(browser.post(url, {"text": "[{{ number }}]\n{{ nothing }}"}))
    without_scripts = browser.post(house.url("edit_words", *NOTICE), {"text": OWN, "preview": "1"})
    assert "[ABV-1042] Got it" in text(without_scripts)
    assert not LetterTemplate.objects.exists()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_letter_opens_in_the_editor(house: House, language: str) -> None:
    browser = sit(house.owner)
    from reglament.desk.notices.catalogue import CATALOGUE

    for template in CATALOGUE:
        page = browser.get(house.url("edit_words", template, language))
        assert page.status_code == OK
        assert page.context["form"]["text"].value() == shipped_words(template, language)
        assert page.context["faults"] == []


@pytest.mark.parametrize("who", ["agent", "lead"])
def test_the_words_are_not_there_for_those_who_may_not_change_them(house: House, who: str) -> None:
    browser = sit(getattr(house, who))
    for url in (house.url("words"), house.url("edit_words", *NOTICE)):
        assert browser.get(url).status_code == GONE
    for name in ("edit_words", "preview_words", "shipped_words"):
        assert browser.post(house.url(name, *NOTICE), {"text": OWN}).status_code == GONE
    assert not LetterTemplate.objects.exists()
    assert sit(house.owner).get(house.url("edit_words", "nonsense", "ru")).status_code == GONE
    assert sit(house.owner).get(house.url("edit_words", NOTICE[0], "de")).status_code == GONE


# The key


def test_an_administrator_makes_a_key_publishes_it_and_stops(house: House) -> None:
    browser = sit(house.admin)
    url = house.url("signing")
    assert 'value="desk2026"' in text(browser.get(url))
    wrong = browser.post(url, {"domain": "no domain", "selector": "desk2026"})
    assert "not the name of a domain" in text(wrong)
    assert browser.post(url, {"domain": "tram.example.org", "selector": "desk2026"}).status_code == MOVED
    key = SigningKey.objects.get()
    page = text(browser.get(url))
    assert "desk2026._domainkey.tram.example.org" in page
    assert signing_keys.record_value(key) in page
    assert "PRIVATE" not in page
    assert browser.post(url, {"what": "said"}).status_code == MOVED
    assert SigningKey.objects.get().active
    assert browser.post(url, {"what": "nonsense"}).status_code == HTTPStatus.CONFLICT
    assert browser.post(url, {"what": "stop"}).status_code == MOVED
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize("who", ["agent", "lead", "owner"])
def test_the_key_is_not_there_for_anybody_else(house: House, who: str) -> None:
    browser = sit(getattr(house, who))
    assert browser.get(house.url("signing")).status_code == GONE
    assert browser.post(house.url("signing"), {"domain": "a.org", "selector": "a"}).status_code == GONE
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize("who", ["foreign", "client"])
def test_for_everybody_else_there_is_no_outbox(house: House, who: str) -> None:
    row = letter(house, state="unknown")
    deliverability.mark(row, status="", diagnostic="", at=NOW)
    mark = UndeliverableAddress.objects.get()
    browser = sit(getattr(house, who))
    for url in (
        house.url("outbox"), house.url("sent_letter", row.pk), house.url("sent_letter_html", row.pk),
        house.url("decide_letter", row.pk, "again"), house.url("words"), house.url("signing"),
        house.url("address_works", mark.pk),
    ):  # fmt: skip
        assert browser.get(url).status_code == GONE
        assert browser.post(url, {"reason": "x"}).status_code == GONE
    mark.refresh_from_db()
    row.refresh_from_db()
    assert (mark.ended_at, row.state) == (None, "unknown")
