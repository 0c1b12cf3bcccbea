"""Proof where the desk takes letters from the world: DMARC, DKIM and SPF, checked by itself."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reglament.desk.channels.email.addresses import sole_sender
from reglament.desk.channels.email.authentication import Finding, Proof
from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.own_verdict import own_verdict
from reglament.desk.channels.email.tests.signing import (
    LETTER,
    Clockwork,
    MemoryResolver,
    ed25519_record,
    key_of,
    signed,
    signed_by_short_key,
)

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOST, FORWARDER = "192.0.2.1", "198.51.100.7"
KEY = key_of("client.example")
SPF = ("client.example", "TXT", "v=spf1 ip4:192.0.2.1 -all")
DMARC = ("_dmarc.client.example", "TXT", "v=DMARC1; p=reject")


def judged(
    raw: bytes,
    *records: tuple[str, str, str],
    envelope_from: str = "anna@client.example",
    host: str | None = HOST,
    helo: str = "mx.client.example",
    slow: tuple[str, ...] = (),
) -> Proof:
    """Judge a letter that a machine brought."""
    sender, _ = sole_sender(split_headers(raw)[0])
    return own_verdict(raw, envelope_from, helo, host, sender, MemoryResolver(*records, slow=slow), AT)


def found(proof: Proof, method: str) -> Finding:
    """Give the first finding of a method."""
    return next(one for one in proof.findings if one.method == method)


def from_domain(domain: str) -> bytes:
    """Give the letter with another From."""
    return LETTER.replace(b"anna@client.example", f"anna@{domain}".encode())


def test_a_letter_that_passes_everything_is_proven_by_the_owners_policy() -> None:
    proof = judged(signed(), KEY, SPF, DMARC)
    assert (proof.proven, proof.reason, proof.method) == (True, "own_pass", "dmarc")
    assert proof.address == "anna@client.example"
    assert proof.field.startswith("v=1; a=rsa-sha256;")
    assert [(one.method, one.result, one.aligned) for one in proof.findings] == [
        ("dmarc", "pass", True),
        ("dkim", "pass", True),
        ("spf", "pass", True),
    ]
    assert found(proof, "dmarc").detail == "reject"
    assert json.loads(json.dumps(proof.as_json()))["findings"][0]["detail"] == "reject"


def test_without_a_policy_an_aligned_signature_is_enough() -> None:
    assert judged(signed(), KEY, host=None).method == "dkim"
    assert judged(signed_by_short_key(), key_of("client.example", ed25519_record())).method == "dkim"


def test_without_a_policy_an_aligned_envelope_is_enough_and_is_what_is_kept() -> None:
    proof = judged(LETTER, SPF)
    assert (proof.method, proof.field) == ("spf", "192.0.2.1 mx.client.example <anna@client.example>")


def test_forwarding_breaks_the_envelope_and_leaves_the_signature() -> None:
    kept = judged(signed(), KEY, SPF, DMARC, host=FORWARDER)
    assert (kept.proven, found(kept, "spf").result) == (True, "fail")
    rewritten = judged(signed(), KEY, SPF, DMARC, host=FORWARDER, envelope_from="bounce@forwarder.example")
    assert rewritten.proven


def test_a_mailing_list_breaks_both() -> None:
    raw = signed().replace(b"Anna\r\n", b"Anna\r\n-- \r\nThe list\r\n")
    listed = ("list.example", "TXT", "v=spf1 ip4:198.51.100.7 -all")
    proof = judged(raw, KEY, SPF, DMARC, listed, host=FORWARDER, envelope_from="bounce@list.example")
    assert (proof.proven, proof.reason) == (False, "own_no_pass")
    assert found(proof, "dkim").detail == "body_changed"
    assert (found(proof, "spf").result, found(proof, "spf").aligned) == ("pass", False)
    assert found(proof, "dmarc").result == "fail"


def test_a_pass_of_another_domain_proves_nothing() -> None:
    foreign = signed(domain="evil.example")
    evil_host = ("evil.example", "TXT", "v=spf1 +all")
    for records in ((), (DMARC,)):
        proof = judged(foreign, key_of("evil.example"), evil_host, *records, envelope_from="x@evil.example")
        assert not proof.proven
        assert {one.result for one in proof.findings if one.method in {"dkim", "spf"}} == {"pass"}


def test_nothing_is_believed_that_the_letter_says_of_its_own_proof() -> None:
    raw = (
        b"Received: from client.example by desk.example; today\r\n"
        b"Authentication-Results: desk.example; dmarc=pass header.from=client.example\r\n"
        b"Received-SPF: pass\r\n" + LETTER
    )
    assert not judged(raw, DMARC).proven


def test_a_subdomain_is_aligned_only_through_the_owners_policy() -> None:
    raw = signed(domain="mail.client.example")
    key = key_of("mail.client.example")
    assert not judged(raw, key).proven
    assert judged(raw, key, DMARC).method == "dmarc"
    assert not judged(raw, key, ("_dmarc.client.example", "TXT", "v=DMARC1; p=none; adkim=s")).proven


def test_the_envelope_too_is_aligned_strictly_where_the_owner_says_so() -> None:
    below = ("bounce.client.example", "TXT", "v=spf1 ip4:192.0.2.1 -all")
    for mode, proven in (("r", True), ("s", False)):
        policy = ("_dmarc.client.example", "TXT", f"v=DMARC1; p=none; aspf={mode}")
        assert judged(LETTER, below, policy, envelope_from="x@bounce.client.example").proven is proven


def test_a_signature_of_the_parent_speaks_for_a_sender_below_it() -> None:
    raw = signed(from_domain("mail.client.example"))
    assert not judged(raw, KEY).proven
    assert judged(raw, KEY, DMARC).method == "dmarc"


def test_a_null_path_counts_by_its_greeting_only_through_the_owners_policy() -> None:
    greeting = ("mx.client.example", "TXT", "v=spf1 ip4:192.0.2.1 -all")
    assert not judged(LETTER, greeting, envelope_from="").proven
    proof = judged(LETTER, greeting, DMARC, envelope_from="")
    assert (proof.method, found(proof, "spf").detail) == ("dmarc", "greeting")
    exact = ("client.example", "TXT", "v=spf1 +all")
    assert not judged(LETTER, exact, envelope_from="", helo="client.example").proven


@pytest.mark.parametrize(
    ("records", "domain", "policy"),
    [
        (["v=DMARC1; p=quarantine"], "client.example", "quarantine"),
        (["v=DMARC1; p=reject; sp=none"], "client.example", "reject"),
        (["v=DMARC1; p=reject; sp=quarantine; np=none"], "there.client.example", "quarantine"),
        (["v=DMARC1; p=none; sp=quarantine; np=reject"], "absent.client.example", "reject"),
        (["v=DMARC1; p=none; sp=quarantine"], "absent.client.example", "quarantine"),
        (["v=DMARC1; p=quarantine"], "absent.client.example", "quarantine"),
        (["v=DMARC1; p=nonsense; rua=mailto:a@client.example"], "client.example", "none"),
        (["v=DMARC1; ;; p = REJECT ; junk; p=none"], "client.example", "reject"),
        (["v=DMARC1; p=reject", "v=spf1 -all"], "client.example", "reject"),
    ],
)
def test_the_policy_is_the_one_in_force_for_that_domain(records: list[str], domain: str, policy: str) -> None:
    published = [("_dmarc.client.example", "TXT", record) for record in records]
    proof = judged(from_domain(domain), *published, ("there.client.example", "A", HOST))
    assert (found(proof, "dmarc").result, found(proof, "dmarc").detail) == ("fail", policy)


@pytest.mark.parametrize(
    "records",
    [
        [],
        ["v=DMARC1; p=nonsense"],
        ["v=DMARC2; p=reject"],
        ["p=reject; v=DMARC1"],
        ["v=DMARC1; p=reject", "v=DMARC1; p=reject"],
    ],
)
def test_where_no_policy_can_be_read_there_is_none(records: list[str]) -> None:
    published = [("_dmarc.client.example", "TXT", record) for record in records]
    assert found(judged(LETTER, *published), "dmarc").result == "none"


def test_neighbours_under_a_public_suffix_are_not_one_organisation() -> None:
    raw = signed(from_domain("client.co.example"), domain="evil.co.example")
    key = key_of("evil.co.example")
    suffix = ("_dmarc.co.example", "TXT", "v=DMARC1; p=reject; psd=y")
    assert not judged(raw, key, suffix).proven
    assert found(judged(raw, key, suffix), "dmarc").detail == "reject"
    top = ("_dmarc.example", "TXT", "v=DMARC1; p=reject")
    assert not judged(signed(domain="evil.example"), key_of("evil.example"), top).proven


def test_a_part_may_declare_itself_an_organisation_of_its_own() -> None:
    raw = signed(from_domain("mail.unit.client.example"))
    unit = ("_dmarc.unit.client.example", "TXT", "v=DMARC1; p=none; psd=n")
    assert judged(raw, KEY, DMARC).proven
    assert not judged(raw, KEY, DMARC, unit).proven


def test_the_walk_up_the_tree_asks_eight_times_at_most() -> None:
    domain = ".".join("abcdefghijklm") + ".example"
    resolver = MemoryResolver()
    sender, _ = sole_sender(split_headers(from_domain(domain))[0])
    own_verdict(from_domain(domain), "", "", None, sender, resolver, AT)
    assert [name for name, _ in resolver.asked if name.startswith("_dmarc.")] == [
        f"_dmarc.{domain}",
        *(f"_dmarc.{'.'.join(domain.split('.')[-count:])}" for count in range(7, 0, -1)),
    ]


def test_what_the_dns_did_not_answer_is_no_pass_but_spoils_no_other() -> None:
    slow = ("_dmarc.client.example",)
    assert judged(signed(), KEY, slow=slow).method == "dkim"
    unsigned = judged(LETTER, slow=slow)
    assert (unsigned.proven, unsigned.reason) == (False, "own_unresolved")
    no_key = judged(signed(), DMARC, slow=("s._domainkey.client.example",))
    assert found(no_key, "dmarc").result == "temperror"


def test_a_resolver_that_fails_in_any_way_gives_a_verdict_too() -> None:
    sender, _ = sole_sender(split_headers(LETTER)[0])
    proof = own_verdict(signed(), "a@client.example", "h", HOST, sender, Clockwork(), AT)
    assert (proof.proven, proof.reason) == (False, "own_unresolved")


def test_a_letter_without_one_sender_proves_nobody() -> None:
    two = LETTER.replace(b"From: ", b"From: <boss@client.example>, ")
    twice = b"From: boss@client.example\r\n" + signed()
    for raw in (two, twice, LETTER.replace(b"From: ", b"X-From: ")):
        proof = judged(raw, KEY, SPF, DMARC)
        assert (proof.proven, proof.reason, proof.address) == (False, "no_sender", "")


def test_the_case_of_domains_does_not_matter() -> None:
    raw = signed(LETTER.replace(b"anna@client.example", b"anna@CLIENT.example"))
    assert judged(raw.replace(b"d=client.example", b"d=client.example"), KEY, DMARC).proven


RECORDS = st.text(max_size=60) | st.sampled_from(
    ["v=DMARC1; p=none; psd=y", "v=spf1 redirect=client.example", "p="]
)


@given(st.binary(max_size=200), RECORDS, RECORDS, st.text(max_size=40), st.text(max_size=20))
@settings(deadline=None)
def test_no_octets_raise(octets: bytes, policy: str, record: str, envelope: str, helo: str) -> None:
    records = [
        ("_dmarc.client.example", "TXT", policy),
        ("_dmarc.example", "TXT", record),
        ("client.example", "TXT", record),
        key_of("client.example", record or "p="),
    ]
    for raw in (octets, octets + LETTER, signed() + octets, LETTER.replace(b"client.example", octets[:60])):
        proof = judged(raw, *records, envelope_from=envelope, helo=helo)
        assert not proof.proven
