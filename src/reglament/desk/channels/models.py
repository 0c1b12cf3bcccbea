"""Rows of what came in, as it came: letters, calls, official letters, and the keys against duplicates."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from reglament.desk.operations.models import Secret
from reglament.desk.people.models import StaffMember
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tickets.models import Conversation, Message, Ticket


class LetterState(models.TextChoices):
    """What became of a raw letter: `stored` until it was read, then exactly one of the others."""

    STORED = "stored"
    CREATE = "create"
    APPEND = "append"
    RECORD_ONLY = "record_only"
    IGNORE = "ignore"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    LOOP = "loop"
    DUPLICATE = "duplicate"
    OVERSIZE = "oversize"
    SPAM = "spam"
    HOLD = "hold"
    REJECT = "reject"


class MailSource(models.Model):
    """A mailbox that a desk reads by IMAP (RFC 9051). Its password lies in the vault.

    One process reads it at a time: the one that holds its lease. A mailbox is known by its UIDVALIDITY;
    where that changes, its letters are looked at again, and those that the ledger has are not doubled.
    """

    class Encryption(models.TextChoices):
        TLS = "tls"
        STARTTLS = "starttls"
        NONE = "none"

    class After(models.TextChoices):
        """What becomes of a letter on the server once the ledger has it. None is ever deleted there."""

        FLAG = "flag"
        MOVE = "move"

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="mail_sources")
    name = models.CharField(max_length=100)
    recipient = models.ForeignKey(DeskAddress, on_delete=models.PROTECT, related_name="mail_sources")
    """The address of the desk whose mailbox it is."""
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    encryption = models.CharField(max_length=10, choices=Encryption.choices, default=Encryption.TLS)
    user = models.CharField(max_length=254)
    password = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    after = models.CharField(max_length=10, choices=After.choices, default=After.FLAG)
    done_folder = models.CharField(max_length=200, blank=True)
    """Where letters are moved, where they are moved at all."""
    takes_from = models.DateTimeField()
    """Letters that came into the mailbox before this moment are left alone."""
    quiet_before = models.DateTimeField(null=True, blank=True)
    """What came into the mailbox before this moment lay there before the desk read it: it gets no notice."""
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)

    uid_validity = models.PositiveBigIntegerField(null=True, blank=True)
    last_uid = models.PositiveBigIntegerField(default=0)
    """All letters up to this UID, under this UIDVALIDITY, are in the ledger or older than `takes_from`."""
    last_contact_at = models.DateTimeField(null=True, blank=True)
    """When the server last answered."""
    attempts = models.PositiveIntegerField(default=0)
    """Failed attempts since then."""
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_fault = models.TextField(blank=True)
    """What went wrong last, as an id and what belongs to it (`mailboxes.faults.fault_in_words` says it);
    blank once the server answers again."""
    remark = models.CharField(max_length=400, blank=True)
    """What this server does not let the desk do with letters, in the same form."""
    held_by = models.CharField(max_length=64, blank=True)
    """The process that reads it."""
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["desk", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "host", "user", "folder"], name="mail_source_mailbox_once"
            ),
            models.CheckConstraint(
                condition=~Q(after="move") | ~Q(done_folder=""), name="mail_source_moves_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RawLetter(models.Model):
    """One letter as it was taken, before anything was read of it; nothing of it is lost from here on.

    The same bytes for the same recipient of the same desk are the same letter.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="raw_letters")
    digest = models.CharField(max_length=64)
    """SHA-256 of its bytes, in hexadecimal."""
    envelope_from = models.CharField(max_length=320, blank=True)
    """The reverse path of SMTP; blank is the null one, `<>`."""
    envelope_to = models.CharField(max_length=320)
    source = models.CharField(max_length=30)
    """Which door took it: `smtp`, `lmtp`, `imap`, `pipe`."""
    mail_source = models.ForeignKey(
        MailSource, on_delete=models.SET_NULL, related_name="raw_letters", null=True, blank=True
    )
    """The mailbox that it was read from."""
    client_address = models.GenericIPAddressField(null=True, blank=True)
    """The network address of the machine that brought it by SMTP."""
    helo = models.CharField(max_length=255, blank=True)
    """The name by which that machine greeted."""
    sender = models.CharField(max_length=320, blank=True)
    """Whom the letter names as its sender, in lower case; several with commas. Nothing of it is proven."""
    subject = models.CharField(max_length=500, blank=True)
    size = models.PositiveBigIntegerField()
    """In bytes."""
    storage_path = models.CharField(max_length=255)
    received_at = models.DateTimeField()
    """The moment of receipt that the desk counts from."""
    quiet = models.BooleanField(default=False)
    """True where it lay in its mailbox before the desk read that: nothing is sent for it."""
    recorded_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=LetterState.choices, default=LetterState.STORED)
    reason = models.TextField(blank=True)
    """Why it ended in that state, for people."""
    not_spam = models.BooleanField(default=False)
    """True where a person said that it is no spam: neither the border's word nor a block counts then."""
    answered = models.BooleanField(default=False)
    """True where the desk wrote an automatic answer to it."""
    internet_message_id = models.CharField(max_length=998, blank=True)
    content_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of From, Date and body: with the Message-ID, what tells a duplicate."""
    verdict = models.JSONField(default=dict)
    """Who the sender was found to be, how proven, and by which field."""
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="raw_letters", null=True, blank=True
    )
    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, related_name="raw_letter", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "digest", "envelope_to"], name="raw_letter_unique"),
            models.CheckConstraint(
                condition=Q(state=LetterState.STORED, read_at=None)
                | (~Q(state=LetterState.STORED) & Q(read_at__isnull=False)),
                name="raw_letter_read_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["recorded_at"], condition=Q(state=LetterState.STORED), name="raw_letter_to_read"
            ),
            models.Index(fields=["desk", "state", "-recorded_at"], name="raw_letter_by_state"),
            models.Index(fields=["desk", "-recorded_at"], name="raw_letter_newest"),
            models.Index(
                fields=["desk", "internet_message_id"],
                condition=~Q(internet_message_id=""),
                name="raw_letter_by_message_id",
            ),
        ]


class MailboxLetter(models.Model):
    """A letter as it was seen in a mailbox, and the row of the ledger that it became."""

    mail_source = models.ForeignKey(MailSource, on_delete=models.CASCADE, related_name="letters")
    uid_validity = models.PositiveBigIntegerField()
    uid = models.PositiveBigIntegerField()
    raw_letter = models.ForeignKey(RawLetter, on_delete=models.PROTECT, related_name="seen_in")
    seen_at = models.DateTimeField()
    marked_at = models.DateTimeField(null=True, blank=True)
    """When it was flagged or moved on the server; absent: that is still to be done."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mail_source", "uid_validity", "uid"], name="mailbox_letter_seen_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["mail_source", "uid"], condition=Q(marked_at=None), name="mailbox_letter_to_mark"
            ),
        ]


