"""Letters from the transaction that causes them to the outgoing server, once at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from pytest_django.fixtures import Settings

from reglament import clock
from reglament.desk.faults import ActionRefused
from reglament.desk.jobs import durable
from reglament.desk.notices import actions, jobs, queries, smtp
from reglament.desk.notices.events import letter_handed_over
from reglament.desk.notices.mime import Enclosure, message_of
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.notices.tests.servers import Server, server
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Role
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tests.rows import DAY, HOUR, MOMENT, make_desk, make_message, make_staff, make_ticket
from reglament.desk.tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db

WORKER = "a worker"


@pytest.fixture
def desk() -> Desk:
    desk = make_desk(name="Поддержка «Икс»")
    DeskAddress.objects.create(desk=desk, address="help@desk.example.org")
    return desk


@pytest.fixture
def taking(settings: Settings) -> Iterator[Server]:
    with server() as running:
        settings.REGLAMENT_MAIL_SERVER = running.address
        yield running


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp.Connection.__init__, "__defaults__", (1.0,))


def _write(desk: Desk, **values: Any) -> OutgoingLetter:
    said: dict[str, Any] = {
        "to": "anna@example.org",
        "key": "registration:1",
        "at": MOMENT,
        "language": "ru",
        "mark": actions.AUTOMATIC,
    } | values
    return actions.send_letter(
        desk, said.pop("template", "registration_notice"), {"number": "X-1042", "subject": "Файл"}, **said
    )


def _only() -> OutgoingLetter:
    return OutgoingLetter.objects.get()


def test_without_a_server_a_letter_is_held_and_never_counts_as_delivered(desk: Desk) -> None:
    _write(desk)
    jobs.hand_over_due(WORKER)
    assert (_only().state, _only().handed_over_at, _only().attempts) == (DeliveryState.HELD, None, 0)


def test_no_space_of_a_name_is_lost_on_the_wire(desk: Desk, taking: Server) -> None:
    Desk.objects.filter(pk=desk.pk).update(sender_name="Производитель платформы «Центр»")
    desk.refresh_from_db()
    _write(desk)
    jobs.hand_over_due(WORKER)
    (raw,) = taking.letters
    name, _ = parseaddr(message_from_bytes(raw)["From"])
    assert str(make_header(decode_header(name))) == "Производитель платформы «Центр»"


def test_a_letter_is_handed_over_whole(desk: Desk, taking: Server) -> None:
    _write(desk)
    jobs.hand_over_due(WORKER)
    letter = _only()
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


def test_several_letters_go_over_one_connection(desk: Desk, taking: Server) -> None:
    for number in range(3):
        _write(desk, key=f"k{number}")
    jobs.hand_over_due(WORKER)
    assert (len(taking.letters), taking.sessions) == (3, 1)


def test_a_letter_written_by_a_person_bears_no_mark_of_a_machine(desk: Desk) -> None:
    message = message_of(_write(desk, mark=actions.BY_A_PERSON))
    assert "Auto-Submitted" not in message
    assert "X-Auto-Response-Suppress" not in message


def test_the_same_letter_asked_for_twice_is_written_once(desk: Desk) -> None:
    assert _write(desk) == _write(desk, to="other@example.org")
    assert OutgoingLetter.objects.count() == 1


def test_a_letter_of_a_transaction_that_was_undone_was_never_written(desk: Desk) -> None:
    def write_and_fail() -> None:
        with transaction.atomic():
            _write(desk)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert not OutgoingLetter.objects.exists()


def test_our_message_ids_cannot_be_guessed(desk: Desk) -> None:
    ids = {_write(desk, key=f"k{number}").internet_message_id for number in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"<[0-9a-f]{40}@desk\.example\.org>", one) for one in ids)


@pytest.mark.parametrize(
    ("temper", "state", "answer"),
    [
        ("refuses the recipient", "refused", "550 5.1.1 no such person"),
        ("refuses the letter", "refused", "554 5.7.1 we do not like it"),
        ("is busy", "queued", "451 4.7.1 later"),
        ("is busy after the letter", "queued", "452 4.3.1 no room"),
        ("greets with a refusal", "queued", "554 not today"),
        ("hangs up early", "queued", "SMTPServerDisconnected"),
        ("hangs up at the letter", "unknown", "SMTPServerDisconnected"),
    ],
)
def test_how_far_a_letter_got_is_known(
    desk: Desk, settings: Settings, temper: str, state: str, answer: str
) -> None:
    with server(temper) as running:
        settings.REGLAMENT_MAIL_SERVER = running.address
        _write(desk)
        jobs.hand_over_due(WORKER)
    letter = _only()
    assert (letter.state, letter.handed_over_at) == (state, None)
    assert answer in letter.server_answer
    assert (letter.next_attempt_at > clock.unmoved()) == (state == "queued")


@pytest.mark.usefixtures("_impatient")
def test_a_server_that_took_the_letter_and_fell_silent_leaves_it_unknown_and_is_not_asked_again(
    desk: Desk, settings: Settings
) -> None:
    with server("stalls at the letter") as running:
        settings.REGLAMENT_MAIL_SERVER = running.address
        _write(desk)
        jobs.hand_over_due(WORKER)
        jobs.hand_over_due(WORKER)
        assert len(running.letters) == 1
    assert _only().state == DeliveryState.UNKNOWN


def test_a_refused_letter_does_not_keep_the_next_from_leaving(desk: Desk, settings: Settings) -> None:
    with server("refuses the recipient") as running:
        settings.REGLAMENT_MAIL_SERVER = running.address
        _write(desk, key="one")
        _write(desk, key="two")
        del running.answers[b"RCPT"]
        running.answers[b"MAIL"] = b"250 ok"
        jobs.hand_over_due(WORKER)
        assert len(running.letters) == 2
        running.answers[b"RCPT"] = b"550 no"
        _write(desk, key="three")
        jobs.hand_over_due(WORKER)
        del running.answers[b"RCPT"]
        _write(desk, key="four")
        jobs.hand_over_due(WORKER)
    states = dict(OutgoingLetter.objects.values_list("key", "state"))
    assert states == {"one": "handed_over", "two": "handed_over", "three": "refused", "four": "handed_over"}


def test_a_server_that_is_not_there_is_tried_later_and_given_up_after_days(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server() as gone:
        settings.REGLAMENT_MAIL_SERVER = gone.address
    _write(desk)
    now = clock.unmoved()

    def later() -> datetime:
        return now

    monkeypatch.setattr(clock, "unmoved", later)
    pauses: list[timedelta] = []
    for _ in range(60):
        jobs.hand_over_due(WORKER)
        letter = _only()
        if letter.state != DeliveryState.QUEUED:
            break
        pauses.append(letter.next_attempt_at - now)
        now = letter.next_attempt_at
    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (15, 30, 60, 120)]
    assert max(pauses) == 4 * HOUR
    assert _only().state == DeliveryState.REFUSED
    assert "ConnectionRefused" in _only().server_answer
    assert timedelta(days=3) < sum(pauses, timedelta()) <= timedelta(days=4)


def test_a_letter_waits_for_its_time(desk: Desk, taking: Server) -> None:
    _write(desk)
    OutgoingLetter.objects.update(next_attempt_at=clock.unmoved() + HOUR)
    jobs.hand_over_due(WORKER)
    assert not taking.letters


def test_a_letter_that_another_worker_began_is_left_to_it(desk: Desk, taking: Server) -> None:
    letter = _write(desk)
    durable.beat("another", clock.unmoved())
    OutgoingLetter.objects.update(state="sending", sending_by="another")
    with smtp.Connection(taking.address) as connection:
        jobs.hand_over(letter.pk, WORKER, connection)
    jobs.hand_over_due(WORKER)
    assert (_only().state, taking.letters) == ("sending", [])


@pytest.mark.parametrize("whose", ["dead", WORKER])
def test_a_letter_whose_worker_died_in_the_middle_is_unknown_and_not_sent_again(
    desk: Desk, taking: Server, whose: str
) -> None:
    _write(desk)
    durable.beat(WORKER, clock.unmoved())
    OutgoingLetter.objects.update(state="sending", sending_by=whose)
    jobs.hand_over_due(WORKER)
    jobs.hand_over_due(WORKER)
    assert (_only().state, taking.letters) == ("unknown", [])


def test_a_person_decides_to_send_an_unknown_letter_again(desk: Desk, taking: Server) -> None:
    letter = _write(desk)
    OutgoingLetter.objects.update(state="unknown")
    agent = make_staff(desk, Role.AGENT)
    actions.send_again(agent, letter, reason="the client has not got it", at=MOMENT)
    assert AuditEvent.objects.get().reason == "the client has not got it"
    jobs.hand_over_due(WORKER)
    assert len(taking.letters) == 1
    for by in (agent, make_staff(make_desk(), Role.ADMIN)):
        with pytest.raises(ActionRefused):
            actions.send_again(by, letter, reason="", at=MOMENT)


def test_who_cares_hears_of_a_handed_over_letter_in_the_same_transaction(desk: Desk, taking: Server) -> None:
    heard: list[tuple[str, bool]] = []

    def hear(sender: object, letter: OutgoingLetter, moment: datetime, **_: object) -> None:
        heard.append((letter.fulfils, moment == letter.handed_over_at))

    letter_handed_over.connect(hear)
    try:
        _write(desk, fulfils="registration_notice")
        taking.answers[b"RCPT"] = b"451 later"
        jobs.hand_over_due(WORKER)
        assert heard == []
        taking.answers.clear()
        OutgoingLetter.objects.update(next_attempt_at=clock.unmoved())
        jobs.hand_over_due(WORKER)
    finally:
        letter_handed_over.disconnect(hear)
    assert heard == [("registration_notice", True)]


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c", "a@example.org\r\nBcc: b@example.org", "a b@example.org"]
)
def test_a_letter_to_what_is_no_address_is_kept_as_refused(desk: Desk, taking: Server, address: str) -> None:
    letter = _write(desk, to=address)
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
        *("mime-version", "content-type", "x-reglament-desk"),
    }


def test_a_line_of_a_dot_does_not_end_the_letter(desk: Desk, taking: Server) -> None:
    letter = _write(desk)
    OutgoingLetter.objects.update(text="one\n.\n..two\n", html="")
    jobs.hand_over_due(WORKER)
    (message,) = taking.read()
    assert message.get_content() == "one\r\n.\r\n..two\r\n"
    assert letter.pk == _only().pk


def _threaded(ticket: Ticket, number: int) -> OutgoingLetter:
    return _write(ticket.desk, ticket=ticket, key=f"k{number}", at=MOMENT + number * HOUR)


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
    _write(desk, ticket=ticket, message=message)
    jobs.hand_over_due(WORKER)
    files = {part.get_filename(): part for part in taking.read()[0].iter_attachments()}
    assert {name: part.get_content_type() for name, part in files.items()} == {
        "Акт №1.pdf": "application/pdf",
        "x y.eml": "application/octet-stream",
    }
    assert files["Акт №1.pdf"].get_content() == b"%PDF-1.7"
    default_storage.delete(stored)


def test_a_letter_whose_file_is_gone_does_not_stop_the_others(desk: Desk, taking: Server) -> None:
    message = make_message(make_ticket(desk), kind="staff")
    Attachment.objects.create(
        desk=desk,
        message=message,
        file_name="a",
        content_type="a/b",
        size=1,
        sha256="0" * 64,
        storage_path="test/nowhere",
    )
    _write(desk, message=message, key="one")
    _write(desk, key="two")
    jobs.hand_over_due(WORKER)
    states = dict(OutgoingLetter.objects.values_list("key", "state"))
    assert states == {"one": "refused", "two": "handed_over"}


def test_any_content_of_a_file_arrives_unchanged() -> None:
    content = bytes(range(256)) * 40 + b"\r\n.\r\n"
    letter = OutgoingLetter(
        sender="a@example.org", recipient="b@example.org", subject="s", text="t", created_at=MOMENT
    )
    letter.internet_message_id = "<1@example.org>"
    (part,) = message_of(letter, [Enclosure("f", "image/png", content)]).iter_attachments()
    assert BytesIO(part.get_content()).read() == content


def test_letters_of_the_outbox_are_read_newest_first_and_by_message(desk: Desk) -> None:
    message = make_message(make_ticket(desk), kind="staff")
    first = _write(desk, key="one", message=message)
    second = _write(desk, key="two", at=MOMENT + DAY)
    other = _write(make_desk(), key="three", at=MOMENT + 2 * DAY)
    assert list(queries.outbox(desk)) == [second, first]
    assert list(queries.outbox()) == [other, second, first]
    assert queries.letters_with([message]) == {message.pk: [first]}


def test_letters_about_accounts_go_through_the_outbox(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "reglament.desk.notices.account_mail.OutboxBackend"
    mail.send_mail("A new\npassword", "Open the link", None, ["anna@example.org"])
    letter = _only()
    assert (letter.desk, letter.subject, letter.text) == (None, "A new password", "Open the link")
    assert letter.auto_submitted == actions.AUTOMATIC
