"""Which role at a desk may do what: the one table that pages, actions and the documentation read."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import NotAllowed
from reglament.desk.people.models import Role, StaffMember


class Right(StrEnum):
    """Something that a role lets a member of staff do at their desk."""

    READ_TICKETS = "read_tickets"
    WORK_TICKETS = "work_tickets"
    WORK_OTHER_DEPARTMENTS = "work_other_departments"
    ASSIGN_OTHERS = "assign_others"
    READ_CLIENTS = "read_clients"
    CHANGE_CLIENTS = "change_clients"
    REVEAL_OWN_SECRETS = "reveal_own_secrets"
    READ_LETTERS = "read_letters"
    BLOCK_SENDERS = "block_senders"
    STOP_SUPPORT = "stop_support"
    DECLARE_OUTAGE = "declare_outage"
    READ_REGULATION = "read_regulation"
    CHANGE_REGULATION = "change_regulation"
    CHANGE_TEMPLATES = "change_templates"
    READ_AUDIT = "read_audit"
    CHANGE_DESK = "change_desk"
    CHANGE_STAFF = "change_staff"


_AGENT = frozenset(
    {
        Right.READ_TICKETS,
        Right.WORK_TICKETS,
        Right.READ_CLIENTS,
        Right.REVEAL_OWN_SECRETS,
        Right.READ_LETTERS,
        Right.READ_REGULATION,
    }
)
_LEAD = _AGENT | {
    Right.WORK_OTHER_DEPARTMENTS,
    Right.ASSIGN_OTHERS,
    Right.CHANGE_CLIENTS,
    Right.BLOCK_SENDERS,
    Right.STOP_SUPPORT,
    Right.DECLARE_OUTAGE,
}
_OWNER = _LEAD | {Right.CHANGE_REGULATION, Right.CHANGE_TEMPLATES, Right.READ_AUDIT}
_ADMIN = _OWNER | {Right.CHANGE_DESK, Right.CHANGE_STAFF}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: _AGENT,
    Role.LEAD: _LEAD,
    Role.OWNER: _OWNER,
    Role.ADMIN: _ADMIN,
}
"""Each role's rights. `docs/owner/who-may-do-what.md` shows this table; a test compares the two."""


def may(member: StaffMember, right: Right) -> bool:
    """Say whether a member of staff has a right now; nobody who has left has any."""
    return member.active and member.account.is_active and right in RIGHTS[Role(member.role)]


def demand(member: StaffMember, right: Right) -> None:
    """Raise `NotAllowed` where a member of staff does not have a right."""
    if not may(member, right):
        raise NotAllowed(_("Your role at this desk does not allow this; ask a lead or an administrator."))
