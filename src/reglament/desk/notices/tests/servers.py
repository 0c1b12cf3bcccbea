"""Outgoing servers for tests, each on a loopback port of its own, with a temper of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from reglament.desk.notices.mail_server import MailServer

TEMPERS: dict[str, dict[bytes, bytes | None]] = {
    "takes": {},
    "refuses the recipient": {b"RCPT": b"550 5.1.1 no such person"},
    "refuses the letter": {b".": b"554 5.7.1 we do not like it"},
    "is busy": {b"RCPT": b"451 4.7.1 later"},
    "is busy after the letter": {b".": b"452 4.3.1 no room"},
    "greets with a refusal": {b"": b"554 not today"},
    "hangs up early": {b"RCPT": None},
    "hangs up at the letter": {b".": None},
    "stalls at the letter": {b".": b"stall"},
}


class Server:
    """A small SMTP server that keeps what it took and misbehaves as told."""

    def __init__(self, temper: str) -> None:
        self.answers: dict[bytes, bytes | None] = dict(TEMPERS[temper])
        self.letters: list[bytes] = []
        self.sessions = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> MailServer:
        """Where to hand letters over."""
        return MailServer("127.0.0.1", self.port)

    def read(self) -> list[EmailMessage]:
        """Give the letters that it took, parsed."""
        return [message_from_bytes(letter, policy=default) for letter in self.letters]

    def close(self) -> None:
        """Stop."""
        self._listening.close()
        # A socket that is only closed here still waits in accept(); a last visitor wakes it.
        with socket.socket() as visitor:
            visitor.connect_ex(("127.0.0.1", self.port))
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while True:
            try:
                session, _ = self._listening.accept()
            except OSError:
                return
            self.sessions += 1
            with session:
                session.settimeout(5)
                self._talk(session)

    def _talk(self, session: socket.socket) -> None:
        lines = session.makefile("rb")
        try:
            if not self._answer(session, b"", b"220 ready"):
                return
            for line in lines:
                command = line[:4].upper().rstrip()
                if command == b"DATA":
                    if not self._answer(session, b"DATA", b"354 go on") or not self._take(session, lines):
                        return
                elif not self._answer(session, command, b"250 ok"):
                    return
                if command == b"QUIT":
                    return
        except OSError:
            return
        finally:
            lines.close()

    def _take(self, session: socket.socket, lines: Iterator[bytes]) -> bool:
        content = b""
        for line in lines:
            if line == b".\r\n":
                break
            content += line[1:] if line.startswith(b".") else line
        if b"." not in self.answers or self.answers[b"."] == b"stall":
            self.letters.append(content)
        return self._answer(session, b".", b"250 taken as 17")

    def _answer(self, session: socket.socket, command: bytes, usual: bytes) -> bool:
        answer = self.answers.get(command, usual)
        if answer is None:
            return False
        if answer == b"stall":
            session.settimeout(3)
            session.recv(1)
            return False
        session.sendall(answer + b"\r\n")
        return True


@contextmanager
def server(temper: str = "takes") -> Iterator[Server]:
    """Run a server of a temper for as long as the block lasts."""
    running = Server(temper)
    try:
        yield running
    finally:
        running.close()
