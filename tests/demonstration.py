"""The demonstration as a process, and a person at its pages and its mail."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

LONGEST = 600.0
"""Seconds within which even the longest start must be over, on a machine that does much else."""


class Demonstration:
    """`reglament demo` as it runs, from its start to its last word."""

    def __init__(self, data: Path, *arguments: str) -> None:
        """Start it on a folder and on a port that is free, and wait until it has said everything."""
        self.port = free_port()
        self.said: list[str] = []
        self.pages = Pages(f"http://127.0.0.1:{self.port}")
        begun = time.monotonic()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("REGLAMENT_")}
        self.program = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "reglament",
                "demo",
                "--data",
                str(data),
                "--port",
                str(self.port),
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        assert self.program.stdout is not None
        for line in self.program.stdout:
            self.said.append(line.rstrip("\n"))
            if "Ctrl-C" in line or time.monotonic() - begun > LONGEST:
                break
        self.seconds = time.monotonic() - begun

    @property
    def words(self) -> str:
        """All that it said so far."""
        return "\n".join(self.said)

    @property
    def password(self) -> str:
        """Everybody's password."""
        return self._said(r"password: (\S+)")

    @property
    def mail_port(self) -> int:
        """Where it takes letters."""
        return int(self._said(r"Mail intake +smtp://127\.0\.0\.1:(\d+)"))

    def _said(self, pattern: str) -> str:
        found = re.search(pattern, self.words)
        assert found is not None, self.words
        return found[1]

    def write(self, sender: str, recipient: str, subject: str, text: str) -> None:
        """Hand it a letter by SMTP, as a mail server would."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, recipient, subject
        message["Message-ID"] = f"<{time.monotonic_ns()}@{sender.rpartition('@')[2]}>"
        message.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.mail_port, timeout=30) as session:
            session.send_message(message)

    def processes(self) -> list[int]:
        """Give the ids of its processes, its own first."""
        return [self.program.pid, *descendants(self.program.pid)]

    def memory(self) -> float:
        """Give the sum of its processes' proportional set sizes, in megabytes."""
        total = 0
        for pid in self.processes():
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
            assert found is not None
            total += int(found[1])
        return total / 1024

    def stop(self) -> float:
        """Ask it to stop; give how long that took, in seconds."""
        begun = time.monotonic()
        self.program.send_signal(signal.SIGTERM)
        self.program.wait(60)
        assert self.program.stdout is not None
        self.said += self.program.stdout.read().splitlines()
        self.program.stdout.close()
        return time.monotonic() - begun

    def kill(self) -> None:
        """End whatever may be left of it."""
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait(60)
        if self.program.stdout is not None:
            self.program.stdout.close()


class Pages:
    """A person at the pages, with a browser's cookies."""

    def __init__(self, base: str) -> None:
        """Take where the pages are."""
        self._base = base
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders = [("Accept-Language", "ru")]

    def open(self, path: str) -> str:
        """Open a page; give its source."""
        with self._opener.open(f"{self._base}{path}", timeout=60) as page:
            return str(page.read().decode())

    def status(self, path: str) -> int:
        """Give the status with which a page answers; 0 where nobody does."""
        try:
            with self._opener.open(f"{self._base}{path}", timeout=60) as page:
                return int(page.status)
        except HTTPError as fault:
            fault.close()
            return fault.code
        except (URLError, OSError):
            return 0

    def send(self, path: str, **fields: str) -> str:
        """Fill in the form of a page and send it; give the page that follows."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.open(path))
        assert found is not None
        content = urlencode({"csrfmiddlewaretoken": found[1], **fields}).encode()
        with self._opener.open(f"{self._base}{path}", content, timeout=60) as page:
            return str(page.read().decode())

    def sign_in(self, address: str, password: str) -> str:
        """Sign in; give the page that follows."""
        return self.send("/account/login/", login=address, password=password)

    def wait_for(self, path: str, words: str, seconds: float = 60.0) -> str:
        """Open a page again and again until it says something."""
        limit = time.monotonic() + seconds
        while words not in (page := self.open(path)):
            assert time.monotonic() < limit, f"{path} does not say {words!r}"
            time.sleep(0.3)
        return page


def descendants(pid: int) -> list[int]:
    """Give every process below one."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def alive(pids: list[int]) -> list[int]:
    """Give those processes that still run."""
    found = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.append(pid)
    return found


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
