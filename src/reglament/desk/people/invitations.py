"""Invitations of staff: a letter whose link sets the password."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import demand_at
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right


@transaction.atomic
def invite(by: StaffMember, member: StaffMember, *, at: datetime) -> StaffMember:
    """Keep that a member of staff is invited. Whoever calls it sends the link, which only a page can make."""
    demand_at(by, member.desk, Right.CHANGE_STAFF)
    if not member.active:
        raise ActionRefused(_("This person has already left."))
    audit.record("invite_staff", member, by=by.account, at=at)
    return member
