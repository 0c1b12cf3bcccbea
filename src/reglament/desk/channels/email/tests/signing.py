"""Keys, signatures and a DNS in memory, for the tests of our own checks."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from reglament.desk.channels.email.resolution import NOTHING, Answer, RecordType, Unresolved
from reglament.desk.channels.email.signed_forms import relaxed_field, signable

LETTER = (
    b"From: Anna <anna@client.example>\r\n"
    b"To: help@desk.example\r\n"
    b"Subject: =?utf-8?b?0J3QtSDRgNCw0LHQvtGC0LDQtdGC?=\r\n"
    b"Date: Sun, 22 Nov 2026 10:00:00 +0300\r\n"
    b"Message-ID: <1@client.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
    b"It does not work  any more. \r\n"
    b"\r\n"
    b"Anna\r\n"
)
"""A letter that nobody has signed."""


class MemoryResolver:
    """A DNS of what a test writes into it; `slow` names give no answer, and `asked` is what was asked."""

    def __init__(self, *records: tuple[str, str, str], slow: Iterable[str] = ()) -> None:
        """Take records (name, type, value) and the names that never answer."""
        self.records = list(records)
        self.slow = set(slow)
        self.asked: list[tuple[str, str]] = []

    def ask(self, name: str, kind: RecordType) -> Answer:
        """Answer from memory."""
        self.asked.append((name, str(kind)))
        if name in self.slow:
            raise Unresolved(name)
        values = tuple(value for owner, of, value in self.records if (owner, of) == (name, kind))
        exists = any(owner == name or owner.endswith(f".{name}") for owner, _, _ in self.records)
        return Answer(values) if exists else NOTHING


class Clockwork:
    """A resolver of which every question fails in a way of its own."""

    def ask(self, name: str, kind: RecordType) -> Answer:
        """Fail."""
        raise RuntimeError(f"{name} {kind}")


@cache
def rsa_key() -> RSAPrivateKey:
    """Give the test's key."""
    return generate_private_key(65537, 2048)


@cache
def ed25519_key() -> Ed25519PrivateKey:
    """Give the test's short key."""
    return Ed25519PrivateKey.generate()


def rsa_record(more: str = "") -> str:
    """Give the DNS record of the test's key."""
    public = rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; {more}p={base64.b64encode(public).decode()}"


def ed25519_record() -> str:
    """Give the DNS record of the test's short key."""
    public = ed25519_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}"


def key_of(domain: str, record: str = "", selector: str = "s") -> tuple[str, str, str]:
    """Give where the key of a domain lies."""
    return f"{selector}._domainkey.{domain}", "TXT", record or rsa_record()


def signed(
    raw: bytes = LETTER,
    domain: str = "client.example",
    *,
    form: str = "relaxed/relaxed",
    length: bool = False,
    fields: Iterable[str] | None = None,
    identity: str = "",
) -> bytes:
    """Sign a letter by `dkimpy`, which knows nothing of our own check."""
    pem = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    header, _, body = form.partition("/")
    signature: bytes = dkim.sign(
        raw,
        b"s",
        domain.encode(),
        pem,
        identity=identity.encode() or None,
        canonicalize=(header.encode(), body.encode()),
        include_headers=[name.encode() for name in fields] if fields is not None else None,
        length=length,
    )
    return signature + raw


def signed_by_short_key(raw: bytes = LETTER, domain: str = "client.example") -> bytes:
    """Sign a letter by an Ed25519 key (RFC 8463)."""
    return signed_with(raw, f"a=ed25519-sha256; d={domain}; s=s; h=from:subject")


def signed_with(raw: bytes, tags: str) -> bytes:
    """Sign a letter in the relaxed forms with these tags, whatever they are."""
    letter = signable(raw)
    assert letter is not None
    body_hash = base64.b64encode(hashlib.sha256(letter.relaxed_body).digest()).decode()
    unsigned = f"DKIM-Signature: v=1; c=relaxed/relaxed; {tags}; bh={body_hash}; b=".encode()
    names = tags.partition("h=")[2].partition(";")[0].split(":")
    chosen = [next(whole for name, whole in letter.fields if name == wanted) for wanted in names]
    octets = b"".join(relaxed_field(whole) + b"\r\n" for whole in chosen) + relaxed_field(unsigned)
    if "ed25519" in tags:
        signature = ed25519_key().sign(hashlib.sha256(octets).digest())
    else:
        signature = rsa_key().sign(octets, PKCS1v15(), SHA256())
    return unsigned + base64.b64encode(signature) + b"\r\n" + raw
