"""The ledger: letters are kept for good, once, and end in one state."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.models import LetterState, RawLetter
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import HOUR, MOMENT, make_desk

pytestmark = pytest.mark.django_db
ENVELOPE = Envelope("anna@example.org", "help@desk.example")


def kept(
    desk: Desk, raw: bytes = b"Subject: x\r\n\r\nbody", envelope: Envelope = ENVELOPE
) -> tuple[RawLetter, bool]:
    """Store a letter."""
    return ledger.store(desk, raw, envelope, "smtp", received_at=MOMENT - HOUR, recorded_at=MOMENT)


def test_a_letter_is_given_back_as_it_came() -> None:
    raw = bytes(range(256)) * 100
    letter, is_new = kept(make_desk(), raw)
    assert is_new
    assert ledger.raw_of(letter) == raw
    assert (letter.size, letter.state, letter.envelope_from) == (
        25_600,
        LetterState.STORED,
        "anna@example.org",
    )
    assert (letter.received_at, letter.recorded_at) == (MOMENT - HOUR, MOMENT)


def test_the_same_octets_for_the_same_recipient_are_the_same_letter() -> None:
    desk = make_desk()
    first, _ = kept(desk)
    again, is_new = kept(desk)
    assert (again.pk, is_new) == (first.pk, False)
    other, is_new = kept(desk, envelope=Envelope("anna@example.org", "abuse@desk.example"))
    assert is_new
    assert other.storage_path == first.storage_path
    assert kept(make_desk())[1]


def test_no_half_written_file_is_left_where_the_disk_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        ledger.write_durably(tmp_path / "letter.eml", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_letter_that_is_not_read_is_found_again_when_it_is_old_enough() -> None:
    desk = make_desk()
    letter, _ = kept(desk)
    assert ledger.waiting(MOMENT + HOUR, HOUR) == [letter.pk]
    assert ledger.waiting(MOMENT + HOUR - timedelta(seconds=1), HOUR) == []
    ledger.settle(letter, LetterState.IGNORE, "automatic", MOMENT)
    assert ledger.waiting(MOMENT + HOUR, HOUR) == []
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.read_at) == (LetterState.IGNORE, "automatic", MOMENT)
