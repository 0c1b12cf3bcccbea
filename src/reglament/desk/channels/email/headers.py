"""The header fields of a letter, read one by one so that a broken one spoils no other."""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from reglament.desk.channels.email.charsets import codec_named, decode, one_line

MAX_FIELD = 16_384
"""Octets of one field that are read; honest fields are far shorter, and the raw letter keeps the rest."""
MAX_FIELDS = 2_000
"""Fields of one part that are read."""

_FIELD_NAME = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
# A field ends with the line that no line beginning with a blank follows.
_FIELD_END = re.compile(rb"\n(?![ \t])")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
# A quoted value ends with its quote or with the field, any other before the next semicolon.
_PARAMETER = re.compile(rb';\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;"\s][^;]*|)', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_STRETCH = 1 << 20
_MAX_PIECES = 1_000


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of a letter or of a part: lower-case names and raw values, unfolded, in their order."""

    fields: tuple[tuple[str, bytes], ...] = ()
    hint: str | None = field(default=None, compare=False)
    """The charset in which raw octets above ASCII are most likely written."""

    def all(self, name: str) -> tuple[bytes, ...]:
        """Give the raw values of every field of this name, from the top."""
        return tuple(value for found, value in self.fields if found == name)

    def raw(self, name: str) -> bytes:
        """Give the raw value of the topmost field of this name, empty where there is none."""
        return next((value for found, value in self.fields if found == name), b"")

    def text(self, name: str) -> str:
        """Give the topmost field of this name decoded for people, empty where there is none."""
        return decode_words(self.raw(name), self.hint)

    def bare(self, name: str) -> str:
        """Give the topmost field of this name as it stands, for fields that are not for people."""
        return self.raw(name).decode("ascii", "replace").strip()

    def has(self, name: str) -> bool:
        """Say whether there is a field of this name."""
        return any(found == name for found, _ in self.fields)

    def hinted(self, charset: str | None) -> "Headers":
        """Give the same fields with this charset as the hint for raw octets."""
        return Headers(self.fields, charset)


def split_headers(raw: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """Read the fields at the beginning of raw[start:end]; give them and where the body begins.

    A line that is neither a field nor a continuation ends the fields, as an empty one does (RFC 5322,
    2.1, forgives more than it should: then the body begins with that line). An mbox line 'From ' at the
    very top is passed over. Fields beyond MAX_FIELDS are passed over too.
    """
    stop = len(raw) if end is None else end
    fields: list[tuple[str, bytes]] = []
    position = start
    while position < stop:
        found = _FIELD_NAME.match(raw, position, min(stop, position + 110))
        if found is None:
            line_end = raw.find(b"\n", position, stop)
            after = stop if line_end < 0 else line_end + 1
            if not raw[position : min(after, position + 3)].strip(b"\r\n"):
                return Headers(tuple(fields)), after
            if not fields and raw.startswith((b"From ", b">From "), position):
                position = after
                continue
            return Headers(tuple(fields)), position
        if len(fields) == MAX_FIELDS:
            empty = _EMPTY_LINE.search(raw, position, stop)
            return Headers(tuple(fields)), empty.end() if empty else stop
        ending = _FIELD_END.search(raw, found.end(), stop)
        after = ending.end() if ending else stop
        name = found[0].rstrip(b": \t").decode("ascii").lower()
        # A thread grows at the end of References: what it answers stands last.
        begin = max(found.end(), after - MAX_FIELD) if name == "references" else found.end()
        value = raw[begin : min(after, begin + MAX_FIELD)]
        fields.append((name, value.replace(b"\r", b"").replace(b"\n", b"").strip()))
        position = after
    return Headers(tuple(fields)), stop


def decode_words(value: bytes, hint: str | None = None) -> str:
    """Decode a field for people: encoded words of RFC 2047, and raw octets by the hint or a guess.

    Adjacent words of one charset are joined before they are decoded, because mailers split characters
    between them. A word of an unknown charset stays as it is written. Decodes once, never raises, gives
    one line without control characters.
    """
    text = value.decode("ascii") if value.isascii() else decode(value, None, (hint,))[0]
    if "=?" not in text:
        return one_line(text)
    return one_line("".join(_decoded_pieces(text)))


def _decoded_pieces(text: str) -> Iterator[str]:
    position = 0
    codec: str | None = None
    gathered = b""
    for word in _WORD.finditer(text):
        between = text[position : word.start()]
        named = codec_named(word[1].partition("*")[0])
        adjacent = codec is not None and named is not None and not between.strip()
        if codec is not None and not (adjacent and named == codec):
            yield decode(gathered, codec)[0]
            gathered = b""
        if not adjacent:
            yield between
        if named is None:
            yield word[0]
        else:
            gathered += _word_content(word[2], word[3])
        codec = named
        position = word.end()
    if codec is not None:
        yield decode(gathered, codec)[0]
    yield text[position:]


def _word_content(encoding: str, content: str) -> bytes:
    written = content.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return decode_base64(written)
    return _Q_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), written.replace(b"_", b" "))


def decode_base64(content: bytes | memoryview) -> bytes:
    """Decode base64 with junk in it, with several pieces one after another, or cut short; never raises.

    Goes stretch by stretch, so that it holds little more than what it gives.
    """
    decoded = bytearray()
    letters = b""
    pieces = 0
    for start in range(0, len(content), _STRETCH):
        *whole, letters = (
            letters + bytes(content[start : start + _STRETCH]).translate(None, _NOT_BASE64)
        ).split(b"=", max(_MAX_PIECES - pieces, 0))
        pieces += len(whole)
        for piece in whole:
            decoded += _decode_piece(piece)
        letters = letters.replace(b"=", b"")
        even = len(letters) // 4 * 4
        decoded += binascii.a2b_base64(letters[:even])
        letters = letters[even:]
    decoded += _decode_piece(letters)
    return bytes(decoded)


def _decode_piece(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:  # six bits over, which make no octet
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A field such as Content-Type: its value in lower case, and its parameters decoded."""

    value: str
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def parameterised(value: bytes, hint: str | None = None) -> Parameterised:
    """Read a value with parameters (RFC 2045), the extended forms of RFC 2231 included.

    An extended parameter wins over a plain one of the same name. Encoded words inside quotes, which the
    standard forbids and mailers write, and raw octets above ASCII are decoded too. Never raises.
    """
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for name, content in _split_parameters(value):
        base, starred, section = name.partition("*")
        if not starred:
            plain.setdefault(base, decode_words(content, hint))
            continue
        extended = section == "" or section.endswith("*")
        number = section.rstrip("*")
        place = int(number) if number.isdecimal() and len(number) < 4 else 0
        pieces.setdefault(base, {}).setdefault(place, (content, extended))
    for base, found in pieces.items():
        plain[base] = _joined(found, hint)
    word = value.split(b";", 1)[0].decode("ascii", "replace").strip().lower()
    return Parameterised(word, MappingProxyType(plain))


def _joined(pieces: Mapping[int, tuple[bytes, bool]], hint: str | None) -> str:
    """Join the numbered pieces of one parameter (RFC 2231, 3 and 4) and decode them by their charset."""
    charset: str | None = None
    content = b""
    for order, number in enumerate(sorted(pieces)):
        value, extended = pieces[number]
        if extended:
            if order == 0 and value.count(b"'") >= 2:
                label, _, value = value.split(b"'", 2)
                charset = label.decode("ascii", "replace")
            value = unquote_to_bytes(value)
        content += value
    if charset is None:
        return decode_words(content, hint)
    return one_line(decode(content, charset, (hint,))[0])


def _split_parameters(value: bytes) -> list[tuple[str, bytes]]:
    found = []
    for parameter in islice(_PARAMETER.finditer(value), 100):
        content = parameter[2].rstrip()
        if content.startswith(b'"'):
            content = _ESCAPED.sub(rb"\1", content[1:].removesuffix(b'"'))
        found.append((parameter[1].decode("ascii", "replace").lower(), content))
    return found
