"""The mail servers of the world: those that bring letters to the desk, and the one that takes its letters."""

from __future__ import annotations

import random
import smtplib
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from queue import Empty, Queue

from tests.dovecot import Dovecot
from tests.faults.letters import Letter, Plan

TEMPERS = {
    "takes": 780,
    "is busy at the recipient": 40,
    "refuses the recipient": 30,
    "is busy after the letter": 30,
    "refuses the letter": 20,
    "hangs up before the letter": 40,
    "hangs up in the letter": 20,
    "keeps the letter and hangs up": 20,
    "drops the letter and hangs up": 15,
    "keeps the letter and stalls": 3,
    "stalls before the letter": 2,
}
"""Out of a thousand letters, how many meet which temper of the outgoing server."""
MOST_STALLS = 3
STALL = 33.0
"""Seconds of silence: more than the desk waits for an answer."""
PAUSE = 0.2
"""Seconds after which a server tries again what was not acknowledged."""


class Outgoing(socketserver.ThreadingTCPServer):
    """The server that the desk hands its letters to: takes, refuses, stalls and hangs up by chance."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.port: int = self.server_address[1]
        self.gentle = False
        self.kept: list[bytes] = []
        self.met: Counter[str] = Counter()
        self.closing = threading.Event()
        self._chance, self._lock = random.Random(seed), threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def temper(self) -> str:
        """Say how the next letter is met."""
        with self._lock:
            (temper,) = self._chance.choices(list(TEMPERS), list(TEMPERS.values()))
            stalled = sum(count for name, count in self.met.items() if "stalls" in name)
            if self.gentle or ("stalls" in temper and stalled >= MOST_STALLS):
                temper = "takes"
            self.met[temper] += 1
            return temper

    def end(self) -> None:
        """Stop."""
        self.closing.set()
        self.shutdown()
        self.server_close()


class _HangUp(Exception):
    pass


class _Session(socketserver.StreamRequestHandler):
    server: Outgoing

    def handle(self) -> None:
        try:
            self._say(b"220 ready")
            temper = ""
            for line in self.rfile:
                command = line[:4].upper().rstrip()
                if command == b"MAIL":
                    temper = self.server.temper()
                self._answer(command, temper)
        except (_HangUp, OSError):
            pass

    def _answer(self, command: bytes, temper: str) -> None:
        if command == b"MAIL" and temper == "stalls before the letter":
            self._stall()
        if command == b"RCPT" and temper == "is busy at the recipient":
            self._say(b"451 4.7.1 later")
        elif command == b"RCPT" and temper == "refuses the recipient":
            self._say(b"550 5.1.1 no such person")
        elif command == b"DATA":
            self._take(temper)
        else:
            self._say(b"221 bye" if command == b"QUIT" else b"250 ok")
            if command == b"QUIT":
                raise _HangUp

    def _take(self, temper: str) -> None:
        if temper == "hangs up before the letter":
            raise _HangUp
        self._say(b"354 go on")
        content = b""
        for line in self.rfile:
            if temper == "hangs up in the letter":
                raise _HangUp
            if line == b".\r\n":
                break
            content += line[1:] if line.startswith(b".") else line
        else:
            raise _HangUp
        if temper == "is busy after the letter":
            self._say(b"452 4.3.1 no room")
        elif temper == "refuses the letter":
            self._say(b"554 5.7.1 we do not like it")
        elif temper == "drops the letter and hangs up":
            raise _HangUp
        else:
            self.server.kept.append(content)
            if temper == "keeps the letter and hangs up":
                raise _HangUp
            if temper == "keeps the letter and stalls":
                self._stall()
            self._say(b"250 taken")

    def _stall(self) -> None:
        self.server.closing.wait(STALL)
        raise _HangUp

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


class Incoming:
    """The servers that bring letters: each is sent until it is acknowledged, by whichever intake answers."""

    def __init__(self, plan: Plan, outgoing: Outgoing, ports: Sequence[int], dovecot: Dovecot | None) -> None:
        self._plan, self._outgoing, self._ports, self._dovecot = plan, outgoing, ports, dovecot
        self.acknowledged: dict[int, Letter] = {}
        """The letters that were acknowledged, by their numbers."""
        self.refused = 0
        """How often a letter was not taken, and brought again."""
        self.stopping = threading.Event()
        self._queues: dict[str, Queue[int]] = {"smtp": Queue(), "imap": Queue()}
        for number, door in enumerate(plan.doors):
            self._queues[door].put(number)
        self._threads = [
            *(threading.Thread(target=self._by_smtp, args=(place,), daemon=True) for place in range(4)),
            threading.Thread(target=self._by_imap, daemon=True),
        ]

    def begin(self) -> None:
        """Begin to bring letters."""
        for thread in self._threads:
            thread.start()

    @property
    def at_work(self) -> bool:
        """Whether anything is still to be brought."""
        return any(thread.is_alive() for thread in self._threads)

    def _by_smtp(self, place: int) -> None:
        chance = random.Random(f"{self._plan.seed}-smtp-{place}")
        while (number := self._next("smtp")) is not None:
            letter = self._plan.write(number, self._outgoing.kept)
            session: smtplib.SMTP | None = None
            while number is not None and not self.stopping.is_set():
                try:
                    session = session or smtplib.SMTP("127.0.0.1", chance.choice(self._ports), timeout=60)
                    session.sendmail(letter.sender, [letter.recipient], letter.raw)
                except (OSError, smtplib.SMTPException):
                    # The same octets again, as a mail server does that was told nothing.
                    self.refused += 1
                    _close(session)
                    session = None
                    self.stopping.wait(PAUSE * (1 + chance.random()))
                    continue
                self.acknowledged[number] = letter
                number = self._next("smtp") if chance.random() < 0.9 else None
                if number is not None:
                    letter = self._plan.write(number, self._outgoing.kept)
            _close(session)

    def _by_imap(self) -> None:
        if self._dovecot is None:
            return
        with self._dovecot.open("support") as mailbox:
            while (number := self._next("imap")) is not None and not self.stopping.is_set():
                letter = self._plan.write(number, self._outgoing.kept)
                path = f"Return-Path: <{letter.sender}>\r\nDelivered-To: {letter.recipient}\r\n".encode()
                letter = replace(letter, raw=path + letter.raw)
                mailbox.put(letter.raw)
                self.acknowledged[number] = letter
                # Spread over the time that the other door takes.
                done = len(self.acknowledged) / len(self._plan.doors)
                share = 1 - self._queues["imap"].qsize() / max(1, self._plan.by_imap)
                if share > done:
                    time.sleep(PAUSE)

    def _next(self, door: str) -> int | None:
        try:
            return self._queues[door].get_nowait()
        except Empty:
            return None


def _close(session: smtplib.SMTP | None) -> None:
    if session is not None:
        session.close()
