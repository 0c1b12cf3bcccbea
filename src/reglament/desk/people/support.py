"""Whether a client is supported: stopping that, and taking it back, are decisions of a person, on record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import demand_at, save_checked
from reglament.desk.people.models import Organisation, StaffMember, SupportStop
from reglament.desk.people.roles import Right
from reglament.desk.regulations.models import Desk


def support_stopped(
    desk: Desk, moment: datetime, *, organisation: Organisation | None = None, address: str = ""
) -> SupportStop | None:
    """Give the decision by which a client was not supported at a moment, if there was one.

    Takes the organisation, the mail address, or both: a decision about either counts.
    """
    return (
        _of_client(desk, organisation, address)
        .filter(stopped_at__lte=moment)
        .filter(Q(restored_at=None) | Q(restored_at__gt=moment))
        .select_related("stopped_by__account", "organisation")
        .last()
    )


def standing_stops(
    desk: Desk, *, organisation: Organisation | None = None, address: str = ""
) -> QuerySet[SupportStop]:
    """Give the decisions by which a client is not supported now: of its organisation, of its address."""
    return (
        _of_client(desk, organisation, address)
        .filter(restored_at=None)
        .select_related("stopped_by__account", "organisation")
    )


def stops_of(organisation: Organisation) -> QuerySet[SupportStop]:
    """Give every decision to stop the support of an organisation, the newest first."""
    return organisation.support_stops.select_related("stopped_by__account", "restored_by__account").order_by(
        "-stopped_at", "-id"
    )


def _of_client(desk: Desk, organisation: Organisation | None, address: str) -> QuerySet[SupportStop]:
    of_either = Q(pk=None)
    if organisation is not None:
        of_either |= Q(organisation=organisation)
    if address.strip():
        of_either |= Q(address=address.strip().lower())
    return SupportStop.objects.filter(of_either, desk=desk).order_by("stopped_at", "id")


@transaction.atomic
def stop_support(
    by: StaffMember,
    desk: Desk,
    *,
    organisation: Organisation | None = None,
    address: str = "",
    clause: str,
    reason: str,
    at: datetime,
) -> SupportStop:
    """Decide to support a client no longer, by a clause that lets it and for a reason.

    It stands for the organisation where there is one, else for the address. Raises `NotAllowed` for a
    role that may not, and `ActionRefused` where nobody is named, no reason is given, or the client is
    not supported already.
    """
    demand_at(by, desk, Right.STOP_SUPPORT)
    # Two people who decide at once: the second one finds the decision of the first.
    Desk.objects.select_for_update().get(pk=desk.pk)
    if organisation is None and not address.strip():
        raise ActionRefused(_("Nobody knows yet which client this is; say who asks first."))
    if standing_stops(desk, organisation=organisation, address=address).exists():
        raise ActionRefused(_("The support of this client is stopped already."), clause=clause)
    stop = SupportStop(
        desk=desk,
        organisation=organisation,
        address="" if organisation is not None else address.strip().lower(),
        clause=clause,
        reason=_reason(reason),
        stopped_at=at,
        stopped_by=by,
    )
    save_checked(stop)
    audit.record(
        "stop_support", stop, by=by.account, at=at, reason=stop.reason, values={"clause": stop.clause}
    )
    return stop


@transaction.atomic
def restore_support(by: StaffMember, stop: SupportStop, *, reason: str, at: datetime) -> SupportStop:
    """Take back a decision to support a client no longer, for a reason. What it was stays on record."""
    demand_at(by, stop.desk, Right.STOP_SUPPORT)
    stop = SupportStop.objects.select_for_update().get(pk=stop.pk)
    if stop.restored_at is not None:
        raise ActionRefused(_("This client is supported again already."))
    stop.restored_at, stop.restored_by, stop.restored_because = at, by, _reason(reason)
    stop.save(update_fields=["restored_at", "restored_by", "restored_because"])
    audit.record(
        "restore_support",
        stop,
        by=by.account,
        at=at,
        reason=stop.restored_because,
        values={"clause": stop.clause},
    )
    return stop


def _reason(said: str) -> str:
    if not said.strip():
        raise ActionRefused(_("Say why."), field="reason")
    return said.strip()
