"""Letters as the outgoing server gets them: their fields, their thread, their text and files."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from reglament.desk.notices import actions, jobs, queries
from reglament.desk.notices.mime import Enclosure, message_of
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.notices.tests.outbox import only, write
from reglament.desk.notices.tests.servers import Server
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import HOUR, MOMENT, make_message, make_ticket
from reglament.desk.tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db

WORKER = "a worker"


def test_no_space_of_a_name_is_lost_on_the_wire(desk: Desk, taking: Server) -> None:
    Desk.objects.filter(pk=desk.pk).update(sender_name="Производитель платформы «Центр»")
    desk.refresh_from_db()
    write(desk)
    jobs.hand_over_due(WORKER)
    (raw,) = taking.letters
    name, _ = parseaddr(message_from_bytes(raw)["From"])
    assert str(make_header(decode_header(name))) == "Производитель платформы «Центр»"


def test_a_letter_is_handed_over_whole(desk: Desk, taking: Server) -> None:
    write(desk)
    jobs.hand_over_due(WORKER)
    letter = only()
    assert (letter.state, letter.attempts, letter.server_answer) == ("handed_over", 1, "250 taken as 17")
    assert letter.handed_over_at is not None
    (message,) = taking.read()
    assert message["From"] == "Поддержка «Икс» <help@desk.example.org>"
    assert message["To"] == "anna@example.org"
    assert message["Subject"] == "[X-1042] Приняли ваше обращение: Файл"
    assert message["Message-ID"] == letter.internet_message_id
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().strip() == letter.html.strip()


def test_a_letter_written_by_a_person_bears_no_mark_of_a_machine(desk: Desk) -> None:
    message = message_of(write(desk, mark=actions.BY_A_PERSON))
    assert "Auto-Submitted" not in message
    assert "X-Auto-Response-Suppress" not in message


def test_our_message_ids_cannot_be_guessed(desk: Desk) -> None:
    ids = {write(desk, key=f"k{number}").internet_message_id for number in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"<[0-9a-f]{40}@desk\.example\.org>", one) for one in ids)


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c", "a@example.org\r\nBcc: b@example.org", "a b@example.org"]
)
def test_a_letter_to_what_is_no_address_is_kept_as_refused(desk: Desk, taking: Server, address: str) -> None:
    letter = write(desk, to=address)
    jobs.hand_over_due(WORKER)
    assert letter.state == DeliveryState.REFUSED
    assert "not a mail address" in letter.server_answer
    assert not taking.letters


def test_no_value_brings_in_a_field_of_its_own(desk: Desk, taking: Server) -> None:
    Desk.objects.filter(pk=desk.pk).update(sender_name="X\r\nBcc: evil@example.net")
    desk.refresh_from_db()
    ticket = make_ticket(desk)
    make_message(ticket, internet_message_id="<a@example.org>\r\nBcc: evil@example.net")
    actions.send_letter(
        desk,
        "staff_reply",
        {"number": "X-1", "subject": "s\r\nBcc: evil@example.net\r\n\r\nbody", "text": "t"},
        to="anna@example.org",
        key="k",
        at=MOMENT,
        language="en",
        mark="",
        ticket=ticket,
    )
    jobs.hand_over_due(WORKER)
    (message,) = taking.read()
    assert "Bcc" not in message
    assert {name.lower() for name in message} == {
        *("date", "from", "to", "subject", "message-id", "in-reply-to", "references"),
        *("reply-to", "mime-version", "content-type", "x-reglament-desk"),
    }


def test_a_line_of_a_dot_does_not_end_the_letter(desk: Desk, taking: Server) -> None:
    letter = write(desk)
    OutgoingLetter.objects.update(text="one\n.\n..two\n", html="")
    jobs.hand_over_due(WORKER)
    (message,) = taking.read()
    assert message.get_content() == "one\r\n.\r\n..two\r\n"
    assert letter.pk == only().pk


def _threaded(ticket: Ticket, number: int) -> OutgoingLetter:
    return write(ticket.desk, ticket=ticket, key=f"k{number}", at=MOMENT + number * HOUR)


def test_letters_of_a_ticket_continue_its_thread(desk: Desk) -> None:
    ticket = make_ticket(desk)
    assert queries.thread_of(ticket) == ("", "")
    make_message(ticket, internet_message_id="<client@example.org>")
    first = _threaded(ticket, 1)
    assert (first.in_reply_to, first.references) == ("<client@example.org>", "<client@example.org>")
    second = _threaded(ticket, 2)
    assert second.in_reply_to == first.internet_message_id
    assert second.references == f"<client@example.org> {first.internet_message_id}"
    last = [_threaded(ticket, number) for number in range(3, 40)][-1]
    assert len(last.references.split()) == queries.THREAD_LENGTH
    assert last.references.startswith("<client@example.org> ")


def test_the_files_of_a_message_go_with_its_letter(desk: Desk, taking: Server) -> None:
    ticket = make_ticket(desk)
    message = make_message(ticket, kind="staff")
    stored = default_storage.save("test/file", ContentFile(b"%PDF-1.7"))
    for name, kind in (("Акт №1.pdf", "application/pdf"), ("x\r\ny.eml", "message/rfc822")):
        Attachment.objects.create(
            desk=desk,
            message=message,
            file_name=name,
            content_type=kind,
            size=8,
            sha256="0" * 64,
            storage_path=stored,
        )
    write(desk, ticket=ticket, message=message)
    jobs.hand_over_due(WORKER)
    files = {part.get_filename(): part for part in taking.read()[0].iter_attachments()}
    assert {name: part.get_content_type() for name, part in files.items()} == {
        "Акт №1.pdf": "application/pdf",
        "x y.eml": "application/octet-stream",
    }
    assert files["Акт №1.pdf"].get_content() == b"%PDF-1.7"
    default_storage.delete(stored)


def test_any_content_of_a_file_arrives_unchanged() -> None:
    content = bytes(range(256)) * 40 + b"\r\n.\r\n"
    letter = OutgoingLetter(
        sender="a@example.org", recipient="b@example.org", subject="s", text="t", created_at=MOMENT
    )
    letter.internet_message_id = "<1@example.org>"
    (part,) = message_of(letter, [Enclosure("f", "image/png", content)]).iter_attachments()
    assert BytesIO(part.get_content()).read() == content
