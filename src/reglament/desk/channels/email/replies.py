"""What is new in a reply, and what only repeats an earlier letter: folded, never deleted.

The text is read line by line, with patterns that look at short lines only, so that no sender can make
the reading slow. The styles are those of Outlook, Gmail, Mail.ru, Yandex, Thunderbird, Apple Mail and
The Bat!, in Russian and English.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

MAX_LINE = 400
"""Characters of a line that are looked at."""

_MONTHS = (
    r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_DATE = re.compile(
    rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b"
    rf"|\b\d{{1,2}}[. ]{{1,2}}{_MONTHS}\w{{0,8}}\b|\b{_MONTHS}\w{{0,6}}\.? \d{{1,2}}\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_VERB = re.compile(
    r"\b(?:на)?пис(?:ал|ала|али|ал\(а\)|ала?\(а\)|ет)\s*:$|\bпишет\s*:$|\bwrote\s*:$", re.IGNORECASE
)
_YOU_WROTE = re.compile(r"^(?:вы писали|you wrote)\b", re.IGNORECASE)
_QUOTED = re.compile(r"^[ \t]{0,3}>")
_MARKS = re.compile(r"^[>|\s*]+")
_ORIGINAL = re.compile(
    r"^[\s>*_-]*(?:исходное сообщение|оригинальное сообщение|original message)[\s*_-]*:?$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^[\s>*_-]*(?:(?:пересылаемое|переадресованное|пересланное|перенаправленное) сообщение|forwarded message"
    r"|начало (?:переадресованного|пересланного|пересылаемого|перенаправленного) сообщения"
    r"|begin forwarded message)\b",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*[-_]{10,}\s*$")
_FROM = re.compile(r"^[\s>*]*(?:от|от кого|from)\s*:[\s*]", re.IGNORECASE)
_FIELD = re.compile(
    r"^[\s>*]*(?:отправлено|дата|кому|копия|тема|sent|date|to|cc|subject|reply-to|importance|важность)\s*:",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"^\s*(?:отправлено (?:с|из|через|с помощью) |sent from |sent via |get outlook for |"
    r"послано (?:с|из) |отправлено с моего )",
    re.IGNORECASE,
)
_REGARDS = re.compile(
    r"^\s*(?:--\s*)?(?:с уважением|с наилучшими пожеланиями|всего доброго|best regards|kind regards|regards|"
    r"sincerely|with best regards)\b.{0,80}$",
    re.IGNORECASE,
)


_STATEMENT = re.compile(r"^\s*[^\W\d_][^:/@]{0,40}:\s+\S")
_WAY_TO_REACH = re.compile(
    r"^\s*(?:тел|моб|раб|факс|сайт|адрес|эл|почта|tel|mob|phone|cell|fax|web|site|e-?mail|mail|skype|telegram"
    r"|whatsapp|viber|icq|www|http)",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What a fragment of a letter is."""

    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of a letter's text, in its order; all of them together are the whole text."""

    kind: Kind
    text: str


def fragments_of(text: str, *, answers: bool) -> tuple[Fragment, ...]:
    """Cut a text into what is new, quoted, and signature.

    Takes whether the letter answers another, by its fields and subject. If not (a new letter, a forwarded
    one), only a block with '>' below a line that introduces it is a quote: fields such as From and To may
    be what the letter is about. A letter that would be nothing but a quote without '>' is new as a whole:
    better too much before a person's eyes than nothing.
    """
    lines = text.split("\n")
    kinds = _kinds(lines, answers)
    full = [number for number, line in enumerate(lines) if line.strip()]
    if not any(kinds[number] is Kind.NEW for number in full):
        marked = sum(1 for number in full if _QUOTED.match(lines[number]))
        if marked * 2 < len(full):
            kinds = [Kind.NEW] * len(lines)
    _mark_signatures(lines, kinds)
    return _gathered(lines, kinds)


def text_of_kind(fragments: Sequence[Fragment], *kinds: Kind) -> str:
    """Give the text of the fragments of these kinds, with an empty line between them."""
    return "\n\n".join(part.text for part in fragments if part.kind in kinds and part.text)


def is_attribution(line: str) -> bool:
    """Say whether a line introduces a quote: 'вт, 13 окт. 2026 г. в 12:05, Анна <a@example.org>:'."""
    if len(line) > MAX_LINE:
        return False
    bare = " ".join(_MARKS.sub("", line).split())
    if not bare.endswith(":"):
        return False
    if _YOU_WROTE.match(bare):
        return True
    date = _DATE.search(bare)
    if _VERB.search(bare):
        return date is not None or "@" in bare
    return (
        date is not None
        and date.start() < 25
        and _TIME.search(bare) is not None
        and ("@" in bare or " от " in bare or '"' in bare)
    )


def is_forward_mark(line: str) -> bool:
    """Say whether what follows this line is a letter that is passed on, which is content."""
    return _FORWARDED.match(line[:MAX_LINE]) is not None


