"""Rows of tickets, the requests in them, their messages and everything that happened to them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reglament.desk.people.models import Contact, Department, Organisation, StaffMember
from reglament.desk.regulations.models import Desk, Edition


class TicketState(models.TextChoices):
    """Where a ticket stands. Whose turn it is follows from it and from the last message."""

    OPEN = "open"
    WAITING_CLIENT = "waiting_client"
    ESCALATED = "escalated"
    COMPLETED = "completed"
    CLOSED = "closed"


class Ticket(models.Model):
    """A numbered conversation with a client about one or more requests.

    Its place in the queue is kept with it, as one text of digits (`queue_key`, see `ordering.py`): the
    rank of its best request, then the moment by which ties go, then its number.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="tickets")
    number = models.PositiveBigIntegerField()
    subject = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=20, choices=TicketState.choices, default=TicketState.OPEN)
    channel = models.CharField(max_length=30)
    """The channel of the request that opened it."""
    language = models.CharField(max_length=5)
    """The language in which the desk writes to the requester."""

    requester = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="tickets", null=True, blank=True
    )
    """The contact who asks; absent while nobody known was recognised."""
    requester_name = models.CharField(max_length=200, blank=True)
    requester_address = models.EmailField(max_length=254, blank=True)
    """As given, lower-cased; where letters go when the requester is not known."""
    requester_phone = models.CharField(max_length=40, blank=True)
    requester_confirmed_at = models.DateTimeField(null=True, blank=True)
    """When the address that a guest gave was confirmed by the link sent to it."""
    access_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    """SHA-256 of the secret in the guest's private link; the secret itself is not kept."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="tickets", null=True, blank=True
    )

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="tickets")
    assignee = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="tickets", null=True, blank=True
    )

    received_at = models.DateTimeField()
    """The moment of receipt of the request that opened it."""
    recorded_at = models.DateTimeField()
    """When the desk wrote it down."""
    changed_at = models.DateTimeField()
    """When anything of it changed last; what a page that follows the queue asks for."""
    completed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    spam_at = models.DateTimeField(null=True, blank=True)
    """When staff marked it as spam: it is closed then, nothing is owed for it and nobody is told."""
    spam_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged_tickets", null=True, blank=True
    )
    continues = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="continuations", null=True, blank=True
    )
    """The closed ticket that this one goes on with."""
    begun_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Who wrote first, where the desk did: nothing is owed until the client has written too."""

    rank = models.JSONField(default=list)
    """The rank that the regulation gave: whole numbers, lower first."""
    then_by_at = models.DateTimeField(null=True, blank=True)
    """The moment by which tickets of equal rank are ordered; absent: last."""
    queue_key = models.CharField(max_length=64)
    """Rank, moment and number as one text of digits that sorts like the queue."""
    next_due_at = models.DateTimeField(null=True, blank=True)
    """The earliest due time of its open obligations."""
    last_client_message_at = models.DateTimeField(null=True, blank=True)
    last_staff_message_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    """Since when the client is waited for; absent while it is the desk's turn."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "number"], name="ticket_number_unique"),
            models.CheckConstraint(
                condition=Q(state=TicketState.CLOSED, closed_at__isnull=False)
                | (~Q(state=TicketState.CLOSED) & Q(closed_at=None)),
                name="ticket_closed_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="ticket_not_merged_into_itself"
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk", "department", "queue_key"],
                condition=~Q(state__in=[TicketState.COMPLETED, TicketState.CLOSED]),
                name="ticket_queue",
            ),
            models.Index(
                fields=["desk", "assignee", "queue_key"],
                condition=~Q(state__in=[TicketState.COMPLETED, TicketState.CLOSED]),
                name="ticket_queue_of_assignee",
            ),
            models.Index(
                fields=["desk", "next_due_at"],
                condition=~Q(state__in=[TicketState.COMPLETED, TicketState.CLOSED]),
                name="ticket_next_due",
            ),
            models.Index(fields=["desk", "state", "-received_at"], name="ticket_by_state"),
            models.Index(fields=["organisation", "-received_at"], name="ticket_of_organisation"),
            models.Index(fields=["desk", "requester_address"], name="ticket_of_address"),
            models.Index(fields=["desk", "changed_at"], name="ticket_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.desk.number_prefix}-{self.number}"

    @property
    def nothing_asked_yet(self) -> bool:
        """True where the desk wrote first, and the client has not written yet."""
        return self.begun_by_id is not None and self.last_client_message_at is None


class Request(models.Model):
    """One thing asked for in a ticket, as the regulation judges it.

    Its facts keep who said each of them. The chain of decisions hangs on it; `current_decision` is the
    last of them, judged under the edition that was in force at the moment of receipt.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="requests")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="requests")
    position = models.PositiveSmallIntegerField(default=1)
    """Its place among the requests of its ticket, from 1."""
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="requests")
    current_decision = models.OneToOneField(
        "decisions.DecisionRecord", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """The decision in force; absent only inside the transaction that makes the request."""

    channel = models.CharField(max_length=30)
    authentication = models.CharField(max_length=20)
    kind = models.CharField(max_length=100)
    service = models.CharField(max_length=100, blank=True)
    stated_severity = models.CharField(max_length=50, blank=True)
    """As the client named it; what staff or an agreement made of it stands among the facts."""
    facts = models.JSONField(default=dict)
    """Name of a fact to `{"value", "source", "by", "at"}`: what is known, and who said it and when.

    The value of a secret field is the reference of its row in the vault, never the secret.
    """

    received_at = models.DateTimeField()
    """The moment of receipt, or of the confirmation that took its place."""
    recorded_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    """When it became complete and proper; absent: at receipt, or not yet."""
    done_at = models.DateTimeField(null=True, blank=True)
    """When the work was done."""
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    refusal_ground = models.CharField(max_length=100, blank=True)
    refusal_clause = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ["ticket", "position"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "position"], name="request_position_unique"),
            models.CheckConstraint(
                condition=Q(refused_at=None, refused_by=None, refusal_ground="", refusal_clause="")
                | (
                    Q(refused_at__isnull=False, refused_by__isnull=False)
                    & ~Q(refusal_ground="")
                    & ~Q(refusal_clause="")
                ),
                name="request_refusal_names_person_ground_clause",
            ),
        ]


