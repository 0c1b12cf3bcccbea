"""The border of the demonstration: what it takes away and what it writes."""

from datetime import UTC, datetime

import pytest

from reglament.desk.channels.email.authentication import judge
from reglament.desk.channels.email.border import taken_by
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.receiving import moment_of_receipt

BORDER = "mx.desk.example"
AT = datetime(2026, 3, 2, 7, 15, tzinfo=UTC)
FORGED = (
    b"Authentication-Results: MX.desk.example; dmarc=pass header.from=client.example\r\n"
    b"From: Anna <anna@client.example>\r\nSubject: x\r\n\r\nwords"
)


@pytest.mark.parametrize("proven", [True, False])
def test_only_its_own_verdict_counts(proven: bool) -> None:
    raw = taken_by(
        BORDER, FORGED, mail_from="anna@client.example", recipient="help@desk.example", proven=proven, at=AT
    )
    letter = read_letter(raw)
    assert judge(letter.headers, letter.sender, BORDER).proven is proven
    assert (letter.subject, letter.text) == ("x", "words")
    assert len(letter.headers.all("authentication-results")) == 1


def test_a_verdict_for_another_domain_proves_nobody() -> None:
    raw = taken_by(
        BORDER, FORGED, mail_from="eve@other.example", recipient="help@desk.example", proven=True, at=AT
    )
    letter = read_letter(raw)
    assert not judge(letter.headers, letter.sender, BORDER).proven


def test_the_moment_of_receipt_is_the_borders_unless_it_lies_in_the_future() -> None:
    raw = taken_by(BORDER, FORGED, mail_from="a@b.example", recipient="help@desk.example", proven=True, at=AT)
    headers = read_letter(raw).headers
    later = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    earlier = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    assert moment_of_receipt(headers, BORDER, later) == AT
    assert moment_of_receipt(headers, BORDER, earlier) == earlier
    assert moment_of_receipt(headers, "mx.other.example", later) == later
    assert moment_of_receipt(headers, "", later) == later


@pytest.mark.parametrize(
    "date", ["", "someday", "Mon, 99 Mar 2026 07:15:00 +0000", "Mon, 2 Mar 2026 07:15:00"]
)
def test_a_senseless_date_of_the_border_is_not_believed(date: str) -> None:
    raw = f"Received: from a by {BORDER} with ESMTP; {date}\r\nFrom: a@b.example\r\n\r\n".encode()
    assert moment_of_receipt(read_letter(raw).headers, BORDER, AT) == AT
