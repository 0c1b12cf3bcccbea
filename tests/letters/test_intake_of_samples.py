"""Sample letters, taken in by a desk in the state of `setup`: what becomes of each, and what never may."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import Verdict, receive_letter
from reglament.desk.channels.models import RawLetter
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.people.models import Contact, ContactAddress, Organisation
from reglament.desk.regulations.actions import create_desk_from_pack
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tickets.models import Message, MessageKind, Ticket, TicketState

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
SAID: dict[str, Any] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
SETUP = SAID["setup"]
EXPECTED: dict[str, dict[str, Any]] = {one["file"]: one for one in SAID["letters"]}
NOW = datetime.fromisoformat(SETUP["now"]).astimezone(UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Make the desk of `setup`: addresses, border, contact, two tickets and what was sent in them."""
    made = create_desk_from_pack("infobox", slug="desk", at=NOW - timedelta(days=60), number_prefix="SD")
    made.trusted_border = SETUP["trusted_authserv_id"]
    made.save()
    DeskAddress.objects.filter(desk=made).delete()
    for position, address in enumerate(SETUP["desk_addresses"]):
        DeskAddress.objects.create(desk=made, address=address, position=position)
    for position, address in enumerate(SETUP["abuse_addresses"], 10):
        DeskAddress.objects.create(desk=made, address=address, position=position, kind="abuse_report")
    then = NOW - timedelta(days=30)
    client = Organisation.objects.create(desk=made, name="ООО «Ромашка»", created_at=then)
    for address in SETUP["authorised_contacts"]:
        contact = Contact.objects.create(
            desk=made, organisation=client, name="Анна Петрова", email=address, created_at=then
        )
        ContactAddress.objects.create(
            desk=made, contact=contact, address=address, authorised_from=then, recorded_at=then
        )
    for number, (reference, said) in enumerate(SETUP["tickets"].items(), 1042):
        assert reference == f"SD-{number}"
        _ticket(made, number, said, Contact.objects.filter(email=said["requester"]).first())
    return made


def _ticket(desk: Desk, number: int, said: dict[str, Any], requester: Contact | None) -> None:
    waits = said["state"].startswith("waiting")
    ticket = Ticket.objects.create(
        desk=desk,
        number=number,
        subject=said["subject"],
        state=TicketState.WAITING_CLIENT if waits else TicketState.OPEN,
        waiting_since=NOW - timedelta(hours=1) if waits else None,
        channel="email",
        language="ru",
        requester=requester,
        organisation=requester.organisation if requester else None,
        requester_address=said["requester"],
        department=desk.departments.get(name="support"),
        received_at=NOW - timedelta(hours=3),
        recorded_at=NOW - timedelta(hours=3),
        changed_at=NOW - timedelta(hours=3),
        queue_key=str(number),
    )
    for place, sent in enumerate(said["outgoing"]):
        OutgoingLetter.objects.create(
            desk=desk,
            ticket=ticket,
            key=f"sample:{number}:{place}",
            template="sample",
            language="ru",
            sender=SETUP["desk_addresses"][0],
            recipient=said["requester"],
            subject=said["subject"],
            text="…",
            internet_message_id=sent["message_id"],
            auto_submitted="auto-replied" if sent["automatic"] else "",
            created_at=NOW - timedelta(hours=2),
            next_attempt_at=NOW,
            state=DeliveryState.HANDED_OVER,
            handed_over_at=NOW - timedelta(hours=2),
        )


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
