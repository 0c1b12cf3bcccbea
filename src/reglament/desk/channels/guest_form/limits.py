"""How much visitors may put on a desk, and have it mail, before anybody confirmed an address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import BigIntegerField, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.models import GuestDraft
from reglament.desk.faults import ActionRefused
from reglament.desk.regulations.models import Desk

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AN_HOUR, A_DAY = 5, 15
"""How many letters a mailbox gets because somebody filled its address in."""
OF_DESK_A_DAY = 1000
"""How many letters a desk sends to addresses that nobody confirmed."""
BYTES = 1 << 30
"""How much the files of a desk's unconfirmed requests may take, in bytes."""
FILE_BYTES = "file_bytes"
"""Where the content of a draft says how much its own files take."""


def demand_room(desk: Desk, address: str, file_bytes: int, now: datetime) -> None:
    """Raise `ActionRefused` where one more draft would be too much: for the mailbox, or for the desk.

    Takes the address in small letters. The caller holds the lock of the desk, so that many at once
    count each other. What was confirmed counts no more.
    """
    waiting = GuestDraft.objects.filter(desk=desk, ticket=None)
    of_mailbox = waiting.filter(_same_mailbox(address))
    if _since(of_mailbox, now - HOUR) >= AN_HOUR:
        raise ActionRefused(
            _("Letters were sent to this address already; look into your mail."), field="address"
        )
    if _since(of_mailbox, now - DAY) >= A_DAY:
        raise ActionRefused(
            _("Many letters were sent to this address today. Look into your mail, or try again tomorrow."),
            field="address",
        )
    if _since(waiting, now - DAY) >= OF_DESK_A_DAY:
        raise ActionRefused(
            _(
                "Too many requests wait here today until their senders confirm their addresses."
                " Ask in another way."
            )
        )
    if file_bytes and _bytes_of(waiting) + file_bytes > BYTES:
        raise ActionRefused(
            _(
                "Too many files wait here until their senders confirm their addresses. Send the request"
                " without files: you can add them as soon as you have confirmed yours."
            ),
            field="attachments",
        )


def _same_mailbox(address: str) -> Q:
    # What follows a plus sign is a tag of the owner's own making: the letters reach one mailbox.
    local, _at, domain = address.rpartition("@")
    mailbox = local.partition("+")[0]
    tagged = Q(address__startswith=f"{mailbox}+", address__endswith=f"@{domain}")
    return Q(address=f"{mailbox}@{domain}") | tagged


def _since(drafts: QuerySet[GuestDraft], moment: datetime) -> int:
    return drafts.filter(created_at__gt=moment).count()


def _bytes_of(drafts: QuerySet[GuestDraft]) -> int:
    said = Cast(KeyTextTransform(FILE_BYTES, "content"), BigIntegerField())
    return drafts.aggregate(total=Sum(said))["total"] or 0
