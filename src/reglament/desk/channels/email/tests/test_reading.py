"""Reading raw letters: bodies, files, fields, bounds."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reglament.desk.channels.email.bodies import safe_name, unflowed
from reglament.desk.channels.email.parts import Limits
from reglament.desk.channels.email.reading import read_letter


def letter(body: str | bytes, content_type: str = "text/plain; charset=utf-8", *fields: str) -> bytes:
    """Write a letter from Anna with this body."""
    head = ["From: Anna <anna@example.org>", "Subject: Test", f"Content-Type: {content_type}", *fields]
    content = body.encode() if isinstance(body, str) else body
    return "\r\n".join([*head, "", ""]).encode() + content


def parts(*inner: str, kind: str = "mixed") -> bytes:
    """Write a letter of several parts, each with its own fields."""
    body = "".join(f"--edge\r\n{part}\r\n" for part in inner) + "--edge--\r\n"
    return letter(body, f"multipart/{kind}; boundary=edge")


def test_an_empty_letter_is_legal() -> None:
    read = read_letter(b"")
    assert (read.subject, read.text, read.attachments, read.sender_fault) == ("", "", (), "from_absent")
    assert read.unreadable is None


def test_fields_that_are_not_for_people_are_read_exactly() -> None:
    read = read_letter(
        letter(
            "x",
            "text/plain",
            "Message-ID: <One@Example.ORG>",
            "In-Reply-To: <two@x> (a comment)",
            "References: <three@x>\r\n <four@x> junk <two@x>",
            "Reply-To: other@example.org",
            "Date: Tue, 13 Oct 2026 10:14:55 +0300",
        )
    )
    assert read.message_id == "<One@Example.ORG>"
    assert read.in_reply_to == ("<two@x>",)
    assert read.references == ("<three@x>", "<four@x>", "<two@x>")
    assert [one.address for one in read.reply_to] == ["other@example.org"]
    assert read.date is not None
    assert read.date.isoformat() == "2026-10-13T07:14:55+00:00"


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Tue, 99 Oct 2026 10:14:55 +0300", "31 Dec 9999 23:59 -2359", "\x00"]
)
def test_a_senseless_date_is_no_date(date: str) -> None:
    assert read_letter(letter("x", "text/plain", f"Date: {date}")).date is None


def test_of_very_many_references_the_last_are_kept() -> None:
    many = " ".join(f"<{number}@x>" for number in range(500))
    read = read_letter(letter("x", "text/plain", f"References: {many}"))
    assert read.references[-1] == "<499@x>"
    assert len(read.references) == 100


def test_alternatives_are_one_text_in_two_forms() -> None:
    read = read_letter(
        parts(
            "Content-Type: text/plain; charset=utf-8\r\n\r\nпростой",
            "Content-Type: text/html; charset=utf-8\r\n\r\n<p>разметка</p>",
            kind="alternative",
        )
    )
    assert (read.text, read.html.strip()) == ("простой", "<p>разметка</p>")


def test_html_alone_is_given_as_text_without_what_is_not_seen() -> None:
    read = read_letter(
        letter(
            "<style>p{}</style><p>Первая<br>вторая</p><script>x()</script><p>третья</p>",
            "text/html; charset=utf-8",
        )
    )
    assert read.new_text == "Первая\nвторая\n\nтретья"


def test_a_charset_named_inside_html_is_read() -> None:
    markup = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Привет</p>'.encode(
        "koi8-r"
    )
    assert read_letter(letter(markup, "text/html")).text == "Привет"


def test_utf_7_is_refused_as_a_charset_of_html() -> None:
    assert "<script" not in read_letter(letter("+ADw-script+AD4-", "text/html; charset=utf-7")).html


def test_several_texts_follow_one_another() -> None:
    text = "Content-Type: text/plain\r\n\r\n"
    assert read_letter(parts(f"{text}one", f"{text}two")).text == "one\n\ntwo"


def test_files_are_kept_with_their_octets() -> None:
    read = read_letter(
        parts(
            "Content-Type: text/plain\r\n\r\nsee the files",
            "Content-Type: text/plain; name=log.txt\r\nContent-Disposition: attachment\r\n\r\na log",
            "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR",
            "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner body",
            "Content-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC",
        )
    )
    assert read.text == "see the files"
    assert [(one.name, one.content, one.inline) for one in read.attachments] == [
        ("log.txt", b"a log", False),
        ("file-2.ics", b"BEGIN:VCALENDAR", False),
        ("file-3.eml", b"Subject: inner\r\n\r\ninner body", False),
        ("file-4", b"\x00\x01\x02", True),
    ]
    assert read.attachments[3].content_id == "pic@x"


def test_a_signed_letter_shows_its_text_and_keeps_its_signature() -> None:
    read = read_letter(
        parts(
            'Content-Type: text/plain; hp="clear"\r\nSubject: the real one\r\n\r\nsigned',
            "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMII",
            kind="signed",
        )
    )
    assert (read.text, read.subject) == ("signed", "the real one")
    assert [one.name for one in read.attachments] == ["smime.p7s"]


@pytest.mark.parametrize(("hp", "inside"), [("; hp=clear", True), ("; hp=cipher", True), ("", False)])
def test_fields_inside_what_is_signed_are_the_real_ones_where_it_says_so(hp: str, inside: bool) -> None:
    read = read_letter(
        parts(
            f"Content-Type: text/plain{hp}\r\nSubject: real\r\nFrom: eve@example.net\r\nTo: x@example.org\r\n"
            "References: <real@x>\r\nDate: Tue, 13 Oct 2026 10:14:55 +0300\r\n\r\nsigned",
            "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMII",
            kind="signed",
        )
    )
    assert read.sender is not None
    assert read.sender.address == "anna@example.org"
    real = (read.subject, [one.address for one in read.to], read.references, read.date is not None)
    assert real == (("real", ["x@example.org"], ("<real@x>",), True) if inside else ("Test", [], (), False))


def test_a_letter_that_is_forwarded_inside_names_no_fields_of_this_one() -> None:
    read = read_letter(
        parts(
            "Content-Type: text/plain\r\n\r\nsee",
            "Content-Type: message/rfc822\r\n\r\nSubject: [SD-1]\r\nReferences: <a@b>\r\n\r\nx",
        )
    )
    assert (read.subject, read.references) == ("Test", ())


def test_a_multipart_without_parts_is_read_as_text() -> None:
    assert read_letter(letter("what is left", "multipart/mixed; boundary=other")).text == "what is left"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-invented"])
def test_an_encoding_that_a_multipart_may_not_have_is_passed_over(encoding: str) -> None:
    raw = parts("Content-Type: text/plain\r\n\r\na =D0 b").replace(
        b"Content-Type: multipart",
        f"Content-Transfer-Encoding: {encoding}\r\nContent-Type: multipart".encode(),
    )
    assert read_letter(raw).text == "a =D0 b"


def test_a_boundary_that_begins_like_another_does_not_cut() -> None:
    inner = "Content-Type: text/plain\r\n\r\n--edgewise\r\n--edge2\r\nrest"
    assert read_letter(parts(inner)).text == "--edgewise\n--edge2\nrest"


def test_flowed_lines_are_joined() -> None:
    assert unflowed("one \ntwo\n> three \n> four\n  five\n-- \nname", delete_space=False) == (
        "one two\n> three four\n five\n-- \nname"
    )
    assert unflowed("сло \nво", delete_space=True) == "слово"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Акт сверки.pdf", "Акт сверки.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\docs\\акт.doc", "акт.doc"),
        ('a"b<c>:d?.txt', "a_b_c_d_.txt"),
        ("...", "file-7.html"),
        ("", "file-7.html"),
    ],
)
def test_file_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, "text/html", 7) == safe


def test_a_long_file_name_keeps_its_extension() -> None:
    safe = safe_name("щ" * 400 + ".docx", "x/y", 1)
    assert len(safe) == 150
    assert safe.endswith("щ.docx")


def nested(depth: int) -> bytes:
    """Write multiparts inside one another, as many as said, and a text in the last."""
    head = "From: anna@example.org\r\nSubject: deep\r\n"
    levels = "".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(depth)
    )
    return f"{head}{levels}Content-Type: text/plain\r\n\r\nhere".encode()


def test_a_letter_within_the_depth_is_read_and_one_beyond_is_held_with_its_fields() -> None:
    assert read_letter(nested(50)).text == "here"
    beyond = read_letter(nested(51))
    assert (beyond.unreadable, beyond.text, beyond.subject) == ("too_deep", "", "deep")
    assert beyond.sender is not None


def test_a_letter_with_too_many_parts_is_held() -> None:
    assert read_letter(parts(*["\r\nx"] * 6), Limits(parts=6)).unreadable == "too_many_parts"
    assert read_letter(parts(*["\r\nx"] * 5), Limits(parts=6)).unreadable is None


STALLING = {
    "markup in markup": letter("<div>" * 100_000, "text/html"),
    "quotes in quotes": letter("<blockquote type=cite>x" * 20_000, "text/html"),
    "quotes after quotes": letter("<div class=gmail_quote>x</div>" * 10_000, "text/html"),
    "open angles": letter("<" * 300_000, "text/html"),
    "blanks": letter("От: " + " " * 400_000),
    "dates": letter("13.10.2026 12:05 x\n" * 20_000),
    "marks": letter(">" * 300_000 + "\n>" * 100_000),
    "dashes": letter("--\n" * 150_000),
    "false boundaries": letter("--edge1\n" * 500_000, "multipart/mixed; boundary=edge"),
    "fields": b"A: b\n" * 1_000_000,
    "a field folded for ever": b"Subject: x\n" + b" y\n" * 1_000_000,
    "half encoded words": b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\n",
    "parameters": letter("x", "text/plain" + ";a=" * 5_000 + '"\\' * 3_000),
    "addresses": b"From: " + b"(<a@b>," * 100_000 + b"\n\n",
    "base64 of padding": letter("=" * 5_000_000, "text/plain", "Content-Transfer-Encoding: base64"),
}


@pytest.mark.parametrize("name", sorted(STALLING))
def test_no_sender_can_stall_the_reading(name: str) -> None:
    begun = time.process_time()
    read_letter(STALLING[name])
    assert time.process_time() - begun < 3


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_octets_are_read(raw: bytes) -> None:
    read_letter(raw)


PIECES = st.sampled_from(
    [
        b"From: a@b.example\r\n",
        b"From: =?utf-8?b?0JDQ?= <a@b",
        b"Subject: =?koi8-r?q?=F0?=\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n",
        b'Content-Type: multipart/alternative; boundary="y\r\n',
        b"Content-Type: text/html; charset=utf-16\r\n",
        b"Content-Type: text/plain; charset=idna; format=flowed\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Disposition: attachment; filename*0*=x'y'%D0%ZZ; filename*9999=\"",
        b"--x\r\n",
        b"--x--\r\n",
        b"--y\r\n",
        b"<div class=gmail_quote><blockquote type=cite>",
        b"<p>\x00\xff</p>",
        b"> quoted\r\n",
        b"13.10.2026 12:05, a@b:\r\n",
        b"=D0=\r\n",
        b"0JDQ!!",
        b"\xd0\xff\xfe\x00",
        b"In-Reply-To: <a@b>\r\n",
        b"Date: 0 Foo -1 99:99\r\n",
        b"-- \r\n",
        b"\xed\xa0\x80",
        b"<table><tr><td>",
        b"&#xD800;&#0;&#99999999;",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=6), max_size=40))
def test_letters_made_of_mangled_pieces_are_read_and_fit_to_be_stored(pieces: list[bytes]) -> None:
    read = read_letter(b"".join(pieces))
    assert read.unreadable in {None, "too_many_parts"}
    assert "folding_failed" not in read.defects
    texts = [read.subject, read.text, read.html, read.new_text, read.quoted_text, read.signature]
    names = [read.sender.name if read.sender else "", *(one.name for one in read.attachments)]
    for text in (*texts, *names):
        text.encode("utf-8")
        assert "\x00" not in text
