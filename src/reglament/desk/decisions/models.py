"""Rows of what the regulation decided, of what is owed by it, and of what clients are asked to agree to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import StaffMember
from reglament.desk.regulations.models import Desk, Edition
from reglament.desk.tickets.models import Conversation, Message, Request


class DecisionRecord(models.Model):
    """One decision, with all that it takes to make it again. Written once, never changed.

    A request's decisions form one chain: a single first one, and each later one supersedes the one
    before. The facts hold no words of the client: of each field only that it is absent, invalid, or
    present and where, so that the decision replays after its words were erased.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="decisions")
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True
    )
    conversation = models.OneToOneField(
        Conversation, on_delete=models.PROTECT, related_name="decision", null=True, blank=True
    )
    """The note that was judged to be no request; then `request` is absent."""
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="decisions")
    edition_digest = models.CharField(max_length=64)
    calendar_digest = models.CharField(max_length=64)
    """SHA-256 of the calendar data (days off and their moves) by which deadlines were counted."""
    facts = models.JSONField()
    outcome = models.CharField(max_length=30)
    decision = models.JSONField()
    """The whole answer, in the shape of the public interface."""
    trace = models.JSONField(default=list)
    cause = models.CharField(max_length=50)
    """What made the desk decide: receipt, a kind named, a fact corrected, a confirmation, …"""
    caused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Whose act it was; absent where the desk itself or a guest was the cause."""
    made_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=False, conversation=None)
                | Q(request=None, conversation__isnull=False),
                name="decision_of_request_or_conversation",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(supersedes=None), name="decision_one_first_per_request"
            ),
        ]


class ObligationState(models.TextChoices):
    """What became of an obligation."""

    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    """Fell due unmet. Final; when it was met late, `met_at` says when."""
    EXCUSED = "excused"
    """Fell due unmet, for a reason that the regulation excuses."""
    SUPERSEDED = "superseded"
    """A later decision, a refusal or closing took its place."""


class Obligation(models.Model):
    """Something owed to a client by a moment, or without a limit: by which clause, on which clock."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="obligations")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="obligations")
    decision = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="obligations")
    metric = models.CharField(max_length=100)
    clause = models.CharField(max_length=50)
    clock = models.CharField(max_length=100)
    """The regulation's name of the calendar by which it was counted."""
    fulfilled_by = models.CharField(max_length=30)
    started_at = models.DateTimeField()
    """The moment from which it counts."""
    due_at = models.DateTimeField(null=True, blank=True)
    """Absent where the regulation promises no limit."""
    counted = models.JSONField(default=list)
    """The working-time intervals that were counted, each `[from, until]` in ISO 8601."""
    preliminary = models.BooleanField(default=False)
    """True where the calendar of a year it reaches is not decreed yet."""
    state = models.CharField(max_length=20, choices=ObligationState.choices, default=ObligationState.OPEN)
    met_at = models.DateTimeField(null=True, blank=True)
    met_by_message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    met_by_letter = models.ForeignKey(
        OutgoingLetter, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """The notice whose handing over met it; neither is set where it was told by phone or the work done."""
    breached_at = models.DateTimeField(null=True, blank=True)
    excused_by = models.CharField(max_length=50, blank=True)
    """The clause that excuses it."""
    closed_at = models.DateTimeField(null=True, blank=True)
    """When it left the state `open`."""
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="successors", null=True, blank=True
    )
    """The obligation of an earlier decision that this one goes on with."""

    class Meta:
        ordering = ["request", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "metric"],
                condition=Q(state=ObligationState.OPEN),
                name="obligation_one_open_per_metric",
            ),
            models.CheckConstraint(
                condition=~Q(state=ObligationState.MET) | Q(met_at__isnull=False),
                name="obligation_met_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=ObligationState.BREACHED)
                | Q(breached_at__isnull=False, due_at__isnull=False),
                name="obligation_breached_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=ObligationState.EXCUSED) | ~Q(excused_by=""),
                name="obligation_excused_names_its_clause",
            ),
            models.CheckConstraint(
                condition=Q(state=ObligationState.OPEN, closed_at=None)
                | (~Q(state=ObligationState.OPEN) & Q(closed_at__isnull=False)),
                name="obligation_open_until_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(due_at__gte=F("started_at")),
                name="obligation_due_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=ObligationState.OPEN), name="obligation_falling_due"
            ),
            models.Index(fields=["desk", "state", "due_at"], name="obligation_by_state"),
        ]


class Answer(models.TextChoices):
    """What became of a proposal."""

    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Proposal(models.Model):
    """Something that takes effect only when the client agrees: a severity, a visit."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="proposals")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="proposals")
    what = models.CharField(max_length=30)
    """`severity`, `visit`, …"""
    from_value = models.JSONField(null=True, blank=True)
    to_value = models.JSONField()
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_through = models.CharField(max_length=30, blank=True)
    """The portal, a signed link, or the phone."""
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_by_name = models.CharField(max_length=200, blank=True)
    """Who answered, as given: by a link or by phone nobody is signed in."""
    recorded_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Who of staff wrote an answer by phone down."""

    class Meta:
        ordering = ["request", "asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "what"], condition=Q(answer=""), name="proposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="proposal_answer_has_its_moment",
            ),
        ]
