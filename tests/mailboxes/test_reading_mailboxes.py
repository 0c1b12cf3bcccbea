"""Letters on their way from a mailbox into the ledger, whatever the server can do and whatever breaks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from reglament import clock
from reglament.desk.channels.email.threads import signed_address
from reglament.desk.channels.mailboxes import actions
from reglament.desk.channels.mailboxes.faults import MailboxFault, fault_in_words
from reglament.desk.channels.mailboxes.reading import KEYWORD, Access, session
from reglament.desk.channels.models import MailboxLetter, MailSource
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.regulations.models import Desk
from tests.dovecot import PASSWORD, Dovecot
from tests.mailboxes.post import QUICK, Post, letter, until

RUSSIAN = "Заявки & письма"


def flags_of(post: Post, folder: str = "INBOX") -> list[set[str]]:
    """Give the flags that people see, of each letter."""
    with post.server.open(post.user) as mailbox:
        return [flags - {"\\Recent"} for _uid, flags, _raw in mailbox.letters(folder)]


def subjects(post: Post) -> list[str]:
    """Give the subjects of the tickets that there are beyond those of the desk's setup."""
    return sorted(post.desk.tickets.exclude(number__in=(1042, 1043)).values_list("subject", flat=True))


def test_a_first_connection_takes_what_comes_from_now_on_and_nothing_older(post: Post) -> None:
    with post.mailbox() as mailbox:
        mailbox.put(letter("Старое"), came_at=clock.now() - timedelta(hours=3))
        mailbox.put(letter("Новое"))
    post.source()
    post.readers()
    (taken,) = post.wait_for(1)
    assert (taken.state, taken.source, taken.quiet) == ("create", "imap", False)
    assert subjects(post) == ["Новое"]
    until(lambda: flags_of(post) == [set(), {"\\Seen", KEYWORD}])


def test_the_server_wakes_the_desk_when_a_letter_comes(post: Post) -> None:
    source = post.source()
    post.readers()
    until(lambda: MailSource.objects.get(pk=source.pk).last_contact_at)
    with post.mailbox() as mailbox:
        mailbox.put(letter("Первое"))
        # Long before IDLE would be begun anew.
        post.wait_for(1)
        mailbox.put(letter("Второе"))
        post.wait_for(2)
    assert subjects(post) == ["Второе", "Первое"]


def test_the_moment_of_receipt_is_when_the_letter_came_into_the_mailbox(post: Post) -> None:
    came_at = (clock.now() - timedelta(minutes=20)).replace(microsecond=0)
    with post.mailbox() as mailbox:
        mailbox.put(letter("Раньше"), came_at=came_at)
    source = post.source()
    post.readers()
    (taken,) = post.wait_for(1)
    assert (taken.received_at, taken.mail_source) == (came_at, source)
    assert (taken.envelope_from, taken.envelope_to) == ("anna.petrova@example.org", "support@example.com")


def test_an_answer_to_the_address_of_a_ticket_joins_it(post: Post) -> None:
    key = f"mail-threads:{settings.SECRET_KEY}".encode()
    address = signed_address("support@example.com", 1042, key)
    raw = letter("О другом").replace(b"To: support@example.com", f"To: {address}".encode())
    with post.mailbox() as mailbox:
        mailbox.put(raw)
    post.source()
    post.readers()
    (taken,) = post.wait_for(1)
    assert taken.ticket is not None
    assert (taken.ticket.number, taken.reason) == (1042, "answers_address")


def test_a_folder_made_anew_is_looked_at_again_and_nothing_is_doubled(post: Post) -> None:
    first, second = letter("Раз"), letter("Два")
    with post.mailbox() as mailbox:
        mailbox.make(RUSSIAN)
        mailbox.put(first, RUSSIAN)
    source = post.source(folder=RUSSIAN)
    post.readers()
    post.wait_for(1)
    validity = MailSource.objects.get(pk=source.pk).uid_validity
    actions.pause_source(None, source, at=clock.now())
    until(lambda: MailSource.objects.get(pk=source.pk).held_by == "")
    with post.mailbox() as mailbox:
        mailbox.remove(RUSSIAN)
        mailbox.make(RUSSIAN)
        mailbox.put(first, RUSSIAN)
        mailbox.put(second, RUSSIAN)
    actions.resume_source(None, source, at=clock.now())
    assert [one.state for one in post.wait_for(2)] == ["create", "create"]
    until(lambda: MailboxLetter.objects.filter(mail_source=source).count() == 3)
    assert MailSource.objects.get(pk=source.pk).uid_validity != validity
    assert subjects(post) == ["Два", "Раз"]
    assert MailboxLetter.objects.filter(mail_source=source).values("raw_letter").distinct().count() == 2


