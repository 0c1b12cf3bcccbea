"""A binary stream as text of which only a part is held at a time."""

from __future__ import annotations

from codecs import getincrementaldecoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

CHUNK = 1 << 16
_BLANK = " \t\r\n"


class TextStream:
    """UTF-8 text: `text` is the part held, `at` the place in it up to which it is done with.

    Bytes that are not UTF-8 become lone surrogates, so that they can be told of where they stand.
    """

    __slots__ = ("_column", "_decode", "_line", "_source", "at", "ended", "text")

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._decode = getincrementaldecoder("utf-8")("surrogateescape").decode
        self.text = ""
        self.at = 0
        self.ended = False
        """Whether the stream has no more than what is held."""
        self._line = 1
        self._column = 1

    def read_more(self) -> None:
        """Hold more, at least as much again, and let go of what is done with."""
        self._line, self._column = self.spot(self.at)
        rest = self.text[self.at :]
        chunk = self._source.read(max(CHUNK, len(rest)))
        self.ended = not chunk
        self.text = rest + self._decode(chunk, self.ended)
        self.at = 0

    def peek(self) -> str:
        """Skip blanks and give the character that follows; empty at the end."""
        while True:
            text, length = self.text, len(self.text)
            while self.at < length and text[self.at] in _BLANK:
                self.at += 1
            if self.at < length:
                return text[self.at]
            if self.ended:
                return ""
            self.read_more()

    def skip_line(self) -> None:
        """Be done with the rest of the line."""
        while (end := self.text.find("\n", self.at)) < 0:
            self.at = len(self.text)
            if self.ended:
                return
            self.read_more()
        self.at = end + 1

    def spot(self, position: int) -> tuple[int, int]:
        """Line and column of a position in the part held, both counted from 1."""
        lines = self.text.count("\n", 0, position)
        if lines:
            return self._line + lines, position - self.text.rfind("\n", 0, position)
        return self._line, self._column + position