class Reconciliation(models.Model):
    """What a comparison of one store with the ledger found: of a mailbox, or of the files of the ledger."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="reconciliations")
    mail_source = models.ForeignKey(
        MailSource, on_delete=models.CASCADE, related_name="reconciliations", null=True, blank=True
    )
    """The mailbox that was compared; absent: the files of the ledger itself."""
    at = models.DateTimeField()
    seen = models.PositiveIntegerField()
    """Letters in the mailbox (or files) that the ledger should have."""
    stored = models.PositiveIntegerField()
    """How many of them it has."""
    differing = models.JSONField(default=list)
    """Each of the others, by what tells it: its UID, Message-ID, date and subject, or its file."""
    fault = models.TextField(blank=True)
    """Why the comparison could not be made, in the form of `MailSource.last_fault`."""

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["desk", "-at"], name="reconciliation_newest")]


class BlockedSender(models.Model):
    """An address or a domain whose letters a desk takes for spam."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="blocked_senders")
    sender = models.CharField(max_length=254)
    """An address, or `@` and a domain with all that lies below it; lower-cased."""
    reason = models.TextField(blank=True)
    blocked_at = models.DateTimeField()
    blocked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["sender"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "sender"], name="blocked_sender_once"),
        ]


class IntakeKey(models.Model):
    """The key of something that was taken in. A second one with the same key is a duplicate.

    It is written in the transaction of the ticket or message that it made, so the database itself
    keeps two doors from making one thing twice.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="intake_keys")
    key = models.CharField(max_length=200)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="intake_key_unique")]


class Call(models.Model):
    """The particulars of a phone call, whether it became a message of a ticket or a note of a talk."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="calls")
    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, related_name="call", null=True, blank=True
    )
    conversation = models.OneToOneField(
        Conversation, on_delete=models.PROTECT, related_name="call", null=True, blank=True
    )
    line = models.CharField(max_length=100, blank=True)
    """The line that was dialled."""
    caller = models.CharField(max_length=40, blank=True)
    """The number that called."""
    taken_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    told_number_at = models.DateTimeField(null=True, blank=True)
    """When the caller was told the number of the ticket."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, conversation=None)
                | Q(message=None, conversation__isnull=False),
                name="call_of_message_or_conversation",
            ),
        ]


class LetterCheck(models.Model):
    """What a named person of staff found on an official letter, by the regulation's check-list."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="letter_checks")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="letter_check")
    found = models.JSONField(default=dict)
    """The regulation's word for each thing to look for, to whether it was there."""
    reference = models.CharField(max_length=100, blank=True)
    """The number that the letter carries."""
    dated = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()


class GuestDraft(models.Model):
    """What a visitor sent by the form on the site, kept until they confirm the address that they gave.

    It is no request yet, and nothing is owed for it. Secrets in it lie in the vault.
    """

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="guest_drafts")
    access_digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret in the link that was sent; the secret itself is not kept here."""
    address = models.EmailField(max_length=254)
    """Lower-cased."""
    content = models.JSONField()
    """What was filled in, by the names of `Incoming`."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    """When it is forgotten, unless it was confirmed."""
    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, related_name="guest_draft", null=True, blank=True
    )
    """What it became when it was confirmed; its content is emptied then."""

    class Meta:
        indexes = [
            models.Index(fields=["desk", "address", "created_at"], name="guest_draft_by_address"),
            models.Index(fields=["expires_at"], condition=Q(ticket=None), name="guest_draft_expiring"),
        ]
