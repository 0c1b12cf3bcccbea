"""One session with a mailbox by IMAP (RFC 9051, 3501): what it holds, its letters, and marks on them.

Nothing is ever deleted or expunged here but the one copy that a safe move leaves behind. The library's
own `flag`, `move` and `delete` end with EXPUNGE, which would destroy whatever a person has marked as
deleted; they are not used.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import UnexpectedCommandStatusError
from imap_tools.utils import encode_folder

from reglament.desk.channels.mailboxes.addresses import demand_address
from reglament.desk.channels.mailboxes.faults import MailboxFault, fault_of, in_one_line

KEYWORD = "$Reglament"
"""The keyword on letters that the ledger has, where the server takes keywords of ours."""
TIMEOUT = 60.0
"""Seconds that a server may be silent in the middle of an answer."""
LOOK = 0.5
"""Seconds after which somebody who waits looks whether it was told to stop."""
AT_ONCE = 200
"""Letters whose heads are asked for in one command."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_INTERNAL_DATE = re.compile(
    rb'INTERNALDATE "\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})"'
)
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_NETWORK = (OSError, imaplib.IMAP4.error, ImapToolsError, EOFError)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Access:
    """Where a mailbox lies and how to come in."""

    host: str
    port: int
    encryption: str
    """`tls`, `starttls` or `none`."""
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as the server tells of it when it is opened."""

    name: str
    uid_validity: int
    count: int
    keywords: bool
    """Whether keywords of ours can be set in it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a server says of a letter without giving it out."""

    uid: int
    size: int
    """In octets."""
    came_at: datetime | None
    """When it came into the mailbox (INTERNALDATE); None where the server says nothing sensible."""
    fields: bytes = b""
    """The fields of its head that were asked for, as they stand."""


class MailboxSession:
    """A signed-in connection. Every method raises `MailboxFault` where server or network fail."""

    def __init__(self, box: BaseMailBox, encrypted: str) -> None:
        self._box = box
        self.encrypted = encrypted
        """What encrypts the connection, such as `TLSv1.3`; empty where nothing does."""
        self.capabilities: frozenset[str] = frozenset()

    @property
    def has_idle(self) -> bool:
        """Whether the server tells of new letters by itself (RFC 2177)."""
        return "IDLE" in self.capabilities

    @property
    def moves(self) -> bool:
        """Whether letters can be moved so that nothing else is touched (RFC 6851, or by RFC 4315)."""
        return bool({"MOVE", "UIDPLUS"} & self.capabilities)

    def sign_in(self, user: str, password: str) -> None:
        """Sign in, and learn what this user may do."""
        try:
            if user.isascii() and password.isascii():
                self._box.login(user, password, initial_folder=None)
            else:
                self._box.login_utf8(user, password, initial_folder=None)
        except UnexpectedCommandStatusError as refused:
            raise MailboxFault("sign_in_refused", _said(refused.command_result)) from None
        except imaplib.IMAP4.abort as broken:
            raise fault_of(broken) from broken
        except imaplib.IMAP4.error as refused:
            raise MailboxFault("sign_in_refused", in_one_line(refused)) from None
        except (OSError, EOFError) as broken:
            raise fault_of(broken) from broken
        # What a server can do is told anew after signing in, and often more than before.
        _typ, said = self._asked(self._box.client.capability)
        self.capabilities = frozenset(
            b" ".join(one or b"" for one in said).decode("ascii", "replace").split()
        )

    def open_folder(self, name: str, *, only_read: bool = False) -> Folder:
        """Open a folder by its name in words. Raises `MailboxFault` `folder_absent` or `read_only`."""
        try:
            _typ, count = self._box.folder.set(name, readonly=only_read)
        except UnexpectedCommandStatusError:
            raise MailboxFault("folder_absent", name) from None
        except imaplib.IMAP4.readonly:
            raise MailboxFault("read_only", name) from None
        except _NETWORK as broken:
            raise fault_of(broken) from broken
        self._told("EXISTS")
        validity = self._told("UIDVALIDITY")
        return Folder(
            name=name,
            uid_validity=int(validity) if validity.isdigit() else 0,
            count=int(count[0] or 0),
            keywords="\\*" in self._told("PERMANENTFLAGS"),
        )

    def refresh(self) -> None:
        """Let the server tell what is new; raises `MailboxFault` where it does not answer any more."""
        self._asked(self._box.client.noop)

    def uids(self, *, after: int, since: date) -> list[int]:
        """Give the UIDs above `after` of letters that came on a date or later, in their order."""
        # What the server told before, this search finds; what it tells from here on, `wait` has to know.
        self._told("EXISTS")
        said = f"UID {after + 1}:* SINCE {since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}"
        typ, data = self._asked(lambda: self._box.client.uid("SEARCH", said))
        if typ != "OK":
            raise MailboxFault("broken")
        found = {
            int(uid) for line in data if isinstance(line, bytes) for uid in line.split() if uid.isdigit()
        }
        # `n:*` names the last letter even where its UID is below n (RFC 3501, 6.4.8).
        return sorted(uid for uid in found if uid > after)

    def heads(self, uids: Collection[int], *, fields: str = "") -> Iterator[Head]:
        """Give size and date of letters, and the named fields of their heads (`MESSAGE-ID SUBJECT`).

        A letter that is no longer there is left out.
        """
        wanted = sorted(uids)
        parts = "UID RFC822.SIZE INTERNALDATE"
        parts += f" BODY.PEEK[HEADER.FIELDS ({fields})]" if fields else ""
        for start in range(0, len(wanted), AT_ONCE):
            chosen = ",".join(map(str, wanted[start : start + AT_ONCE]))
            typ, data = self._asked(
                lambda chosen=chosen: self._box.client.uid("FETCH", chosen, f"({parts})")  # type: ignore[misc]
            )
            if typ != "OK":
                raise MailboxFault("broken")
            yield from _heads_in(data)

    def letter(self, uid: int, *, most: int | None = None) -> bytes | None:
        """Give the octets of a letter, or its first `most`; None where the server does not give it out."""
        part = "BODY.PEEK[]" if most is None else f"BODY.PEEK[]<0.{most}>"
        _typ, data = self._asked(lambda: self._box.client.uid("FETCH", str(uid), f"(UID {part})"))
        for said in data:
            if isinstance(said, tuple) and b"BODY[]" in said[0].upper():
                return bytes(said[1])
        return None

    def flag(self, uid: int, *, keywords: bool) -> None:
        """Mark a letter as seen, and as one that the ledger has where the server takes keywords."""
        flags = f"(\\Seen {KEYWORD})" if keywords else "(\\Seen)"
        typ, _data = self._asked(lambda: self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", flags))
        if typ != "OK" and keywords:
            self._asked(lambda: self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)"))

    def move(self, uid: int, folder: str) -> None:
        """Move a letter into another folder, which is made where it is not there.

        Only where `moves`. Raises `MailboxFault` `done_folder_absent` where the server does not let it.
        """
        command = "MOVE" if "MOVE" in self.capabilities else "COPY"
        target: Any = encode_folder(folder)
        moved = self._asked(lambda: self._box.client.uid(command, str(uid), target))
        if moved[0] != "OK":
            with suppress(MailboxFault):
                self._asked(lambda: self._box.folder.create(folder))
            moved = self._asked(lambda: self._box.client.uid(command, str(uid), target))
        if moved[0] != "OK":
            raise MailboxFault("done_folder_absent", folder)
        if command == "COPY":
            self._asked(lambda: self._box.client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)"))
            # UID EXPUNGE (RFC 4315) takes this letter alone, whatever else is marked as deleted.
            self._asked(lambda: self._box.client.uid("EXPUNGE", str(uid)))

    def wait(self, seconds: float, stopping: threading.Event) -> None:
        """Wait until the server tells of something, the time is over, or somebody says to stop.

        Where the server has no IDLE, it is only the time that counts. Takes at most 29 minutes (RFC 2177).
        """
        if self._told("EXISTS"):
            # Letters came while others were fetched and marked. IDLE does not tell that again.
            return
        if not self.has_idle:
            stopping.wait(seconds)
            return
        end = time.monotonic() + seconds
        self._asked(self._box.idle.start)
        try:
            if self._asked(self._read_ahead):
                return
            while not stopping.is_set() and (left := end - time.monotonic()) > 0:
                span, begun = min(left, LOOK), time.monotonic()
                if self._asked(lambda span=span: self._box.idle.poll(span)):  # type: ignore[misc]
                    break
                if time.monotonic() - begun < span / 2:
                    # Nothing was said, and yet there was something to read: the server hung up.
                    raise MailboxFault("broken")
        finally:
            self._asked(self._box.idle.stop)

    def _read_ahead(self) -> bool:
        """Say whether the server told something in one breath with its answer to IDLE.

        It then lies in the buffer of this end, where no waiting for the socket sees it.
        """
        client = self._box.client
        before = client.sock.gettimeout()
        client.sock.settimeout(0)
        try:
            return bool(client.readline())
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            client.sock.settimeout(before)

    def close(self) -> None:
        """Sign off; a server that does not answer any more is left as it is."""
        with suppress(*_NETWORK):
            self._box.client.sock.settimeout(5)
            self._box.client.logout()
        with suppress(*_NETWORK):
            self._box.client.shutdown()

    def _told(self, what: str) -> str:
        _name, said = self._box.client.response(what)
        return b" ".join(one for one in said if isinstance(one, bytes)).decode("ascii", "replace")

    def _asked(self, ask: Callable[[], _T]) -> _T:
        try:
            return ask()
        except ssl.SSLError as broken:
            # Encryption was agreed upon long ago; now it only is how the connection ended.
            raise MailboxFault("broken") from broken
        except _NETWORK as broken:
            raise fault_of(broken) from broken


@contextmanager
def session(access: Access, *, timeout: float = TIMEOUT) -> Iterator[MailboxSession]:
    """Connect and sign in; sign off at the end. Raises `MailboxFault`."""
    connected = connect(access, timeout=timeout)
    try:
        connected.sign_in(access.user, access.password)
        yield connected
    finally:
        connected.close()


def connect(access: Access, *, timeout: float = TIMEOUT) -> MailboxSession:
    """Connect, encrypted as asked, without signing in. Raises `MailboxFault`.

    The server's certificate is checked against the authorities that this machine trusts, and its name.
    """
    demand_address(access.host, access.port, access.encryption)
    context = ssl.create_default_context()
    try:
        box: BaseMailBox
        if access.encryption == "tls":
            box = MailBox(access.host, access.port, timeout=timeout, ssl_context=context)
        elif access.encryption == "starttls":
            box = MailBoxStartTls(access.host, access.port, timeout=timeout, ssl_context=context)
        else:
            box = MailBoxUnencrypted(access.host, access.port, timeout=timeout)
    except OSError as fault:
        named = fault_of(fault)
        raise MailboxFault("unreachable") if named.kind == "broken" else named from fault
    except (ImapToolsError, ValueError):
        raise MailboxFault("no_encryption") from None
    except imaplib.IMAP4.error as strange:
        raise MailboxFault("no_imap") from strange
    box.client.sock.settimeout(timeout)
    _keep_alive(box.client.sock)
    sock = box.client.sock
    return MailboxSession(box, (sock.version() or "") if isinstance(sock, ssl.SSLSocket) else "")


def _keep_alive(sock: socket.socket) -> None:
    """Let the system notice within two minutes that the machine on the other side is gone."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _heads_in(data: list[Any]) -> Iterator[Head]:
    """Read the answers to a FETCH: each letter's words come before and after what it quotes."""
    words, fields = b"", b""
    for said in [*data, b")"]:
        if isinstance(said, tuple):
            words, fields = words + b" " + said[0], bytes(said[1])
            continue
        words += b" " + (said or b"")
        uid, size = _UID.search(words), _SIZE.search(words)
        # Flags that another program sets meanwhile are told in between, without a size.
        if uid is not None and size is not None:
            yield Head(int(uid[1]), int(size[1]), _came_at(words), fields)
        if uid is not None or not fields:
            words, fields = b"", b""


def _came_at(words: bytes) -> datetime | None:
    found = _INTERNAL_DATE.search(words)
    if found is None:
        return None
    day, month, year, clock, zone = (part.decode("ascii") for part in found.groups())
    try:
        number = _MONTHS.index(month.title()) + 1
        return datetime.fromisoformat(f"{year}-{number:02d}-{int(day):02d}T{clock}{zone[:3]}:{zone[3:]}")
    except ValueError:
        return None


def _said(result: object) -> str:
    """Give what a server said in refusal."""
    data = result[1] if isinstance(result, tuple) and len(result) > 1 else result
    lines = data if isinstance(data, list | tuple) else [data]
    return in_one_line(b" ".join(line for line in lines if isinstance(line, bytes)))
