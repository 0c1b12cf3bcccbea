"""Header fields: folding, encoded words, parameters."""

import pytest

from reglament.desk.channels.email.headers import (
    MAX_FIELD,
    decode_base64,
    decode_words,
    parameterised,
    split_headers,
)


def test_fields_are_unfolded_and_the_body_begins_after_the_empty_line() -> None:
    raw = b"Subject: one\r\n two\r\nFROM : a@b.example\r\n\r\nbody"
    headers, body = split_headers(raw)
    assert headers.fields == (("subject", b"one two"), ("from", b"a@b.example"))
    assert raw[body:] == b"body"


def test_a_line_that_is_no_field_begins_the_body() -> None:
    raw = b"Subject: one\nthis is no field\n\nbody"
    headers, body = split_headers(raw)
    assert headers.text("subject") == "one"
    assert raw[body:] == b"this is no field\n\nbody"


def test_a_mailbox_line_before_the_fields_is_passed_over() -> None:
    headers, _ = split_headers(b"From sender@b.example Tue Oct 13 12:00:00 2026\nSubject: one\n\n")
    assert headers.fields == (("subject", b"one"),)


def test_a_field_without_end_is_read_up_to_a_bound() -> None:
    headers, _ = split_headers(b"References: " + b"<a@b>\n " * 100_000 + b"\n\n")
    assert len(headers.raw("references")) <= MAX_FIELD


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"=?utf-8?B?0JDQutGC0Ys=?=", "Акты"),
        (b"Re: [SD-1042] =?utf-8?Q?=D0=90=D0=BA=D1=82?=", "Re: [SD-1042] Акт"),
        (b"=?utf-8?Q?=D0=90?= =?utf-8?Q?=D0=BA?=", "Ак"),
        (b"=?utf-8?Q?=D0=90?=\t =?koi8-r?B?y9Q=?=", "Акт"),
        (b"=?utf-8?Q?=D0?= =?utf-8?Q?=90=D0=BA?=", "Ак"),
        (b"=?utf-8*ru?Q?=D0=90_=D0=BA?=", "А к"),
        (b"=?nonsense?Q?abc?= and more", "=?nonsense?Q?abc?= and more"),
        (b"a =?utf-8?Q?=D0=90?= b", "a А b"),
        (b"=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=", "=?utf-8?Q?x?="),
        (b"=?utf-8?Q?one=0D=0ABcc:_x?=", "one Bcc: x"),
        (b"=?utf-8?B?0JDQ", "=?utf-8?B?0JDQ"),
        ("Ошибка".encode("cp1251"), "Ошибка"),
    ],
)
def test_encoded_words_are_decoded_once(written: bytes, read: str) -> None:
    assert decode_words(written, "windows-1251") == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b'attachment; filename="report.pdf"', "report.pdf"),
        (b"attachment; filename=two words.pdf", "two words.pdf"),
        (b'attachment; filename="an unclosed quote.pdf', "an unclosed quote.pdf"),
        (rb'attachment; filename="a \"b\"; c.pdf"', 'a "b"; c.pdf'),
        (b"attachment; filename*=utf-8'ru'%D0%90%D0%BA%D1%82.pdf", "Акт.pdf"),
        (b"attachment; filename=\"x.pdf\"; filename*=koi8-r''%E1%CB%D4.pdf", "Акт.pdf"),
        (
            b"attachment; filename*1=\" 2.pdf\"; filename*0*=utf-8''%D0%90%D0%BA%D1%82",
            "Акт 2.pdf",
        ),
        (b'attachment; filename="=?windows-1251?B?wOryLnBkZg==?="', "Акт.pdf"),
        (b'attachment; filename="' + "Акт.pdf".encode("cp1251") + b'"', "Акт.pdf"),
    ],
)
def test_file_names_are_read_in_every_form(written: bytes, read: str) -> None:
    assert parameterised(written, "windows-1251").parameters["filename"] == read


def test_a_value_alone_has_no_parameters() -> None:
    assert parameterised(b" Text/Plain ").value == "text/plain"
    assert not parameterised(b"").parameters


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"0JDQutGC", "Акт"),
        (b"0J\r\nDQ!! ut*GC", "Акт"),
        (b"0JA=\r\n0LrRgg==", "Акт"),
        (b"0JDQutG", "Ак\ufffd"),
        (b"", ""),
        (b"====", ""),
    ],
)
def test_base64_is_read_with_junk_in_pieces_and_cut_short(written: bytes, read: str) -> None:
    assert decode_base64(written).decode("utf-8", "replace") == read
