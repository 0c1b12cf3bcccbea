"""JSON from a stream, value by value: one object, an array, or JSON Lines, in constant memory.

An array is not read whole: each element is handed on as soon as it is there. Values one after another
count as JSON Lines, whether or not each keeps to one line. What is malformed is told with its place;
where the next value can still be found, reading goes on, so that every faulty one is named.
"""

from __future__ import annotations

import json

from reglament.cli.text_stream import TextStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, Literal, TypeAlias

    Shape: TypeAlias = Literal["object", "array", "lines"]

LONGEST_VALUE = 1 << 24
"""Characters that one value may have: what bounds the memory, whatever the stream holds."""

_LONGEST_NUMBER = 400
# How near to the end of what was read an error may be only because the rest was not read yet: the
# longest things that the decoder takes as a whole are a pair of escaped surrogates and -Infinity.
_UNCERTAIN = 16


class Item:
    """One value of the stream, or what is wrong in its place.

    `index` counts from 0; None where the fault is one of the whole stream.
    """

    __slots__ = ("fault", "index", "value")

    def __init__(self, index: int | None, value: object = None, fault: str | None = None) -> None:
        self.index = index
        self.value = value
        self.fault = fault


class JsonStream:
    """The values of a binary stream, UTF-8; iterate over it once.

    `shape` is known from the start: `object` for a single value (or none at all), `array`, or `lines`.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._text = TextStream(source)
        self._lost = False
        self.shape: Shape = "object"
        self._items = self._begin()

    def __iter__(self) -> Iterator[Item]:
        return self._items

    def place(self, item: Item, name: str) -> str:
        """Where an item stands: `request` alone, `requests[3]` in a batch, `requests` for the batch."""
        if self.shape == "object":
            return name
        return f"{name}s" if item.index is None else f"{name}s[{item.index}]"

    def _begin(self) -> Iterator[Item]:
        if self._text.peek() == "\ufeff":
            self._text.at += 1
        first = self._text.peek()
        if not first:
            return iter([Item(0, fault="no input")])
        if first == "[":
            self.shape = "array"
            self._text.at += 1
            return self._array()
        lines = self._lines()
        one, two = next(lines), next(lines, None)
        if two is None:
            return iter([one])
        self.shape = "lines"
        return _together(one, two, lines)

    def _array(self) -> Iterator[Item]:
        index = 0
        if self._text.peek() != "]":
            while True:
                yield self._value(index)
                if self._lost:
                    return
                index += 1
                found = self._text.peek()
                if found == "]":
                    break
                if found != ",":
                    yield Item(index, fault=self._malformed("expecting ',' or ']'", self._text.at))
                    return
                self._text.at += 1
                self._text.peek()
        self._text.at += 1
        if self._text.peek():
            yield Item(None, fault=self._malformed("something follows the end of the array", self._text.at))

    def _lines(self) -> Iterator[Item]:
        index = 0
        one_a_line = False
        while self._text.peek():
            line, _ = self._text.spot(self._text.at)
            item = self._value(index)
            yield item
            if not self._lost:
                one_a_line = one_a_line or self._text.spot(self._text.at)[0] == line
            elif not self._found_again(one_a_line):
                return
            index += 1

    def _found_again(self, one_a_line: bool) -> bool:
        # The rest of a malformed value is not worth a fault of its own: only what looks like the next
        # value is read, which is any line where values keep to lines, and one that begins an object.
        self._text.skip_line()
        found = self._text.peek()
        return bool(found) and (one_a_line or (found == "{" and self._text.spot(self._text.at)[1] == 1))

    def _value(self, index: int) -> Item:
        """The value that begins here; afterwards `_lost` says whether its end was not found."""
        text, decoder, fault = self._text, _STRICT, None
        value, end = None, text.at
        self._lost = False
        while True:
            try:
                value, end = decoder.raw_decode(text.text, text.at)
            except _Refused as refused:
                # Once more with nothing refused, only to find where the value ends.
                fault, decoder = str(refused), _LENIENT
                continue
            except RecursionError:
                return self._lose(index, "is nested too deeply")
            except json.JSONDecodeError as error:
                cut_off = (
                    error.msg.startswith("Unterminated string") or error.pos > len(text.text) - _UNCERTAIN
                )
                if not cut_off or text.ended:
                    return self._lose(index, self._malformed(error.msg, error.pos))
            else:
                # A number near the end of what was read may go on, with a fraction or an exponent.
                if text.ended or end < len(text.text) - 3 or text.text[end - 1] in '}]"':
                    break
            if len(text.text) - text.at > LONGEST_VALUE:
                return self._lose(index, f"is longer than {LONGEST_VALUE} characters")
            text.read_more()
        if fault is None:
            fault = _undecodable(text.text[text.at : end])
        text.at = end
        return Item(index, None if fault else value, fault)

    def _lose(self, index: int, fault: str) -> Item:
        self._lost = True
        return Item(index, fault=fault)

    def _malformed(self, message: str, position: int) -> str:
        line, column = self._text.spot(position)
        if position >= len(self._text.text):
            return f"malformed JSON: it breaks off at line {line}, column {column}"
        if "\udc80" <= self._text.text[position] <= "\udcff":
            return f"is not UTF-8 at line {line}, column {column}"
        return f"malformed JSON at line {line}, column {column}: {message[0].lower()}{message[1:]}"


class _Refused(Exception):
    """Well-formed, but not JSON that can be answered."""


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Refused(f"the key {twice[:60]!r} stands twice in one object; keep one of them")
    return result


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise _Refused(f"a number of {len(digits)} digits is too long")
    return int(digits)


def _real(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _Refused(f"the number {digits[:60]} is too large")
    return number


def _no_constant(name: str) -> object:
    raise _Refused(f"{name} is not JSON; write a number")


def _undecodable(text: str) -> str | None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "is not UTF-8"
    return None


def _together(one: Item, two: Item, others: Iterator[Item]) -> Iterator[Item]:
    yield one
    yield two
    yield from others


_STRICT = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_whole, parse_float=_real, parse_constant=_no_constant
)
_LENIENT = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
