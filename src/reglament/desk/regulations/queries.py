"""What is read of desks and their regulations: the edition in force, outages of the portal."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.regulations.compiled import Compiled, compiled, compiled_of
from reglament.desk.regulations.models import Desk, Edition, PortalOutage

__all__ = [
    "Compiled",
    "addresses_of",
    "compiled",
    "compiled_of",
    "desk_named",
    "desks",
    "edition_at",
    "edition_dated",
    "editions_of",
    "in_force_since",
    "next_edition",
    "outage_at",
]

_A_DAY = timedelta(days=1)


def desk_named(slug: str) -> Desk:
    """Give a desk that is not closed by its name in addresses. Raises `NotThere`."""
    desk = Desk.objects.filter(slug=slug, closed_at=None).first()
    if desk is None:
        raise NotThere
    return desk


def editions_of(desk: Desk) -> QuerySet[Edition]:
    """Give the editions of a desk, oldest first, those that are not in force yet among them."""
    return desk.editions.order_by("in_force_from")


def edition_dated(desk: Desk, date: str) -> Edition:
    """Give the edition of a desk by its date (YYYY-MM-DD). Raises `NotThere`."""
    for edition in editions_of(desk):
        if edition.in_force_from.isoformat() == date:
            return edition
    raise NotThere


def in_force_since(edition: Edition) -> datetime:
    """Give the moment at which an edition begins: 00:00 of its date in the regulation's zone."""
    return datetime.combine(edition.in_force_from, time.min, compiled(edition).zone)


def edition_at(desk: Desk, moment: datetime) -> Edition:
    """Give the edition in force at a desk at a moment.

    Raises `ActionRefused` for a moment before the first one: nothing says how to judge it.
    """
    # No zone is a day ahead of UTC or more, so anything later than tomorrow cannot have begun.
    begun = desk.editions.filter(in_force_from__lte=(moment + _A_DAY).date())
    # The text is long, and each process needs it once at most.
    for edition in begun.defer("source").order_by("-in_force_from"):
        if in_force_since(edition) <= moment:
            return edition
    raise ActionRefused(
        _("No edition of the regulation was in force at %(moment)s.") % {"moment": moment.isoformat()},
        field="received_at",
    )


def next_edition(desk: Desk, moment: datetime) -> Edition | None:
    """Give the edition that will be in force next after a moment, where one is announced."""
    coming = [edition for edition in editions_of(desk) if in_force_since(edition) > moment]
    return coming[0] if coming else None


def outage_at(desk: Desk, moment: datetime) -> PortalOutage | None:
    """Give the declared outage of the portal that a moment falls into, if any."""
    return (
        desk.portal_outages.filter(began_at__lte=moment)
        .filter(Q(ended_at=None) | Q(ended_at__gt=moment))
        .first()
    )


def desks() -> QuerySet[Desk]:
    """Give the desks of this installation that are not closed, by name."""
    return Desk.objects.filter(closed_at=None).order_by("name", "id")


def addresses_of(desk: Desk) -> list[str]:
    """Give the mail addresses at which a desk takes letters, the one that it writes from first."""
    return list(desk.addresses.order_by("position", "id").values_list("address", flat=True))
