"""A letter taken apart into its MIME parts (RFC 2045, 2046), within bounds that no sender can move.

The standard library's parser raises on deep nesting, looks at every line once per level and keeps each
line as an object of its own. Here only boundaries are looked for, by position in the raw letter, so the
cost is the size of the letter times its depth, and a leaf is copied once, when somebody asks for it.
"""

import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reglament.desk.channels.email.charsets import codec_named
from reglament.desk.channels.email.headers import Headers, decode_base64, parameterised, split_headers


@dataclass(frozen=True, slots=True)
class Limits:
    """What of one letter is read; all beyond stays in the raw letter only."""

    depth: int = 50
    """Multiparts inside one another."""
    parts: int = 500
    text: int = 500_000
    """Characters of text, and octets of HTML."""
    references: int = 100


class BeyondLimits(Exception):
    """A letter is nested too deep or has too many parts; `reason` is `too_deep` or `too_many_parts`."""

    def __init__(self, reason: str) -> None:
        """Take the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its fields, its type and, for a multipart, the parts inside it."""

    headers: Headers
    content_type: str
    """In lower case, such as text/plain; a missing or senseless one is text/plain."""
    parameters: Mapping[str, str]
    children: tuple["Part", ...]
    raw: bytes = field(repr=False, compare=False)
    """The whole letter."""
    start: int
    end: int
    """Where the body stands in the whole letter."""
    bounded: bool = True
    """Whether the multipart ends with its closing boundary, as it should; true for a leaf."""

    @property
    def body(self) -> bytes:
        """The body as it was transferred."""
        return self.raw[self.start : self.end]

    @property
    def content(self) -> bytes:
        """The body with its transfer encoding undone as far as it goes; never raises."""
        encoding = self.headers.bare("content-transfer-encoding").lower().partition(";")[0].strip()
        if encoding == "base64":
            return decode_base64(memoryview(self.raw)[self.start : self.end])
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        return self.body

    @property
    def charset(self) -> str | None:
        """The declared charset."""
        return self.parameters.get("charset")

    @property
    def disposition(self) -> str:
        """The word of Content-Disposition, such as attachment; empty where there is none."""
        return parameterised(self.headers.raw("content-disposition"), self.headers.hint).value

    @property
    def file_name(self) -> str:
        """The name that the sender gave to the file, decoded but not yet made safe; empty without one."""
        named = parameterised(self.headers.raw("content-disposition"), self.headers.hint).parameters
        return named.get("filename") or self.parameters.get("name", "")

    def leaves(self) -> Iterator["Part"]:
        """Give every part that holds no other, in the order of the letter."""
        for child in self.children:
            yield from child.leaves()
        if not self.children:
            yield self


def take_apart(raw: bytes, limits: Limits = Limits()) -> Part:
    """Take a letter apart. Raises BeyondLimits, and nothing else, whatever the octets are."""
    return _Reader(raw, limits).letter()


class _Reader:
    def __init__(self, raw: bytes, limits: Limits) -> None:
        self._raw = raw
        self._limits = limits
        self._count = 0

    def letter(self) -> Part:
        headers, body = split_headers(self._raw)
        root = self._part(headers, body, len(self._raw), 0, "text/plain")
        charset = next((leaf.charset for leaf in root.leaves() if codec_named(leaf.charset or "")), None)
        return _hinted(root, charset)

    def _part(self, headers: Headers, start: int, end: int, depth: int, default: str) -> Part:
        self._count += 1
        if self._count > self._limits.parts:
            raise BeyondLimits("too_many_parts")
        declared = parameterised(headers.raw("content-type"))
        words = declared.value.split()
        content_type = words[0] if words and words[0].count("/") == 1 else default
        boundary = declared.parameters.get("boundary", "")
        if not content_type.startswith("multipart/") or not boundary:
            if content_type.startswith("multipart/"):
                content_type = "text/plain"
            return Part(headers, content_type, declared.parameters, (), self._raw, start, end)
        if depth == self._limits.depth:
            raise BeyondLimits("too_deep")
        spans, bounded = self._spans(boundary.encode("utf-8"), start, end)
        if not spans:
            return Part(headers, "text/plain", declared.parameters, (), self._raw, start, end, bounded=False)
        inner = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
        children = []
        for first, last in spans:
            fields, body = split_headers(self._raw, first, last)
            children.append(self._part(fields, body, last, depth + 1, inner))
        return Part(
            headers, content_type, declared.parameters, tuple(children), self._raw, start, end, bounded
        )

    def _spans(self, boundary: bytes, start: int, end: int) -> tuple[list[tuple[int, int]], bool]:
        """Give where each part of a multipart begins and ends, and whether the closing boundary stands."""
        raw = self._raw
        mark = b"--" + boundary
        spans: list[tuple[int, int]] = []
        begun: int | None = None
        false_marks = 0
        position = start
        while (found := raw.find(mark, position, end)) >= 0:
            position = found + len(mark)
            if found != start and raw[found - 1 : found] != b"\n":
                continue
            line_end = raw.find(b"\n", position, end)
            after = end if line_end < 0 else line_end + 1
            tail = raw[position : min(after, position + 200)].strip(b" \t\r\n")
            if tail not in (b"", b"--"):
                false_marks += 1
                if false_marks > 20 * self._limits.parts:
                    raise BeyondLimits("too_many_parts")
                continue
            if begun is not None:
                stop = found - 1 if raw[found - 2 : found] != b"\r\n" else found - 2
                spans.append((begun, max(begun, stop)))
                if len(spans) > self._limits.parts:
                    raise BeyondLimits("too_many_parts")
            if tail == b"--":
                return spans, True
            begun = position = after
        if begun is not None:
            spans.append((begun, end))
        return spans, False


def _hinted(part: Part, charset: str | None) -> Part:
    """Give the same parts with the charset in which raw octets of their fields are most likely written."""
    own = part.charset if codec_named(part.charset or "") else charset
    parameters = part.parameters
    if not part.headers.raw("content-type").isascii():
        parameters = parameterised(part.headers.raw("content-type"), own).parameters
    return Part(
        part.headers.hinted(own),
        part.content_type,
        parameters,
        tuple(_hinted(child, charset) for child in part.children),
        part.raw,
        part.start,
        part.end,
        part.bounded,
    )
