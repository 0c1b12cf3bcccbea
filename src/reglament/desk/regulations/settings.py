"""What an administrator sets of a desk: its name, its letters, whose verdict it believes, its addresses."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import account_of, demand_at, save_checked
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.regulations.queries import compiled, edition_at

LANGUAGES = ("ru", "en")


@transaction.atomic
def change_desk(
    by: StaffMember,
    desk: Desk,
    *,
    name: str,
    language: str,
    zone: str,
    sender_name: str,
    signatures: dict[str, str],
    trusted_border: str,
    checks_senders: bool,
    spam_field: str,
    at: datetime,
) -> Desk:
    """Change how a desk is called, writes and proves senders.

    Takes the words under its letters by language, the authserv-id that is believed (RFC 8601), and the
    field in which the border calls a letter spam. Raises `ActionRefused` that names what does not fit.
    """
    demand_at(by, desk, Right.CHANGE_DESK)
    desk = Desk.objects.select_for_update().get(pk=desk.pk)
    if zone not in available_timezones():
        raise ActionRefused(_("'%s' is no time zone; write an IANA name.") % zone, field="zone")
    if language not in LANGUAGES:
        raise ActionRefused(_("Letters are written in Russian or English."), field="language")
    if checks_senders and trusted_border.strip():
        raise ActionRefused(
            _("Either a border's verdict is believed, or the desk checks by itself; leave one empty."),
            field="checks_senders",
        )
    after = {
        "name": name.strip(),
        "language": language,
        "zone": zone,
        "sender_name": sender_name.strip(),
        "signatures": {one: words.strip() for one, words in signatures.items() if words.strip()},
        "trusted_border": trusted_border.strip(),
        "checks_senders": checks_senders,
        "spam_field": spam_field.strip(),
    }
    changed = sorted(field for field, value in after.items() if getattr(desk, field) != value)
    for field, value in after.items():
        setattr(desk, field, value)
    save_checked(desk)
    audit.record("change_desk", desk, desk=desk, by=account_of(by), at=at, values={"changed": changed})
    return desk


@transaction.atomic
def add_desk_address(
    by: StaffMember, desk: Desk, address: str, *, kind: str, department: str, at: datetime
) -> DeskAddress:
    """Let a desk take letters at an address: of a kind, and for a department, where either is named."""
    demand_at(by, desk, Right.CHANGE_DESK)
    written = address.strip().lower()
    if DeskAddress.objects.filter(address=written).exists():
        raise ActionRefused(_("A desk takes letters at this address already."), field="address")
    last = desk.addresses.order_by("position").last()
    row = DeskAddress(desk=desk, address=written, position=last.position + 1 if last is not None else 0)
    return _kept(by, row, "add_desk_address", kind, department, at)


@transaction.atomic
def change_desk_address(
    by: StaffMember, address: DeskAddress, *, kind: str, department: str, at: datetime
) -> DeskAddress:
    """Change of what kind, and for which department, that is what comes to an address."""
    demand_at(by, address.desk, Right.CHANGE_DESK)
    return _kept(by, address, "change_desk_address", kind, department, at)


@transaction.atomic
def remove_desk_address(by: StaffMember, address: DeskAddress, *, at: datetime) -> None:
    """Take no more letters at an address. The desk keeps one: it writes from it."""
    desk = address.desk
    demand_at(by, desk, Right.CHANGE_DESK)
    Desk.objects.select_for_update().get(pk=desk.pk)
    if not desk.addresses.exclude(pk=address.pk).exists():
        raise ActionRefused(
            _("This is the desk's last address, from which it writes; add another one first.")
        )
    audit.record("remove_desk_address", address, by=by.account, at=at, values={"address": address.address})
    address.delete()


def _kept(
    by: StaffMember, row: DeskAddress, what: str, kind: str, department: str, at: datetime
) -> DeskAddress:
    written = compiled(edition_at(row.desk, at)).written
    if kind and kind not in written.kinds:
        raise ActionRefused(_("The regulation has no such kind."), field="kind")
    if department and department not in written.departments:
        raise ActionRefused(_("The regulation has no such department."), field="department")
    row.kind, row.department = kind, department
    save_checked(row)
    values = {"address": row.address, "kind": kind, "department": department}
    audit.record(what, row, by=account_of(by), at=at, values=values)
    return row
