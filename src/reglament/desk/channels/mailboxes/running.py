"""Reading the mailboxes of all desks: one thread for each that this process holds, until it is stopped.

A thread stores letters and marks them, nothing more. What the letters ask is done by one further thread,
letter by letter, so that slow judgement never keeps a mailbox waiting.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from reglament import clock
from reglament.desk.channels.email.receiving import MAX_LETTER, read_stored
from reglament.desk.channels.mailboxes import leases
from reglament.desk.channels.mailboxes.faults import MailboxFault
from reglament.desk.channels.mailboxes.reading import MailboxSession, session
from reglament.desk.channels.mailboxes.taking import Round, SourceChanged, access_of
from reglament.desk.channels.models import MailSource

LOOK = timedelta(seconds=2)
"""How often leases are prolonged, changes noticed and mailboxes looked for that nobody reads."""
RENEW = timedelta(minutes=2)
"""After how long IDLE is begun anew, and the mailbox looked through whatever the server told."""
POLL = timedelta(seconds=30)
"""How often a server without IDLE is asked."""
AT_ONCE = 4
"""Mailboxes that one process takes at one look, so that several processes share them."""
_WATCHED = (
    "host", "port", "encryption", "user", "password_id", "recipient_id", "folder", "after", "done_folder",
    "takes_from", "paused_at",
)  # fmt: skip

_log = logging.getLogger(__name__)


@dataclass
class _Reader:
    """A thread that reads one mailbox, and as what it began to."""

    source: int
    watched: tuple[object, ...]
    stopping: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


class MailboxReaders:
    """Reads mailboxes from `begin` to `end`, beside whatever else the process does."""

    def __init__(self, *, most: int = MAX_LETTER, look: timedelta = LOOK, poll: timedelta = POLL) -> None:
        """Take the size in octets of the largest letter that is taken whole, and how often to look."""
        self.name = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid4().hex[:8]}"
        self._most, self._every, self._poll = most, look, poll
        self._stopping = threading.Event()
        self._unread: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._readers: dict[int, _Reader] = {}
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Begin to read."""
        for name, run in (("mailboxes", self._watch), ("letters of mailboxes", self._read)):
            thread = threading.Thread(target=run, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def end(self, patience: float = 4.0) -> None:
        """Stop and give the mailboxes back. Takes how long to wait for what is at hand, in seconds.

        What is stored and not read by then is read by the next process.
        """
        self._stopping.set()
        self._unread.put(None)
        for reader in list(self._readers.values()):
            reader.stopping.set()
        limit = time.monotonic() + patience
        for thread in (*self._threads, *(reader.thread for reader in list(self._readers.values()))):
            if thread is not None:
                thread.join(max(0.0, limit - time.monotonic()))

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except Exception:
                _log.exception("mailboxes could not be looked after")
            close_old_connections()
            self._stopping.wait(self._every.total_seconds())
        connections.close_all()

    def _look(self) -> None:
        close_old_connections()
        for pk, reader in list(self._readers.items()):
            if reader.thread is None or not reader.thread.is_alive():
                del self._readers[pk]
            elif not self._still_holds(reader):
                reader.stopping.set()
        now = clock.unmoved()
        for pk in leases.free(now)[:AT_ONCE]:
            if pk not in self._readers and leases.take(pk, self.name, now):
                self._start(pk)

    def _still_holds(self, reader: _Reader) -> bool:
        row = MailSource.objects.filter(pk=reader.source, desk__closed_at=None).first()
        unchanged = row is not None and _watched(row) == reader.watched
        return leases.prolong(reader.source, self.name, clock.unmoved()) and unchanged

    def _start(self, pk: int) -> None:
        row = MailSource.objects.filter(pk=pk).first()
        if row is None or row.paused_at is not None:
            leases.give_back(pk, self.name)
            return
        reader = _Reader(pk, _watched(row))
        reader.thread = threading.Thread(
            target=self._read_mailbox, args=(reader,), name=f"mailbox {pk}", daemon=True
        )
        self._readers[pk] = reader
        reader.thread.start()

    def _read_mailbox(self, reader: _Reader) -> None:
        fault = ""
        try:
            self._follow(reader)
        except MailboxFault as named:
            fault = named.kept
        except (SourceChanged, MailSource.DoesNotExist):
            pass  # begun anew as what it is now, or gone
        except (DatabaseError, InterfaceError):
            _log.exception("what mailbox %s holds could not be written down", reader.source)
            fault = "not_stored"
        except Exception:
            _log.exception("mailbox %s could not be read", reader.source)
            fault = "broken"
        # The lease runs out by itself where the database cannot be reached.
        with suppress(DatabaseError, InterfaceError):
            close_old_connections()
            if fault and not reader.stopping.is_set():
                leases.failed(reader.source, self.name, fault, clock.unmoved())
            else:
                leases.give_back(reader.source, self.name)
        connections.close_all()

    def _follow(self, reader: _Reader) -> None:
        """Sign in and take letters for as long as the server answers and nobody says to stop."""
        source = MailSource.objects.select_related("desk", "recipient", "password").get(pk=reader.source)
        with session(access_of(source)) as box:
            folder = box.open_folder(source.folder)
            while not reader.stopping.is_set():
                Round(source, box, folder, self._unread.put, reader.stopping, self._most).take_new()
                leases.answered(reader.source, self.name, clock.now())
                # No connection to the database is held while nothing happens.
                connections.close_all()
                self._wait(box, reader.stopping)
                if not reader.stopping.is_set():
                    box.refresh()

    def _wait(self, box: MailboxSession, stopping: threading.Event) -> None:
        box.wait((RENEW if box.has_idle else self._poll).total_seconds(), stopping)

    def _read(self) -> None:
        while (letter := self._unread.get()) is not None and not self._stopping.is_set():
            close_old_connections()
            # Never raises: what cannot be read now is read by the next sweep.
            read_stored(letter, clock.now())
            close_old_connections()
        connections.close_all()


def _watched(row: MailSource) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _WATCHED)
