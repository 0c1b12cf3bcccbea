"""The sweep that hands letters over to the outgoing server.

The outbox is its own queue. A letter is claimed in one small transaction, handed over outside of any,
and its fate recorded in another. Where the process dies in between, nobody knows whether the server took
it: it is marked unknown, and never sent by itself again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from reglament import clock
from reglament.desk.jobs import durable
from reglament.desk.notices.events import letter_handed_over
from reglament.desk.notices.mime import WIRE, Enclosure, LetterFault, message_of
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.notices.signing_keys import signed_if_set
from reglament.desk.notices.smtp import Connection, HandingOver

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=4)
PATIENCE = timedelta(days=4)
"""How long a server that cannot take a letter is tried (RFC 5321, 4.5.4.1: four to five days)."""
BATCH = 100
CUT_OFF = "the desk stopped while it handed the letter over"
"""What is kept at a letter of which it is unknown whether it was sent."""


def hand_over_due(worker: str) -> None:
    """Hand over the letters whose time has come, and mark those that a dead worker was handing over."""
    mark_unknown(worker, clock.unmoved())
    if settings.REGLAMENT_MAIL_SERVER is None:
        return
    due = OutgoingLetter.objects.filter(state=DeliveryState.QUEUED, next_attempt_at__lte=clock.unmoved())
    letters = list(due.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:BATCH])
    if not letters:
        return
    with Connection(settings.REGLAMENT_MAIL_SERVER) as connection:
        for letter in letters:
            hand_over(letter, worker, connection)


def hand_over(letter_id: int, worker: str, connection: Connection) -> None:
    """Hand one letter over, unless somebody else has begun to."""
    letter = _claimed(letter_id, worker)
    if letter is None:
        return
    try:
        content = signed_if_set(letter, message_of(letter, _enclosures(letter)).as_bytes(policy=WIRE))
    except LetterFault as fault:
        _record(letter, HandingOver(DeliveryState.REFUSED, str(fault)))
    except Exception as fault:
        # A file that is gone, a name that no field can hold: it must not stop the letters behind it.
        log.exception("Letter %d could not be written down", letter.pk)
        _record(letter, HandingOver(DeliveryState.REFUSED, f"{type(fault).__name__}: {fault}"))
    else:
        _record(letter, connection.hand_over(letter.sender, letter.recipient, content))


def mark_unknown(worker: str, now: datetime) -> int:
    """Mark the letters that a worker was handing over when it died, and give how many.

    Called by a worker before it begins, which therefore hands nothing over just now: what still bears
    its own name was cut off as well.
    """
    living = durable.alive(now) - {worker}
    stranded = OutgoingLetter.objects.filter(state=DeliveryState.SENDING).exclude(sending_by__in=living)
    return stranded.update(state=DeliveryState.UNKNOWN, server_answer=CUT_OFF)


def pause_after(attempts: int) -> timedelta:
    """Give the pause after so many attempts: 15 s, 30 s, a minute, … up to four hours."""
    doublings: int = 2 ** min(attempts - 1, 20)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def _claimed(letter_id: int, worker: str) -> OutgoingLetter | None:
    waiting = OutgoingLetter.objects.filter(pk=letter_id, state=DeliveryState.QUEUED)
    if not waiting.update(state=DeliveryState.SENDING, sending_by=worker, attempted_at=clock.now()):
        return None
    return OutgoingLetter.objects.get(pk=letter_id)


def _record(letter: OutgoingLetter, result: HandingOver) -> None:
    now = clock.unmoved()
    letter.attempts += 1
    letter.state, letter.server_answer = result.state, result.answer[:2000]
    if letter.state == DeliveryState.HANDED_OVER:
        letter.handed_over_at = clock.now()
    elif letter.state == DeliveryState.QUEUED:
        letter.next_attempt_at = now + pause_after(letter.attempts)
        first_attempt = letter.first_attempt_at or now
        letter.first_attempt_at = first_attempt
        if letter.next_attempt_at - first_attempt > PATIENCE:
            letter.state = DeliveryState.REFUSED
    with transaction.atomic():
        # `UNKNOWN` too: this worker was taken for dead while the server was slow, and now it is known.
        mine = OutgoingLetter.objects.select_for_update().filter(
            pk=letter.pk,
            state__in=(DeliveryState.SENDING, DeliveryState.UNKNOWN),
            sending_by=letter.sending_by,
        )
        if not mine.exists():
            log.error("Letter %d was moved by somebody else while it was handed over", letter.pk)
            return
        letter.sending_by = ""
        letter.save(
            update_fields=[
                "attempts",
                "state",
                "server_answer",
                "handed_over_at",
                "next_attempt_at",
                "first_attempt_at",
                "sending_by",
                "signed_by",
                "signing_fault",
            ]
        )
        if letter.state == DeliveryState.HANDED_OVER:
            letter_handed_over.send(OutgoingLetter, letter=letter, moment=letter.handed_over_at)


def _enclosures(letter: OutgoingLetter) -> list[Enclosure]:
    if letter.message is None:
        return []
    found = []
    for attachment in letter.message.attachments.order_by("pk"):
        with default_storage.open(attachment.storage_path) as file:
            found.append(Enclosure(attachment.file_name, attachment.content_type, file.read()))
    return found
