"""Something that reached a desk, with who was recognised in it: what tickets and messages are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reglament.desk.channels.incoming import Incoming
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets import files
from reglament.desk.tickets.models import Actor, Attachment, Message, MessageKind, Ticket

LANGUAGES = ("ru", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came, at which desk, from whom, recorded by whom and when."""

    desk: Desk
    incoming: Incoming
    contact: Contact | None
    authentication: str
    recorded_by: StaffMember | None
    now: datetime

    @property
    def actor(self) -> Actor:
        """On whose side it happened."""
        return Actor.STAFF if self.recorded_by is not None else Actor.CLIENT

    @property
    def name(self) -> str:
        """The name of whoever is speaking, as far as it is known."""
        return self.incoming.sender_name or (self.contact.name if self.contact is not None else "")

    @property
    def address(self) -> str:
        """Where a letter to whoever is speaking goes."""
        return self.incoming.sender_address or (self.contact.email if self.contact is not None else "")

    @property
    def language(self) -> str:
        """The language in which the desk writes to them."""
        wanted = (
            self.contact.language if self.contact is not None else "",
            self.incoming.language,
            self.desk.language,
        )
        return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])

    def write_message(self, ticket: Ticket, kind: MessageKind) -> tuple[Message, list[Attachment]]:
        """Add what came to a ticket, with its files."""
        incoming = self.incoming
        message = Message.objects.create(
            desk=self.desk,
            ticket=ticket,
            kind=kind,
            channel=incoming.channel,
            author=None,
            contact=self.contact,
            author_name=self.name[:200],
            author_address=incoming.sender_address,
            text=incoming.text,
            html=incoming.html,
            quoted=incoming.quoted,
            authentication=self.authentication,
            proof=dict(incoming.proof),
            copied=[{"address": address, "name": name} for address, name in incoming.copied],
            internet_message_id=incoming.internet_message_id[:998],
            occurred_at=incoming.received_at,
            recorded_at=self.now,
        )
        return message, files.attach(message, incoming.attachments)
