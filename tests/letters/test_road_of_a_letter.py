"""Letters on their road through a desk: threads, strangers, twins, faults, and what is answered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import (
    Verdict,
    keep_letter,
    read_stored,
    read_waiting,
    receive_letter,
)
from reglament.desk.channels.email.threads import signed_address
from reglament.desk.channels.models import RawLetter
from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.models import Obligation
from reglament.desk.notices.marks import LOOP_FIELD
from reglament.desk.notices.mime import message_of
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.people.models import ContactAddress
from reglament.desk.regulations.actions import create_desk_from_pack
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import make_desk
from reglament.desk.tickets.models import Message, Ticket, TicketState
from tests.letters.state import NOW, SETUP

ANNA = "anna.petrova@example.org"
BORDER = SETUP["trusted_authserv_id"]
OUR_LETTER = "<sd-1042.2.d4e5f6@desk.example.com>"


def letter(
    *fields: str, sender: str = ANNA, proven: bool = False, text: str = "Слова письма.", place: str = "a"
) -> bytes:
    """Write a letter that the border took, proven or not."""
    verdict = f"dmarc=pass header.from={sender.partition('@')[2]}" if proven else "none"
    head = [
        f"Received: from {place}.example.org by {BORDER} with ESMTPS; Tue, 13 Oct 2026 12:50:00 +0300",
        f"Authentication-Results: {BORDER}; {verdict}",
        f"From: {sender}",
        "Date: Tue, 13 Oct 2026 12:49:00 +0300",
        "Content-Type: text/plain; charset=utf-8",
        *fields,
    ]
    return "\r\n".join([*head, "", text, ""]).encode()


def send(desk: Desk, raw: bytes, *, mail_from: str = ANNA, to: str = "support@example.com") -> Verdict:
    """Give a letter to the desk."""
    return receive_letter(desk, raw, Envelope(mail_from, to), "smtp", NOW)


def test_a_signed_address_threads_whatever_the_subject_says(desk: Desk) -> None:
    address = signed_address("support@example.com", 1043, f"mail-threads:{settings.SECRET_KEY}".encode())
    verdict = send(desk, letter("Subject: [SD-1042]", sender="boris@example.org"), to=address)
    assert (verdict.action, verdict.ticket_number, verdict.reason) == ("append", 1043, "answers_address")


def test_a_number_alone_opens_no_ticket_to_a_stranger(desk: Desk) -> None:
    verdict = send(desk, letter("Subject: Re: [SD-1042]", sender="eve@evil.example", proven=True))
    assert verdict.action == "create"
    assert verdict.ticket_number not in {1042, 1043}


def test_a_proven_colleague_of_the_client_joins_by_the_number(desk: Desk) -> None:
    assert send(desk, letter("Subject: Re: [SD-1042]", sender="oleg@example.org")).action == "create"
    verdict = send(
        desk, letter("Subject: Re: [SD-1042]", sender="oleg@example.org", proven=True, text="Ещё.")
    )
    assert (verdict.action, verdict.ticket_number) == ("append", 1042)


def test_a_proven_address_at_a_public_provider_is_nobodys_colleague(desk: Desk) -> None:
    ContactAddress.objects.filter(address=ANNA).update(address="anna@gmail.com")
    verdict = send(desk, letter("Subject: Re: [SD-1042]", sender="eve@gmail.com", proven=True))
    assert verdict.action == "create"


def test_another_known_address_of_the_requester_takes_part(desk: Desk) -> None:
    known = ContactAddress.objects.get(address=ANNA)
    known.pk, known.address = None, "anna@home.example"
    known.save()
    verdict = send(desk, letter("Subject: Re: [SD-1042]", sender="anna@home.example"))
    assert (verdict.action, verdict.ticket_number) == ("append", 1042)


def test_a_strangers_answer_to_our_letter_is_kept_and_changes_nothing(desk: Desk) -> None:
    verdict = send(desk, letter(f"In-Reply-To: {OUR_LETTER}", sender="eve@evil.example"))
    assert (verdict.action, verdict.ticket_number, verdict.reason) == ("record_only", 1042, "stranger")
    ticket = Ticket.objects.get(number=1042)
    assert ticket.state == TicketState.WAITING_CLIENT
    assert ticket.last_client_message_at is None


def test_a_letter_of_our_own_that_comes_back_is_dropped(desk: Desk) -> None:
    verdict = send(desk, letter(f"Message-ID: {OUR_LETTER}"))
    assert (verdict.action, verdict.reason) == ("loop", "loop_mark")
    assert send(desk, letter(sender="help@example.com")).reason == "own_address"


def test_a_letter_of_ours_is_known_by_its_mark_even_under_another_id(desk: Desk) -> None:
    ours = OutgoingLetter.objects.filter(desk=desk).first()
    assert ours is not None
    mark = str(message_of(ours)[LOOP_FIELD])
    assert send(desk, letter(f"{LOOP_FIELD}: {mark}", "Message-ID: <new@list.example>")).reason == "loop_mark"
    assert send(desk, letter(f"{LOOP_FIELD}: another@example.com")).action == "create"


def test_the_same_id_with_other_words_is_a_new_letter(desk: Desk) -> None:
    first = send(desk, letter("Message-ID: <one@x>", text="Раз."))
    second = send(desk, letter("Message-ID: <one@x>", text="Два."))
    assert (first.action, second.action) == ("create", "create")
    assert first.ticket_number != second.ticket_number


def test_without_an_id_the_content_tells_a_duplicate(desk: Desk) -> None:
    first = send(desk, letter(place="one"))
    second = send(desk, letter(place="two"))
    assert (first.action, second.action) == ("create", "duplicate")
    assert second.ticket_number == first.ticket_number


def test_a_letter_to_the_address_of_a_kind_is_of_that_kind(desk: Desk) -> None:
    verdict = send(desk, letter("Subject: Спам"), to="abuse@example.com")
    assert Message.objects.get(pk=verdict.message_id or 0).ticket.requests.get().kind == "abuse_report"


@pytest.mark.parametrize(
    ("fields", "mail_from", "answered"),
    [
        ((), ANNA, True),
        ((), "", False),
        (("Auto-Submitted: auto-generated",), ANNA, False),
        (("List-Id: <x.example.org>",), ANNA, False),
        (("Precedence: bulk",), ANNA, False),
    ],
)
def test_only_letters_of_people_are_answered_by_themselves(
    desk: Desk, fields: tuple[str, ...], mail_from: str, answered: bool
) -> None:
    verdict = send(desk, letter("Subject: Вопрос", *fields), mail_from=mail_from)
    assert (verdict.action, verdict.answered) == ("create", answered)
    assert OutgoingLetter.objects.filter(ticket__raw_letters=verdict.raw_letter_id or 0).count() == int(
        answered
    )


def bounce(action: str, status: str, recipient: str = ANNA) -> bytes:
    """Write a delivery report on our letter."""
    groups = f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}"
    parts = (
        f"\r\n\r\nwords {action}",
        f"\r\nContent-Type: message/delivery-status\r\n\r\n{groups}\r\nStatus: {status}\r\n",
        f"\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {OUR_LETTER}\r\n",
    )
    kind = "multipart/report; report-type=delivery-status; boundary=e"
    head = f"From: mailer-daemon@example.org\r\nContent-Type: {kind}\r\n\r\n"
    return (head + "".join(f"--e{part}\r\n" for part in parts) + "--e--\r\n").encode()


def test_a_delay_is_noted_and_takes_nothing_back(desk: Desk) -> None:
    assert send(desk, bounce("delayed", "4.4.7"), mail_from="").action == "bounce"
    assert OutgoingLetter.objects.get(internet_message_id=OUR_LETTER).state == DeliveryState.HANDED_OVER
    assert [event.kind for event in Ticket.objects.get(number=1042).timeline.all()] == ["letter_delayed"]
    send(desk, bounce("failed", "5.4.7"), mail_from="")
    assert OutgoingLetter.objects.get(internet_message_id=OUR_LETTER).state == DeliveryState.BOUNCED


def test_a_registration_notice_that_came_back_has_told_nobody(db: None) -> None:
    desk = create_desk_from_pack("centaur", slug="reactions", at=NOW - timedelta(days=60), number_prefix="RE")
    created = send(desk, letter("Subject: Вопрос"), to="x@y.example")
    (notice,) = OutgoingLetter.objects.filter(ticket__raw_letters=created.raw_letter_id or 0)
    decisions.handed_over(notice, NOW)
    owed = Obligation.objects.filter(request__ticket=notice.ticket)
    assert [row.state for row in owed] == ["met"]
    raw = bounce("failed", "5.1.1").replace(OUR_LETTER.encode(), notice.internet_message_id.encode())
    assert send(desk, raw, mail_from="", to="x@y.example").action == "bounce"
    assert [row.state for row in owed.all()] == ["open"]


def test_a_report_on_a_letter_that_is_not_ours_is_only_logged(desk: Desk) -> None:
    raw = bounce("failed", "5.1.1").replace(OUR_LETTER.encode(), b"<theirs@x>")
    verdict = send(desk, raw, mail_from="")
    assert (verdict.action, verdict.reason) == ("ignore", "returned_unknown")


def test_a_machine_that_speaks_of_failure_without_a_letter_of_ours_makes_a_ticket(desk: Desk) -> None:
    verdict = send(desk, letter("Subject: Backup delivery failure notice", sender="postmaster@example.org"))
    assert (verdict.action, verdict.answered) == ("create", False)


def test_a_letter_that_the_desk_cannot_judge_is_held_for_a_person(db: None) -> None:
    desk = make_desk()  # its regulation cannot be read
    verdict = receive_letter(desk, letter(), Envelope(ANNA, "x@y.example"), "smtp", NOW)
    assert (verdict.action, verdict.reason) == ("hold", "not_judged")
    row = RawLetter.objects.get()
    assert (row.state, row.reason) == ("hold", "not_judged")
    assert not Ticket.objects.exists()


def test_a_letter_from_before_the_first_edition_is_held(desk: Desk) -> None:
    at = NOW - timedelta(days=20 * 365)
    verdict = receive_letter(desk, letter(), Envelope(ANNA, "x@y.example"), "smtp", at)
    assert (verdict.action, verdict.reason) == ("hold", "not_judged")


def test_a_stored_letter_is_read_once_however_often_it_is_asked_for(desk: Desk) -> None:
    row, _ = keep_letter(desk, letter(), Envelope(ANNA, "support@example.com"), "smtp", NOW)
    first, second = read_stored(row.pk, NOW), read_stored(row.pk, NOW)
    assert (first.action, second.action) == ("create", "duplicate")
    assert second.ticket_number == first.ticket_number


def test_letters_that_wait_are_read_and_one_whose_file_is_gone_holds_up_no_other(desk: Desk) -> None:
    envelope = Envelope(ANNA, "support@example.com")
    lost, _ = keep_letter(desk, letter(text="Раз."), envelope, "smtp", NOW - timedelta(minutes=2))
    (Path(settings.REGLAMENT_DATA) / lost.storage_path).unlink()
    left, _ = keep_letter(desk, letter(text="Два."), envelope, "smtp", NOW - timedelta(minutes=1))
    fresh, _ = keep_letter(desk, letter(text="Три."), envelope, "smtp", NOW)
    read_waiting(NOW)
    states = [RawLetter.objects.get(pk=row.pk).state for row in (lost, left, fresh)]
    assert states == ["hold", "create", "stored"]


@pytest.mark.django_db(transaction=True)
def test_copies_that_arrive_at_once_make_one_ticket(desk: Desk) -> None:
    tickets = Ticket.objects.count()

    def one(place: int) -> str:
        try:
            return str(send(desk, letter("Message-ID: <twin@x>", place=str(place))).action)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        actions = sorted(threads.map(one, range(6)))
    assert actions == ["create"] + ["duplicate"] * 5
    assert Ticket.objects.count() == tickets + 1
    assert RawLetter.objects.count() == 6
