"""Rows of people: accounts, staff and their departments, client organisations and what they hold."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from reglament.desk.regulations.models import Desk


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts, and finds them by address whatever its letters' case."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> Account:
        """Make an account; without a password nobody can sign in to it until one is set by a letter."""
        account = self.model(email=email.strip().lower(), **values)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """Find the account of an address."""
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """One person who can sign in, by an e-mail address. What they may see comes from memberships."""

    email = models.EmailField(max_length=254, unique=True)
    """Lower-cased."""
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="ru")
    zone = models.CharField(max_length=64, default="Europe/Moscow")
    """IANA name of the time zone in which this person reads times."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="account_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Department(models.Model):
    """A department of a desk; its words in each language stand in the regulation."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="departments")
    name = models.CharField(max_length=100)
    """The key by which the regulation names it."""

    class Meta:
        ordering = ["desk", "id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="department_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member of staff may do; each role may do what those before it may."""

    AGENT = "agent"
    LEAD = "lead"
    OWNER = "owner"
    ADMIN = "admin"


class StaffMember(models.Model):
    """A person's work at a desk: the role, the departments, and when it ended."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="staff")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="staff_memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    departments = models.ManyToManyField(Department, related_name="staff", blank=True)
    phone = models.CharField(max_length=40, blank=True)
    notified_by_mail = models.BooleanField(default=True)
    """Whether letters go to this person about tickets that are theirs or that they follow."""
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["desk", "id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "account"], name="staff_member_account_unique"),
        ]

    def __str__(self) -> str:
        return str(self.account)

    @property
    def active(self) -> bool:
        """True while this person works here."""
        return self.left_at is None


class Organisation(models.Model):
    """A client of a desk: a company, a sole proprietor or a private person."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="organisations")
    name = models.CharField(max_length=300)
    inn = models.CharField(max_length=12, blank=True)
    """The tax number (ИНН): 10 digits, or 12 of a sole proprietor."""
    kpp = models.CharField(max_length=9, blank=True)
    """The code of the reason for registration (КПП): 9 characters."""
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["desk", "name"], name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at a client organisation."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="contacts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contacts")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="contacts", null=True, blank=True
    )
    """The account with which this person signs in; absent while there is none."""
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    """Where letters to this person go, lower-cased."""
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, blank=True)
    """The language of letters to this person; the desk's where blank."""
    sees_colleagues_tickets = models.BooleanField(default=False)
    """True where this person may see every ticket of the organisation, not only their own."""
    created_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "account"],
                condition=Q(left_at=None),
                name="contact_account_unique_while_there",
            ),
        ]
        indexes = [models.Index(fields=["account"], name="contact_by_account")]

    def __str__(self) -> str:
        return self.name


class ContactAddress(models.Model):
    """A mail address of a contact: known since it was recorded, authorised for a time or never.

    While it is known, an address names one contact of a desk only: otherwise a letter from it would
    speak for two clients. A row is not changed but for its ends: an authorisation that ended and began
    anew is a second row, after the first was removed.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="contact_addresses")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="addresses")
    address = models.EmailField(max_length=254)
    """Lower-cased."""
    authorised_from = models.DateTimeField(null=True, blank=True)
    """Since when letters from it, once proven, speak for the client; absent: never."""
    authorised_until = models.DateTimeField(null=True, blank=True)
    """Until when, exclusive; absent: without an end."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name_plural = "contact addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "address"],
                condition=Q(removed_at=None),
                name="contact_address_names_one_contact",
            ),
            models.CheckConstraint(
                condition=Q(authorised_until=None) | Q(authorised_until__gte=F("authorised_from")),
                name="contact_address_authorised_until_after_from",
            ),
            models.CheckConstraint(
                condition=Q(authorised_until=None) | Q(authorised_from__isnull=False),
                name="contact_address_authorised_until_needs_from",
            ),
            models.CheckConstraint(
                condition=Q(address=Lower(F("address"))), name="contact_address_lower_case"
            ),
        ]
        indexes = [models.Index(fields=["desk", "address"], name="contact_address_lookup")]


class Record(models.Model):
    """Something that a client holds or is, for a time: a status, a package, a licence, a domain.

    A row is never changed. Its two times are when it holds (`valid_from` to `valid_until`) and when
    the desk learned of it (`recorded_at`). A change is a further row: with a later `valid_from` where
    things changed, or one that `corrects` the former where the former was wrong.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="records")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="records")
    fact = models.CharField(max_length=100)
    """The fact as the regulation declares it (`client.…`), or a name of the desk's own."""
    value = models.JSONField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    """Exclusive; absent: without an end."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Absent where a command recorded it."""
    reason = models.TextField(blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="corrected_by", null=True, blank=True
    )
    """The row that this one takes the place of."""
    withdrawn = models.BooleanField(default=False)
    """True where the row only takes the former one back, and itself says nothing."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="record_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(corrects__isnull=False),
                name="record_withdrawn_corrects_another",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "fact", "valid_from"], name="record_by_fact")]


class SupportStop(models.Model):
    """A person's decision to support a client no longer; and, once it was taken back, by whom and why.

    It stands for an organisation, or, where nobody knows of one, for an address. Requests still come
    in, are registered and judged as ever: it is people who may then refuse them.
    """

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="support_stops")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="support_stops", null=True, blank=True
    )
    address = models.EmailField(max_length=254, blank=True)
    """Lower-cased; blank where the organisation is known."""
    clause = models.CharField(max_length=50)
    """The clause that lets support be stopped."""
    reason = models.TextField()
    """As the client is told it."""
    stopped_at = models.DateTimeField()
    stopped_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    restored_at = models.DateTimeField(null=True, blank=True)
    restored_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    restored_because = models.TextField(blank=True)

    class Meta:
        ordering = ["desk", "stopped_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, address="")
                | (Q(organisation=None, address=Lower(F("address"))) & ~Q(address="")),
                name="support_stop_of_organisation_or_address",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(restored_at=None),
                name="support_stop_one_of_organisation",
            ),
            models.UniqueConstraint(
                fields=["desk", "address"],
                condition=Q(restored_at=None) & ~Q(address=""),
                name="support_stop_one_of_address",
            ),
            models.CheckConstraint(
                condition=Q(restored_at=None, restored_by=None, restored_because="")
                | (
                    Q(restored_at__isnull=False, restored_by__isnull=False, restored_at__gte=F("stopped_at"))
                    & ~Q(restored_because="")
                ),
                name="support_stop_restored_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(clause="") & ~Q(reason=""), name="support_stop_names_clause_and_reason"
            ),
        ]
