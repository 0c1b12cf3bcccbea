"""What a server says is read as it is meant, and pauses between attempts are as long as they should be."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reglament.desk.channels.mailboxes.addresses import may_be_asked
from reglament.desk.channels.mailboxes.faults import (
    WORDS,
    MailboxFault,
    fault_in_words,
    fault_of,
    in_one_line,
)
from reglament.desk.channels.mailboxes.leases import FIRST_PAUSE, LONGEST_PAUSE, pause_after
from reglament.desk.channels.mailboxes.reading import Head, _heads_in

CAME = datetime(2026, 3, 2, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "heads"),
    [
        (
            [b'1 (UID 5 RFC822.SIZE 120 INTERNALDATE " 2-Mar-2026 10:15:00 +0300")'],
            [Head(5, 120, CAME)],
        ),
        (
            # Flags that somebody else sets are told in between.
            [
                b'1 (INTERNALDATE "02-Mar-2026 07:15:00 +0000" UID 5 RFC822.SIZE 120)',
                b"2 (FLAGS (\\Seen) UID 6)",
                b'3 (UID 7 INTERNALDATE "02-mar-2026 07:15:00 +0000" RFC822.SIZE 9)',
            ],
            [Head(5, 120, CAME), Head(7, 9, CAME)],
        ),
        (
            [
                (b"1 (UID 5 RFC822.SIZE 120 BODY[HEADER.FIELDS (SUBJECT)] {14}", b"Subject: x\r\n\r\n"),
                b")",
                (b"2 (BODY[HEADER.FIELDS (SUBJECT)] {14}", b"Subject: y\r\n\r\n"),
                b' UID 6 RFC822.SIZE 7 INTERNALDATE "02-Mar-2026 07:15:00 +0000")',
            ],
            [Head(5, 120, None, b"Subject: x\r\n\r\n"), Head(6, 7, CAME, b"Subject: y\r\n\r\n")],
        ),
        ([b'1 (UID 5 RFC822.SIZE 1 INTERNALDATE "31-Feb-2026 07:15:00 +0000")'], [Head(5, 1, None)]),
        ([None], []),
    ],
    ids=["alone", "with flags between", "with fields before and behind", "an impossible date", "nothing"],
)
def test_the_answers_of_servers_are_read_in_every_order(data: list[Any], heads: list[Head]) -> None:
    assert list(_heads_in(data)) == heads


def test_pauses_double_from_a_quarter_of_a_minute_to_a_quarter_of_an_hour() -> None:
    assert [pause_after(attempts, 0.0) for attempts in (1, 2, 3)] == [
        FIRST_PAUSE,
        2 * FIRST_PAUSE,
        4 * FIRST_PAUSE,
    ]
    assert pause_after(500, 0.0) == LONGEST_PAUSE
    assert pause_after(500, 1.0) == LONGEST_PAUSE * 0.8
    assert pause_after(1, 1.0) == FIRST_PAUSE == timedelta(seconds=15)


@pytest.mark.parametrize(
    ("host", "port", "may"),
    [
        ("imap.example.com", 993, True),
        ("почта.рф", 993, True),
        ("192.0.2.7", 143, True),
        ("2001:db8::7", 1143, True),
        ("imap.example.com", 25, False),
        ("imap.example.com", 65_536, False),
        ("imap.example.com\r\nx", 993, False),
        ("user@imap.example.com", 993, False),
        ("imap.example.com/x", 993, False),
        ("", 993, False),
    ],
)
def test_a_mailbox_lies_at_a_host_and_port_of_mail(host: str, port: int, *, may: bool) -> None:
    assert may_be_asked(host, port) is may


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (socket.gaierror(), "host_unknown"),
        (TimeoutError(), "silent"),
        (ConnectionRefusedError(), "refused"),
        (ConnectionResetError(), "broken"),
        (ssl.SSLError(), "no_encryption"),
        (ssl.SSLEOFError(), "no_encryption"),
        (MailboxFault("folder_absent", "Папка"), "folder_absent"),
    ],
)
def test_what_the_network_says_has_a_name(error: Exception, kind: str) -> None:
    assert fault_of(error).kind == kind
    assert kind in WORDS


def test_a_kept_fault_is_said_with_what_belongs_to_it() -> None:
    fault = MailboxFault("folder_absent", "A:B 100%")
    assert fault_in_words(fault.kept) == str(fault) == "There is no folder “A:B 100%” in this mailbox."
    assert fault_in_words("") == ""
    assert fault_in_words("never heard of") == "never heard of"


def test_a_servers_words_cannot_break_out_of_their_line() -> None:
    assert in_one_line(b"[ALERT] no\r\nX-Forged: 1\x1b[31m \xff" + b"x" * 900).startswith(
        "[ALERT] no X-Forged: 1 [31m"
    )
    assert len(in_one_line(b"x" * 900)) == 200
