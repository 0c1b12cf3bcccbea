"""Rows of desks, their addresses, and the editions of the regulation that they run by."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Desk(models.Model):
    """One support desk: an organisation's counter, run by one regulation.

    Everything that belongs to a desk names it, so that no page or query can mix two of them up.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    regulation = models.CharField(max_length=100)
    """The name of the regulation, as its file says it."""
    number_prefix = models.CharField(max_length=10)
    """What a ticket's number begins with: `AB` of `AB-1042`."""
    next_number = models.PositiveBigIntegerField(default=1001)
    zone = models.CharField(max_length=64, default="Europe/Moscow")
    """IANA name of the time zone that people of this desk live by."""
    language = models.CharField(max_length=5, default="ru")
    """The language of letters to those whose own is not known."""
    sender_name = models.CharField(max_length=200, blank=True)
    """The name beside the address in letters that the desk sends; the desk's own name where blank."""
    trusted_border = models.CharField(max_length=253, blank=True)
    """The authserv-id (RFC 8601) whose verdict on incoming letters is believed; blank: nobody's."""
    checks_senders = models.BooleanField(default=False)
    """True where no border stands before the desk: it proves senders itself, by DKIM, SPF and DMARC."""
    spam_field = models.CharField(max_length=100, blank=True)
    """The field in which the border says that a letter is spam, such as `X-Spam-Flag`; blank: none."""
    signatures = models.JSONField(default=dict, blank=True)
    """A language to the words under letters that the desk sends in it."""
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number_prefix"], name="desk_number_prefix_unique"),
            models.CheckConstraint(condition=Q(next_number__gte=1001), name="desk_next_number_from_1001"),
        ]

    def __str__(self) -> str:
        return self.slug


class DeskAddress(models.Model):
    """An address at which a desk takes letters; the first one is also what it writes from."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="addresses")
    address = models.EmailField(max_length=254, unique=True)
    """Lower-cased."""
    kind = models.CharField(max_length=100, blank=True)
    """The kind, in the regulation's words, of what is written to this address; blank: not known yet."""
    department = models.CharField(max_length=100, blank=True)
    """The department, in the regulation's words, that this address belongs to; blank: any."""
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["desk", "position", "id"]

    def __str__(self) -> str:
        return self.address


class PortalOutage(models.Model):
    """A time in which the portal was declared unavailable: who said so, when and why.

    At most one is open per desk. What a regulation says of such times is judged by the outage in
    force at the moment of receipt.
    """

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="portal_outages")
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk"], condition=Q(ended_at=None), name="portal_outage_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
                name="portal_outage_ends_after_it_began",
            ),
        ]


class Edition(models.Model):
    """A dated edition of a desk's regulation, kept as the text that was installed. Never altered.

    It is in force from local 00:00 of its date, in the regulation's own zone, until the next one is.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="editions")
    regulation = models.CharField(max_length=100)
    in_force_from = models.DateField()
    source = models.TextField()
    """The regulation's file as it was installed (YAML)."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the source in UTF-8, in hexadecimal."""
    installed_at = models.DateTimeField()
    installed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Who installed it; absent where a command did."""

    class Meta:
        ordering = ["desk", "in_force_from"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "in_force_from"], name="edition_date_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.regulation} {self.in_force_from.isoformat()}"
