"""The octets of a letter that a DKIM signature speaks of (RFC 6376, 3.4), in time linear in its size.

The fields are cut just where `headers.split_headers` cuts them: what a signature covers is what the desk
shows. Bare line feeds count as line ends, as they do when a letter is read.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from reglament.desk.channels.email.headers import split_headers

_BARE_LINE_FEED = re.compile(rb"(?<!\r)\n")
_NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")
_WHITE = re.compile(rb"[ \t]+")


@dataclass(frozen=True)
class Signable:
    """A letter as signatures see it."""

    fields: tuple[tuple[str, bytes], ...]
    """Lower-case names, and the whole fields as they came, folded, without the last line end."""
    body: bytes = field(repr=False)

    @cached_property
    def simple_body(self) -> bytes:
        """The body without empty lines at its end (RFC 6376, 3.4.3)."""
        return _ended(self.body) or b"\r\n"

    @cached_property
    def relaxed_body(self) -> bytes:
        """The body with white space joined, and none at the end of lines (RFC 6376, 3.4.4)."""
        joined = _WHITE.sub(b" ", self.body).replace(b" \r\n", b"\r\n")
        return _ended(joined.removesuffix(b" "))


def signable(raw: bytes) -> Signable | None:
    """Take a raw letter apart; None where its fields are not those that the desk reads."""
    if raw.count(b"\n") != raw.count(b"\r\n"):
        raw = _BARE_LINE_FEED.sub(b"\r\n", raw)
    headers, start = split_headers(raw)
    pieces = _NEXT_FIELD.split(raw[:start])
    fields = tuple(
        (piece.partition(b":")[0].rstrip(b" \t").decode("ascii", "replace").lower(), piece)
        for piece in pieces
        if piece.strip(b"\r\n") and not piece.startswith((b"From ", b">From "))
    )
    if [name for name, _ in fields] != [name for name, _ in headers.fields]:
        return None
    return Signable(fields, raw[start:])


def relaxed_field(whole: bytes) -> bytes:
    """Give a field in the relaxed form (RFC 6376, 3.4.2), without a line end."""
    name, _, value = whole.partition(b":")
    unfolded = _WHITE.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")
    return name.rstrip(b" \t").lower() + b":" + unfolded


def _ended(body: bytes) -> bytes:
    """Take empty lines off the end, and end the last line; nothing stays nothing."""
    tail = body[len(body.rstrip(b"\r\n")) :]
    # Only whole line ends go: a carriage return of its own is content.
    lonely = len(tail) if tail.endswith(b"\r") else tail.rfind(b"\r\r") + 1
    kept = body[: len(body) - len(tail) + lonely]
    return kept + b"\r\n" if kept else b""
