"""Handing letters over to the outgoing server (SMTP, RFC 5321), so that it is known how far each got.

A letter may be handed over once at most. Up to the end of its data the server has taken nothing; from
its answer on it is clear; in between, a broken connection leaves it unknown, and then nobody but a
person may try again.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from reglament.desk.notices.mail_server import MailServer
from reglament.desk.notices.models import DeliveryState

TIMEOUT = 30.0
"""How long any one answer of the server is waited for, in seconds."""


@dataclass(frozen=True)
class HandingOver:
    """What became of one attempt: the state, and the last words of the server."""

    state: DeliveryState
    """`HANDED_OVER`, `REFUSED` for good, `UNKNOWN`, or `QUEUED`: not now, try again."""
    answer: str


class Connection:
    """A session with the outgoing server, opened when first needed, for one letter after another."""

    def __init__(self, server: MailServer, timeout: float = TIMEOUT) -> None:
        self._server = server
        self._timeout = timeout
        self._session: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def hand_over(self, sender: str, recipient: str, letter: bytes) -> HandingOver:
        """Hand one letter over, from an envelope's sender to one recipient, and say how far it got.

        Takes the octets of the letter, with CRLF line ends.
        """
        try:
            content = _stuffed(letter)
            session = self._open()
            code, words = _prelude(session, sender, recipient)
            if code != 354:
                return self._declined(code, words)
        except smtplib.SMTPResponseException as fault:
            self._hang_up()
            return HandingOver(DeliveryState.QUEUED, _words(fault.smtp_code, fault.smtp_error))
        except (OSError, smtplib.SMTPException) as fault:
            # Nothing of the letter was sent: a server that cannot be reached, or lets nobody in, is
            # tried again, since an owner's mistake in the settings is no fault of the letter.
            self._hang_up()
            return HandingOver(DeliveryState.QUEUED, f"{type(fault).__name__}: {fault}")
        except UnicodeError:
            return HandingOver(DeliveryState.REFUSED, "the server cannot take this address (SMTPUTF8)")
        try:
            session.send(content)
            code, words = session.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            return HandingOver(DeliveryState.UNKNOWN, f"{type(fault).__name__}: {fault}")
        if 200 <= code < 300:
            return HandingOver(DeliveryState.HANDED_OVER, _words(code, words))
        return self._declined(code, words)

    def _declined(self, code: int, words: bytes) -> HandingOver:
        try:
            if self._session is not None:
                self._session.rset()
        except (OSError, smtplib.SMTPException):
            self._hang_up()
        for_good = 500 <= code < 600
        return HandingOver(DeliveryState.REFUSED if for_good else DeliveryState.QUEUED, _words(code, words))

    def _open(self) -> smtplib.SMTP:
        if self._session is not None:
            return self._session
        server = self._server
        # Only where it is needed: to read the machine's certificates takes longer than to send a letter.
        context = None if server.encryption == "none" else ssl.create_default_context()
        if server.encryption == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=context
            )
        else:
            session = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        self._session = session
        if server.encryption == "starttls":
            session.starttls(context=context)
        session.ehlo_or_helo_if_needed()
        if server.user:
            session.login(server.user, server.password)
        return session

    def _hang_up(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            try:
                session.quit()
            except (OSError, smtplib.SMTPException):
                session.close()


def _prelude(session: smtplib.SMTP, sender: str, recipient: str) -> tuple[int, bytes]:
    code, words = session.mail(sender)
    if code == 250:
        code, words = session.rcpt(recipient)
        if code in (250, 251):
            code, words = session.docmd("DATA")
    return code, words


def _stuffed(content: bytes) -> bytes:
    # A line of a single dot ends the data, so every dot at the beginning of a line is doubled.
    stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n"))
    return (stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n") + b".\r\n"


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}".strip()
