"""Proof by the border's verdict: who is believed, and who is not."""

import json

import pytest

from reglament.desk.channels.email.addresses import sole_sender
from reglament.desk.channels.email.authentication import Proof, judge
from reglament.desk.channels.email.headers import split_headers

BORDER = "mx.desk.example"
OURS = f"Received: from mail.example.org (mail.example.org [192.0.2.1]) by {BORDER} with ESMTPS; today"
FROM = "From: Anna <anna@example.org>"
PASS = f"Authentication-Results: {BORDER}; dmarc=pass header.from=example.org"


def results(text: str, border: str = BORDER) -> str:
    """Write an Authentication-Results field."""
    return f"Authentication-Results: {border}; {text}"


def judged(*fields: str, border: str = BORDER) -> Proof:
    """Judge a letter of these fields."""
    headers, _ = split_headers("\r\n".join([*fields, "", ""]).encode())
    return judge(headers, sole_sender(headers)[0], border)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("dmarc=pass header.from=example.org", "dmarc"),
        ("dmarc=pass (p=reject) header.from=EXAMPLE.org", "dmarc"),
        ("dkim=pass header.d=example.org", "dkim"),
        ("dkim=pass header.i=@Example.ORG", "dkim"),
        ("dkim=pass header.i=anna@example.org header.d=example.org", "dkim"),
        ("spf=pass smtp.mailfrom=anna@example.org", "spf"),
        ("spf=pass smtp.mailfrom=example.org", "spf"),
        ("spf=fail smtp.mailfrom=other.example; dkim=pass header.d=example.org", "dkim"),
        ("dkim=fail header.d=example.org; dkim=pass header.d=example.org", "dkim"),
        ("dmarc=fail header.from=example.org; dkim=pass header.d=example.org", "dkim"),
        ("spf=none smtp.helo=mail.example.org; spf=pass smtp.mailfrom=example.org", "spf"),
    ],
)
def test_one_aligned_pass_is_enough(text: str, method: str) -> None:
    proof = judged(OURS, results(text), FROM)
    assert (proof.proven, proof.method, proof.address) == (True, method, "anna@example.org")
    assert proof.field == results(text).partition(": ")[2]


@pytest.mark.parametrize(
    "text",
    [
        "none",
        "dmarc=none header.from=example.org",
        "dmarc=pass header.from=other.example",
        "dmarc=pass",
        "dkim=pass header.d=other.example",
        "dkim=pass header.d=sub.example.org",
        "dkim=pass header.d=org",
        "dkim=pass header.d=other.example header.i=@example.org",
        "dkim=pass header.s=example.org",
        "dkim=neutral header.d=example.org",
        "dkim=policy header.d=example.org",
        "dkim=temperror header.d=example.org",
        "dkim=permerror header.d=example.org",
        "dkim=fail header.d=example.org; dkim=pass header.d=other.example",
        "spf=pass smtp.mailfrom=bounce@lists.example",
        "spf=pass smtp.helo=example.org",
        "spf=softfail smtp.mailfrom=example.org",
        "dmarc=pass header.from=example.org; dmarc=fail header.from=example.org",
        "auth=pass smtp.auth=anna@example.org",
        "arc=pass header.d=example.org",
    ],
)
def test_what_is_no_aligned_pass_proves_nothing(text: str) -> None:
    proof = judged(OURS, results(text), FROM)
    assert (proof.proven, proof.reason) == (False, "no_aligned_pass")


def test_a_sub_domain_of_the_signer_may_speak_for_itself() -> None:
    text = "dkim=pass header.d=example.org header.i=@mail.example.org"
    assert judged(OURS, results(text), "From: anna@mail.example.org").proven


@pytest.mark.parametrize("border", ["MX.Desk.Example", f"{BORDER} 1", f"(ours) {BORDER} 1 (of 2026)"])
def test_the_name_of_the_border_is_read_without_case_version_and_comments(border: str) -> None:
    assert judged(OURS, results("dmarc=pass header.from=example.org", border), FROM).proven


