"""DKIM: what passes, and what is no pass however well it looks."""

import base64
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reglament.desk.channels.email.resolution import Questions
from reglament.desk.channels.email.signatures import Signature, check_signatures
from reglament.desk.channels.email.signed_forms import signable
from reglament.desk.channels.email.tests.signing import (
    LETTER,
    Clockwork,
    MemoryResolver,
    ed25519_record,
    key_of,
    rsa_record,
    signed,
    signed_by_short_key,
    signed_with,
)

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KEY = key_of("client.example")


def checked(raw: bytes, *records: tuple[str, str, str], slow: tuple[str, ...] = ()) -> Signature:
    """Check the one signature of a letter."""
    (signature,) = check_signatures(raw, Questions(MemoryResolver(*records, slow=slow)), AT)
    return signature


@pytest.mark.parametrize("form", ["relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"])
def test_a_letter_signed_by_another_program_passes_in_every_form(form: str) -> None:
    signature = checked(signed(form=form), KEY)
    assert (signature.result, signature.domain) == ("pass", "client.example")


@pytest.mark.parametrize("body", [b"", b"\r\n\r\n", b"no line end", b"blanks \t \r\n \r\n\r\n", b"x\r\r\n"])
@pytest.mark.parametrize("form", ["relaxed/relaxed", "simple/simple"])
def test_odd_bodies_have_the_form_that_another_program_gives_them(body: bytes, form: str) -> None:
    head = LETTER.partition(b"\r\n\r\n")[0]
    assert checked(signed(head + b"\r\n\r\n" + body, form=form), KEY).result == "pass"


def test_the_example_of_rfc_8463_passes() -> None:
    letter = (
        b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
        b" d=football.example.com; i=@football.example.com;\r\n"
        b" q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
        b" subject : date : message-id : from : subject : date;\r\n"
        b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        b" b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
        b" Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
        b"From: Joe SixPack <joe@football.example.com>\r\n"
        b"To: Suzie Q <suzie@shopping.example.net>\r\n"
        b"Subject: Is dinner ready?\r\n"
        b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
        b"\r\n"
        b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
    )
    record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    assert checked(letter, key_of("football.example.com", record, "brisbane")).result == "pass"


def test_an_ed25519_signature_passes_and_a_changed_letter_does_not() -> None:
    key = key_of("client.example", ed25519_record())
    assert checked(signed_by_short_key(), key).result == "pass"
    assert checked(signed_by_short_key().replace(b"Anna <", b"Ann <"), key).detail == "signature_wrong"


def test_bare_line_feeds_count_as_line_ends() -> None:
    assert checked(signed().replace(b"\r\n", b"\n"), KEY).result == "pass"


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ((b"any more", b"anymore"), "body_changed"),
        ((b"help@desk", b"sales@desk"), "signature_wrong"),
        ((b"Subject:", b"Subject: x"), "signature_wrong"),
        ((b"a=rsa-sha256", b"a=rsa-sha1"), "algorithm"),
        ((b"d=client.example", b"d=other.example"), "malformed"),  # i= lies outside
        ((b"q=dns/txt", b"q=other"), "malformed"),
        ((b"c=relaxed/relaxed", b"c=relaxed/loose"), "malformed"),
        ((b"v=1;", b"v=2;"), "malformed"),
        ((b"v=1;", b"v=1; v=1;"), "malformed"),
        ((b"v=1;", b"no tag;"), "malformed"),
    ],
)
def test_what_was_changed_on_the_way_does_not_pass(change: tuple[bytes, bytes], detail: str) -> None:
    signature = checked(signed().replace(*change), KEY)
    assert (signature.result != "pass", signature.detail) == (True, detail)


