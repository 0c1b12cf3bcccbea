"""Rich text as Outlook sends it: unpacked (MS-OXRTFCP), and read as HTML or plain text (MS-OXRTFEX).

Only words matter here: fonts, colours and pictures are passed over. Bounded in octets, never raising.
"""

import re
from dataclasses import dataclass, replace

from reglament.desk.channels.email.charsets import codec_named, decode, readable

MAX_UNPACKED = 1_000_000
"""Octets of rich text that are unpacked and read."""
MAX_DEPTH = 200
"""Groups inside one another that are told apart; those beyond are read as the last."""

_PREFIX = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4_096
_PACKED, _PLAIN = b"LZFu", b"MELA"

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.DOTALL
)
_BREAKS = {
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"row": "\n",
    b"tab": "\t",
    b"cell": "\t",
}
_SIGNS = {
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"endash": "–",
    b"emdash": "—",
}  # fmt: skip
_SILENT = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"listtable",
    b"listoverridetable", b"rsidtbl", b"themedata", b"datastore", b"generator", b"mhtmltag", b"nonshppict",
}  # fmt: skip
# The \fcharset of a font that holds other letters than the document says.
_FONT_CHARSETS = {
    128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


def unpacked(content: bytes) -> bytes | None:
    """Unpack compressed rich text; None where it is not such. What is damaged is given as far as it goes."""
    if len(content) < 16:
        return None
    size = min(int.from_bytes(content[4:8], "little"), MAX_UNPACKED)
    kind, packed = content[8:12], content[16:]
    if kind == _PLAIN:
        return packed[:size]
    if kind != _PACKED:
        return None
    out = bytearray(_PREFIX)
    begun, end, place = len(out), len(out) + size, 0
    while place < len(packed) and len(out) < end:
        flags = packed[place]
        place += 1
        for bit in range(8):
            if place >= len(packed) or len(out) >= end:
                break
            if not flags >> bit & 1:
                out.append(packed[place])
                place += 1
                continue
            reference = int.from_bytes(packed[place : place + 2], "big")
            place += 2
            distance = (len(out) - (reference >> 4)) % _WINDOW
            if not distance or distance > len(out):  # the mark of the end, or of damage
                return bytes(out[begun:end])
            for _ in range((reference & 15) + 2):
                out.append(out[-distance])
    return bytes(out[begun:end])


def code_page(number: int) -> str | None:
    """Give the codec of a Windows code page, or None where it is none that we read."""
    special = {65001: "utf-8", 20866: "koi8-r", 21866: "koi8-u", 28595: "iso8859-5", 10007: "mac-cyrillic"}
    return codec_named(special.get(number, f"cp{number}"))


@dataclass(frozen=True, slots=True)
class _Group:
    silent: bool = False
    hidden: bool = False
    """Inside what only readers of rich text are to see, not of the HTML in it."""
    markup: bool = False
    fonts: bool = False
    """Inside the table of fonts."""
    codec: str | None = None
    skip: int = 1
    """Octets after a Unicode character that only repeat it for old programs."""


def read_rich_text(content: bytes) -> tuple[str, bool]:
    """Give the text of rich text, and whether it is HTML that Outlook wrapped up in it. Never raises."""
    reader = _Reader(content[:MAX_UNPACKED])
    reader.read()
    return readable("".join(reader.pieces)).strip("\n"), reader.wrapped


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self.wrapped = rb"\fromhtml1" in content[:1_000]
        self.pieces: list[str] = []
        self._octets = bytearray()
        self._half: str = ""
        self._default: str | None = "cp1252"
        self._fonts: dict[int, str | None] = {}
        self._font = 0
        self._group = _Group()
        self._groups: list[_Group] = []
        self._skip = 0
        self._starred = False

    def read(self) -> None:
        for token in _TOKEN.finditer(self._content):
            word, number, octet, sign, brace, text = token.groups()
            if brace:
                self._brace(brace)
            elif word:
                self._word(word, int(number) if number else None)
            elif octet:
                self._say(bytes.fromhex(octet.decode("ascii")))
            elif sign == b"*":
                self._starred = True
                continue
            elif sign in (b"{", b"}", b"\\"):
                self._say(sign)
            elif sign == b"~":
                self._write("\xa0")
            elif sign in (b"\n", b"\r"):
                self._write("\n")
            elif text:
                self._say(text)
            self._starred = False
        self._flush()

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._skip = 0
        if brace == b"{":
            if len(self._groups) < MAX_DEPTH:
                self._groups.append(self._group)
        elif self._groups:
            self._group = self._groups.pop()

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u":
            self._unicode(number or 0)
            return
        self._flush()
        group = self._group
        if word == b"fonttbl":
            self._group = replace(group, silent=True, fonts=True)
        elif word == b"htmltag":
            self._group = replace(group, silent=False, markup=True)
        elif word in _SILENT or (self._starred and not group.fonts):
            self._group = replace(group, silent=True)
        elif word == b"htmlrtf":
            self._group = replace(group, hidden=number != 0)
        elif word == b"ansicpg":
            self._default = code_page(number or 0) or self._default
        elif word == b"uc":
            self._group = replace(group, skip=max(0, min(number or 0, 10)))
        elif word == b"f" and group.fonts:
            self._font = number or 0
        elif word == b"fcharset" and group.fonts:
            self._fonts[self._font] = _FONT_CHARSETS.get(number or 0)
        elif word in (b"f", b"af"):
            self._group = replace(group, codec=self._fonts.get(number or 0))
        elif word == b"plain":
            self._group = replace(group, codec=None)
        elif word in _BREAKS:
            self._write(_BREAKS[word])
        elif word in _SIGNS:
            self._write(_SIGNS[word])

    def _say(self, content: bytes) -> None:
        if self._skip:
            skipped = min(self._skip, len(content))
            self._skip -= skipped
            content = content[skipped:]
        if content and self._is_seen():
            self._octets += content

    def _write(self, text: str) -> None:
        self._flush()
        if self._is_seen():
            self.pieces.append(text)

    def _unicode(self, number: int) -> None:
        """Write one unit of UTF-16; the two halves of a character come one after the other."""
        if self._octets:
            self._flush()
        self._skip = self._group.skip
        unit = chr(number % 0x10000)
        if "\ud800" <= unit <= "\udbff":
            self._half = unit
            return
        whole = (self._half + unit).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self._half = ""
        if self._is_seen():
            self.pieces.append(whole)

    def _is_seen(self) -> bool:
        group = self._group
        return not group.silent and not (self.wrapped and group.hidden and not group.markup)

    def _flush(self) -> None:
        self._half = ""
        if self._octets:
            self.pieces.append(decode(bytes(self._octets), self._group.codec or self._default)[0])
            self._octets.clear()
