"""Rows of the vault, the audit log, the permissions of clients, and the keys of other programs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from reglament.desk.people.models import Contact, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message, Request, Ticket


class Secret(models.Model):
    """A secret that a client entrusted to the desk, sealed; shown to the assignee, with a reason.

    The seal is bound to the row: a ciphertext moved to another row, field or desk does not open.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="secrets")
    seal = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """What the ciphertext is bound to, together with desk, request and field."""
    request = models.ForeignKey(
        Request, on_delete=models.PROTECT, related_name="secrets", null=True, blank=True
    )
    """The request it was given for; absent for a secret of the desk itself."""
    field = models.CharField(max_length=100)
    """The field, in the regulation's words, that it fills."""
    key_id = models.CharField(max_length=16)
    nonce = models.BinaryField(max_length=12)
    ciphertext = models.BinaryField()
    """Empty once it was erased."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # A nonce used twice with one key gives both texts away (NIST SP 800-38D, 8).
            models.UniqueConstraint(fields=["key_id", "nonce"], name="secret_nonce_used_once"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(erased_at=None, expires_at__isnull=False),
                name="secret_expiring",
            ),
        ]


class AuditEvent(models.Model):
    """Who did or saw what, and why. Written once, never changed; ids and the regulation's words only."""

    desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, related_name="audit_events", null=True, blank=True
    )
    """Absent where it concerns no single desk."""
    at = models.DateTimeField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Absent where a command or a job did it."""
    what = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    """The network address from which it was done."""
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["desk", "-at"], name="audit_newest"),
            models.Index(fields=["object_type", "object_id"], name="audit_of_object"),
        ]


class Permission(models.Model):
    """A client's recorded permission to work with its data: who gave it, when, for what, through what."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="permissions")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="permissions")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="permissions")
    what = models.TextField()
    """What may be done, in words."""
    given_by = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    given_by_name = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    through = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    """The message that gave it; absent where the request itself is the permission."""
    recorded_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Absent where the client gave it in the portal."""
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "given_at"]


class ApiKey(models.Model):
    """The key of a program that asks the desk over HTTP; only its digest is kept."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="api_keys", null=True, blank=True)
    """The desk it is for; absent: any."""
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the key, in hexadecimal."""
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
