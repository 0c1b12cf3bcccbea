"""What every page of a desk begins with: the desk, the edition in force, who reads, where they may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from reglament import clock
from reglament.desk.access import contacts, memberships, open_desk
from reglament.desk.decisions.forms import known_of, takes_requests
from reglament.desk.decisions.practices import guide_of
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.people.queries import ANONYMOUS, AUTHORISED
from reglament.desk.regulations.queries import Compiled, compiled, edition_at
from reglament.faces.account.reader import read_in_zone
from reglament.faces.public.language import page_language
from reglament.faces.public.stopped import Stopped, stopped_for

if TYPE_CHECKING:
    from reglament.desk.people.models import Contact
    from reglament.desk.regulations.models import Desk, Edition

PORTAL = "portal"
GUEST_FORM = "guest_form"


@dataclass(frozen=True)
class DeskPage:
    """A page of a desk, as the present reader sees it."""

    request: HttpRequest
    desk: Desk
    edition: Edition
    """The edition in force now."""
    contact: Contact | None
    """For whom the reader speaks at this desk, where they are a client."""
    works_here: bool
    now: datetime

    @property
    def rules(self) -> Compiled:
        """The edition in force, as it is read."""
        return compiled(self.edition)

    @property
    def language(self) -> str:
        """The language of the page."""
        return page_language()

    @property
    def takes_portal(self) -> bool:
        """Whether the regulation lets this client ask in the portal."""
        if self.contact is None:
            return False
        known = known_of(self.contact, self.edition, self.now)
        return takes_requests(self.edition, PORTAL, AUTHORISED, at=self.now, facts=known)

    @property
    def takes_guest_form(self) -> bool:
        """Whether the regulation lets a visitor ask by the form."""
        return takes_requests(self.edition, GUEST_FORM, ANONYMOUS, at=self.now)

    @property
    def stopped(self) -> Stopped | None:
        """The decision by which this client is not supported now, if there is one."""
        if self.contact is None:
            return None
        return stopped_for(self.contact, self.rules, self.now, self.language)

    def navigation(self) -> list[tuple[str, str]]:
        """Give the ways from this page: addresses and their words."""
        slug = self.desk.slug
        ways = []
        if self.contact is not None:
            ways.append((reverse("portal:tickets", args=[slug]), gettext("My tickets")))
            if self.takes_portal:
                ways.append((reverse("portal:new", args=[slug]), gettext("New request")))
            ways.append((reverse("portal:entitlements", args=[slug]), gettext("What I am entitled to")))
        elif self.takes_guest_form:
            ways.append((reverse("guest:start", args=[slug]), gettext("Ask")))
        ways.append((reverse("public:regulation", args=[slug]), gettext("Regulation")))
        if self.works_here:
            ways.append((f"/d/{slug}/work/", gettext("Work")))
        return ways

    def context(self, **more: Any) -> dict[str, Any]:
        """Give what the base template needs, and more."""
        return {
            "desk": self.desk,
            "edition": self.edition,
            "contact": self.contact,
            "navigation": self.navigation(),
            "regulation_url": regulation_url(self.edition),
            "guide": guide_of(self.rules),
            "stopped": self.stopped,
            "zone": self.desk.zone,
            **more,
            "now": self.now,
        }


def open_page(request: HttpRequest, slug: str) -> DeskPage:
    """Open a page of a desk. Raises `NotThere` where there is no such desk, or it has no regulation yet."""
    desk, now = open_desk(slug), clock.now()
    try:
        edition = edition_at(desk, now)
    except ActionRefused as refusal:
        raise NotThere from refusal
    if not request.user.is_authenticated:
        read_in_zone(desk.zone)
    return DeskPage(
        request=request,
        desk=desk,
        edition=edition,
        contact=contacts(request.user, slug).first(),
        works_here=memberships(request.user).filter(desk=desk).exists(),
        now=now,
    )


def regulation_url(edition: Edition) -> str:
    """Give the page of an edition of the published regulation."""
    return reverse("public:edition", args=[edition.desk.slug, edition.in_force_from.isoformat()])
