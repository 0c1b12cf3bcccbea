"""The grounds of a proof in words: nothing that the checks can find is without them, in both languages."""

import inspect
import re

import pytest
from django.utils import translation

from reglament.desk.channels.email import signatures
from reglament.desk.channels.email.authentication import Finding, Proof
from reglament.desk.channels.email.grounds import DETAILS, RESULTS, grounds_in_words

PROOF = Proof(
    False,
    "anna@client.example",
    "own_no_pass",
    findings=(
        Finding("dmarc", "fail", "client.example", False, "reject"),
        Finding("dkim", "pass", "evil.example", False),
        Finding("spf", "none", "", False),
    ),
)


def test_whatever_ends_a_signature_has_words() -> None:
    ends = re.findall(r'(?:_NoPass|Signature)\("(\w+)", "(\w+)"', inspect.getsource(signatures))
    assert len(ends) > 15
    assert {result for result, _ in ends} <= set(RESULTS)
    assert {detail for _, detail in ends} <= set(DETAILS)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "DMARC client.example: failed; the owner asks for refusal where it fails",
                "DKIM evil.example: passed; but not for the sender's own domain",
                "SPF: nothing to check",
            ],
        ),
        (
            "ru",
            [
                "DMARC client.example: проверка не пройдена; владелец домена просит отклонять непрошедшие",
                "DKIM evil.example: проверка пройдена; но не для домена отправителя",
                "SPF: проверять нечего",
            ],
        ),
    ],
)
def test_each_check_is_one_line(language: str, lines: list[str]) -> None:
    with translation.override(language):
        assert grounds_in_words(PROOF.as_json()) == lines


@pytest.mark.parametrize("proof", [{}, {"findings": None}, {"findings": ["odd"]}, {"reason": "letter"}])
def test_a_proof_of_another_kind_has_no_grounds(proof: dict[str, object]) -> None:
    assert grounds_in_words(proof) == []
