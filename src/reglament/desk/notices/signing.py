"""Signing letters (DKIM, RFC 6376): the field that lets receivers see that a letter is the domain's own.

Signed over the octets that go over the wire, in the relaxed forms, which survive what servers do to
white space on the way. From is signed twice, so that no second one can be put above it (RFC 6376, 8.15).
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from reglament.desk.channels.email.signed_forms import relaxed_field, signable

BITS = 2048
SIGNED = (
    *("from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to"),
    *("auto-submitted", "mime-version", "content-type", "content-transfer-encoding"),
    *("list-unsubscribe", "list-unsubscribe-post"),
)
"""The fields that are signed where they stand in a letter (RFC 6376, 5.4.1; RFC 8058, 4)."""
_LINE = 72


class SigningFault(Exception):
    """A letter cannot be signed; the words say why."""


def new_key() -> tuple[str, str]:
    """Make a key: the private half as PEM, the public one as it stands after `p=` in the DNS."""
    key = generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(public).decode("ascii")


def signed(content: bytes, *, domain: str, selector: str, private_key: str, at: datetime) -> bytes:
    """Give a letter with its signature as the first field.

    Takes the octets with CRLF line ends, the domain and the selector under which the public key stands,
    the private key as PEM and the moment of signing. Raises `SigningFault`.
    """
    key = _loaded(private_key)
    letter = signable(content)
    if letter is None:
        raise SigningFault("the fields of the letter cannot be read")
    last = {name: whole for name, whole in letter.fields if name in SIGNED}
    if "from" not in last:
        raise SigningFault("the letter has no From")
    names = [name for name in SIGNED if name in last]
    digest = base64.b64encode(hashlib.sha256(letter.relaxed_body).digest()).decode("ascii")
    field = (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\r\n"
        f"\ts={selector}; t={int(at.timestamp())};\r\n"
        f"\th={_folded(':'.join(['from', *names]), ':')};\r\n"
        f"\tbh={digest};\r\n"
        "\tb="
    ).encode("ascii")
    # The second name of From stands for a field that is not there (RFC 6376, 5.4.2), and so adds nothing.
    over = b"".join(relaxed_field(last[name]) + b"\r\n" for name in names) + relaxed_field(field)
    signature = key.sign(over, PKCS1v15(), SHA256())
    value = _folded(base64.b64encode(signature).decode("ascii")).encode("ascii")
    return field + value + b"\r\n" + content


def _loaded(private_key: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(private_key.encode("ascii"), None)
    except (ValueError, TypeError) as fault:
        raise SigningFault("the private key cannot be read") from fault
    if not isinstance(key, RSAPrivateKey):
        raise SigningFault("the private key is no RSA key")
    return key


def _folded(value: str, after: str = "") -> str:
    """Fold a long value, only behind a separator where one is given."""
    if not after:
        return "\r\n\t ".join(value[start : start + _LINE] for start in range(0, len(value), _LINE))
    lines, line = [], ""
    for piece in value.split(after):
        if line and len(line) + len(piece) > _LINE:
            lines.append(line)
            line = ""
        line += piece + after
    return "\r\n\t ".join([*lines, line.removesuffix(after)])
