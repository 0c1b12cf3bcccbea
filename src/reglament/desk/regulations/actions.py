"""What is done with desks and their regulations: made, given a newer edition, their portal declared down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament import packs
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import account_of, demand_at, save_checked
from reglament.desk.people.models import Department, StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.regulations.models import Desk, Edition, PortalOutage
from reglament.regulation.model.edition import Regulation
from reglament.regulation.reading.read import read_regulation


@transaction.atomic
def create_desk(
    source: str,
    *,
    slug: str,
    at: datetime,
    name: str = "",
    number_prefix: str = "",
    language: str = "ru",
    sender_name: str = "",
    trusted_border: str = "",
    by: StaffMember | None = None,
) -> Desk:
    """Make a desk that runs by a regulation.

    Takes the text of a regulation file, which is copied into the desk edition by edition and never
    altered there; its departments are made, and its zone becomes the desk's. The name and the prefix of
    ticket numbers are the regulation's own unless given. Raises `RegulationUnreadable` with every fault
    of the file, or `ActionRefused`.
    """
    regulation = read_regulation(source, slug).regulation
    newest = regulation.editions[-1]
    desk = Desk(
        slug=slug,
        name=name or newest.provider.in_language(language),
        regulation=newest.regulation,
        number_prefix=number_prefix or newest.number_prefix,
        zone=newest.timezone,
        language=language,
        sender_name=sender_name,
        trusted_border=trusted_border,
        created_at=at,
    )
    save_checked(desk)
    _install(desk, source, regulation, at=at, by=by)
    audit.record("create_desk", desk, desk=desk, by=account_of(by), at=at)
    return desk


def create_desk_from_pack(
    pack: str, *, slug: str, at: datetime, number_prefix: str = "", language: str = "ru"
) -> Desk:
    """Make a desk that runs by a shipped pack, or by a regulation file at a path.

    Raises FileNotFoundError with what there is, or as `create_desk`.
    """
    return create_desk(packs.source(pack), slug=slug, at=at, number_prefix=number_prefix, language=language)


@transaction.atomic
def add_editions(by: StaffMember | None, desk: Desk, source: str, *, at: datetime) -> list[Edition]:
    """Install the editions of a regulation file that the desk does not have yet, and give them.

    They must be later than those that it has: an installed edition is never altered, and what was
    judged by one stays judged by it. Raises `RegulationUnreadable` or `ActionRefused`.
    """
    demand_at(by, desk, Right.CHANGE_REGULATION)
    desk = Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
    regulation = read_regulation(source, desk.slug).regulation
    if regulation.name != desk.regulation:
        raise ActionRefused(
            _("This is the regulation %(given)s; this desk runs by %(own)s.")
            % {"given": regulation.name, "own": desk.regulation},
            field="source",
        )
    return _install(desk, source, regulation, at=at, by=by)


def _install(
    desk: Desk, source: str, regulation: Regulation, *, at: datetime, by: StaffMember | None
) -> list[Edition]:
    latest = desk.editions.order_by("-in_force_from").first()
    new = [
        edition for edition in regulation.editions if latest is None or edition.edition > latest.in_force_from
    ]
    if not new:
        raise ActionRefused(
            _("The file holds no edition later than that of %(date)s. Give the change a date of its own.")
            % {"date": latest.in_force_from.isoformat() if latest else ""},
            field="source",
        )
    digest = sha256(source.encode()).hexdigest()
    rows = [
        Edition.objects.create(
            desk=desk,
            regulation=regulation.name,
            in_force_from=edition.edition,
            source=source,
            digest=digest,
            installed_at=at,
            installed_by=account_of(by),
        )
        for edition in new
    ]
    _make_departments(desk, (name for edition in new for name in edition.departments))
    for row in rows:
        audit.record(
            "install_edition",
            row,
            by=account_of(by),
            at=at,
            values={"in_force_from": row.in_force_from.isoformat(), "digest": digest},
        )
    return rows


def _make_departments(desk: Desk, names: Iterable[str]) -> None:
    for name in dict.fromkeys(names):
        Department.objects.get_or_create(desk=desk, name=name)


@transaction.atomic
def declare_outage(by: StaffMember, desk: Desk, *, reason: str, at: datetime) -> PortalOutage:
    """Declare that the portal is unavailable from now on: what arrives meanwhile is judged so."""
    demand_at(by, desk, Right.DECLARE_OUTAGE)
    if not reason.strip():
        raise ActionRefused(_("Say what happened to the portal."), field="reason")
    if desk.portal_outages.filter(ended_at=None).exists():
        raise ActionRefused(_("The portal is already declared unavailable."))
    outage = PortalOutage.objects.create(desk=desk, began_at=at, began_by=by.account, reason=reason.strip())
    audit.record("declare_outage", outage, by=by.account, at=at, reason=outage.reason)
    return outage


@transaction.atomic
def end_outage(by: StaffMember, desk: Desk, *, at: datetime) -> None:
    """Declare that the portal is available again."""
    demand_at(by, desk, Right.DECLARE_OUTAGE)
    outage = desk.portal_outages.filter(ended_at=None).first()
    if outage is None:
        raise ActionRefused(_("The portal is not declared unavailable."))
    outage.ended_at, outage.ended_by = at, by.account
    outage.save(update_fields=["ended_at", "ended_by"])
    audit.record("end_outage", outage, by=by.account, at=at)