@pytest.mark.parametrize("field", [b"From: x@evil.example", b"Subject: Pay here", b"Content-Type: text/html"])
def test_a_field_put_above_a_signed_one_takes_the_signature_away(field: bytes) -> None:
    names = ["from", "subject", "content-type", "date"]
    assert checked(signed(fields=names), KEY).result == "pass"
    added = checked(field + b"\r\n" + signed(fields=names), KEY)
    assert (added.result, added.detail) == ("policy", "field_added")


def test_a_signed_length_is_no_pass_even_where_it_covers_everything() -> None:
    signature = checked(signed(length=True), KEY)
    assert (signature.result, signature.detail) == ("policy", "body_length")


def test_a_signature_that_does_not_cover_from_is_none() -> None:
    tags = "a=rsa-sha256; d=client.example; s=s; h=subject"
    assert checked(signed_with(LETTER, tags), KEY).detail == "malformed"


@pytest.mark.parametrize(("seconds", "result"), [(-1, "fail"), (0, "fail"), (1, "pass")])
def test_an_expired_signature_is_judged_by_the_moment_of_receipt(seconds: int, result: str) -> None:
    until = int((AT + timedelta(seconds=seconds)).timestamp())
    tags = f"a=rsa-sha256; d=client.example; s=s; h=from; x={until}"
    assert checked(signed_with(LETTER, tags), KEY).result == result


@pytest.mark.parametrize(
    ("record", "result", "detail"),
    [
        ("v=DKIM1; p=", "permerror", "key_revoked"),
        ("v=DKIM2; p=AAAA", "permerror", "key_unfit"),
        (rsa_record(more="h=sha1; "), "permerror", "key_unfit"),
        (rsa_record(more="s=tlsrpt; "), "permerror", "key_unfit"),
        (rsa_record(more="t=y; "), "neutral", "key_tested"),
        (rsa_record(more="t=s; h=sha1:sha256; s=other:email; "), "pass", ""),
        (ed25519_record(), "permerror", "key_unfit"),
        ("p=AAAA", "permerror", "key_malformed"),
        ("p=%%%", "permerror", "malformed"),
        ("v=spf1 -all", "permerror", "key_missing"),
        (rsa_record().replace("p=", "p=; p="), "permerror", "key_missing"),
    ],
    # Named by what they stand for: the keys are new in each run, and each worker must know its tests.
    ids=[
        "revoked",
        "version",
        "hashes",
        "services",
        "tested",
        "strict",
        "other-algorithm",
        "short",
        "not-base64",
        "not-dkim",
        "twice",
    ],
)
def test_the_key_decides_for_what_it_may_be_used(record: str, result: str, detail: str) -> None:
    signature = checked(signed(), key_of("client.example", record))
    assert (signature.result, signature.detail) == (result, detail)


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    return bytes([tag, size] if size < 128 else [tag, 0x81, size]) + content