@pytest.mark.parametrize(
    "border",
    [f"{BORDER}.attacker.example", f"x{BORDER}", "mx", f"{BORDER}/1", "attacker.example", f"(){BORDER}x"],
)
def test_another_name_is_not_believed(border: str) -> None:
    proof = judged(OURS, results("dmarc=pass header.from=example.org", border), FROM)
    assert (proof.proven, proof.reason) == (False, "no_results")


@pytest.mark.parametrize("name", ["ARC-Authentication-Results", "X-Authentication-Results", "Received-SPF"])
def test_another_field_is_not_believed(name: str) -> None:
    assert not judged(OURS, PASS.replace("Authentication-Results", name), FROM).proven


@pytest.mark.parametrize(
    "fields",
    [
        (OURS, FROM, PASS),
        (OURS, "Received: from a by attacker.example; today", PASS, FROM),
        (OURS, "DKIM-Signature: v=1; d=example.org", PASS, FROM),
        (OURS, "Subject: x", "Received: from a by mx.desk.example; today", PASS, FROM),
    ],
)
def test_what_stands_further_down_was_brought_by_the_sender(fields: tuple[str, ...]) -> None:
    proof = judged(*fields)
    assert (proof.proven, proof.reason) == (False, "no_results")


@pytest.mark.parametrize(
    "fields",
    [
        (PASS, OURS, FROM),
        (OURS, PASS, FROM),
        (OURS, "Received-SPF: none", "Authentication-Results: other.example; none", PASS, FROM),
        (
            "Received: from mx.desk.example by store.desk.example; today",
            "Return-Path: <a@b>",
            OURS,
            PASS,
            FROM,
        ),
    ],
)
def test_results_next_to_the_borders_own_received_are_believed(fields: tuple[str, ...]) -> None:
    assert judged(*fields).proven


def test_a_letter_that_the_border_did_not_take_is_not_believed() -> None:
    assert judged(PASS, FROM).reason == "not_by_border"
    assert (
        judged("Received: from mx.desk.example by attacker.example; today", PASS, FROM).reason
        == "not_by_border"
    )
    assert judged(f"Received: from a (by {BORDER}) by attacker.example", PASS, FROM).reason == "not_by_border"


def test_without_a_border_nobody_is_proven() -> None:
    assert judged(OURS, PASS, FROM, border="").reason == "no_border"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("dkim=pass header.d=example.org", "dkim=fail header.d=example.org"),
        ("dkim=none", "dkim=pass header.d=example.org"),
        ("dmarc=pass header.from=example.org", "dmarc=fail header.from=example.org"),
    ],
)
def test_where_two_fields_disagree_the_worse_counts(first: str, second: str) -> None:
    proof = judged(OURS, results(first), results(second), FROM)
    assert (proof.proven, proof.reason) == (False, "results_disagree")


def test_two_filters_may_each_say_a_part() -> None:
    spf, dkim = results("spf=fail smtp.mailfrom=example.org"), results("dkim=pass header.d=example.org")
    assert judged(OURS, spf, dkim, FROM).method == "dkim"


def test_a_field_of_the_border_that_cannot_be_read_counts_as_the_worst() -> None:
    broken = results("dkim pass")
    proof = judged(OURS, broken, PASS, FROM)
    assert (proof.proven, proof.reason) == (False, "results_unreadable")
    assert judged(OURS, results("(" * 5_000), FROM).reason == "results_unreadable"


@pytest.mark.parametrize(
    "sender", ["From: a@example.org, anna@example.org", f"{FROM}\r\n{FROM}", "Sender: anna@example.org"]
)
def test_a_letter_without_one_sender_proves_nobody(sender: str) -> None:
    assert judged(OURS, PASS, sender).reason == "no_sender"


def test_the_display_name_and_reply_to_are_nobody() -> None:
    proof = judged(OURS, PASS, 'From: "anna@example.org" <eve@other.example>', "Reply-To: anna@example.org")
    assert (proof.proven, proof.address) == (False, "eve@other.example")


def test_the_grounds_are_fit_to_be_kept() -> None:
    kept = json.loads(json.dumps(judged(OURS, PASS, FROM).as_json()))
    assert kept["findings"] == [
        {"method": "dmarc", "result": "pass", "domain": "example.org", "aligned": True}
    ]
