"""The mail server of the desk, by real SMTP and LMTP: what it says yes to is kept."""

import asyncio
import smtplib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from reglament import clock
from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import keep_letter
from reglament.desk.channels.email.server import MailIntake
from reglament.desk.channels.email.sink import MailSink, delivered_letter, newest
from reglament.desk.channels.models import RawLetter
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tests.rows import make_desk

SENDER = "anna@example.org"
HELP = "help@desk.example"
# Written by a machine and an answer to nothing of ours: read to its end without a regulation.
ABSENT = b"From: anna@example.org\r\nAuto-Submitted: auto-replied\r\nSubject: away\r\n\r\n.\r\nwords\r\n"


@contextmanager
def running(server: MailIntake | MailSink) -> Iterator[int]:
    """Run a server in a loop and thread of its own; give its port."""
    loop = asyncio.new_event_loop()
    begun: Future[int] = Future()
    stopped = asyncio.Event()

    async def serve() -> None:
        try:
            await server.begin()
        except BaseException as fault:
            begun.set_exception(fault)
            raise
        begun.set_result(server.port)
        await stopped.wait()
        await server.end()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield begun.result(10)
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """Make a desk with one address."""
    made = make_desk(slug="help")
    DeskAddress.objects.create(desk=made, address=HELP)
    return made


def until_read(row: RawLetter) -> RawLetter:
    """Wait until a letter has been read."""
    for _ in range(200):
        row.refresh_from_db()
        if row.state != "stored":
            return row
        time.sleep(0.05)
    raise AssertionError("the letter was not read")


def test_a_letter_that_was_said_yes_to_is_kept_and_read(desk: Desk) -> None:
    with running(MailIntake("127.0.0.1", 0)) as port, smtplib.SMTP("127.0.0.1", port) as client:
        assert client.sendmail("", [HELP.upper()], ABSENT) == {}
        row = RawLetter.objects.get()
        assert ledger.raw_of(row) == ABSENT
        assert (row.desk, row.source, row.envelope_from) == (desk, "smtp", "")
        assert until_read(row).state == "ignore"


def test_a_letter_for_two_addresses_is_kept_for_each(desk: Desk) -> None:
    DeskAddress.objects.create(desk=make_desk(), address="other@desk.example")
    with running(MailIntake("127.0.0.1", 0)) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(SENDER, [HELP, "other@desk.example"], ABSENT)
    assert set(RawLetter.objects.values_list("desk__slug", flat=True)) >= {"help"}
    assert RawLetter.objects.count() == 2


def test_an_address_of_no_desk_is_refused_and_a_sub_address_is_not(desk: Desk) -> None:
    with running(MailIntake("127.0.0.1", 0)) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail(SENDER)
        assert client.rcpt("nobody@desk.example")[0] == 550
        assert client.rcpt("help+1042.abcdefghijklmnop@desk.example")[0] == 250
        assert client.data(ABSENT)[0] == 250


def test_a_letter_that_is_too_large_is_refused_while_it_is_sent(desk: Desk) -> None:
    with running(MailIntake("127.0.0.1", 0, most=1_000)) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == "1000"
        client.mail(SENDER)
        client.rcpt(HELP)
        assert client.data(b"Subject: x\r\n\r\n" + b"words\r\n" * 200)[0] == 552
    assert not RawLetter.objects.exists()


def test_lines_longer_than_the_standard_allows_are_taken(desk: Desk) -> None:
    raw = (
        b"From: anna@example.org\r\nAuto-Submitted: auto-replied\r\nReferences: "
        + b"<a@b> " * 5_000
        + b"\r\n\r\nx\r\n"
    )
    with running(MailIntake("127.0.0.1", 0)) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(SENDER, [HELP], raw)
    assert ledger.raw_of(RawLetter.objects.get()) == raw


def test_no_yes_is_said_where_the_letter_cannot_be_stored(desk: Desk) -> None:
    folder = Path(settings.REGLAMENT_DATA) / ledger.LETTERS
    folder.mkdir(parents=True, exist_ok=True)
    away = folder.rename(folder.with_name("letters-away"))
    folder.write_bytes(b"a file where the folder should be")
    try:
        with running(MailIntake("127.0.0.1", 0)) as port, smtplib.SMTP("127.0.0.1", port) as client:
            with pytest.raises(smtplib.SMTPDataError) as refused:
                client.sendmail(SENDER, [HELP], ABSENT)
            assert refused.value.smtp_code == 451
    finally:
        folder.unlink()
        away.rename(folder)
    assert not RawLetter.objects.exists()


def test_letters_that_a_stopped_process_left_are_read_by_the_next(desk: Desk) -> None:
    row, _ = keep_letter(desk, ABSENT, Envelope("", HELP), "smtp", clock.now())
    with running(MailIntake("127.0.0.1", 0)):
        assert until_read(row).state == "ignore"


def test_lmtp_answers_for_each_recipient(desk: Desk) -> None:
    DeskAddress.objects.create(desk=desk, address="abuse@desk.example")
    intake = MailIntake("127.0.0.1", 0, protocol="lmtp")
    with running(intake) as port, smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo("border")
        client.mail(SENDER)
        client.rcpt(HELP)
        client.rcpt("abuse@desk.example")
        assert client.data(ABSENT)[0] == 250
        assert client.getreply()[0] == 250
        assert client.noop()[0] == 250
    assert set(RawLetter.objects.values_list("source", flat=True)) == {"lmtp"}
    assert RawLetter.objects.count() == 2


def test_the_sink_takes_everything_and_shows_it_as_its_receiver_would_see_it(tmp_path: Path) -> None:
    assert newest(tmp_path) == []
    with (
        running(MailSink("127.0.0.1", 0, tmp_path / "sink")) as port,
        smtplib.SMTP("127.0.0.1", port) as client,
    ):
        for number in range(3):
            letter = f"From: help@desk.example\r\nSubject: {number}\r\n\r\nwords {number}\r\n".encode()
            client.sendmail(HELP, [f"Client-{number}@example.org", "all@example.org"], letter)
    folder = tmp_path / "sink"
    assert [one.subject for one in newest(folder)] == ["2", "1", "0"]
    assert [one.subject for one in newest(folder, "ALL@example.org", 2)] == ["2", "1"]
    (found,) = newest(folder, "client-1@example.org")
    assert found.mail_from == HELP
    shown = delivered_letter(folder, found.id)
    assert shown is not None
    assert shown.text == "words 1"
    assert delivered_letter(folder, "0" * 32) is None
    assert delivered_letter(folder, "../index") is None
