"""Who works at a desk: joining, roles and departments, leaving, and the first owner of all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import account_of, demand_at, save_checked
from reglament.desk.people.models import Account, Department, Role, StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.regulations.models import Desk


@dataclass(frozen=True)
class OwnerMade:
    """The account of an owner, whether it is new, and where it now may do everything."""

    account: Account
    new: bool
    memberships: list[StaffMember]


@transaction.atomic
def make_owner(*, email: str, name: str, desk: str | None, password: str, at: datetime) -> OwnerMade:
    """Give an address every right at one desk, or at all; for whoever owns the machine.

    An account that exists keeps its password where none is given.
    """
    desks = list(Desk.objects.filter(closed_at=None).order_by("id"))
    if desk is not None:
        desks = [one for one in desks if one.slug == desk]
        if not desks:
            raise ActionRefused(_("There is no desk '%s'.") % desk, field="desk")
    account = Account.objects.filter(email=email.strip().lower()).first()
    new = account is None
    if account is None:
        account = Account(email=email.strip().lower(), name=name.strip(), created_at=at)
        account.set_unusable_password()
    if password:
        _demand_good(password, account)
        account.set_password(password)
    account.is_active = True
    save_checked(account)
    return OwnerMade(account, new, [_as_admin(one, account, at) for one in desks])


@transaction.atomic
def add_staff(
    by: StaffMember | None,
    desk: Desk,
    *,
    email: str,
    name: str,
    role: Role,
    departments: Collection[Department],
    at: datetime,
    phone: str = "",
) -> StaffMember:
    """Let a person work at a desk, with the account of their address or a new one; or have them back."""
    demand_at(by, desk, Right.CHANGE_STAFF)
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is None:
        account = Account(
            email=email.strip().lower(), name=name.strip(), language=desk.language, created_at=at
        )
        account.zone = desk.zone
        account.set_unusable_password()
        save_checked(account)
    member = StaffMember.objects.filter(desk=desk, account=account).first()
    if member is not None and member.active:
        raise ActionRefused(_("%s already works at this desk.") % account.name, field="email")
    if member is None:
        member = StaffMember(desk=desk, account=account, joined_at=at)
    member.left_at, member.role, member.phone = None, role, phone.strip()
    save_checked(member)
    member.departments.set(_of(desk, departments))
    audit.record("add_staff", member, by=account_of(by), at=at, values={"role": role.value})
    return member


@transaction.atomic
def change_staff(
    by: StaffMember | None,
    member: StaffMember,
    *,
    role: Role,
    departments: Collection[Department],
    phone: str,
    at: datetime,
) -> StaffMember:
    """Change what a person does at a desk. The last administrator stays one."""
    demand_at(by, member.desk, Right.CHANGE_STAFF)
    if role != Role.ADMIN:
        _demand_another_admin(member)
    member.role, member.phone = role, phone.strip()
    save_checked(member)
    member.departments.set(_of(member.desk, departments))
    audit.record("change_staff", member, by=account_of(by), at=at, values={"role": role.value})
    return member


@transaction.atomic
def choose_notifications(member: StaffMember, *, by_mail: bool, at: datetime) -> StaffMember:
    """Keep whether a member of staff wants letters about their tickets; it is their own affair."""
    member.notified_by_mail = by_mail
    member.save(update_fields=["notified_by_mail"])
    audit.record(
        "choose_notifications", member, by=member.account, at=at, values={"notified_by_mail": by_mail}
    )
    return member


@transaction.atomic
def end_staff(by: StaffMember | None, member: StaffMember, *, at: datetime) -> None:
    """Record that a person no longer works at a desk: from now on no door of it opens to them."""
    demand_at(by, member.desk, Right.CHANGE_STAFF)
    if not member.active:
        raise ActionRefused(_("This person has already left."))
    _demand_another_admin(member)
    member.left_at = at
    member.save(update_fields=["left_at"])
    audit.record("end_staff", member, by=account_of(by), at=at)


def _as_admin(desk: Desk, account: Account, at: datetime) -> StaffMember:
    member, _made = StaffMember.objects.update_or_create(
        desk=desk,
        account=account,
        defaults={"role": Role.ADMIN, "left_at": None},
        create_defaults={"role": Role.ADMIN, "joined_at": at},
    )
    member.departments.set(desk.departments.all())
    audit.record("make_owner", member, at=at)
    return member


def _of(desk: Desk, departments: Collection[Department]) -> list[Department]:
    if any(department.desk_id != desk.pk for department in departments):
        raise ActionRefused(_("A department is of another desk."), field="departments")
    return list(departments)


def _demand_another_admin(member: StaffMember) -> None:
    admins = StaffMember.objects.filter(
        desk=member.desk, role=Role.ADMIN, left_at=None, account__is_active=True
    )
    if member.role == Role.ADMIN and not admins.exclude(pk=member.pk).exists():
        raise ActionRefused(_("This is the desk's last administrator; name another one first."), field="role")


def _demand_good(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as fault:
        raise ActionRefused(" ".join(fault.messages), field="password") from fault
