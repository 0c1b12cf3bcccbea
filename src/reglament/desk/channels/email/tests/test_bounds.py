"""Time and memory of reading one letter: in proportion to its size, whatever its sender makes of it."""

import base64
import json
import time
import tracemalloc
from collections.abc import Callable

import pytest

from reglament.desk.channels.email.nature import recognise
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.sanitise import sanitised
from reglament.desk.channels.email.tests.outlook import file, message, packed, winmail

SMALL, LARGE = 60_000, 480_000
"""Octets: both within what is read, eight times apart."""
MOST = 24
"""How many times longer the larger may take: in proportion it is 8, by squares 64."""
MEMORY = 3
"""How many times its size a letter may need while it is read."""


def letter(body: bytes, content_type: str = "text/plain; charset=utf-8", *fields: str) -> bytes:
    """Write a letter that answers another."""
    head = ["From: a@b.example", "Subject: Re: x", f"Content-Type: {content_type}", *fields, "", ""]
    return "\n".join(head).encode() + body


def filled(unit: str, size: int) -> bytes:
    """Repeat a unit up to a size."""
    content = unit.encode()
    return content * (size // len(content))


def in_text(unit: str) -> Callable[[int], bytes]:
    """Write letters of a text that repeats this."""
    return lambda size: letter(filled(unit, size))


def in_html(unit: str) -> Callable[[int], bytes]:
    """Write letters of HTML that repeats this."""
    return lambda size: letter(filled(unit, size), "text/html; charset=utf-8")


def in_winmail(unit: bytes) -> Callable[[int], bytes]:
    """Write letters with a winmail.dat whose rich text repeats this."""

    def written(size: int) -> bytes:
        rich = packed(rb"{\rtf1\ansi " + unit * (size // len(unit)))
        content = winmail(message((0x102, 0x1009, rich)))
        return letter(base64.encodebytes(content), "application/ms-tnef", "Content-Transfer-Encoding: base64")

    return written


def report(third: Callable[[int], bytes], mark: str = "") -> Callable[[int], bytes]:
    """Write complaints with this third part."""

    def written(size: int) -> bytes:
        second = b"Content-Type: message/feedback-report\n\nFeedback-Type: xarf\n" if not mark else b"\nx\n"
        body = b"--e\n" + second + b"--e\n" + third(size) + b"\n--e--\n"
        return letter(
            body, "multipart/report; report-type=feedback-report; boundary=e", *([mark] if mark else [])
        )

    return written


SHAPES: dict[str, Callable[[int], bytes]] = {
    "blanks": in_text("От: " + " " * 10_000 + "\n"),
    "one line": in_text("13.10.2026 12:05 <a@b> "),
    "attributions": in_text("13.10.2026 12:05 x\n"),
    "marks": in_text("> > >\n\n"),
    "dashes": in_text("----------\nТема: x\n"),
    "fields": in_text("От: x\n"),
    "regards": in_text("С уважением, x\n"),
    "forwards": in_text("-------- Пересылаемое сообщение\n"),
    "addresses": in_text("a@b.example <c@d.example>: 550 \n"),
    "long addresses": in_text("a.b-c" * 40 + "@"),
    "quotes in html": in_html("<div class=gmail_quote>x</div>"),
    "cited in html": in_html("<blockquote type=cite>x"),
    "forwards in html": in_html("<p>Forwarded message</p><blockquote type=cite>x</blockquote>"),
    "styles in html": in_html('<div style="border-top:solid #E1E1E1 1.0pt">x</div>'),
    "entities in html": in_html("&#1234;&amp"),
    "tables in html": in_html("<table><tr><td>x"),
    "rich text groups": in_winmail(rb"{\*\x{"),
    "rich text characters": in_winmail(rb"\u1088?\'e0"),
    "files of winmail.dat": lambda size: letter(
        winmail(*[file(b"x", b"y")] * (size // 150)), "application/ms-tnef"
    ),
    "json": report(
        lambda size: b"Content-Type: application/json\n\n" + json.dumps(["x"] * (size // 5)).encode()
    ),
    "nested json": report(lambda size: b"Content-Type: application/json\n\n" + b'{"a":' * (size // 5)),
    "yaml": report(lambda size: b"\n" + filled("a: [", size), "X-XARF: PLAIN"),
    "plain yaml": report(lambda size: b"\n" + filled("a: b\n", size), "X-XARF: PLAIN"),
    "boundaries": lambda size: letter(filled("--e1\n", size), "multipart/mixed; boundary=e"),
    "base64": lambda size: letter(filled("a=", size), "text/plain", "Content-Transfer-Encoding: base64"),
    "quoted-printable": lambda size: letter(
        filled("=\n=d0=", size), "text/plain", "Content-Transfer-Encoding: quoted-printable"
    ),
    "encoded words": lambda size: letter(
        b"x", "text/plain", "X: y", "Subject: " + "=?utf-8?q?x?= " * (size // 14)
    ),
    "fields without end": lambda size: filled("A: b\n", size),
}


def seconds(raw: bytes) -> float:
    """Give the processor time of reading and judging a letter, the best of three."""
    best = 9e9
    for _ in range(3):
        begun = time.process_time()
        read = read_letter(raw)
        recognise(read, envelope_from="", own_addresses=(), loop_mark="")
        sanitised(read.html)
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_time_grows_with_the_size_and_not_with_its_square(name: str) -> None:
    small, large = seconds(SHAPES[name](SMALL)), seconds(SHAPES[name](LARGE))
    assert large < MOST * max(small, 0.002)


def peak(raw: bytes) -> float:
    """Give the most memory that reading takes, the letter itself not counted, by the letter's size."""
    tracemalloc.start()
    try:
        read = read_letter(raw)
        most = tracemalloc.get_traced_memory()[1]
        assert read.unreadable is None
    finally:
        tracemalloc.stop()
    return most / len(raw)


OCTETS = bytes(range(256)) * 4_000 * 18  # becomes 25 MB in base64

HEAVY: dict[str, Callable[[], bytes]] = {
    "a file": lambda: letter(
        base64.encodebytes(OCTETS), "application/zip; name=x.zip", "Content-Transfer-Encoding: base64"
    ),
    "a file as it is": lambda: letter(OCTETS, "application/octet-stream; name=x.bin"),
    "text": lambda: letter("Слова и строки.\n".encode() * 900_000),
    "html": lambda: letter(b"<p>words</p>\n" * 1_900_000, "text/html"),
    "a quoted-printable file": lambda: letter(
        b"=D0=A1words=\n" * 1_900_000, "application/x; name=x", "Content-Transfer-Encoding: quoted-printable"
    ),
    "winmail.dat": lambda: letter(
        base64.encodebytes(winmail(file(b"x", OCTETS))),
        "application/ms-tnef",
        "Content-Transfer-Encoding: base64",
    ),
}


@pytest.mark.parametrize("name", sorted(HEAVY))
def test_memory_stays_within_a_multiple_of_the_size(name: str) -> None:
    raw = HEAVY[name]()
    assert len(raw) > 17_000_000
    assert peak(raw) < MEMORY
