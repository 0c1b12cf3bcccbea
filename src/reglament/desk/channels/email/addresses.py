"""Addresses in the fields of a letter (RFC 5322, 3.4), read so that no two readers can see two senders.

A field is cut at its own commas, angle brackets, quotes and comments before anything is decoded, so an
address inside an encoded word, a display name or a comment is never taken for the sender's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from reglament.desk.channels.email.headers import Headers, decode_words

MAX_ADDRESSES = 500
"""Addresses of one field that are read."""

# One token: quoted string, comment without nesting, angle bracket with its content, separator, other text.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^"(<,;:]+|.', re.DOTALL)
_ADDRESS = re.compile(
    r"(?P<local>[^\s@,;:<>()\[\]\"\\]{1,64}|\"(?:[^\"\\\r\n]|\\.){0,62}\")@"
    r"(?P<domain>[^\s@,;:<>()\[\]\"\\]{1,253}|\[[^\s\[\]@\\]{1,100}\])"
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One mailbox: its address in lower case, and the name that its sender shows for it."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]

    @property
    def local(self) -> str:
        """The part before the @."""
        return self.address.rpartition("@")[0]


def plain_address(text: str) -> str | None:
    """Give an address spec alone in lower case, or None where the text is not exactly one.

    A domain's trailing dot is taken off; a domain in letters beyond ASCII is given in its ASCII form
    (RFC 5891) where it has one.
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        return None
    domain = found["domain"].lower().removesuffix(".")
    if not domain.isascii():
        if len(domain) > 100:  # the idna codec takes quadratic time
            return None
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    if not domain or domain.startswith(".") or ".." in domain:
        return None
    return f"{found['local'].lower()}@{domain}"


def addresses_in(value: bytes, hint: str | None = None) -> tuple[Address, ...]:
    """Give the mailboxes of one field in their order, groups opened up; what is no address is passed over.

    Takes the raw value and the charset of raw octets above ASCII. Never raises; reads at most
    MAX_ADDRESSES.
    """
    return tuple(mailbox for mailbox in _mailboxes(value, hint) if mailbox is not None)


def addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    """Give the mailboxes of all fields of this name."""
    found = (mailbox for value in headers.all(name) for mailbox in addresses_in(value, headers.hint))
    return tuple(islice(found, MAX_ADDRESSES))


def sole_sender(headers: Headers) -> tuple[Address | None, str | None]:
    """Give the one address in the one From field, or None and why there is no such.

    The reasons: `from_absent`, `from_repeated` (several fields), `from_several` (several addresses),
    `from_unreadable`. Whoever reads such a letter may see another sender than we do, so nobody is taken
    for its sender.
    """
    values = headers.all("from")
    if len(values) != 1:
        return None, "from_repeated" if values else "from_absent"
    mailboxes = list(_mailboxes(values[0], headers.hint))
    if len(mailboxes) > 1:
        return None, "from_several"
    if not mailboxes:
        return None, "from_absent"
    return mailboxes[0], None if mailboxes[0] else "from_unreadable"


def _mailboxes(value: bytes, hint: str | None) -> Iterator[Address | None]:
    """Cut a field into its mailboxes; None stands for one that holds no address."""
    words: list[bytes] = []
    angles: list[bytes] = []
    comment = b""
    for token in islice((*_TOKEN.findall(value), b","), 20 * MAX_ADDRESSES):
        first = token[:1]
        if token in {b",", b";"}:
            if angles or comment or b"".join(words).strip():
                yield _mailbox(words, angles, comment, hint)
            words, angles, comment = [], [], b""
        elif token == b":" and not angles:
            words, comment = [], b""  # what stood before was the name of a group
        elif first == b"<":
            angles.append(token.strip(b"<>"))
        elif first == b"(":
            comment = token.strip(b"()")
        else:
            words.append(token)


def _mailbox(words: list[bytes], angles: list[bytes], comment: bytes, hint: str | None) -> Address | None:
    if len(angles) > 1:
        return None  # a trick: neither is believed
    if angles:
        address = plain_address(_undecoded(_without_route(angles[0]), hint))
        name = b"".join(_unquoted(word) for word in words)
    else:
        address = plain_address(_undecoded(b"".join(words), hint))
        name = comment
    return Address(address, decode_words(name.strip(), hint)) if address else None


def _undecoded(value: bytes, hint: str | None) -> str:
    """Give an address as text without opening encoded words, which may not stand in one."""
    return value.decode("ascii") if value.isascii() else decode_words(value.replace(b"=?", b""), hint)


def _without_route(angle: bytes) -> bytes:
    """Take the obsolete source route off (RFC 5322, 4.4): '@one,@two:joe@three'."""
    return angle.rpartition(b":")[2] if angle.lstrip().startswith(b"@") else angle


def _unquoted(word: bytes) -> bytes:
    return _ESCAPED.sub(rb"\1", word[1:].removesuffix(b'"')) if word.startswith(b'"') else word
