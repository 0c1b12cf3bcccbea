"""Sample letters, taken in by a desk in the state of `setup`: what becomes of each, and what never may."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import Verdict, receive_letter
from reglament.desk.channels.models import RawLetter
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message, MessageKind, Ticket
from tests.letters.state import NOW, SAID, SETUP

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
EXPECTED: dict[str, dict[str, Any]] = {one["file"]: one for one in SAID["letters"]}

pytestmark = pytest.mark.django_db


def feed(desk: Desk, name: str) -> Verdict:
    """Feed one sample letter with its envelope."""
    envelope = EXPECTED[name]["envelope"]
    raw = (SAMPLES / name).read_bytes()
    sent = Envelope(envelope["mail_from"], envelope["rcpt_to"][0])
    return receive_letter(desk, raw, sent, "pipe", NOW, most=SETUP["max_message_bytes"])


def row_of(verdict: Verdict) -> RawLetter:
    """Give the letter in the ledger."""
    assert verdict.raw_letter_id is not None
    return RawLetter.objects.get(pk=verdict.raw_letter_id)


def message_of(verdict: Verdict) -> Message:
    """Give the message that a letter became."""
    assert verdict.message_id is not None
    return Message.objects.get(pk=verdict.message_id)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_becomes_of_a_letter(desk: Desk, name: str) -> None:
    expected = EXPECTED[name]
    for earlier in expected.get("after", ()):
        feed(desk, earlier)
    tickets, messages = Ticket.objects.count(), Message.objects.filter(kind=MessageKind.CLIENT).count()
    answers = OutgoingLetter.objects.count()

    verdict = feed(desk, name)

    assert verdict.action in {expected["action"], *expected.get("acceptable", ())}, verdict
    if "ticket" in expected and verdict.action != "ignore":
        assert f"SD-{verdict.ticket_number}" == expected["ticket"]
    made = 1 if verdict.action in {"create", "complaint"} else 0
    said = made + (verdict.action == "append")
    assert Ticket.objects.count() == tickets + made
    assert Message.objects.filter(kind=MessageKind.CLIENT).count() == messages + said
    if expected["auto_answer"] == "must_not":
        assert OutgoingLetter.objects.count() == answers
        assert not verdict.answered
    if "authenticated" in expected and verdict.message_id:
        message = message_of(verdict)
        assert message.proof["proven"] is expected["authenticated"]
        if "authorised" in expected:
            assert (message.authentication == "authorised") is expected["authorised"]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_letter_is_kept_as_it_came_with_one_state_and_its_reason(desk: Desk, name: str) -> None:
    verdict = feed(desk, name)
    row = row_of(verdict)
    assert ledger.raw_of(row) == (SAMPLES / name).read_bytes()
    assert row.state == verdict.action != "stored"
    assert row.reason == verdict.reason != ""
    assert row.read_at == NOW


def test_the_same_letter_again_is_a_duplicate_whatever_happened_first(desk: Desk) -> None:
    for name in EXPECTED:
        first = feed(desk, name)
        tickets = Ticket.objects.count()
        again = feed(desk, name)
        assert again.action == "duplicate"
        assert again.ticket_number == first.ticket_number
        assert Ticket.objects.count() == tickets


def test_a_notice_of_absence_changes_nothing_of_its_ticket(desk: Desk) -> None:
    before = Ticket.objects.get(number=1042)
    feed(desk, "07_vacation_rfc3834.eml")
    after = Ticket.objects.get(number=1042)
    for column in ("state", "waiting_since", "last_client_message_at", "closed_at", "queue_key"):
        assert getattr(after, column) == getattr(before, column)


def test_a_bounce_takes_back_that_the_letter_was_delivered(desk: Desk) -> None:
    feed(desk, "11_bounce_failed.eml")
    letter = OutgoingLetter.objects.get(
        internet_message_id=EXPECTED["11_bounce_failed.eml"]["bounced_message_id"]
    )
    assert (letter.state, letter.bounced_at) == (DeliveryState.BOUNCED, NOW)
    assert "550 5.1.1 User unknown" in letter.server_answer
    event = Ticket.objects.get(number=1042).timeline.get(kind="letter_bounced")
    assert (event.values["recipient"], event.values["permanent"]) == ("anna.petrova@example.org", True)


def test_a_complaint_becomes_a_ticket_of_its_kind_with_its_fields(desk: Desk) -> None:
    verdict = feed(desk, "14_arf_complaint.eml")
    ticket = message_of(verdict).ticket
    assert ticket.number == verdict.ticket_number
    assert ticket.requests.get().kind == "abuse_report"
    assert ticket.number not in {1042, 1043}
    read = row_of(verdict).verdict["complaint"]
    for name, value in EXPECTED["14_arf_complaint.eml"]["complaint"].items():
        assert read[name] == value
    message = message_of(verdict)
    assert message.html == ""
    assert {file.content_type for file in message.attachments.all()} >= {"message/rfc822"}


def test_a_reply_shows_its_new_words_and_folds_the_rest(desk: Desk) -> None:
    message = message_of(feed(desk, "52_reply_gmail_ru.eml"))
    assert message.text == EXPECTED["52_reply_gmail_ru.eml"]["new_text"]
    assert "Сайт не открывается." in message.quoted


def test_the_moment_of_receipt_is_that_of_the_border(desk: Desk) -> None:
    row = row_of(feed(desk, "01_new_plain_utf8.eml"))
    assert row.received_at == datetime(2026, 10, 13, 7, 15, 2, tzinfo=UTC)
