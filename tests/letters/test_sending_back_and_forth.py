"""Letters that go back and forth: bounces that mark an address, and machines that answer each other."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from pytest_django.fixtures import Settings

from reglament import clock
from reglament.desk.channels.email.receiving import Verdict, read_waiting
from reglament.desk.channels.email.server import MailIntake
from reglament.desk.channels.email.tests.test_server import running
from reglament.desk.channels.models import RawLetter
from reglament.desk.decisions.models import Obligation
from reglament.desk.notices import jobs
from reglament.desk.notices.actions import UNDELIVERABLE
from reglament.desk.notices.budget import PER_ADDRESS
from reglament.desk.notices.marks import LOOP_FIELD
from reglament.desk.notices.models import OutgoingLetter, UndeliverableAddress
from reglament.desk.notices.tests.servers import Server, server
from reglament.desk.people.models import Contact
from reglament.desk.regulations.actions import create_desk_from_pack
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tickets.models import Ticket, TimelineEvent
from tests.letters.state import NOW
from tests.letters.test_road_of_a_letter import ANNA, letter, send

BORIS = "boris@example.net"


def bounce_of(sent: OutgoingLetter, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Write the report of a server on a letter (RFC 3464)."""
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@example.net",
            "Subject: Undelivered Mail Returned to Sender",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            *("--b", "Content-Type: text/plain", "", "It could not be delivered.", ""),
            *("--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.net", ""),
            f"Final-Recipient: rfc822; {sent.recipient}",
            f"Action: {action}",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 no such person",
            "",
            *("--b", "Content-Type: text/rfc822-headers", "", f"Message-ID: {sent.internet_message_id}", ""),
            "--b--",
            "",
        ]
    ).encode()


def notice_of(verdict: Verdict) -> OutgoingLetter:
    """Give the notice to what a letter began."""
    assert verdict.ticket_number is not None
    return OutgoingLetter.objects.get(ticket__number=verdict.ticket_number)


def noticed(desk: Desk, sender: str = BORIS) -> OutgoingLetter:
    """Let somebody write, and hand the notice over."""
    verdict = send(desk, letter("Subject: It broke", sender=sender), mail_from=sender)
    sent = notice_of(verdict)
    OutgoingLetter.objects.filter(pk=sent.pk).update(state="handed_over", handed_over_at=NOW)
    sent.refresh_from_db()
    return sent


@pytest.mark.parametrize(
    ("action", "status", "state", "marked"),
    [
        ("failed", "5.1.1", "bounced", True),
        ("failed", "4.4.7", "bounced", False),
        ("delayed", "4.4.1", "handed_over", False),
        ("delivered", "2.0.0", "handed_over", False),
    ],
)
def test_only_a_failure_for_good_marks_the_address(
    desk: Desk, action: str, status: str, state: str, marked: bool
) -> None:
    sent = noticed(desk)
    assert send(desk, bounce_of(sent, action, status), mail_from="").action == "bounce"
    sent.refresh_from_db()
    assert sent.state == state
    assert list(UndeliverableAddress.objects.values_list("address", "status", "diagnostic")) == (
        [(BORIS, "5.1.1", "smtp; 550 no such person")] if marked else []
    )


def test_the_next_notice_to_a_marked_address_is_held_until_the_address_proves_alive(desk: Desk) -> None:
    send(desk, bounce_of(noticed(desk)), mail_from="")
    verdict = send(desk, letter("Subject: Again", sender=BORIS, text="two"), mail_from=BORIS)
    held = notice_of(verdict)
    assert (held.state, held.server_answer) == ("held", UNDELIVERABLE)
    # What anybody can write in somebody's name takes no mark off; what is proven does.
    assert UndeliverableAddress.objects.filter(ended_at=None).exists()
    proven = letter("Subject: Alive", sender=BORIS, text="three", proven=True)
    verdict = send(desk, proven, mail_from=BORIS)
    assert not UndeliverableAddress.objects.filter(ended_at=None).exists()
    assert notice_of(verdict).server_answer == ""


def test_an_answer_to_the_signed_address_finds_its_ticket_with_every_reference_lost(desk: Desk) -> None:
    sent = noticed(desk, ANNA)
    assert sent.reply_to
    assert sent.ticket is not None
    verdict = send(desk, letter("Subject: (none)", text="Words."), to=sent.reply_to)
    assert (verdict.action, verdict.ticket_number) == ("append", sent.ticket.number)


