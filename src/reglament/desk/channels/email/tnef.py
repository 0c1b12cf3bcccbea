"""What Outlook hides in `winmail.dat` (TNEF, MS-OXTNEF): the text of a letter and its files.

A file is written by a stranger, so every length in it is checked against what is there, and nothing is
read beyond the bounds. What is damaged is given as far as it goes, and says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reglament.desk.channels.email.charsets import decode, one_line, readable
from reglament.desk.channels.email.markup import MAX_MARKUP
from reglament.desk.channels.email.rich_text import code_page, read_rich_text, unpacked

MAX_FILES = 200
"""Files of one `winmail.dat` that are read, those of letters inside it among them."""
MAX_DEPTH = 5
"""Letters inside letters."""
MAX_PROPERTIES = 10_000
"""Properties of one letter or file, and values of one property, that are read."""

_SIGNATURE = b"\x78\x9f\x3e\x22"
_MESSAGE, _ATTACHMENT = 1, 2
_CODE_PAGE, _BODY, _SUBJECT, _PROPERTIES = 0x9007, 0x800C, 0x8004, 0x9003
_BEGINNING, _TITLE, _DATA, _TRANSPORT_NAME, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9001, 0x9005

_PLAIN_TEXT, _RICH_TEXT, _HTML, _INTERNET_CODE_PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_CONTENT, _SHORT_NAME, _LONG_NAME = 0x3701, 0x3704, 0x3707
_SHOWN_NAME, _MEDIA_TYPE, _CONTENT_ID = 0x3001, 0x370E, 0x3712

_LONG, _STRING, _UNICODE, _OBJECT, _BINARY = 0x0003, 0x001E, 0x001F, 0x000D, 0x0102
_SIZES = {
    0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8,
    0x0040: 8, 0x0048: 16,
}  # fmt: skip
_MANY = 0x1000


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file inside `winmail.dat`, as its sender calls it."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What a `winmail.dat` holds."""

    text: str
    html: str
    """As it came: to be sanitised before anybody sees it. Empty where there is none."""
    files: tuple[EnclosedFile, ...]
    whole: bool
    """Whether all of it could be read."""


class _Damaged(Exception):
    """A length leads beyond the end, or a bound is reached."""


@dataclass(slots=True)
class _Found:
    """A letter or a file while it is gathered: its properties by number, each with its type."""

    properties: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    title: bytes = b""
    content: bytes = b""


def enclosed_in(content: bytes) -> Enclosure | None:
    """Read a `winmail.dat`; give None where it is none. Takes any octets and never raises."""
    return _enclosed(content, 0, MAX_FILES)


def _enclosed(content: bytes, depth: int, most: int) -> Enclosure | None:
    if not content.startswith(_SIGNATURE) or depth > MAX_DEPTH:
        return None
    codec: str | None = None
    message = _Found()
    files: list[_Found] = []
    body = b""
    whole = True
    try:
        for level, name, data in _attributes(content):
            if level == _MESSAGE:
                if name == _CODE_PAGE:
                    codec = code_page(int.from_bytes(data[:4], "little"))
                elif name == _BODY:
                    body = data
                elif name == _PROPERTIES:
                    message.properties.update(_properties(data))
            elif name == _BEGINNING:
                if len(files) >= most:
                    raise _Damaged
                files.append(_Found())
            elif files and name == _DATA:
                files[-1].content = data
            elif files and name in (_TITLE, _TRANSPORT_NAME):
                files[-1].title = files[-1].title or data
            elif files and name == _FILE_PROPERTIES:
                files[-1].properties.update(_properties(data))
    except _Damaged:
        whole = False
    text, html = _words(message, body, codec)
    gathered: list[EnclosedFile] = []
    for file in files:
        inner, sound = _files(file, codec, depth, most - len(gathered))
        gathered += inner[: most - len(gathered)]
        whole = whole and sound
    return Enclosure(text, html, tuple(gathered), whole)