@pytest.mark.parametrize(
    ("bits", "detail"), [(768, "key_size"), (1023, "key_size"), (1024, "signature_wrong")]
)
def test_a_short_key_is_no_pass(bits: int, detail: str) -> None:
    modulus = ((1 << (bits - 1)) | 1).to_bytes(bits // 8 + 1, "big")
    key = _der(0x30, _der(2, modulus) + _der(2, (65537).to_bytes(3, "big")))
    record = f"k=rsa; p={base64.b64encode(key).decode()}"
    assert checked(signed(), key_of("client.example", record)).detail == detail


def test_two_keys_in_one_place_are_none() -> None:
    assert checked(signed(), KEY, KEY).detail == "key_repeated"
    assert checked(signed(), KEY, key_of("client.example", "v=spf1 -all")).result == "pass"


def test_no_answer_is_a_temporary_error_and_no_key_a_lasting_one() -> None:
    assert checked(signed(), slow=("s._domainkey.client.example",)).result == "temperror"
    assert checked(signed()).result == "permerror"


def test_whatever_the_resolver_does_is_a_temporary_error() -> None:
    (signature,) = check_signatures(signed(), Questions(Clockwork()), AT)
    assert (signature.result, signature.detail) == ("temperror", "key_unresolved")


def test_only_ten_signatures_are_tried() -> None:
    resolver = MemoryResolver(*(key_of(f"d{number}.example", "p=") for number in range(30)))
    raw = LETTER
    for number in range(30):
        raw = signed_with(raw, f"a=rsa-sha256; d=d{number}.example; s=s; h=from")
    assert len(check_signatures(raw, Questions(resolver), AT)) == 10
    assert len(resolver.asked) == 10


def test_a_signer_speaks_for_an_address_below_it_unless_its_key_forbids() -> None:
    raw = signed(identity="anna@mail.client.example")
    assert checked(raw, KEY).agent == "mail.client.example"
    assert checked(raw, key_of("client.example", rsa_record(more="t=s; "))).detail == "key_unfit"


def test_nothing_in_a_letter_stalls_the_check() -> None:
    head = LETTER.partition(b"\r\n\r\n")[0]
    begun = time.perf_counter()
    for filling in (
        b" " * 2_000_000 + b"x",
        b"\r\n" * 1_000_000 + b"x",
        b"\r" * 2_000_000,
        b" \r\n" * 500_000,
    ):
        raw = signed(head + b"\r\n\r\nshort\r\n") + filling
        assert checked(raw, key_of("client.example", "p=")).result != "pass"
        folded = b"X: " + filling.replace(b"\r\n", b"\r\n ") + b"\r\n"
        check_signatures(folded + raw, Questions(MemoryResolver(KEY)), AT)
        check_signatures(
            signed().replace(b"b=", b"b=" + filling[:10_000], 1), Questions(MemoryResolver()), AT
        )
    assert time.perf_counter() - begun < 20


PIECES = st.sampled_from(
    [
        *(b"DKIM-Signature:", b"v=1;", b"a=rsa-sha256;", b"d=client.example;", b"s=s;", b"h=from:", b"h=;"),
        *(b"b=", b"bh=", b"l=0;", b"x=9;", b"i=@;", b"c=/;", b"\r\n", b"\n", b" ", b"\t", b"From: a@b.c"),
        *(b"\x00", b"\xff", b";", b"=", b"\r", b":", b"From "),
    ]
)


@given(st.lists(PIECES | st.binary(max_size=5), max_size=40).map(b"".join))
@settings(deadline=None)
def test_no_octets_raise(octets: bytes) -> None:
    for raw in (octets, b"DKIM-Signature: " + octets, octets + signed()):
        for signature in check_signatures(raw, Questions(MemoryResolver(KEY)), AT):
            assert signature.result in {"pass", "fail", "policy", "neutral", "temperror", "permerror"}


@given(st.binary(min_size=1, max_size=200))
@settings(deadline=None)
def test_no_key_record_raises(octets: bytes) -> None:
    record = octets.decode("latin-1")
    for value in (record, f"p={record}", f"p={base64.b64encode(octets).decode()}"):
        assert checked(signed(), key_of("client.example", value)).result != "pass"


@given(st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"\r", b"a"]), max_size=12).map(b"".join))
@settings(deadline=None)
def test_the_forms_of_a_body_are_those_of_the_standard(body: bytes) -> None:
    letter = signable(b"From: a@b.c\r\n\r\n" + body)
    assert letter is not None
    lines = body.split(b"\r\n")
    if lines[-1] == b"":
        lines.pop()

    def ended(found: list[bytes]) -> bytes:
        while found and found[-1] == b"":
            found = found[:-1]
        return b"".join(line + b"\r\n" for line in found)

    relaxed = [b" ".join(line.replace(b"\t", b" ").split(b" ")) for line in lines]
    joined = [_joined(line) for line in relaxed]
    assert letter.simple_body == (ended(lines) or b"\r\n")
    assert letter.relaxed_body == ended(joined)


def _joined(line: bytes) -> bytes:
    while b"  " in line:
        line = line.replace(b"  ", b" ")
    return line.removesuffix(b" ")
