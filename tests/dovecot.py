"""A mail server for tests of mailboxes: the machine's own dovecot, on loopback, as an ordinary user."""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_tools.imap_utf7 import utf7_encode

PASSWORD = "почта-1"
"""Everybody's password."""
FULL = "IMAP4rev1 IDLE UIDPLUS MOVE NAMESPACE LITERAL+"
"""What the server can do, unless a test takes something away."""
_NAME = "nobody"
"""As whom it runs where the tests run as root: dovecot opens no mailbox as root."""
_SETTINGS = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
imap_capability = {capability}
auth_mechanisms = plain login
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def imap_program() -> str | None:
    """Give the path of dovecot, where it is installed; servers lie outside an ordinary user's PATH."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def imap_required() -> bool:
    """Say whether a missing dovecot is a failure (REGLAMENT_REQUIRE_IMAP=1) and not a reason to skip."""
    return os.environ.get("REGLAMENT_REQUIRE_IMAP") == "1"


class Dovecot:
    """A running server; `stop` ends it and removes its mailboxes. Any user name opens a mailbox."""

    def __init__(self, capability: str = FULL) -> None:
        """Start it, with the given abilities after signing in."""
        # The paths of its sockets must stay below 108 octets.
        self.folder = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))
        self.port, self.tls_port = _free_port(), _free_port()
        as_root = os.geteuid() == 0
        account = pwd.getpwnam(_NAME) if as_root else pwd.getpwuid(os.geteuid())
        self._write(account, capability)
        self._options = (
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if as_root else {}
        )
        if as_root:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    @property
    def certificate(self) -> Path:
        """The certificate of the server, for `localhost`, signed by itself."""
        return self.folder / "certificate.pem"

    def start(self) -> None:
        """Start it, again after `break_off`, and wait until it answers."""
        dovecot = imap_program()
        assert dovecot is not None
        self._process = subprocess.Popen(
            [dovecot, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self._options,  # type: ignore[call-overload]
        )
        end = time.monotonic() + 20
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                    if connection.recv(4) == b"* OK":
                        return
            except OSError:
                pass
            log = self.folder / "log"
            said = log.read_text() if log.exists() else ""
            assert self._process.poll() is None, f"dovecot does not start: {said}"
            assert time.monotonic() < end, f"dovecot does not answer: {said}"
            time.sleep(0.05)

    def fall_silent(self) -> None:
        """Keep every connection and answer nothing any more, until `break_off`."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def break_off(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop it and remove what it wrote."""
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self.break_off()
        shutil.rmtree(self.folder, ignore_errors=True)

    def open(self, user: str) -> Mailbox:
        """Sign in to a user's mailbox, as its owner does beside the desk."""
        return Mailbox(self.port, user)

    def _write(self, account: pwd.struct_passwd, capability: str) -> None:
        (self.folder / "mail").mkdir()
        (self.folder / "home").mkdir()
        (self.folder / "run").mkdir()
        _write_certificate(self.folder)
        settings = _SETTINGS.format(
            folder=self.folder,
            run=self.folder / "run",
            ssl="yes",
            user=account.pw_name,
            group=grp.getgrgid(account.pw_gid).gr_name,
            uid=account.pw_uid,
            gid=account.pw_gid,
            capability=capability,
            password=PASSWORD,
            port=self.port,
            tls_port=self.tls_port,
        )
        (self.folder / "dovecot.conf").write_text(settings, encoding="utf-8")


class Mailbox:
    """A user's mailbox, looked at and filled past the desk."""

    def __init__(self, port: int, user: str) -> None:
        self._client = imaplib.IMAP4("127.0.0.1", port)
        self._client.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            self._client.logout()

    def put(self, raw: bytes, folder: str = "INBOX", *, came_at: datetime | None = None) -> None:
        """Put a letter into a folder, as one that came at a moment (now)."""
        moment = imaplib.Time2Internaldate((came_at or datetime.now(UTC)).astimezone(UTC))  # noqa: TID251
        self._done(self._client.append(_named(folder), "", moment, raw))

    def make(self, folder: str) -> None:
        """Make a folder."""
        self._done(self._client.create(_named(folder)))

    def remove(self, folder: str) -> None:
        """Remove a folder with its letters."""
        self._done(self._client.delete(_named(folder)))

    def mark_deleted(self, folder: str = "INBOX") -> None:
        """Mark every letter in a folder as deleted, as programs do before they expunge."""
        self._done(self._client.select(_named(folder)))
        self._done(self._client.store("1:*", "+FLAGS", "(\\Deleted)"))
        self._done(self._client.unselect())

    def letters(self, folder: str = "INBOX") -> list[tuple[int, set[str], bytes]]:
        """Give UID, flags and octets of each letter in a folder."""
        self._done(self._client.select(_named(folder), readonly=True))
        _typ, found = self._client.uid("SEARCH", "ALL")
        return [self._letter(int(uid)) for uid in found[0].split()]

    def _letter(self, uid: int) -> tuple[int, set[str], bytes]:
        _typ, data = self._client.uid("FETCH", str(uid), "(FLAGS BODY.PEEK[])")
        flags = imaplib.ParseFlags(data[0][0])
        return uid, {flag.decode() for flag in flags}, data[0][1]

    @staticmethod
    def _done(answer: tuple[str, Any]) -> None:
        assert answer[0] == "OK", answer


def _named(folder: str) -> str:
    return '"' + utf7_encode(folder).decode() + '"'


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # noqa: TID251
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
