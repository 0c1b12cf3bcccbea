"""A letter as it was read: frozen values, nothing believed yet."""

from dataclasses import dataclass, field
from datetime import datetime

from reglament.desk.channels.email.addresses import Address
from reglament.desk.channels.email.bodies import Attachment
from reglament.desk.channels.email.headers import Headers
from reglament.desk.channels.email.parts import Part
from reglament.desk.channels.email.replies import Fragment, Kind, text_of_kind


@dataclass(frozen=True, slots=True)
class Letter:
    """What a raw letter says. Every claim in it is its sender's, and none is proof of anything."""

    headers: Headers = field(repr=False)
    sender: Address | None
    """The one address of the one From field; None where there is none or more than one."""
    sender_fault: str | None
    """Why there is no sender, as `sole_sender` says."""
    reply_to: tuple[Address, ...]
    """Kept apart: it says where an answer is wanted, never who wrote."""
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    """The Date field in UTC: when the sender says that the letter was written."""
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    """From the oldest to the newest; of very many only the last ones."""
    answers: bool
    """Whether it calls itself an answer, by its fields or its subject, and forwards nothing."""
    text: str = field(repr=False)
    """The whole text, with what it quotes."""
    html: str = field(repr=False)
    """The HTML as it came: to be sanitised before anybody sees it."""
    fragments: tuple[Fragment, ...] = field(repr=False)
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]
    """What was wrong with its form, such as charset_guessed or boundary_missing."""
    unreadable: str | None
    """Why its body could not be read at all: too_deep, too_many_parts, failed; None where it could."""
    root: Part | None = field(repr=False, compare=False, default=None)
    """The letter taken apart, for reports and complaints; None where it could not be."""

    @property
    def new_text(self) -> str:
        """What its sender wrote in this letter, without the signature."""
        return text_of_kind(self.fragments, Kind.NEW)

    @property
    def own_text(self) -> str:
        """What its sender wrote in this letter, the signature included."""
        return text_of_kind(self.fragments, Kind.NEW, Kind.SIGNATURE)

    @property
    def quoted_text(self) -> str:
        """What it repeats of earlier letters, to be folded."""
        return text_of_kind(self.fragments, Kind.QUOTED)

    @property
    def signature(self) -> str:
        """The signature."""
        return text_of_kind(self.fragments, Kind.SIGNATURE)
