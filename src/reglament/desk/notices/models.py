"""Rows of the outbox: every letter that the desk sends, from the transaction that caused it on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from reglament.desk.people.models import Contact
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message, Ticket


class DeliveryState(models.TextChoices):
    """How far a letter got."""

    HELD = "held"
    """There is no outgoing server: it stays in the outbox, and counts as not delivered."""
    QUEUED = "queued"
    SENDING = "sending"
    HANDED_OVER = "handed_over"
    """The outgoing server took it."""
    REFUSED = "refused"
    """The outgoing server refused it for good; its answer says why."""
    UNKNOWN = "unknown"
    """The desk stopped in the middle of handing it over: a person decides whether to send it again."""
    BOUNCED = "bounced"
    """It was taken, and came back."""


class OutgoingLetter(models.Model):
    """A letter that the desk writes. Handed over at most once; its Message-ID is stored before that."""

    desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, related_name="outgoing_letters", null=True, blank=True
    )
    """Absent for letters about an account, which belong to no desk."""
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="outgoing_letters", null=True, blank=True
    )
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="outgoing_letters", null=True, blank=True
    )
    """The message of the ticket that it carries."""
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    key = models.CharField(max_length=200, unique=True)
    """What it is for: the same letter asked for twice is written once."""
    fulfils = models.CharField(max_length=30, blank=True)
    """What its handing over fulfils, in the words of obligations: `registration_notice`, `staff_reply`."""
    template = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    language = models.CharField(max_length=5)
    sender = models.EmailField(max_length=254)
    sender_name = models.CharField(max_length=200, blank=True)
    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField(blank=True)
    internet_message_id = models.CharField(max_length=255, unique=True)
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = models.TextField(blank=True)
    auto_submitted = models.CharField(max_length=30, blank=True)
    """The mark of RFC 3834: `auto-generated`, `auto-replied`; blank where a person wrote it."""
    created_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    """By the machine's own clock, as is `first_attempt_at`."""
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    sending_by = models.CharField(max_length=64, blank=True)
    """The worker that hands it over just now."""
    handed_over_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    server_answer = models.TextField(blank=True)
    """The last words of the outgoing server."""

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.HANDED_OVER) | Q(handed_over_at__isnull=False),
                name="outgoing_letter_handed_over_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state=DeliveryState.QUEUED),
                name="outgoing_letter_to_send",
            ),
            models.Index(fields=["desk", "state", "-created_at"], name="outgoing_letter_by_state"),
            models.Index(fields=["-created_at", "-id"], name="outgoing_letter_newest"),
        ]
