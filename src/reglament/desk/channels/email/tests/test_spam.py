"""Whether the border calls a letter spam: its own fields alone."""

import pytest

from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.spam import spam_verdict

BORDER = "mx.example.com"
OWN = "Received: from a.example by mx.example.com with ESMTPS; Tue, 13 Oct 2026 12:50:00 +0300"
OTHER = "Received: from b.example by a.example with ESMTPS; Tue, 13 Oct 2026 12:49:00 +0300"


def verdict(*fields: str, field: str = "X-Spam-Flag", border: str = BORDER) -> bool:
    """Say whether a letter with these fields is spam."""
    return spam_verdict(split_headers("\n".join((*fields, "", "")).encode())[0], border, field)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("X-Spam-Flag: YES", "X-Spam-Flag"),
        ("X-Spam: yes", "x-spam"),
        ("X-Spam-Status: Yes, score=12.1 required=5", "X-Spam-Status"),
        ("X-Yandex-Spam: 4", "X-Yandex-Spam: 4"),
        ("X-Spam-Action: add header (x)", "X-Spam-Action: add header (x)"),
    ],
)
def test_what_the_border_calls_spam_is_spam(said: str, field: str) -> None:
    assert verdict(said, OWN, field=field)
    assert verdict(OWN, said, OTHER, field=field)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("X-Spam-Flag: NO", "X-Spam-Flag"),
        ("X-Spam-Flag: yesterday", "X-Spam-Flag"),
        ("X-Spam-Flag:", "X-Spam-Flag"),
        ("X-Yandex-Spam: 1", "X-Yandex-Spam: 4"),
        ("X-Yandex-Spam: 42", "X-Yandex-Spam: 4"),
        ("X-Spam: yes", "X-Spam-Flag"),
        ("X-Spam: yes", ""),
        ("X-Spam: yes", ": yes"),
    ],
)
def test_anything_else_is_not(said: str, field: str) -> None:
    assert not verdict(said, OWN, field=field)


def test_only_the_borders_own_word_counts() -> None:
    said = "X-Spam-Flag: YES"
    assert not verdict(OWN, OTHER, said)
    assert not verdict(OWN, "From: a@b.example", said)
    assert not verdict(OTHER, said)
    assert not verdict(said, OWN, border="")
    assert verdict("X-Spam-Flag: NO", said, OWN)