def _kinds(lines: Sequence[str], answers: bool) -> list[Kind]:
    kinds = [Kind.NEW] * len(lines)
    introduced: int | None = None
    number = 0
    while number < len(lines):
        if is_forward_mark(lines[number]):
            break  # what is forwarded is content, to its end
        length = _introduction(lines, number)
        end = _marked_end(lines, number + length) if length else number
        if answers and (
            (length and end == number + length)
            or _ORIGINAL.match(lines[number][:MAX_LINE])
            or _is_block_of_fields(lines, number)
        ):
            end = len(lines)
        if end > number + length or (length and end == len(lines)):
            first = _rule_above(lines, number)
            kinds[first:end] = [Kind.QUOTED] * (end - first)
            introduced = first if introduced is None else introduced
            number = end
        else:
            number += 1
    if introduced is not None:
        # Between the answers of a letter that answers point by point every '>' is a quote.
        for place in range(introduced, number):
            if _QUOTED.match(lines[place]):
                kinds[place] = Kind.QUOTED
    elif answers:
        _mark_blocks(lines[:number], kinds)
    return kinds


def _introduction(lines: Sequence[str], number: int) -> int:
    """Give how many lines from here introduce a quote; mailers break such a line in up to four."""
    first = lines[number][:MAX_LINE]
    if first.rstrip().endswith(":"):
        return 1 if is_attribution(first) else 0
    bare = _MARKS.sub("", first)
    begins = _DATE.search(bare[:45])
    if begins is None:
        return 0
    joined = first
    for length in range(2, 5):
        if number + length > len(lines) or not lines[number + length - 1].strip():
            return 0
        joined += " " + _MARKS.sub("", lines[number + length - 1][:MAX_LINE])
        if is_attribution(joined):
            return length
    return 0


def _rule_above(lines: Sequence[str], number: int) -> int:
    """Give where the quote begins whose introduction is here: a line of dashes above belongs to it.

    Yandex writes fields of the earlier letter between the two.
    """
    for above in range(number - 1, max(-1, number - 6), -1):
        if _RULE.match(lines[above][:MAX_LINE]):
            return above
        if lines[above].strip() and not _FIELD.match(lines[above][:MAX_LINE]):
            break
    return number


def _marked_end(lines: Sequence[str], number: int) -> int:
    """Give where a block of lines with '>' ends that begins here, or here where none begins."""
    end = number
    place = number
    while place < len(lines) and (_QUOTED.match(lines[place]) or not lines[place].strip()):
        place += 1
        if _QUOTED.match(lines[place - 1]):
            end = place
    return end


def _is_block_of_fields(lines: Sequence[str], number: int) -> bool:
    """Say whether the fields of an earlier letter begin here, as Outlook writes them above it."""
    if not _FROM.match(lines[number][:MAX_LINE]):
        return False
    return sum(1 for line in lines[number + 1 : number + 9] if _FIELD.match(line[:MAX_LINE])) >= 2


def _mark_blocks(lines: Sequence[str], kinds: list[Kind]) -> None:
    """Mark blocks of two and more lines with '>' that nothing introduces; a single one may be meant so."""
    begun: int | None = None
    for number, line in enumerate((*lines, "")):
        if _QUOTED.match(line):
            begun = number if begun is None else begun
        elif begun is not None:
            if number - begun > 1:
                kinds[begun:number] = [Kind.QUOTED] * (number - begun)
            begun = None


def _mark_signatures(lines: Sequence[str], kinds: list[Kind]) -> None:
    """Mark the signature at the end of each stretch of new text."""
    end = len(lines)
    while end > 0:
        if kinds[end - 1] is not Kind.NEW:
            end -= 1
            continue
        first = end
        while first > 0 and kinds[first - 1] is Kind.NEW:
            first -= 1
        begins = _signature_begin(lines, first, end)
        if begins is not None:
            kinds[begins:end] = [Kind.SIGNATURE] * (end - begins)
        end = first


def _signature_begin(lines: Sequence[str], first: int, end: int) -> int | None:
    """Give where the signature begins; what states a fact, such as 'Login: u1204', is none of it."""
    begins = None
    length = 0
    for number in range(end - 1, max(first - 1, end - 30), -1):
        line = lines[number][:MAX_LINE]
        length += len(lines[number])
        if length > 800 or (_STATEMENT.match(line) and not _WAY_TO_REACH.match(line)):
            break
        if line.rstrip() == "--" or _DEVICE.match(line) or _REGARDS.match(line):
            begins = number
    return begins


def _gathered(lines: Sequence[str], kinds: Sequence[Kind]) -> tuple[Fragment, ...]:
    fragments: list[Fragment] = []
    for kind, stretch in groupby(zip(kinds, lines, strict=True), key=itemgetter(0)):
        text = "\n".join(line.rstrip() for _, line in stretch).strip("\n")
        if text:
            fragments.append(Fragment(kind, text))
    return tuple(fragments)