class MessageKind(models.TextChoices):
    """Whose words a message holds."""

    CLIENT = "client"
    STAFF = "staff"
    NOTE = "note"
    """Internal: never shown to a client."""
    STRANGER = "stranger"
    """Of somebody who takes no part: for staff to look at. It changes nothing, and no client sees it."""
    AUTOMATIC = "automatic"
    """Written by a machine on the other side: an absence notice, a bounce."""
    NOTICE = "notice"
    """Written by the desk itself."""


INTERNAL = (MessageKind.NOTE, MessageKind.STRANGER)
"""What no client ever sees."""


class Message(models.Model):
    """One message of a ticket, whatever channel it came or went by."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="messages")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=20, choices=MessageKind.choices)
    channel = models.CharField(max_length=30)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="messages", null=True, blank=True
    )
    author_name = models.CharField(max_length=200, blank=True)
    author_address = models.EmailField(max_length=254, blank=True)
    text = models.TextField(blank=True)
    """The new words, without what they quote."""
    html = models.TextField(blank=True)
    """The whole message as sanitised HTML, where it came as HTML."""
    quoted = models.TextField(blank=True)
    """What the message repeats of earlier ones, and the signature: folded, never thrown away."""
    authentication = models.CharField(max_length=20, blank=True)
    proof = models.JSONField(default=dict, blank=True)
    """On what grounds the sender was recognised and proven, or not."""
    copied = models.JSONField(default=list, blank=True)
    """Who else a letter was sent to, the desk itself aside: `{"address", "name"}` each."""
    internet_message_id = models.CharField(max_length=998, blank=True)
    """The Message-ID (RFC 5322) of a letter, with its angle brackets."""
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["ticket", "occurred_at", "id"]
        indexes = [
            models.Index(fields=["ticket", "occurred_at", "id"], name="message_in_order"),
            models.Index(
                fields=["desk", "internet_message_id"],
                condition=~Q(internet_message_id=""),
                name="message_by_message_id",
            ),
        ]


class Attachment(models.Model):
    """A file of a message, stored under a name of ours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    file_name = models.CharField(max_length=150)
    """As the sender called it, made harmless; never part of a path."""
    content_type = models.CharField(max_length=255)
    content_id = models.CharField(max_length=998, blank=True)
    """The Content-ID (RFC 2392) by which the HTML of the same letter shows it."""
    size = models.PositiveBigIntegerField()
    """In bytes."""
    sha256 = models.CharField(max_length=64)
    storage_path = models.CharField(max_length=255)


class Actor(models.TextChoices):
    """On whose side something was done."""

    CLIENT = "client"
    STAFF = "staff"
    DESK = "desk"
    """By the desk itself: a job, a rule of the regulation."""


class TimelineEvent(models.Model):
    """Something that happened to a ticket. Its words live in code; here are ids and values only."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="timeline_events")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="timeline")
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, related_name="timeline", null=True, blank=True
    )
    kind = models.CharField(max_length=50)
    values = models.JSONField(default=dict)
    by = models.CharField(max_length=10, choices=Actor.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    occurred_at = models.DateTimeField()

    class Meta:
        ordering = ["ticket", "occurred_at", "id"]
        indexes = [models.Index(fields=["ticket", "occurred_at", "id"], name="timeline_in_order")]


class Participant(models.Model):
    """Someone who takes part in a ticket by mail: may add to it, and may get its replies.

    With an account it is a member of staff who follows the ticket: they get letters about it of their
    own, and no mail of theirs counts as the client's.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="participants")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    address = models.EmailField(max_length=254)
    """Lower-cased."""
    name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    gets_replies = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "address"], name="participant_address_unique"),
        ]
        indexes = [models.Index(fields=["desk", "address"], name="participant_by_address")]


class Conversation(models.Model):
    """A talk on a channel that the regulation does not count as official: a note, not a ticket.

    Nothing is owed for it. The client can turn it into a request, which `ticket` then names.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="conversations")
    channel = models.CharField(max_length=30)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="conversations", null=True, blank=True
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="conversations", null=True, blank=True
    )
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=254, blank=True)
    """A mail address, a phone number or a name in a messenger, as given."""
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="conversations")
    facts = models.JSONField(default=dict)
    """As in a request."""
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, related_name="conversation", null=True, blank=True
    )

    class Meta:
        ordering = ["desk", "-occurred_at"]
        indexes = [models.Index(fields=["desk", "-occurred_at"], name="conversation_newest")]
