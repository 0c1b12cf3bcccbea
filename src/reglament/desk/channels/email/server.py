"""The desk's own mail server: takes letters by SMTP (RFC 5321) or LMTP (RFC 2033).

It says yes only after a letter lies on the disk and in the ledger. What the letter asks is done after
that, one letter at a time; letters that a stopped process left unread are read by the next one. It
stands behind a border that checks senders, or, where a desk checks them itself, before the world: so it
keeps who brought a letter.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction
from django.db import close_old_connections

from reglament import __version__, clock
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import MAX_LETTER, keep_letter, read_stored, read_waiting
from reglament.desk.channels.email.threads import base_address
from reglament.desk.regulations.models import Desk, DeskAddress

MAX_RECIPIENTS = 100
SWEEP = timedelta(seconds=30)
"""How often letters are looked for that another process stored and did not read."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class _LongLines:
    # RFC 5322 allows 998 octets, and mail programs write References far beyond that.
    line_length_limit = 1024 * 1024


class _Smtp(_LongLines, SMTP):
    pass


class _Lmtp(_LongLines, LMTP):
    pass


class MailIntake:
    """Takes letters for every desk of this installation.

    `begin` opens the port, `end` closes it after the letter in hand; between them it runs in the event
    loop of the caller.
    """

    def __init__(self, host: str, port: int, *, protocol: str = "smtp", most: int = MAX_LETTER) -> None:
        """Take where to listen (port 0: any that is free), the protocol and the largest letter in octets."""
        self._host, self._port, self._protocol, self._most = host, port, protocol, most
        self._unread: asyncio.Queue[int] = asyncio.Queue()
        self._server: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def port(self) -> int:
        """The port on which it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def begin(self) -> None:
        """Open the port. Raises OSError where it is taken or not allowed."""
        loop = asyncio.get_running_loop()
        server = _Lmtp if self._protocol == "lmtp" else _Smtp
        make = partial(
            server,
            self,
            data_size_limit=self._most,
            enable_SMTPUTF8=True,
            hostname="reglament",
            ident=f"Reglament {__version__}",
            loop=loop,
        )
        self._server = await loop.create_server(make, self._host, self._port)
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._sweep())]

    async def end(self) -> None:
        """Close the port and stop. A letter that is stored and not yet read is read by the next process."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Transaction, address: str, options: list[str]
    ) -> str:
        """Take a recipient if it is an address of an open desk."""
        del server, session, options
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            desk = await _in_thread(partial(_desk_of, address))
        except Exception:
            _log.exception("the desk of a recipient could not be looked up")
            return "451 4.3.0 Try again later"
        if desk is None:
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Transaction) -> str:  # noqa: N802
        """Store the letter for each of its recipients, and only then say yes."""
        del server
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        mail_from = (envelope.mail_from or "").strip("<>")  # the null path comes with its brackets
        # By LMTP it is the border's own delivery that comes, whoever brought the letter to the border.
        client, helo = (None, "") if self._protocol == "lmtp" else (_address_of(session), _greeting(session))
        answers = []
        for recipient in envelope.rcpt_tos:
            said = Envelope(mail_from, recipient, client, helo)
            try:
                kept = await _in_thread(partial(_keep, raw, said, self._protocol))
            except Exception:
                _log.exception("a letter could not be stored; its sender is asked to try again")
                answers.append("451 4.3.0 Could not be stored, try again later")
                continue
            if kept is not None:
                self._unread.put_nowait(kept)
            answers.append("250 2.0.0 Stored")
        if self._protocol == "lmtp":
            return "\r\n".join(answers)  # one answer for each recipient
        return next((answer for answer in answers if not answer.startswith("250")), "250 2.0.0 Stored")

    async def _read(self) -> None:
        while True:
            letter = await self._unread.get()
            try:
                await _in_thread(partial(_read_one, letter))
            except Exception:
                _log.exception("letter %s could not be read now and stays stored", letter)

    async def _sweep(self) -> None:
        age = timedelta()  # what lies there at the start was left by a process that has ended
        while True:
            try:
                await _in_thread(partial(_read_left, age))
            except Exception:
                _log.exception("letters that wait to be read could not be looked for")
            age = SWEEP
            await asyncio.sleep(SWEEP.total_seconds())


def _address_of(session: Session) -> str | None:
    """Give the network address of the other side, an IPv4 one as such even where it came through IPv6."""
    try:
        address = ip_address(str(session.peer[0] if session.peer else "").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _greeting(session: Session) -> str:
    said = str(session.host_name or "")
    return said.encode("ascii", "replace").decode().replace("\0", "?")


def _desk_of(recipient: str) -> Desk | None:
    found = (
        DeskAddress.objects.filter(address=base_address(recipient), desk__closed_at=None)
        .select_related("desk")
        .first()
    )
    return found.desk if found is not None else None


def _keep(raw: bytes, envelope: Envelope, source: str) -> int | None:
    """Store a letter; give its row where it is to be read, and None where it was stored before."""
    desk = _desk_of(envelope.recipient)
    if desk is None:
        raise LookupError("the recipient's desk was closed meanwhile")
    letter, is_new = keep_letter(desk, raw, envelope, source, clock.now())
    return letter.pk if is_new else None


def _read_one(raw_letter_id: int) -> None:
    read_stored(raw_letter_id, clock.now())


def _read_left(age: timedelta) -> None:
    read_waiting(clock.now(), age)


async def _in_thread(call: Callable[[], _T]) -> _T:
    """Run something that uses the database in a thread of its own, with a connection that still lives."""

    def run() -> _T:
        close_old_connections()
        try:
            return call()
        finally:
            close_old_connections()

    return await asyncio.to_thread(run)
