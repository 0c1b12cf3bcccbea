"""The door of every page of the workspace: who sits at which desk, and at what moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from reglament import clock
from reglament.desk.access import workplace
from reglament.desk.decisions.words import labels_of
from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.people.roles import Right, demand, may
from reglament.desk.regulations.queries import Compiled, compiled, edition_at
from reglament.desk.tickets.lists import Counts, counts
from reglament.faces.common.way_back import may_lead_back
from reglament.faces.workspace import kept

if TYPE_CHECKING:
    from reglament.desk.people.models import StaffMember
    from reglament.desk.regulations.models import Desk
    from reglament.regulation.wording.facts import Labels

P = ParamSpec("P")


@dataclass(frozen=True)
class Seat:
    """A member of staff at a desk, at the one moment of a page."""

    member: StaffMember
    now: datetime
    language: str
    elsewhere: list[StaffMember] = field(default_factory=list)
    """What the same person is at other desks."""

    @property
    def desk(self) -> Desk:
        """The desk whose page it is."""
        return self.member.desk

    @cached_property
    def departments(self) -> list[int]:
        """The ids of the departments in which the member works; none of them says all."""
        return list(self.member.departments.order_by("id").values_list("pk", flat=True))

    @cached_property
    def waiting(self) -> Counts:
        """What waits at the desk, by queues and views; who has no department of their own works in all."""
        return counts(self.member, self.now)

    @cached_property
    def rules(self) -> Compiled | None:
        """The edition in force at the desk now; none where the first one is still to come."""
        try:
            return compiled(edition_at(self.desk, self.now))
        except ActionRefused:
            return None

    @cached_property
    def labels(self) -> Labels | None:
        """The labels of that edition, in the reader's language."""
        return labels_of(self.rules, self.language) if self.rules is not None else None

    def may(self, right: Right) -> bool:
        """Say whether the member has a right."""
        return may(self.member, right)

    def address(self, name: str, *arguments: object) -> str:
        """Give the address of a page of this desk's workspace."""
        return reverse(f"workspace:{name}", args=[self.desk.slug, *arguments])


Page = Callable[Concatenate[HttpRequest, Seat, P], HttpResponse]


def staff_page(page: Page[P]) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Open a page to the staff of the desk in its address, and to nobody else.

    Whoever is not signed in goes to the sign-in and comes back, and what they had typed is kept. What
    an act refuses and a page did not expect is said in words.
    """

    @wraps(page)
    def opened(request: HttpRequest, desk: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if isinstance(request.user, AnonymousUser):
            return _sign_in(request, desk)
        member, elsewhere = workplace(request.user, desk)
        seat = Seat(member, clock.now(), get_language() or "ru", elsewhere)
        try:
            return page(request, seat, *args, **kwargs)
        except ActionRefused as refusal:
            return refused(request, seat, refusal)

    # The pages are called by the names of their address, which the type cannot say.
    return cast("Callable[Concatenate[HttpRequest, str, P], HttpResponse]", never_cache(opened))


def demanding(right: Right) -> Callable[[Page[P]], Page[P]]:
    """Open a page only to those whose role has a right: the others learn so before they write anything."""

    def wrapped(page: Page[P]) -> Page[P]:
        @wraps(page)
        def opened(request: HttpRequest, seat: Seat, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            demand(seat.member, right)
            return page(request, seat, *args, **kwargs)

        # The pages are called by the names of their address, which the type cannot say.
        return cast("Page[P]", opened)

    return wrapped


def _sign_in(request: HttpRequest, desk: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A part of a page cannot show the sign-in; the page itself stays as it is, with what was typed.
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    if request.method == "POST":
        kept.keep(request)
    back = request.get_full_path() if request.method == "GET" else request.path
    if not may_lead_back(back):
        back = reverse("workspace:home", args=[desk])
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def refused(request: HttpRequest, seat: Seat, refusal: ActionRefused) -> HttpResponse:
    """Say why something cannot be done, on a page of its own, with the way back."""
    from reglament.faces.workspace.pages import show

    status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    back = request.headers.get("Referer", "") if request.method == "POST" else ""
    content: dict[str, Any] = {"refusal": refusal, "back": _path_of(request, back) or seat.address("home")}
    return show(request, seat, "workspace/refused.html", content, status=status)


def _path_of(request: HttpRequest, address: str) -> str:
    own = f"{request.scheme}://{request.get_host()}/"
    # Two slashes at its beginning would make the name of another site of it.
    return "/" + address.removeprefix(own).lstrip("/\\") if address.startswith(own) else ""
