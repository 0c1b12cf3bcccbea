"""Checking the DKIM signatures of a letter (RFC 6376, 8301, 8463).

A signature passes only where the whole body and every field that the desk shows are what was signed. The
library for it takes time quadratic in the length of a line of blanks, so a letter of a few hundred
kilobytes would stop the desk for minutes; hence this one of our own, over the arithmetic of `cryptography`.
"""

import base64
import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.resolution import Questions, RecordType, Unresolved
from reglament.desk.channels.email.signed_forms import Signable, relaxed_field, signable
from reglament.desk.channels.email.tags import strict_tags

MAX_SIGNATURES = 10
"""Signatures that are tried, from the top."""
MAX_SIGNATURE = 16_384
"""Octets of one DKIM-Signature field; a longer one is not read."""
MAX_SIGNED = 500
"""Names of fields in one signature."""
LEAST_BITS, MOST_BITS = 1_024, 8_192
"""RFC 8301, 3.2, asks for 1024 bits at least; beyond the most, checking only costs time."""

_DOMAIN = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
_SELECTOR = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_SIGNATURE_TAG = re.compile(rb"((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")
_NUMBER = re.compile(r"[0-9]{1,12}")
# Fields that say what a letter is; one more of them, put above the signed one, would be believed instead.
_SINGLE = frozenset(
    {
        *("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to"),
        *("references", "mime-version", "content-type", "content-transfer-encoding"),
    }
)


@dataclass(frozen=True, slots=True)
class Signature:
    """How one signature ended, in the words of RFC 8601, 2.7.1, and who signed."""

    result: str
    """`pass`, `fail`, `policy` (sound, but not enough here), `neutral`, `temperror` or `permerror`."""
    detail: str
    """Why it is no pass, as an id; empty where it is one."""
    domain: str = ""
    """The signer, d=."""
    agent: str = ""
    """The domain of i=, which lies within the signer's; the signer's own where i= is absent."""
    field: str = ""
    """The DKIM-Signature field as it stands in the letter."""


class _NoPass(Exception):
    def __init__(self, result: str, detail: str) -> None:
        super().__init__(detail)
        self.result, self.detail = result, detail


def check_signatures(raw: bytes, questions: Questions, at: datetime) -> tuple[Signature, ...]:
    """Check the signatures of a letter, at most `MAX_SIGNATURES` from the top.

    Takes the raw letter, what asks the DNS for keys, and the moment of receipt, by which a signature may
    have expired. Gives one result for each; never raises.
    """
    if not split_headers(raw)[0].has("dkim-signature"):
        return ()
    letter = signable(raw)
    if letter is None:
        return (Signature("permerror", "fields_unreadable"),)
    places = (place for place, (name, _) in enumerate(letter.fields) if name == "dkim-signature")
    return tuple(_checked(letter, place, questions, at) for place in islice(places, MAX_SIGNATURES))


def _checked(letter: Signable, place: int, questions: Questions, at: datetime) -> Signature:
    whole = letter.fields[place][1]
    if len(whole) > MAX_SIGNATURE:
        return Signature("permerror", "malformed")
    value = whole.partition(b":")[2]
    shown = " ".join(value.decode("utf-8", "replace").split())
    tags = strict_tags(value.decode("ascii", "replace"))
    if tags is None:
        return Signature("permerror", "malformed", field=shown)
    domain = tags.get("d", "").lower()
    agent = _agent(tags)
    try:
        _verify(letter, place, tags, questions, at)
    except _NoPass as fault:
        return Signature(fault.result, fault.detail, domain[:253], agent[:253], shown)
    return Signature("pass", "", domain, agent, shown)


