"""The conversation of a ticket as its client sees it: messages, and what happened between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from reglament.desk.decisions.queries import label
from reglament.desk.tickets.event_words import in_words
from reglament.faces.portal.ticket.addresses import Addresses
from reglament.faces.public.desk_page import PORTAL

if TYPE_CHECKING:
    from reglament.desk.access import TicketAccess
    from reglament.desk.regulations.models import Edition
    from reglament.desk.tickets.models import Attachment, Message, TimelineEvent

SAID_BY_MESSAGES = {"received", "client_wrote", "replied", "information_asked", "refused"}
"""What happened that a message of the conversation already shows."""
TONES = {"obligation_breached": "is-late", "obligation_met": "is-ok", "completed": "is-ok"}
LINE_HEIGHT, LEAST_HEIGHT, MOST_HEIGHT = 24, 160, 720
"""Of the frame of a letter, in pixels: it has no script to measure itself."""
CHARACTERS_A_LINE = 70


@dataclass(frozen=True, slots=True)
class Said:
    """A message, or something that happened."""

    at: datetime
    message: Message | None = None
    author: str = ""
    side: str = ""
    channel: str = ""
    frame_url: str = ""
    frame_height: int = 0
    files: tuple[tuple[Attachment, str], ...] = ()
    words: str = ""
    tone: str = ""


def talk_of(
    messages: list[Message],
    events: list[TimelineEvent],
    access: TicketAccess,
    addresses: Addresses,
    *,
    edition: Edition,
    language: str,
    disowned: bool,
) -> list[Said]:
    """Give the conversation in order of time.

    Takes whether the reader said that somebody else wrote in their name: then only what they wrote
    signed in is theirs.
    """
    said = [
        _message(
            message,
            access,
            addresses,
            edition,
            language,
            may_be_mine=message.channel == PORTAL or not disowned,
        )
        for message in messages
    ]
    said += [
        Said(at=event.occurred_at, words=in_words(event.kind), tone=TONES.get(event.kind, ""))
        for event in events
        if event.kind not in SAID_BY_MESSAGES
    ]
    return sorted(said, key=lambda one: (one.at, one.message is None))


def _message(
    message: Message,
    access: TicketAccess,
    addresses: Addresses,
    edition: Edition,
    language: str,
    *,
    may_be_mine: bool,
) -> Said:
    from_client = message.kind in ("client", "automatic")
    return Said(
        at=message.occurred_at,
        message=message,
        author=_author(message, access) if may_be_mine else message.author_address,
        side="is-client" if from_client else "is-staff",
        channel=label(edition, "channel", message.channel, language) if from_client else "",
        frame_url=addresses.to("frame", message.pk) if message.html else "",
        frame_height=_height(message.text),
        files=tuple((file, addresses.to("file", file.pk)) for file in message.attachments.all()),
    )


def _author(message: Message, access: TicketAccess) -> str:
    if message.kind == "client":
        mine: Any = access.contact is not None and message.contact_id == access.contact.pk
        mine = mine or (access.guest and message.author_address == access.ticket.requester_address)
        return gettext("You") if mine else message.author_name or message.author_address
    if message.kind == "automatic":
        return gettext("An automatic message")
    return message.author_name or access.ticket.desk.name


def _height(text: str) -> int:
    lines = sum(1 + len(line) // CHARACTERS_A_LINE for line in text.splitlines())
    return max(LEAST_HEIGHT, min(MOST_HEIGHT, (lines + 4) * LINE_HEIGHT))
