"""One mailbox in a test: filled as the world fills it, and read as the desk reads it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from reglament import clock
from reglament.desk.channels.mailboxes import actions
from reglament.desk.channels.mailboxes.running import MailboxReaders
from reglament.desk.channels.models import MailSource, RawLetter
from reglament.desk.regulations.models import Desk
from tests.dovecot import PASSWORD, Dovecot, Mailbox

QUICK = timedelta(seconds=0.2)
WITHIN = 25.0
"""Seconds within which everything here has happened, on a busy machine too."""


def letter(subject: str, *, number: str = "", text: str = "Не работает почта.") -> bytes:
    """Write a letter of a client."""
    lines = [
        "Return-Path: <anna.petrova@example.org>",
        "From: anna.petrova@example.org",
        "To: support@example.com",
        f"Subject: {subject}",
        f"Message-ID: <{number or uuid4().hex}@example.org>",
        "Date: Tue, 13 Oct 2026 12:49:00 +0300",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()


def until(true: Callable[[], Any], seconds: float = WITHIN) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


class Post:
    """The mailbox `user` on a server, and a desk that may read it."""

    def __init__(self, desk: Desk, server: Dovecot, stack: ExitStack) -> None:
        self.desk, self.server = desk, server
        self.user = f"user-{uuid4().hex[:12]}"
        self._stack = stack

    def mailbox(self) -> Mailbox:
        """Open it as its owner does."""
        return self._stack.enter_context(self.server.open(self.user))

    def place(self, **values: Any) -> dict[str, Any]:
        """Give where it lies, as actions take it."""
        said = {
            "host": "127.0.0.1",
            "port": self.server.port,
            "encryption": "none",
            "user": self.user,
            "password": PASSWORD,
        }
        return said | values

    def source(self, *, at: datetime | None = None, **values: Any) -> MailSource:
        """Let the desk read it, since an hour unless it is said since when."""
        said: dict[str, Any] = {
            "name": "Почта поддержки",
            "recipient": self.desk.addresses.get(address="support@example.com"),
            "at": at or clock.now() - timedelta(hours=1),
        }
        return actions.add_source(None, self.desk, **self.place(**said | values))

    def readers(self, **values: Any) -> MailboxReaders:
        """Begin to read, as the mail process does, until the test ends."""
        readers = MailboxReaders(look=QUICK, **values)
        readers.begin()
        self._stack.callback(readers.end)
        return readers

    def taken(self) -> list[RawLetter]:
        """Give the letters of the desk's ledger, in the order of their storing."""
        return list(RawLetter.objects.filter(desk=self.desk).order_by("pk"))

    def wait_for(self, count: int) -> list[RawLetter]:
        """Wait until the ledger holds so many letters and each was read; give them."""
        until(lambda: len([one for one in self.taken() if one.read_at is not None]) >= count)
        return self.taken()