def _verify(letter: Signable, place: int, tags: dict[str, str], questions: Questions, at: datetime) -> None:
    """Check one signature, the cheap things first. Raises `_NoPass`."""
    _well_formed(tags, at)
    header_form, _, body_form = tags.get("c", "simple/simple").lower().partition("/")
    body_form = body_form or "simple"
    if not {header_form, body_form} <= {"simple", "relaxed"}:
        raise _NoPass("permerror", "malformed")
    names = [name.strip().lower() for name in tags["h"].split(":", MAX_SIGNED)]
    _covers(letter, names)
    body = letter.relaxed_body if body_form == "relaxed" else letter.simple_body
    if hashlib.sha256(body).digest() != _octets(tags["bh"]):
        raise _NoPass("fail", "body_changed")
    signed = b"".join(_signed(letter, place, names, header_form == "relaxed"))
    key = _key(tags, questions)
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(_octets(tags["b"]), hashlib.sha256(signed).digest())  # RFC 8463, 3
        else:
            key.verify(_octets(tags["b"]), signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise _NoPass("fail", "signature_wrong") from None


def _well_formed(tags: dict[str, str], at: datetime) -> None:
    domain, signer = tags.get("d", "").lower(), tags.get("s", "").lower()
    agent = _agent(tags)
    whole = (
        all(tags.get(name) for name in ("v", "a", "b", "bh", "d", "h", "s"))
        and tags["v"] == "1"
        and _DOMAIN.fullmatch(domain) is not None
        and _SELECTOR.fullmatch(signer) is not None
        and (agent == domain or agent.endswith(f".{domain}"))
        and "dns/txt" in tags.get("q", "dns/txt").lower().split(":")
        and all(_NUMBER.fullmatch(tags[name]) for name in ("t", "x") if name in tags)
        and not ("t" in tags and "x" in tags and int(tags["x"]) < int(tags["t"]))
    )
    if not whole:
        raise _NoPass("permerror", "malformed")
    if tags["a"].lower() not in {"rsa-sha256", "ed25519-sha256"}:
        raise _NoPass("permerror", "algorithm")  # SHA-1 too, by RFC 8301, 3.1
    if "x" in tags and int(tags["x"]) <= at.timestamp():
        raise _NoPass("fail", "expired")
    if "l" in tags:  # what follows the signed part could be anybody's (RFC 6376, 8.2)
        raise _NoPass("policy", "body_length")


def _covers(letter: Signable, names: list[str]) -> None:
    """Refuse where From is not signed, or where a field was added above a signed one (RFC 6376, 8.15)."""
    if "from" not in names or len(names) > MAX_SIGNED:
        raise _NoPass("permerror", "malformed")
    there = Counter(name for name, _ in letter.fields if name in _SINGLE)
    signed = Counter(names)
    if any(0 < signed[name] < count for name, count in there.items()):
        raise _NoPass("policy", "field_added")


def _signed(letter: Signable, place: int, names: list[str], relaxed: bool) -> Iterator[bytes]:
    """Give the signed fields, of several with one name from the bottom up, and the signature's own."""
    waiting: dict[str, list[int]] = {name: [] for name in names}
    for number, (name, _) in enumerate(letter.fields):
        if name in waiting and number != place:
            waiting[name].append(number)
    for name in names:
        if waiting[name]:
            whole = letter.fields[waiting[name].pop()][1]
            yield (relaxed_field(whole) if relaxed else whole) + b"\r\n"
    head, colon, value = letter.fields[place][1].partition(b":")
    emptied = head + colon + _SIGNATURE_TAG.sub(rb"\1", value)
    yield relaxed_field(emptied) if relaxed else emptied


def _key(tags: dict[str, str], questions: Questions) -> RSAPublicKey | Ed25519PublicKey:
    """Fetch the signer's key. Raises `_NoPass` where there is none that may be used."""
    name = f"{tags['s']}._domainkey.{tags['d']}"
    try:
        answer = questions.ask(name, RecordType.TXT)
    except Unresolved:
        raise _NoPass("temperror", "key_unresolved") from None
    records = [found for value in answer.values if (found := strict_tags(value)) and "p" in found]
    if not records:
        raise _NoPass("permerror", "key_missing")
    if len(records) > 1:
        raise _NoPass("permerror", "key_repeated")
    record = records[0]
    kind, _, hashing = tags["a"].lower().partition("-")
    services = _list(record.get("s", "*"))
    flags = _list(record.get("t", ""))
    if (
        record.get("v", "DKIM1") != "DKIM1"
        or record.get("k", "rsa").lower() != kind
        or not {"*", "email"} & services
        or ("h" in record and hashing not in _list(record["h"]))
    ):
        raise _NoPass("permerror", "key_unfit")
    if not record["p"]:
        raise _NoPass("permerror", "key_revoked")
    if "s" in flags and _agent(tags) != tags["d"].lower():
        raise _NoPass("permerror", "key_unfit")
    if "y" in flags:  # RFC 6376, 3.6.1: no different from an unsigned letter
        raise _NoPass("neutral", "key_tested")
    return _public_key(kind, _octets(record["p"]))


def _public_key(kind: str, octets: bytes) -> RSAPublicKey | Ed25519PublicKey:
    try:
        key = Ed25519PublicKey.from_public_bytes(octets) if kind == "ed25519" else load_der_public_key(octets)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _NoPass("permerror", "key_malformed") from None
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey):
        raise _NoPass("permerror", "key_malformed")
    if not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise _NoPass("policy", "key_size")
    return key


def _agent(tags: dict[str, str]) -> str:
    return (tags["i"].rpartition("@")[2] if "i" in tags else tags.get("d", "")).lower()


def _list(value: str) -> set[str]:
    return {one.strip().lower() for one in value.split(":")}


def _octets(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _NoPass("permerror", "malformed") from None
