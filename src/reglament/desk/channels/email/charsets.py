"""Bytes of a letter as text, whatever its labels say.

A charset label in a letter is an alias, and sometimes a lie: Russian mail names windows-1251 in five
ways, or says us-ascii and sends koi8-r. So a label is a strong hint, not an order, and no bytes are
refused: what cannot be decoded becomes U+FFFD and is named among the defects.
"""

import codecs
import re
from collections.abc import Iterable

_KNOWN = """
    utf-8 utf-16 utf-16-be utf-16-le utf-32 utf-32-be utf-32-le ascii
    iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10
    iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258
    cp437 cp850 cp852 cp855 cp866 cp1125 koi8-r koi8-u koi8-t mac-cyrillic mac-roman ptcp154 kz1048
    gb2312 gbk gb18030 hz big5 big5hkscs cp950 shift_jis cp932 euc_jp iso2022_jp iso2022_jp_2 euc_kr cp949
    iso2022_kr tis-620 cp874
"""
# An allow-list, because Python also knows codecs that a sender could stall or trick us with
# (punycode takes quadratic time, unicode_escape reads escapes).
_CODECS = frozenset(codecs.lookup(name).name for name in _KNOWN.split())

_ALIASES = {
    "win-1251": "cp1251",
    "windows1251": "cp1251",
    "win1251": "cp1251",
    "windows-cyrillic": "cp1251",
    "x-cp1251": "cp1251",
    "cp-1251": "cp1251",
    "x-windows-1251": "cp1251",
    "x-cp1252": "cp1252",
    "win-1252": "cp1252",
    "x-koi8-r": "koi8-r",
    "koi8": "koi8-r",
    "koi-8": "koi8-r",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "x-koi8-u": "koi8-u",
    "cp-866": "cp866",
    "ibm-866": "cp866",
    "x-cp866": "cp866",
    "dos-866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-gbk": "gbk",
    "x-sjis": "shift_jis",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "windows-874": "cp874",
}

_SINGLE_BYTE = re.compile(r"^(iso8859|cp125|cp8|cp437|cp1125|koi8|mac|ptcp|kz1048)")
_WESTERN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})
_RUSSIAN_CODECS = ("cp1251", "koi8-r", "cp866")

# How often each letter stands in Russian prose, per thousand letters.
_FREQUENCY = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (110, 84, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 15, 12, 10,
         9, 7, 6, 5, 4, 3, 3, 1, 1),
        strict=True,
    )
)  # fmt: skip

_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
# All control characters but tab and line feed; NUL among them, which PostgreSQL would refuse.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_IN_FIELDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")


def codec_named(label: str) -> str | None:
    """Give Python's name of the charset that a label means, or None where it names none that we read."""
    name = label.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if not name or len(name) > 40 or not name.isascii():
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found in _CODECS else None


def decode(
    content: bytes, label: str | None, hints: Iterable[str | None] = ()
) -> tuple[str, tuple[str, ...]]:
    """Give the text that these bytes most likely are, and what was wrong with their label.

    Takes the declared label, if any, and further labels that may help where it is absent or fails
    (that of the body, for raw bytes in a field). Defects are `charset_unknown`, `charset_guessed` and
    `charset_damaged` (some bytes could not be read). Never raises; line ends are left as they are.
    """
    defects: list[str] = []
    codec = codec_named(label) if label else None
    if label and codec is None:
        defects.append("charset_unknown")
    if content.isascii() and codec in (None, "ascii", "utf-8"):
        return content.decode("ascii"), tuple(defects)
    for candidate in (codec, *(codec_named(hint) for hint in hints if hint)):
        if candidate is None:
            continue
        text = _trusted(content, candidate)
        if text is not None:
            return text, tuple(defects)
    defects.append("charset_guessed")
    text = guess(content)
    if "\ufffd" in text:
        defects.append("charset_damaged")
    return text, tuple(defects)


def guess(content: bytes) -> str:
    """Give the likeliest text of bytes without a usable label: UTF-8, else a Russian charset.

    UTF-8 with a few broken places stays UTF-8; the Russian charsets compete by letter frequency.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    damaged = content.decode("utf-8", "replace")
    broken = damaged.count("\ufffd")
    sound = sum(1 for character in damaged if character > "\x7f") - broken
    if sound >= 3 * broken:
        return damaged
    return max((content.decode(codec, "replace") for codec in _RUSSIAN_CODECS), key=_russian_score)


def readable(text: str) -> str:
    """Give text of a body fit to be stored: line feeds only, no control characters, no half characters."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Give text of a field fit to be stored and shown.

    Line ends and other control characters become a space, characters that turn the direction of
    writing and could disguise an address or a file name are taken out.
    """
    return " ".join(_IN_FIELDS.sub(_space_for_controls, text).split())


def _space_for_controls(found: re.Match[str]) -> str:
    return " " if any(character in "\t\n\r\x0b\x0c\u2028\u2029" for character in found[0]) else ""


def _trusted(content: bytes, codec: str) -> str | None:
    """Give the text by this codec, or None where the bytes show that the label is false."""
    if _SINGLE_BYTE.match(codec) or codec == "ascii":
        try:
            return content.decode("utf-8")  # bytes that are not UTF-8 almost never pass for it by chance
        except UnicodeDecodeError:
            pass
    if codec in _WESTERN and _mostly_high(content):
        return None
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _mostly_high(content: bytes) -> bool:
    """Say whether most letters lie above ASCII, as in no Western language."""
    sample = content[:20_000]
    high = sum(1 for byte in sample if byte >= 0x80)
    low = sum(1 for byte in sample if 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A)
    return high > 2 and high > low


def _russian_score(text: str) -> int:
    score = 0
    before = " "
    for character in text[:20_000]:
        if character > "\x7f":
            lower = character.lower()
            worth = _FREQUENCY.get(lower)
            if worth is None:
                score -= 5 if character in "«»№—–…\xa0" else 120
            elif character == lower:
                score += worth
            else:
                # A capital inside a word is what koi8-r looks like when read as windows-1251.
                score += -60 if before.islower() else worth * 3 // 4
        before = character
    return score