def test_letters_are_moved_and_what_a_person_marked_as_deleted_stays(post: Post) -> None:
    with post.mailbox() as mailbox:
        mailbox.put(letter("Чужое"), came_at=clock.now() - timedelta(hours=3))
        mailbox.mark_deleted()
        mailbox.put(letter("Наше"))
    post.source(after="move", done_folder="Обработано")
    post.readers()
    post.wait_for(1)
    until(lambda: flags_of(post) == [{"\\Deleted"}])
    with post.mailbox() as mailbox:
        assert [raw for _uid, _flags, raw in mailbox.letters("Обработано") if b"Return-Path" in raw]


@pytest.mark.parametrize(
    ("abilities", "left", "remark"),
    [("IMAP4rev1 IDLE UIDPLUS", 1, ""), ("IMAP4rev1 IDLE", 2, "cannot_move")],
    ids=["by copy and one expunge", "not at all"],
)
def test_a_server_without_move_loses_nothing(
    desk: Desk, imap_servers: Callable[..., Dovecot], abilities: str, left: int, remark: str
) -> None:
    with ExitStack() as stack:
        post = Post(desk, imap_servers(abilities), stack)
        with post.mailbox() as mailbox:
            mailbox.put(letter("Чужое"), came_at=clock.now() - timedelta(hours=3))
            mailbox.mark_deleted()
            mailbox.put(letter("Наше"))
        source = post.source(after="move", done_folder="Обработано")
        post.readers()
        post.wait_for(1)
        until(lambda: MailboxLetter.objects.get(mail_source=source).marked_at)
        until(lambda: MailSource.objects.get(pk=source.pk).remark == remark)
        flags = flags_of(post)
        assert len(flags) == left
        assert flags[0] == {"\\Deleted"}
        assert left == 1 or flags[1] == {"\\Seen", KEYWORD}


def test_a_server_without_idle_is_asked_again_and_again(
    desk: Desk, imap_servers: Callable[..., Dovecot]
) -> None:
    with ExitStack() as stack:
        post = Post(desk, imap_servers("IMAP4rev1 UIDPLUS"), stack)
        source = post.source()
        post.readers(poll=QUICK)
        until(lambda: MailSource.objects.get(pk=source.pk).last_contact_at)
        with post.mailbox() as mailbox:
            mailbox.put(letter("Без звонка"))
        post.wait_for(1)


def test_a_letter_that_is_too_large_is_kept_in_its_beginning_and_refused(post: Post) -> None:
    with post.mailbox() as mailbox:
        mailbox.put(letter("Большое", text="x" * 200_000))
        mailbox.put(letter("Малое"))
    post.source()
    post.readers(most=100_000)
    large, small = post.wait_for(2)
    assert (large.state, large.reason, small.state) == ("oversize", "too_large", "create")
    assert large.size > 200_000
    until(lambda: flags_of(post) == [{"\\Seen", KEYWORD}] * 2)


def test_old_letters_taken_on_purpose_make_tickets_and_send_nothing(post: Post) -> None:
    with post.mailbox() as mailbox:
        mailbox.put(letter("Старое"), came_at=clock.now() - timedelta(days=3))
        mailbox.put(letter("Новое"))
    source = post.source()
    post.readers()
    post.wait_for(1)
    before = OutgoingLetter.objects.count()
    actions.take_since(None, source, clock.now() - timedelta(days=5), at=clock.now())
    _new, old = post.wait_for(2)
    assert (old.state, old.quiet, old.answered) == ("create", True, False)
    assert OutgoingLetter.objects.count() == before
    assert subjects(post) == ["Новое", "Старое"]