def _attributes(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 6
    while place < len(content):
        level = content[place]
        name = int.from_bytes(content[place + 1 : place + 3], "little")
        length = int.from_bytes(content[place + 5 : place + 9], "little")
        begin = place + 9
        if level not in (_MESSAGE, _ATTACHMENT) or begin + length > len(content):
            raise _Damaged
        yield level, name, content[begin : begin + length]
        place = begin + length + 2  # past the checksum, which many programs get wrong


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """Read a list of properties; give the first value of each that has a number of its own."""
    found: dict[int, tuple[int, bytes]] = {}
    reader = _Octets(data)
    for _ in range(reader.count()):
        kind, name = reader.number(2), reader.number(2)
        if name >= 0x8000:
            reader.take(16)
            if reader.number(4):
                reader.padded(reader.number(4))
            else:
                reader.take(4)
        single = kind & ~_MANY
        size = _SIZES.get(single)
        if size is None and single not in (_STRING, _UNICODE, _BINARY, _OBJECT):
            raise _Damaged
        several = size is None or kind & _MANY
        for position in range(reader.count() if several else 1):
            value = reader.take(size) if size is not None else reader.padded(reader.number(4))
            if position == 0 and name < 0x8000:
                found[name] = (single, value)
    return found


class _Octets:
    """Octets that are read from front to back."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    def take(self, length: int) -> bytes:
        """Give the next octets. Raises _Damaged where there are fewer."""
        end = self._place + length
        if end > len(self._content):
            raise _Damaged
        taken = self._content[self._place : end]
        self._place = end
        return taken

    def padded(self, length: int) -> bytes:
        """Give the next octets, and pass over those that fill them up to a multiple of four."""
        taken = self.take(length)
        self._place = min(self._place + -length % 4, len(self._content))
        return taken

    def number(self, length: int) -> int:
        """Give the next number."""
        return int.from_bytes(self.take(length), "little")

    def count(self) -> int:
        """Give the next number, of things that follow. Raises _Damaged beyond the bound."""
        number = self.number(4)
        if number > MAX_PROPERTIES:
            raise _Damaged
        return number


def _words(message: _Found, body: bytes, codec: str | None) -> tuple[str, str]:
    """Give the text and the HTML of a letter, from whichever form it has."""
    text = _text(message, _PLAIN_TEXT, codec)
    if not text and body:
        text = readable(decode(body.rstrip(b"\0"), codec)[0])
    html = ""
    kind, said = message.properties.get(_HTML, (0, b""))
    if said:
        _, number = message.properties.get(_INTERNET_CODE_PAGE, (0, b""))
        label = "utf-16-le" if kind == _UNICODE else code_page(int.from_bytes(number, "little")) or codec
        html = readable(decode(said[: 4 * MAX_MARKUP], label)[0])
    _, packed = message.properties.get(_RICH_TEXT, (0, b""))
    if packed and not html and (rich := unpacked(packed)):
        words, wrapped = read_rich_text(rich)
        if wrapped:
            html = words
        else:
            text = text or words
    return text[:MAX_MARKUP].strip("\n"), html[:MAX_MARKUP]


def _text(found: _Found, name: int, codec: str | None) -> str:
    kind, value = found.properties.get(name, (0, b""))
    value = value[: 8 * MAX_MARKUP]
    if kind == _UNICODE:
        return readable(value[: len(value) // 2 * 2].decode("utf-16-le", "replace"))
    return readable(decode(value.rstrip(b"\0"), codec)[0]) if kind in (_STRING, _BINARY) else ""


def _files(file: _Found, codec: str | None, depth: int, most: int) -> tuple[list[EnclosedFile], bool]:
    """Give a file, or the words and files of a letter that is one; and whether all could be read."""
    names = [_text(file, name, codec) for name in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME)]
    title = decode(file.title.rstrip(b"\0"), codec)[0]
    name = one_line(next((one for one in (*names[:2], title, names[2]) if one), ""))[:1_000]
    kind, content = file.properties.get(_CONTENT, (0, b""))
    if kind == _OBJECT:  # sixteen octets say what kind of object it is
        content = content[16:]
        letter = _enclosed(content, depth + 1, max(most - 1, 0))
        if letter is not None:
            form = ("text/html", ".html", letter.html) if letter.html else ("text/plain", ".txt", letter.text)
            words = EnclosedFile(f"{name or 'letter'}{form[1]}", form[0], form[2].encode())
            return [words, *letter.files], letter.whole
    content = content or file.content
    media = one_line(_text(file, _MEDIA_TYPE, codec)).lower()
    content_type = media if media.count("/") == 1 and media.isascii() else "application/octet-stream"
    content_id = one_line(_text(file, _CONTENT_ID, codec)).strip("<> ")[:200]
    return [EnclosedFile(name, content_type[:100], content, content_id)], True
