"""Letters shown to a virus scanner: clamd, by its INSTREAM command (clamd(8)), over TCP or a local socket.

Bounded in time and size. A scanner that is away, refuses or dawdles makes no letter wait: it gives
`unscanned` with the reason, and the desk's settings say what follows from that.
"""

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

PORT = 3310
"""Of clamd, where the address names none."""
SECONDS = 30.0
"""The longest that all of one letter is shown to the scanner."""
MAX_SCANNED = 200 * 1024 * 1024
"""Octets of one letter, its files counted again, that are shown; clamd has bounds of its own below that."""
MAX_ANSWER = 4_096

_STRETCH = 64 * 1024


class Finding(StrEnum):
    """What a scanner says."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner says of a letter, fit to be kept with it."""

    finding: Finding
    words: str = ""
    """The name of what was found, or why it was not scanned; empty where it is clean."""

    def as_json(self) -> dict[str, str]:
        """Give the same, fit for JSON."""
        return {"finding": str(self.finding), "words": self.words}


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where a clamd listens: at a host and port, or at the path of a local socket."""

    host: str = ""
    port: int = PORT
    path: str = ""


def scanner_at(url: str) -> Scanner | None:
    """Read `clamd://HOST[:PORT]` or `clamd:///PATH`; give None where it is neither."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError:
        return None
    path = unquote(parts.path)
    extra = parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme != "clamd" or extra or bool(host) == bool(path.strip("/")):
        return None
    return Scanner(host, port) if host else Scanner(path=path)


def scan(pieces: Iterable[bytes], scanner: Scanner, seconds: float = SECONDS) -> Scan:
    """Show a letter to a scanner, in pieces: as it came, and each file as we read it.

    A scanner may read a broken letter otherwise than we do, so the letter alone is not enough. The
    first piece that is infected, or could not be scanned, decides; but what is infected wins. Takes the
    seconds for all of them together. Never raises.
    """
    limit = time.monotonic() + seconds
    unscanned: Scan | None = None
    shown = 0
    for piece in pieces:
        shown += len(piece)
        if shown > MAX_SCANNED:
            return unscanned or Scan(Finding.UNSCANNED, "it is larger than what is shown to the scanner")
        said = _scan_one(piece, scanner, limit)
        if said.finding is Finding.INFECTED:
            return said
        if said.finding is Finding.UNSCANNED:
            unscanned = unscanned or said
    return unscanned or Scan(Finding.CLEAN)


def _scan_one(content: bytes, scanner: Scanner, limit: float) -> Scan:
    try:
        with _connected(scanner, limit) as line:
            try:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _STRETCH):
                    line.settimeout(_left(limit))
                    stretch = content[start : start + _STRETCH]
                    line.sendall(len(stretch).to_bytes(4, "big") + stretch)
                line.sendall(b"\0\0\0\0")
            except (BrokenPipeError, ConnectionResetError):
                pass  # it hangs up on what is too large for it, after saying so
            return _understood(_answer(line, limit))
    except TimeoutError:
        return Scan(Finding.UNSCANNED, "the scanner did not answer in time")
    except (OSError, UnicodeError) as error:  # a host's name may be none at all
        why = getattr(error, "strerror", None) or error
        return Scan(Finding.UNSCANNED, f"the scanner cannot be reached: {why}"[:200])


def _connected(scanner: Scanner, limit: float) -> socket.socket:
    if not scanner.path:
        return socket.create_connection((scanner.host, scanner.port), timeout=_left(limit))
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_left(limit))
        line.connect(scanner.path)
    except BaseException:
        line.close()
        raise
    return line


def _answer(line: socket.socket, limit: float) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < MAX_ANSWER:
        line.settimeout(_left(limit))
        more = line.recv(MAX_ANSWER)
        if not more:
            break
        answer += more
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _understood(answer: str) -> Scan:
    said = "".join(sign for sign in answer.removeprefix("stream:").strip() if sign.isprintable())
    if said == "OK":
        return Scan(Finding.CLEAN)
    if said.endswith(" FOUND"):
        return Scan(Finding.INFECTED, said.removesuffix(" FOUND")[:200])
    return Scan(Finding.UNSCANNED, f"the scanner said: {said[:200]}" if said else "the scanner said nothing")


def _left(limit: float) -> float:
    """Give the seconds that are left. Raises TimeoutError where there are none."""
    left = limit - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
