"""What the world writes to the desk in a fault run: letters of all kinds, each with a token of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime

from reglament.desk.channels.email.border import taken_by
from tests.stories.cast import ANNA, BORDER, GRIGORY

DESK_ADDRESS = "help@infobox.example"

NEW, REPLY, COPY, GENERATED, ABSENCE, BOUNCE, BROKEN = (
    "new",
    "reply",
    "copy",
    "generated",
    "absence",
    "bounce",
    "broken",
)
SHARES = {NEW: 60, REPLY: 20, COPY: 6, GENERATED: 4, ABSENCE: 4, BOUNCE: 4, BROKEN: 2}
"""How many of a hundred letters are of a kind."""
MAY_END = {
    NEW: {"create", "duplicate"},
    COPY: {"create", "duplicate"},
    REPLY: {"append"},
    GENERATED: {"create"},
    ABSENCE: {"record_only", "ignore"},
    BOUNCE: {"bounce", "ignore"},
    BROKEN: {"hold"},
}
"""In which states letters of a kind may end. Of a letter and its copies one makes the ticket."""


@dataclass(frozen=True)
class Letter:
    """A letter as the border hands it to the desk, with its envelope."""

    kind: str
    token: str
    """A word that stands in this letter, and in its copies, and nowhere else."""
    raw: bytes
    sender: str
    recipient: str


@dataclass
class Plan:
    """Which letters are written, of which kinds and by which doors; the same for the same seed."""

    seed: int
    by_smtp: int
    by_imap: int
    kinds: list[str] = field(init=False)
    doors: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Deal the kinds and the doors out."""
        chance = random.Random(self.seed)
        count = self.by_smtp + self.by_imap
        self.kinds = chance.choices(list(SHARES), list(SHARES.values()), k=count)
        self.kinds[0] = NEW
        self.doors = ["smtp"] * self.by_smtp + ["imap"] * self.by_imap
        chance.shuffle(self.doors)

    def copied(self, number: int) -> int:
        """Say of which earlier new letter a letter is a copy: of one of the twenty before it."""
        earlier = [one for one in range(max(0, number - 20), number) if self.kinds[one] == NEW] or [0]
        return self._chance(number).choice(earlier)

    def write(self, number: int, received: list[bytes]) -> Letter:
        """Write one letter. Takes what the desk's letters brought to the world so far, which it answers."""
        kind = self.kinds[number]
        if kind == COPY:
            first = self.write(self.copied(number), received)
            # Another road: what servers add differs, what the sender wrote does not.
            road = (
                f"Received: from relay-{number}.example by world.example; Thu, 01 Jan 2026 12:00:00 +0000\r\n"
            )
            raw = road.encode() + _without_border(first.raw)
            return self._taken(COPY, first.token, raw, first.sender, first.recipient)
        chance = self._chance(number)
        if kind in (REPLY, ABSENCE, BOUNCE) and not received:
            kind = NEW
        if kind in (REPLY, ABSENCE, BOUNCE):
            return self._answer(kind, number, message_from_bytes(chance.choice(received), policy=default))
        return self._fresh(kind, number, chance)

    def _fresh(self, kind: str, number: int, chance: random.Random) -> Letter:
        sender = chance.choice([ANNA, GRIGORY, *[f"client-{number}@world{number % 40}.example"] * 8])
        message = self._message(number, sender, DESK_ADDRESS, f"Вопрос {number}")
        token = self._token(number)
        message.set_content(f"Не работает почта. {token}\n", charset=chance.choice(["utf-8", "koi8-r"]))
        if chance.random() < 0.1:
            content = chance.randbytes(chance.randrange(1000, 60_000))
            message.add_attachment(content, maintype="image", subtype="png", filename="снимок.png")
            message.set_boundary(token)
        if kind == GENERATED:
            message["Auto-Submitted"] = "auto-generated"
        raw = message.as_bytes()
        if kind == BROKEN:
            raw = raw.replace(b"From: ", b"From: somebody@else.example\r\nFrom: ", 1)
        return self._taken(kind, token, raw, sender, DESK_ADDRESS)

    def _answer(self, kind: str, number: int, answered: EmailMessage) -> Letter:
        sender = answered["To"].addresses[0].addr_spec
        recipient = (answered["Reply-To"] or answered["From"]).addresses[0].addr_spec
        message = self._message(number, sender, recipient, f"Re: {answered['Subject']}")
        token = self._token(number)
        message["In-Reply-To"] = message["References"] = answered["Message-ID"]
        message.set_content(f"Всё ещё не работает. {token}\n")
        if kind == ABSENCE:
            message["Auto-Submitted"] = "auto-replied"
        if kind != BOUNCE:
            return self._taken(kind, token, message.as_bytes(), sender, recipient)
        raw = _returned(answered, token, self._token(number))
        return self._taken(kind, token, raw, "", answered["From"].addresses[0].addr_spec)

    def _message(self, number: int, sender: str, recipient: str, subject: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = sender, recipient, subject
        message["Date"] = format_datetime(datetime(2026, 1, 1, 12, 0, number % 60, tzinfo=UTC))
        message["Message-ID"] = f"<{self._token(number)}@world.example>"
        return message

    def _token(self, number: int) -> str:
        return f"token-{self.seed}-{number}-end"

    def _chance(self, number: int) -> random.Random:
        return random.Random(f"{self.seed}-{number}")

    @staticmethod
    def _taken(kind: str, token: str, raw: bytes, sender: str, recipient: str) -> Letter:
        # The present moment, as a real border writes it.
        at = datetime.now(UTC)  # noqa: TID251
        taken = taken_by(BORDER, raw, mail_from=sender, recipient=recipient, proven=True, at=at)
        return Letter(kind, token, taken, sender, recipient)


def _without_border(raw: bytes) -> bytes:
    return raw.split(b"\r\n", 2)[2]


def _returned(answered: EmailMessage, token: str, boundary: str) -> bytes:
    to = answered["To"].addresses[0].addr_spec
    lines = [
        "From: MAILER-DAEMON@world.example",
        f"To: {answered['From'].addresses[0].addr_spec}",
        "Subject: Undelivered Mail Returned to Sender",
        "Date: Thu, 01 Jan 2026 12:00:00 +0000",
        f"Message-ID: <{token}@world.example>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "",
        f"--{boundary}",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; world.example",
        "",
        f"Final-Recipient: rfc822; {to}",
        "Action: failed",
        "Status: 5.1.1",
        "",
        f"--{boundary}",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {answered['Message-ID']}",
        "",
        f"--{boundary}--",
        "",
    ]
    return "\r\n".join(lines).encode()