def test_a_letter_from_a_tickets_own_address_is_a_loop(desk: Desk) -> None:
    sent = noticed(desk)
    again = send(desk, letter("Subject: x", sender=sent.reply_to), mail_from=sent.reply_to)
    assert again.action == "loop"


def pass_on(taken: Server, port: int, *, without_marks: bool) -> int:
    """Bring by SMTP what the world's server took to where it was sent; give how many letters that were."""
    letters, taken.letters = taken.letters, []
    for raw in letters:
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        if without_marks:
            # A foreign desk that leaves out all by which machines know each other and threads hold together.
            names = ("Auto-Submitted", "X-Auto-Response-Suppress", LOOP_FIELD, "In-Reply-To", "References")
            for name in (*names, "Reply-To"):
                del message[name]
            message.replace_header("Subject", f"A new matter {message['Message-ID'][1:9]}")
        with smtplib.SMTP("127.0.0.1", port) as session:
            session.sendmail(sender, [recipient], message.as_bytes())
    read_waiting(clock.now(), timedelta())
    return len(letters)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("without_marks", [False, True])
def test_two_desks_that_answer_each_other_fall_silent(settings: Settings, without_marks: bool) -> None:
    now = clock.now()
    desks = [
        create_desk_from_pack("infobox", slug=slug, at=now - timedelta(days=9), number_prefix=slug.upper())
        for slug in ("one", "two")
    ]
    DeskAddress.objects.all().delete()
    for desk in desks:
        DeskAddress.objects.create(desk=desk, address=f"help@{desk.slug}.example.org")
    with server() as world, running(MailIntake("127.0.0.1", 0)) as port:
        settings.REGLAMENT_MAIL_SERVER = world.address
        first = b"From: help@two.example.org\r\nSubject: It broke\r\nMessage-ID: <1@two>\r\n\r\nHelp.\r\n"
        with smtplib.SMTP("127.0.0.1", port) as session:
            session.sendmail("help@two.example.org", ["help@one.example.org"], first)
        read_waiting(clock.now(), timedelta())
        rounds = 0
        while rounds < 40:
            jobs.hand_over_due("worker")
            if not pass_on(world, port, without_marks=without_marks):
                break
            rounds += 1
    assert rounds == (2 * PER_ADDRESS if without_marks else 1)
    notices = OutgoingLetter.objects.filter(template="registration_notice")
    assert notices.count() == rounds
    withheld = TimelineEvent.objects.filter(kind="letter_withheld")
    assert [event.values["budget"] for event in withheld] == (["address"] if without_marks else [])
    assert not RawLetter.objects.filter(state="stored").exists()
    for event in withheld:
        assert not Obligation.objects.filter(
            request__ticket=event.ticket, fulfilled_by="registration_notice", state="met"
        ).exists()
    assert Ticket.objects.count() == (2 * PER_ADDRESS + 1 if without_marks else 1)


@pytest.mark.parametrize(
    ("contacts", "words", "desks", "greeting"),
    [
        ("en", "Всё сломалось.", "ru", "Hello"),
        ("ru", "Everything is broken since this morning.", "en", "Здравствуйте"),
        ("", "Everything is broken since this morning.", "ru", "Hello"),
        ("", "Всё сломалось.", "en", "Здравствуйте"),
        ("", "12345", "en", "Hello"),
        ("", "12345", "ru", "Здравствуйте"),
    ],
)
def test_a_letter_is_in_the_clients_language_else_the_letters_else_the_desks(
    desk: Desk, contacts: str, words: str, desks: str, greeting: str
) -> None:
    Desk.objects.filter(pk=desk.pk).update(language=desks)
    desk.refresh_from_db()
    Contact.objects.filter(email=ANNA).update(language=contacts)
    send(desk, letter("Subject: 1", text=words), mail_from=ANNA)
    notice = OutgoingLetter.objects.latest("pk")
    assert notice.text.startswith(greeting)
    zone = ", Moscow, UTC+3 (" if greeting == "Hello" else ", Москва, UTC+3 ("
    due = [line for line in notice.text.splitlines() if ": by " in line or "не позднее" in line]
    assert due
    assert all(zone in line for line in due)
