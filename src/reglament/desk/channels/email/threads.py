"""To which ticket a letter belongs: by signs that we gave out ourselves, in the order of their strength.

First the signed sub-address that it was sent to, then the Message-IDs of our letters that it answers,
last the number in brackets in its subject, which anybody can write and which therefore needs a sender
who takes part. Equal subjects thread nothing, nor does anything inside an attached letter.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from reglament.desk.channels.email.letter import Letter
from reglament.desk.notices.sub_addresses import base_address, signed_address, signed_number

__all__ = [
    "Clues",
    "Known",
    "Thread",
    "base_address",
    "clues_of",
    "signed_address",
    "signed_number",
    "thread_of",
]

_NO_NUMBERS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Clues:
    """What in a letter speaks for a ticket, the strongest first in each."""

    signed: int | None = None
    """The ticket of the signed sub-address that the letter was sent to."""
    answered: tuple[str, ...] = ()
    """Message-IDs that it answers: In-Reply-To, then References from the last to the first."""
    named: tuple[int, ...] = ()
    """Tickets that stand in brackets in its subject."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk knows of the tickets that the clues may mean."""

    sent: Mapping[str, int] = field(default_factory=dict)
    """Of the answered ids, those of our own letters, and each one's ticket."""
    existing: Collection[int] = _NO_NUMBERS
    """Of the tickets meant, those that exist at this desk."""
    taking_part: Collection[int] = _NO_NUMBERS
    """Those in which the sender takes part."""
    of_proven_domain: Collection[int] = _NO_NUMBERS
    """Those of a client one of whose addresses is in the sender's proven domain."""
    merged: Mapping[int, int] = field(default_factory=dict)
    """Of the tickets meant, those that were merged, each with the one that counts now."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket that a letter belongs to, and why."""

    number: int
    matched_by: str
    """`sub_address`, `references` or `subject_reference`."""
    takes_part: bool
    """Whether its sender takes part in that ticket."""


def clues_of(letter: Letter, envelope_to: str, prefix: str, key: bytes) -> Clues:
    """Gather what in a letter speaks for a ticket of the desk whose numbers have this prefix."""
    answered = dict.fromkeys((*letter.in_reply_to, *reversed(letter.references)))
    reference = re.compile(rf"\[{re.escape(prefix)}-(\d{{1,12}})\]", re.IGNORECASE)
    named = dict.fromkeys(int(number) for number in reference.findall(letter.subject))
    return Clues(signed_number(envelope_to, key), tuple(answered), tuple(named))


def thread_of(clues: Clues, known: Known) -> Thread | None:
    """Say to which ticket a letter belongs, or None for a new one.

    Among several tickets the first in which the sender takes part is chosen, then the first that the
    letter reaches by a sign of ours. A number in the subject alone needs a participant or a proven
    sender of the client's domain.
    """
    candidates: dict[int, str] = {}
    answered = [known.sent[one] for one in clues.answered if one in known.sent]
    if clues.signed is not None:
        _add(candidates, clues.signed, "sub_address", known)
    for number in answered:
        _add(candidates, number, "references", known)
    strong = next(iter(candidates), None)
    for number in clues.named:
        _add(candidates, number, "subject_reference", known)
    for number, matched_by in candidates.items():
        if number in known.taking_part:
            return Thread(number, matched_by, True)
    if strong is not None:
        return Thread(strong, candidates[strong], strong in known.of_proven_domain)
    for number, matched_by in candidates.items():
        if number in known.of_proven_domain:
            return Thread(number, matched_by, True)
    return None


def _add(candidates: dict[int, str], number: int, matched_by: str, known: Known) -> None:
    counting = known.merged.get(number, number)
    if counting in known.existing:
        candidates.setdefault(counting, matched_by)