@pytest.mark.parametrize(
    ("said", "fault", "english", "russian"),
    [
        ({"password": "не та"}, "sign_in_refused", "does not accept the user", "не принимает"),
        ({"folder": "Нет такой"}, "folder_absent", "no folder “Нет такой”", "нет папки «Нет такой»"),
        ({"host": "no-such-host.invalid"}, "host_unknown", "no server of this name", "Такого сервера нет"),
        ({"encryption": "tls"}, "certificate_untrusted|no_encryption|broken", "", ""),
    ],
    ids=["password", "folder", "host", "encryption"],
)
def test_what_is_wrong_is_said_in_words_and_tried_again_later(
    post: Post, said: dict[str, Any], fault: str, english: str, russian: str
) -> None:
    source = post.source(**said)
    post.readers()
    until(lambda: MailSource.objects.get(pk=source.pk).last_fault)
    row = MailSource.objects.get(pk=source.pk)
    assert row.last_fault.partition(":")[0] in fault.split("|")
    assert row.attempts == 1
    assert row.next_attempt_at is not None
    assert row.held_by == ""
    assert timedelta(seconds=5) < row.next_attempt_at - clock.unmoved() < timedelta(seconds=16)
    with translation.override("en"):
        assert english in fault_in_words(row.last_fault)
    with translation.override("ru"):
        assert russian in fault_in_words(row.last_fault)


def test_a_server_that_breaks_off_is_asked_again_and_the_fault_forgotten(
    desk: Desk, imap_servers: Callable[..., Dovecot]
) -> None:
    with ExitStack() as stack:
        post = Post(desk, imap_servers(), stack)
        source = post.source()
        post.readers()
        until(lambda: MailSource.objects.get(pk=source.pk).last_contact_at)
        post.server.break_off()
        until(lambda: MailSource.objects.get(pk=source.pk).last_fault == "broken")
        post.server.start()
        with post.mailbox() as mailbox:
            mailbox.put(letter("После обрыва"))
        actions.resume_source(None, source, at=clock.now())
        post.wait_for(1)
        until(lambda: MailSource.objects.get(pk=source.pk).last_fault == "")


def test_a_server_that_falls_silent_is_noticed(desk: Desk, imap_servers: Callable[..., Dovecot]) -> None:
    server = imap_servers()
    access = Access("127.0.0.1", server.port, "none", "silent", PASSWORD)
    with session(access, timeout=1.5) as box:
        box.open_folder("INBOX")
        server.fall_silent()
        with pytest.raises(MailboxFault) as noticed:
            box.wait(0.5, threading.Event())
        assert noticed.value.kind == "silent"
        server.break_off()


def test_what_comes_while_letters_are_marked_is_not_waited_for(imap_server: Dovecot) -> None:
    access = Access("127.0.0.1", imap_server.port, "none", "busy", PASSWORD)
    with imap_server.open("busy") as mailbox, session(access) as box:
        mailbox.put(letter("Первое"))
        box.open_folder("INBOX")
        (first,) = box.uids(after=0, since=date(2026, 1, 1))
        mailbox.put(letter("Второе"))
        # The server tells of the second one in answer to this, and never again.
        box.flag(first, keywords=True)
        begun = time.monotonic()
        box.wait(20, threading.Event())
        assert time.monotonic() - begun < 5
        assert len(box.uids(after=first, since=date(2026, 1, 1))) == 1


def test_a_pause_is_noticed_within_seconds(post: Post) -> None:
    source = post.source()
    post.readers()
    until(lambda: MailSource.objects.get(pk=source.pk).last_contact_at)
    actions.pause_source(None, source, at=clock.now())
    until(lambda: MailSource.objects.get(pk=source.pk).held_by == "", 8)
    with post.mailbox() as mailbox:
        mailbox.put(letter("Подождёт"))
    assert post.taken() == []
    actions.resume_source(None, source, at=clock.now())
    post.wait_for(1)


