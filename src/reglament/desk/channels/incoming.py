"""What every channel hands to the one door of the desk, `intake.receive`, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Outcome(StrEnum):
    """What the desk made of what came in."""

    CREATED = "created"
    """A new ticket."""
    APPENDED = "appended"
    """A message of a ticket that there was."""
    NOTED = "noted"
    """An event on a ticket: automatic, or of a stranger. It reopens nothing and moves no clock."""
    TALK = "talk"
    """A conversation on a channel that the regulation does not count: no ticket."""
    DUPLICATE = "duplicate"
    """It was taken before; nothing new happened."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What `intake.receive` gives back: where the thing that came in now is."""

    outcome: Outcome
    ticket_id: int | None = None
    ticket_number: int | None = None
    """The number without its prefix; of a duplicate, that of the first one."""
    message_id: int | None = None
    request_id: int | None = None
    """The request that a new ticket holds."""
    conversation_id: int | None = None
    """The note that a talk became."""
    reopened: bool = False
    """Whether it opened a closed ticket again."""
    answered: bool = False
    """Whether a notice to its sender was put into the outbox."""


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that came with a message."""

    name: str
    """A safe file name for people; the desk stores the file under an id of its own."""
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    """By which the HTML of the same message may show it, without angle brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One thing that reached a desk from outside: a letter, a form, a call, a conversation.

    Nothing in it is believed but what its channel itself found out: the channel, the moments, `proven`
    with its grounds, and which ticket it belongs to.
    """

    desk_id: int
    channel: str
    """As the regulation calls it: email, portal, guest_form, phone …"""
    received_at: datetime
    """The moment of receipt, from which the regulation counts."""
    recorded_at: datetime
    """When the desk wrote it down; later than the receipt where a person recorded a call."""

    sender_address: str = ""
    """Lower-cased; empty where nobody could be told."""
    sender_name: str = ""
    contact_id: int | None = None
    """The contact who is speaking, where a session or a person of staff says so; None: by the address."""
    phone: str = ""
    """The number that called, or at which the sender can be called."""
    proven: bool = False
    """Whether the use of the sender's address is proven: by a trusted border's verdict, or a session."""
    proof: Mapping[str, Any] = field(default_factory=_nothing)
    """The grounds of that, fit for JSON: kept with the message and shown."""

    subject: str = ""
    text: str = field(default="", repr=False)
    """The new words, without what they quote."""
    quoted: str = field(default="", repr=False)
    """What the message repeats, and the signature: folded, never thrown away."""
    html: str = field(default="", repr=False)
    """The whole message as sanitised HTML, where it came as HTML."""
    attachments: tuple[IncomingFile, ...] = ()
    copied: tuple[tuple[str, str], ...] = ()
    """Who else it was sent to: address, lower-cased, and name of each; no address of the desk itself."""
    language: str = ""
    """The language in which it is written, where the channel can tell (ISO 639-1)."""

    kind: str | None = None
    """The kind of request, by the regulation; None is not named yet."""
    service: str | None = None
    severity: str | None = None
    department: str | None = None
    """The department that it was addressed to, where the address or the line tells."""
    fields: Mapping[str, Any] = field(default_factory=_nothing, repr=False)
    """What the sender filled in, by the regulation's names of fields. A secret stands here in clear; the
    door puts it into the vault, and nothing else keeps it."""
    facts: Mapping[str, Any] = field(default_factory=_nothing)
    """Further facts that the channel states, by the regulation's names."""

    ticket_number: int | None = None
    """The ticket of this desk that it belongs to; None for a new one."""
    confirmed_at: datetime | None = None
    """When the sender confirmed the address by the link that was sent to it; None where nobody asked."""
    access_secret: str = field(default="", repr=False)
    """The secret of the sender's private link to the ticket, of which only a digest is kept; empty where
    there is none."""
    takes_part: bool = True
    """Whether the sender takes part in that ticket. A stranger's is kept there and changes nothing."""
    automatic: bool = False
    """Written by a machine on the other side, such as a notice of absence: an event on the ticket, that
    reopens nothing, meets or stops no clock, and never counts as the client's message."""
    notice_allowed: bool = True
    """Whether the desk may answer it by itself (RFC 3834)."""

    idempotency_key: str = ""
    """The same key a second time is a duplicate, and nothing new happens; empty is never one."""
    raw_letter_id: int | None = None
    internet_message_id: str = ""
    """The Message-ID of a letter, with its angle brackets, that the desk's answers refer to."""
    recorded_by_id: int | None = None
    """The member of staff who recorded it; None where the sender did it alone."""
