"""A day of a mailbox: letters of all kinds hour by hour, and in the evening each has its one state."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from reglament.clock import VARIABLE
from reglament.desk.channels.mailboxes.reconciling import reconcile_desk
from reglament.desk.channels.models import RawLetter
from reglament.desk.notices.jobs import hand_over_due
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.notices.tests.servers import Server, server
from reglament.desk.people.models import Role
from reglament.desk.people.staff import add_staff
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Ticket
from tests.letters.state import NOW, SETUP
from tests.mailboxes.post import Post
from tests.stories.web import Browser

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

DESK = "support@example.com"
ANNA = "anna.petrova@example.org"
BORDER = SETUP["trusted_authserv_id"]
OUR_LETTER = "<sd-1042.2.d4e5f6@desk.example.com>"
SAMPLES = Path(__file__).parents[1] / "letters" / "samples"
MOST = 64 * 1024
HOURS = {True: 24, False: 3}
"""How much of the day is played, in a full run and in a short one."""


@dataclass(frozen=True)
class Written:
    """A letter, and the state and reason in which it has to end."""

    raw: bytes
    state: str
    reason: str


class Day:
    """What comes into the mailbox in an hour of the day."""

    def __init__(self, outgoing: Server) -> None:
        self._outgoing = outgoing
        self._answered: set[str] = set()

    def of(self, hour: int, at: datetime) -> Iterator[Written]:
        """Give the letters of an hour."""
        self._hour, self._at, self._count = hour, at, 0
        new = [self._letter(f"client-{hour}-{place}@world.example", "Вопрос") for place in range(5)]
        for raw in new:
            yield Written(raw, "create", "accepted")
        yield Written(self._letter(ANNA, "Вопрос Анны"), "create", "accepted")
        yield Written(
            b"Received: from relay.example; " + _date(at) + b"\r\n" + new[0], "duplicate", "already_taken"
        )
        yield Written(self._letter(ANNA, "Re: сайт", answers=OUR_LETTER), "append", "answers_letter")
        for place, notice in enumerate(self._notices()):
            sender, subject = notice["To"].addresses[0].addr_spec, notice["Subject"]
            if place:
                yield Written(self._returned(sender, notice["Message-ID"]), "bounce", "returned")
            else:
                raw = self._letter(sender, f"Re: {subject}", answers=notice["Message-ID"])
                yield Written(raw, "append", "answers_letter")
        yield Written(self._returned(ANNA, "<unknown@nowhere.example>"), "ignore", "returned_unknown")
        generated = self._letter("monitor@world.example", "Диск", "Auto-Submitted: auto-generated")
        yield Written(generated, "create", "accepted")
        absence = ("Auto-Submitted: auto-replied",)
        yield Written(self._letter("away@world.example", "В отпуске", *absence), "ignore", "automatic")
        absent = self._letter(ANNA, "В отпуске", *absence, answers=OUR_LETTER)
        yield Written(absent, "record_only", "automatic_to_ticket")
        yield Written(self._sample("14_arf_complaint.eml"), "complaint", "abuse_report")
        two = self._letter("one@world.example", "Двое", "From: other@world.example")
        yield Written(two, "hold", "from_repeated")
        yield Written(self._letter(DESK, "Сам себе"), "loop", "own_address")
        large = base64.encodebytes(bytes(MOST)).decode()
        yield Written(self._letter("large@world.example", "Большое", text=large), "oversize", "too_large")
        yield Written(self._sample("23_broken_mime.eml"), "create", "accepted")
        yield Written(self._sample("30_raw_cp1251_everywhere.eml"), "create", "accepted")

    def _notices(self) -> list[EmailMessage]:
        """Give two letters of the desk that reached strangers and were not answered yet."""
        found = [
            one
            for one in self._outgoing.read()
            if one["Message-ID"] not in self._answered and one["To"].addresses[0].domain == "world.example"
        ][:2]
        self._answered |= {one["Message-ID"] for one in found}
        return found

    def _letter(
        self, sender: str, subject: str, *fields: str, answers: str = "", text: str = "Слова письма."
    ) -> bytes:
        self._count += 1
        domain = sender.partition("@")[2]
        head = [
            f"Received: from {domain} by {BORDER} with ESMTPS; {_date(self._at).decode()}",
            f"Authentication-Results: {BORDER}; dmarc=pass header.from={domain}",
            f"From: {sender}",
            f"To: {DESK}",
            f"Subject: {subject}",
            f"Date: {_date(self._at).decode()}",
            f"Message-ID: <{self._hour}.{self._count}@world.example>",
            *([f"In-Reply-To: {answers}"] if answers else []),
            "Content-Type: text/plain; charset=utf-8",
            *fields,
        ]
        return "\r\n".join([*head, "", text, ""]).encode()

    def _returned(self, recipient: str, identifier: str) -> bytes:
        raw = self._sample("11_bounce_failed.eml")
        return raw.replace(OUR_LETTER.encode(), identifier.encode()).replace(
            ANNA.encode(), recipient.encode()
        )

    def _sample(self, name: str) -> bytes:
        """Give a sample as another letter of its sort."""
        self._count += 1
        raw = (SAMPLES / name).read_bytes()
        mark = f"{self._hour}.{self._count}."
        return raw.replace(b"\nMessage-ID: <", f"\nMessage-ID: <{mark}".encode(), 1)


def _date(at: datetime) -> bytes:
    return format_datetime(at).encode()


def _move(clock_file: Path, at: datetime) -> None:
    fresh = clock_file.with_suffix(".new")
    fresh.write_text(at.isoformat(), encoding="ascii")
    fresh.rename(clock_file)


def test_every_letter_of_a_day_ends_in_one_state_with_its_reason(
    post: Post, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    clock_file, at = tmp_path / "clock", NOW
    _move(clock_file, at)
    monkeypatch.setenv(VARIABLE, str(clock_file))
    lead = add_staff(
        None,
        post.desk,
        email="lead@example.com",
        name="Старшая",
        role=Role.LEAD,
        departments=post.desk.departments.all(),
        at=NOW,
    )
    # Past the tickets that are there before this day.
    Desk.objects.filter(pk=post.desk.pk).update(next_number=2001)
    source = post.source(at=NOW - timedelta(hours=1))
    expected: Counter[tuple[str, str]] = Counter()
    with server() as outgoing:
        settings.REGLAMENT_MAIL_SERVER = outgoing.address
        post.readers(most=MOST)
        mailbox, day = post.mailbox(), Day(outgoing)
        for hour in range(HOURS[full]):
            for letter in day.of(hour, at):
                mailbox.put(letter.raw, came_at=at)
                expected[letter.state, letter.reason] += 1
            post.wait_for(expected.total())
            hand_over_due("worker")
            at += timedelta(hours=1)
            _move(clock_file, at)
    rows = RawLetter.objects.filter(desk=post.desk, source="imap")
    assert Counter(rows.values_list("state", "reason")) == expected
    made = expected["create", "accepted"] + expected["complaint", "abuse_report"]
    assert Ticket.objects.filter(desk=post.desk, number__gt=2000).count() == made
    assert not OutgoingLetter.objects.exclude(state__in=("handed_over", "bounced")).exists()
    compared = [
        (one.mail_source, one.seen, one.stored, one.differing) for one in reconcile_desk(post.desk, at)
    ]
    count = expected.total()
    assert compared == [(source, count, count, []), (None, count, count, [])]

    browser = Browser(lead.account)
    for state in {state for state, _ in expected}:
        page = browser.open(reverse("workspace:letters", args=[post.desk.slug]), state=state)
        shown = min(50, sum(number for (one, _), number in expected.items() if one == state))
        assert (page.status, len(page.document.xpath("//a[@data-key-row]"))) == (200, shown), state
