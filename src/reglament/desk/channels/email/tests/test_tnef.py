"""What Outlook hides in winmail.dat, and rich text."""

import base64
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reglament.desk.channels.email import tnef
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.rich_text import read_rich_text, unpacked
from reglament.desk.channels.email.tests.outlook import attribute, file, message, packed, winmail
from reglament.desk.channels.email.tnef import EnclosedFile, enclosed_in

WRAPPED = (
    rb"{\rtf1\ansi\ansicpg1251\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial;}}"
    rb"{\colortbl\red0;}{\*\htmltag64 <p>}\htmlrtf {\f1 \htmlrtf0 \'cf\'f0\'e8\'e2\'e5\'f2"
    rb"{\*\htmltag84 <b>}\u33?{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}"
)


def letter(enclosed: bytes, text: str = "") -> Letter:
    """Read a letter with a text and a winmail.dat."""
    content = base64.encodebytes(enclosed).decode()
    return read_letter(
        (
            "From: a@example.org\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{text}\n--x\n"
            "Content-Type: application/ms-tnef; name=winmail.dat\n"
            f"Content-Transfer-Encoding: base64\n\n{content}\n--x--\n"
        ).encode()
    )


@pytest.mark.parametrize(("code_page", "codec"), [(1251, "cp1251"), (866, "cp866"), (65001, "utf-8")])
def test_files_keep_their_russian_names_in_the_code_page_that_is_declared(code_page: int, codec: str) -> None:
    enclosed = winmail(file("Акт сверки.pdf".encode(codec), b"%PDF"), code_page=code_page)
    read = letter(enclosed, "See the file")
    assert read.text == "See the file"
    assert [(one.name, one.content) for one in read.attachments] == [("Акт сверки.pdf", b"%PDF")]
    assert read.defects == ()


def test_the_long_name_in_unicode_wins_over_the_short_one() -> None:
    named = [(0x1F, 0x3707, "Длинное имя файла.docx".encode("utf-16-le")), (0x1E, 0x370E, b"image/png\0")]
    named.append((0x1E, 0x3712, b"picture@x\0"))
    found = enclosed_in(winmail(file(b"ACT~1.DOC", b"x", *named)))
    assert found is not None
    assert found.files == (EnclosedFile("Длинное имя файла.docx", "image/png", b"x", "picture@x"),)


def test_the_text_is_read_where_the_letter_has_none_outside() -> None:
    enclosed = winmail(message((0x1F, 0x1000, "Не работает почта".encode("utf-16-le"))))
    assert letter(enclosed).text == "Не работает почта"
    assert letter(enclosed, "outside").text == "outside"


def test_a_text_in_the_old_attribute_is_read() -> None:
    assert letter(winmail(attribute(1, 0x0002800C, "Старый".encode("cp1251") + b"\0"))).text == "Старый"


def test_html_is_read_in_its_own_code_page() -> None:
    page = (0x0003, 0x3FDE, struct.pack("<I", 20866))
    read = letter(winmail(message((0x102, 0x1013, "<p>Привет</p>".encode("koi8-r")), page)))
    assert (read.html, read.text) == ("<p>Привет</p>", "Привет")


def test_html_wrapped_up_in_rich_text_is_taken_out() -> None:
    read = letter(winmail(message((0x102, 0x1009, packed(WRAPPED)))))
    assert (read.html, read.text) == ("<p>Привет<b>!</b></p>", "Привет!")


def test_rich_text_is_read_as_text() -> None:
    rich = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}{\*\generator x;}"
        rb"\f0 one\par\'e4\'e2\'e0\tab\u1090?\uc0\u1088\u1080\~\{x\} \u-10179\u-8704 \emdash z}"
    )
    assert read_rich_text(rich) == ("one\nдва\tтри\xa0{x} 😀—z", False)


def test_packed_rich_text_that_refers_back_is_unpacked() -> None:
    # The example of MS-OXRTFCP, 3.1: literal text with references into the known beginning.
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked(example) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(struct.pack("<II4sI", 20, 4, b"MELA", 0) + b"{\\x}rest") == b"{\\x}"
    assert unpacked(b"neither of the two forms") is None


def test_unpacking_stops_at_its_bound_however_much_is_promised() -> None:
    bomb = struct.pack("<II4sI", 0, 0xFFFFFFFF, b"LZFu", 0) + (b"\0" + b"a" * 8) + b"\xff\x0d\x7f" * 500_000
    rich = unpacked(bomb)
    assert rich is not None
    assert len(rich) <= 1_000_100


def test_a_letter_in_a_letter_gives_its_words_and_its_files() -> None:
    inner = winmail(message((0x1F, 0x1000, "внутри".encode("utf-16-le"))), file(b"a.txt", b"A"))
    outer = winmail(file(b"x", b"", (0x0D, 0x3701, b"\0" * 16 + inner), (0x1E, 0x3001, b"Forwarded\0")))
    found = letter(outer, "see").attachments
    assert [(one.name, one.content.decode()) for one in found] == [("x.txt", "внутри"), ("a.txt", "A")]


def test_what_is_cut_short_is_read_as_far_as_it_goes_and_kept_as_a_file_too() -> None:
    cut = winmail(file(b"one.txt", b"1"), file(b"two.txt", b"2"))[:-12]
    read = letter(cut, "text")
    assert [one.name for one in read.attachments] == ["one.txt", "two.txt", "winmail.dat"]
    assert "tnef_damaged" in read.defects
    assert [one.name for one in letter(b"not at all", "text").attachments] == ["winmail.dat"]


def test_letters_in_letters_and_files_without_end_stay_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    nested = winmail(file(b"deep.txt", b"x"))
    for _ in range(30):
        nested = winmail(file(b"in", b"", (0x0D, 0x3701, b"\0" * 16 + nested)))
    found = enclosed_in(nested)
    assert found is not None
    assert len(found.files) <= tnef.MAX_DEPTH + 1
    many = enclosed_in(winmail(*[file(b"x", b"y")] * (tnef.MAX_FILES + 5)))
    assert many is not None
    assert (len(many.files), many.whole) == (tnef.MAX_FILES, False)


SOUND = winmail(
    message((0x1F, 0x1000, "текст".encode("utf-16-le")), (0x102, 0x1009, packed(WRAPPED))),
    file(b"a", b"content", (0x1F, 0x3707, "имя".encode("utf-16-le")), (0x0003, 0x8001, b"\0" * 30)),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=8), st.integers(0, 600)
)
def test_changed_octets_never_raise(changes: list[tuple[int, int]], cut: int) -> None:
    mangled = bytearray(SOUND)
    for place, octet in changes:
        mangled[place] = octet
    enclosed_in(bytes(mangled[: len(mangled) - cut]))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                rb"{\*",
                rb"{\fonttbl",
                rb"\f9",
                rb"\fcharset204",
                rb"\u-5",
                rb"\'e0",
                b"}",
                b"a",
                rb"\htmlrtf",
                rb"{\*\htmltag1",
                rb"\fromhtml1",
                b"\\",
                rb"\uc9",
                rb"\ansicpg0",
            ]
        )
        | st.binary(max_size=5),
        max_size=60,
    )
)
def test_any_rich_text_is_read(pieces: list[bytes]) -> None:
    read_rich_text(b"".join(pieces))