def test_another_mailbox_in_the_place_of_one_hides_no_letter(post: Post) -> None:
    """Its UIDs and even its UIDVALIDITY may be those of the former one."""
    with post.mailbox() as mailbox:
        mailbox.put(letter("Первый ящик"))
    source = post.source()
    post.readers()
    post.wait_for(1)
    validity = MailSource.objects.get(pk=source.pk).uid_validity
    with ExitStack() as stack:
        other = Post(post.desk, post.server, stack)
        actions.change_source(
            None,
            source,
            **other.place(),
            name="Другой",
            recipient=source.recipient,
            folder="INBOX",
            after="flag",
            done_folder="",
            at=clock.now() - timedelta(minutes=1),
        )
        MailSource.objects.filter(pk=source.pk).update(uid_validity=validity)
        with other.mailbox() as mailbox:
            mailbox.put(letter("Второй ящик"))
        post.wait_for(2)
    assert subjects(post) == ["Второй ящик", "Первый ящик"]


def test_two_processes_read_a_mailbox_one_at_a_time(post: Post) -> None:
    source = post.source()
    first, second = post.readers(), post.readers()
    until(lambda: MailSource.objects.get(pk=source.pk).last_contact_at)
    holder = MailSource.objects.get(pk=source.pk).held_by
    assert holder in {first.name, second.name}
    with post.mailbox() as mailbox:
        for number in range(5):
            mailbox.put(letter(f"Письмо {number}"))
    post.wait_for(5)
    assert MailSource.objects.get(pk=source.pk).held_by == holder
    (first if holder == first.name else second).end()
    until(lambda: MailSource.objects.get(pk=source.pk).held_by not in {"", holder}, 8)


def test_the_mail_process_reads_mailboxes_and_gives_them_back_when_it_is_stopped(post: Post) -> None:
    source = post.source()
    command = [str(Path(sys.executable).parent / "reglament"), "mail", "--port", "0"]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
    try:
        until(lambda: MailSource.objects.get(pk=source.pk).last_contact_at)
        with post.mailbox() as mailbox:
            mailbox.put(letter("Через команду"))
        post.wait_for(1)
        process.terminate()
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()
    assert MailSource.objects.get(pk=source.pk).held_by == ""


READ = """
import os, signal, sys, time
from reglament.site.startup import prepare
prepare()
from reglament.desk.channels.mailboxes import reading, running
def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] != "go on":
    place, name = sys.argv[1].split(".")
    setattr({"box": reading.MailboxSession, "round": running.Round}[place], name, killed)
running.MailboxReaders().begin()
time.sleep(60)
"""


def environment() -> dict[str, str]:
    """Give what a process needs that shares the database of this test."""
    name = str(connection.settings_dict["NAME"])
    address = os.environ["REGLAMENT_DATABASE_URL"]
    if connection.vendor == "sqlite":
        address = f"sqlite:///{name}"
    else:
        head, _, query = address.partition("?")
        address = f"{head.rpartition('/')[0]}/{name}?{query}"
    return {**os.environ, "REGLAMENT_DATABASE_URL": address, "REGLAMENT_DATA": str(settings.REGLAMENT_DATA)}


@pytest.mark.parametrize(
    ("place", "stored", "noted"),
    [("round._note", 1, 0), ("box.flag", 1, 1)],
    ids=["after it was stored", "before it was flagged"],
)
def test_a_process_killed_between_two_steps_loses_and_doubles_nothing(
    post: Post, place: str, stored: int, noted: int
) -> None:
    with post.mailbox() as mailbox:
        mailbox.put(letter("Единственное"))
    source = post.source()
    program = [sys.executable, "-c", READ, place]
    killed = subprocess.run(program, env=environment(), timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (len(post.taken()), MailboxLetter.objects.count()) == (stored, noted)
    assert flags_of(post) == [set()]
    held_until = MailSource.objects.get(pk=source.pk).held_until
    assert held_until is not None
    assert held_until - clock.unmoved() < timedelta(seconds=30)
    # Another process takes the mailbox over as soon as the lease of the dead one has run out.
    MailSource.objects.filter(pk=source.pk).update(held_until=clock.unmoved() + timedelta(seconds=1))
    post.readers()
    until(lambda: flags_of(post) == [{"\\Seen", KEYWORD}])
    (taken,) = post.taken()
    assert MailboxLetter.objects.get(mail_source=source).raw_letter == taken
