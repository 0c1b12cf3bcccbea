"""Rows of the outbox: every letter that the desk sends, from the transaction that caused it on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from reglament.desk.operations.models import Secret
from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message, Ticket


class DeliveryState(models.TextChoices):
    """How far a letter got."""

    HELD = "held"
    """It stays in the outbox and counts as not delivered: there is no outgoing server, or an automatic
    letter would go to an address from which letters come back; then `server_answer` says so."""
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
    GIVEN_UP = "given_up"
    """A person decided that it is not to be sent."""


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
    reply_to = models.CharField(max_length=320, blank=True)
    """The signed sub-address of its ticket, to which answers are written; blank: the sender's own."""
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
    attempted_at = models.DateTimeField(null=True, blank=True)
    """When the last attempt to hand it over began, by the desk's clock."""
    handed_over_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    server_answer = models.TextField(blank=True)
    """The last words of the outgoing server."""
    signed_by = models.CharField(max_length=320, blank=True)
    """Where the key lies that verifies its signature (DKIM); blank: it left unsigned, or has not left."""
    signing_fault = models.CharField(max_length=300, blank=True)
    """Why it left unsigned at a desk that signs."""
    words_fault = models.CharField(max_length=300, blank=True)
    """Why the desk's own words of this letter could not be used, and the shipped ones were."""

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
            models.Index(
                fields=["desk", "-created_at"],
                condition=~Q(auto_submitted=""),
                name="outgoing_letter_automatic",
            ),
            models.Index(
                fields=["desk", "recipient", "-created_at"],
                condition=~Q(auto_submitted=""),
                name="outgoing_letter_to_address",
            ),
        ]


class LetterTemplate(models.Model):
    """The words of a letter as a desk's owner changed them. The newest of a template and language counts.

    Never altered: a change is a further row, and going back to the words as shipped is one without text.
    """

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="letter_templates")
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    text = models.TextField(blank=True)
    """Subject and body as in the files of `letters/`; blank: the shipped words count again."""
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["desk", "template", "language", "-changed_at", "-id"]
        indexes = [
            models.Index(
                fields=["desk", "template", "language", "-changed_at"], name="letter_template_newest"
            ),
        ]


class SigningKey(models.Model):
    """The key by which a desk signs its letters (DKIM, RFC 6376). The private half lies in the vault."""

    desk = models.OneToOneField(Desk, on_delete=models.CASCADE, related_name="signing_key")
    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(max_length=20, default="rsa-sha256")
    public_key = models.TextField()
    """What stands after `p=` in the record of the domain."""
    private_key = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    active = models.BooleanField(default=False)
    """False until the record was seen at the domain, or a person said that it is there."""


class UndeliverableAddress(models.Model):
    """An address from which letters come back for good, until a person or a delivery says otherwise."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="undeliverable_addresses")
    address = models.EmailField(max_length=254)
    """Lower-cased."""
    since = models.DateTimeField()
    status = models.CharField(max_length=20, blank=True)
    """The enhanced status code (RFC 3463), where one was said."""
    diagnostic = models.TextField(blank=True)
    letter = models.ForeignKey(OutgoingLetter, on_delete=models.PROTECT, related_name="+")
    """The letter that came back."""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "address"], condition=Q(ended_at=None), name="undeliverable_address_once"
            ),
        ]
