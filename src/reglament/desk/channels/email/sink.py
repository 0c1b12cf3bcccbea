"""A mail server that takes everything and delivers nothing: the world of the demonstration.

Letters that the desk sends out lie here as their receivers would get them: one file each, and a line in
an index, so that a page can show the newest without reading them all.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Transaction

from reglament import clock
from reglament.desk.channels.email.ledger import write_durably
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.reading import read_letter

INDEX = "index.jsonl"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One letter that reached somebody."""

    id: str
    at: str
    """When, in ISO 8601."""
    mail_from: str
    recipients: tuple[str, ...]
    """Lower-cased."""
    subject: str


class MailSink:
    """Takes letters for anybody and keeps them in a folder."""

    def __init__(self, host: str, port: int, folder: Path) -> None:
        """Take where to listen (port 0: any that is free) and the folder, which need not exist."""
        self._host, self._port, self._folder = host, port, folder
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port on which it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def begin(self) -> None:
        """Open the port. Raises OSError where it is taken or not allowed."""
        loop = asyncio.get_running_loop()
        make = partial(SMTP, self, enable_SMTPUTF8=True, hostname="sink.example.org", loop=loop)
        self._server = await loop.create_server(make, self._host, self._port)

    async def end(self) -> None:
        """Close the port."""
        if self._server is not None:
            self._server.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Transaction) -> str:  # noqa: N802
        """Keep the letter, then say yes."""
        del server, session
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        deliver(self._folder, raw, (envelope.mail_from or "").strip("<>"), tuple(envelope.rcpt_tos))
        return "250 2.0.0 Kept"


def deliver(folder: Path, raw: bytes, mail_from: str, recipients: tuple[str, ...]) -> Delivered:
    """Keep a letter that reached its receivers."""
    letter = read_letter(raw)
    delivered = Delivered(
        uuid4().hex,
        clock.now().isoformat(),
        mail_from,
        tuple(recipient.lower() for recipient in recipients),
        letter.subject,
    )
    write_durably(folder / f"{delivered.id}.eml", raw)
    with (folder / INDEX).open("a", encoding="utf-8") as index:
        index.write(json.dumps(asdict(delivered), ensure_ascii=False) + "\n")
    return delivered


def newest(folder: Path, recipient: str = "", most: int = 50) -> list[Delivered]:
    """Give the letters that came last, the newest first, to one receiver or (empty) to any."""
    try:
        lines = (folder / INDEX).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found: list[Delivered] = []
    for line in reversed(lines):
        try:
            said = json.loads(line)
            delivered = Delivered(**said | {"recipients": tuple(said["recipients"])})
        except (ValueError, TypeError, KeyError):
            continue  # a line that was being written when the power went
        if not recipient or recipient.lower() in delivered.recipients:
            found.append(delivered)
            if len(found) == most:
                break
    return found


def delivered_letter(folder: Path, identifier: str) -> Letter | None:
    """Give one letter as its receiver would read it, or None where there is none of this id."""
    if len(identifier) != 32 or not identifier.isalnum():
        return None
    try:
        return read_letter((folder / f"{identifier}.eml").read_bytes())
    except FileNotFoundError:
        return None
