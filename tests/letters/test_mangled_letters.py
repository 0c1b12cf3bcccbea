"""Letters that are broken in every way that we could think of, and in ways that chance thinks of.

None may raise, whatever is asked of it; all give text that a database can store.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reglament.desk.channels.email.authentication import judge
from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.nature import recognise
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.sanitise import sanitised
from reglament.desk.channels.email.spam import spam_verdict
from reglament.desk.channels.email.threads import clues_of

HERE = Path(__file__).parent
LETTERS = {
    path.name: path.read_bytes()
    for folder in ("samples", "reports")
    for path in sorted((HERE / folder).glob("*.eml"))
}
BORDER = "mx.example.com"
TRICKS = [
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\n\n--", b"--", b"=?utf-8?B?", b"?=", b"=", b"==", b'"', b"\\", b"<",
    b">", b"(", b";", b",", b"\xff\xfe", b"\xd0", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"; charset=utf-7",
    b"Content-Type: multipart/mixed; boundary=", b"Content-Type: message/feedback-report\r\n",
    b"Content-Type: application/ms-tnef\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"\x78\x9f\x3e\x22\1\0",
    b"Content-Disposition: attachment; filename*0*=utf-8''%", b"X-XARF: PLAIN\r\n", b"<!--", b"<![CDATA[",
    b"<svg><style><a id='</style>", b"&#x110000;", b"\xe2\x80\xae", b"begin 644 x\n", b"From: a@b, c@d\r\n",
]  # fmt: skip


def used(raw: bytes) -> Letter:
    """Read a letter and ask of it all that an intake asks."""
    letter = read_letter(raw)
    recognition = recognise(letter, envelope_from="", own_addresses=("support@example.com",), loop_mark="x")
    judge(letter.headers, letter.sender, BORDER)
    spam_verdict(letter.headers, BORDER, "X-Spam-Flag")
    clues_of(letter, "support+1042.aaaaaaaaaaaaaaaa@example.com", "SD", b"key")
    texts = [letter.subject, letter.text, letter.new_text, letter.quoted_text, letter.signature]
    texts += [sanitised(letter.html), *(file.name for file in letter.attachments)]
    texts += [address.name for address in (*letter.to, *letter.cc, *letter.reply_to)]
    if recognition.complaint is not None:
        texts.append(str(recognition.complaint.as_json()))
    if recognition.bounce is not None:
        texts += [str(report.as_json()) for report in recognition.bounce.reports]
    for text in texts:
        text.encode("utf-8")
        assert "\x00" not in text
    assert letter.unreadable in {None, "too_deep", "too_many_parts"}
    assert "folding_failed" not in letter.defects
    return letter


def cut_at(share: float) -> Callable[[bytes], bytes]:
    """Break off after a share of the letter."""
    return lambda raw: raw[: int(len(raw) * share)]


def flipped(seed: int) -> Callable[[bytes], bytes]:
    """Change one octet in fifty."""

    def change(raw: bytes) -> bytes:
        chance = random.Random(seed)
        changed = bytearray(raw)
        for _ in range(len(raw) // 50):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)

    return change


def shuffled(raw: bytes) -> bytes:
    """Put the lines into another order."""
    lines = raw.split(b"\n")
    random.Random(7).shuffle(lines)
    return b"\n".join(lines)


def inside_itself(raw: bytes) -> bytes:
    """Put the letter where each of its bodies begins."""
    return raw.replace(b"\r\n\r\n", b"\r\n\r\n" + raw[:20_000], 3)


MANGLINGS: dict[str, Callable[[bytes], bytes]] = {
    **{f"cut at {share}": cut_at(share) for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)},
    **{f"flipped {seed}": flipped(seed) for seed in range(5)},
    "shuffled lines": shuffled,
    "inside itself": inside_itself,
    "backwards": lambda raw: raw[::-1],
    "twice": lambda raw: raw + raw,
    "no line ends": lambda raw: raw.replace(b"\r\n", b" "),
    "carriage returns alone": lambda raw: raw.replace(b"\n", b""),
    "line feeds alone": lambda raw: raw.replace(b"\r", b""),
    "line ends doubled": lambda raw: raw.replace(b"\r\n", b"\r\r\n"),
    "no blanks": lambda raw: raw.replace(b" ", b""),
    "no colons": lambda raw: raw.replace(b":", b""),
    "no body": lambda raw: raw.partition(b"\r\n\r\n")[0],
    "no fields": lambda raw: raw.partition(b"\r\n\r\n")[2],
    "all capitals": bytes.upper,
    "high bits": lambda raw: bytes(octet | 0x80 if octet > 0x40 else octet for octet in raw),
    "sixteen bits": lambda raw: raw.decode("latin-1").encode("utf-16"),
    "nulls between": lambda raw: b"\0".join(raw[place : place + 40] for place in range(0, len(raw), 40)),
    "charsets exchanged": lambda raw: raw.replace(b"utf-8", b"koi8-r").replace(b"windows-1251", b"utf-16"),
    "encodings exchanged": lambda raw: raw.replace(b"base64", b"quoted-printable"),
    "boundaries broken": lambda raw: raw.replace(b"\r\n--", b"\r\n-"),
    "quotes unpaired": lambda raw: raw.replace(b'"', b'"\\"'),
}


@pytest.mark.parametrize("mangling", sorted(MANGLINGS))
def test_no_mangled_letter_raises(mangling: str) -> None:
    for raw in LETTERS.values():
        used(MANGLINGS[mangling](raw))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_letters_with_tricks_put_in_by_chance_are_read(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(sorted(LETTERS.values()))))
    for _ in range(data.draw(st.integers(1, 6))):
        trick = data.draw(st.sampled_from(TRICKS) | st.binary(max_size=8))
        place = data.draw(st.integers(0, len(raw)))
        raw[place : place + data.draw(st.integers(0, 30))] = trick
    used(bytes(raw))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(LETTERS)), st.sampled_from(sorted(LETTERS)), st.integers(0, 3_000))
def test_the_fields_of_one_letter_over_the_body_of_another_are_read(one: str, other: str, shift: int) -> None:
    fields, _ = split_headers(LETTERS[one])
    _, start = split_headers(LETTERS[other])
    head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in fields.fields)
    used(head + b"\r\n" + LETTERS[other][max(0, start - shift) :])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(TRICKS) | st.binary(max_size=20), max_size=60))
def test_letters_of_tricks_alone_are_read(pieces: list[bytes]) -> None:
    used(b"".join(pieces))
