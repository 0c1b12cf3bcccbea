"""The queue of a department in the regulation's order, and the views that mix departments."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from reglament.desk.tickets.lists import VIEWS, PlaceWords, Row, places_in_words, rows_of, view
from reglament.desk.tickets.queries import departments_of, queue, tickets_at
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.pages import part, show

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from reglament.desk.people.models import Department
    from reglament.desk.tickets.models import Ticket

ROWS = 50
TITLES = {
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "waiting": _("Awaiting the client"),
    "breached": _("Overdue"),
    "all": _("All open"),
}
EMPTY = {
    "queue": _("Nothing waits here."),
    "mine": _("Nothing is assigned to you. Take the first ticket of the queue."),
    "unassigned": _("Every ticket has an assignee."),
    "waiting": _("No client is waited for."),
    "breached": _("Nothing is overdue."),
    "all": _("The desk has no open ticket."),
    "search": _("No ticket answers to this. Search by number, words of the subject, client or address."),
}


@dataclass(frozen=True)
class Group:
    """Rows of one rank of a queue, with the clause that puts them there, in words."""

    rows: list[tuple[int | None, Row]]
    place: PlaceWords | None = None


@staff_page
def home(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Go to the queue of the member's first department."""
    del request
    return HttpResponseRedirect(seat.address("queue", first_department(seat).name))


def first_department(seat: Seat) -> Department:
    """Give the department whose queue the member sees first: the first of their own, else of the desk."""
    departments = list(departments_of(seat.desk))
    return next((one for one in departments if one.pk in seat.departments), departments[0])


@staff_page
def show_queue(request: HttpRequest, seat: Seat, department: str) -> HttpResponse:
    """Show one department's queue, in the order of the regulation."""
    found = departments_of(seat.desk).filter(name=department).first()
    if found is None:
        raise Http404
    labels = seat.labels
    page = _page(request, queue(found))
    content = {
        "name": "queue",
        "title": labels.department(found.name) if labels is not None else found.name,
        "page": page,
        "groups": _groups(seat, page),
        "mixed": False,
        "empty": EMPTY["queue"],
        "refresh": request.get_full_path(),
    }
    return _answer(request, seat, content)


@staff_page
def show_view(request: HttpRequest, seat: Seat, name: str) -> HttpResponse:
    """Show one of the views that mix departments, by what falls due first."""
    if name not in VIEWS:
        raise Http404
    page = _page(request, view(seat.member, seat.departments, name, seat.now))
    rows = rows_of(list(page.object_list), seat.now, seat.language)
    content = {
        "name": name,
        "title": TITLES[name],
        "page": page,
        "groups": [Group([(None, row) for row in rows])] if rows else [],
        "mixed": True,
        "empty": EMPTY[name],
        "refresh": request.get_full_path(),
    }
    return _answer(request, seat, content)


@staff_page
def search(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Find tickets by number, words of the subject, client or address; a number goes to its ticket."""
    words = request.GET.get("q", "").strip()
    if not words:
        return HttpResponseRedirect(seat.address("home"))
    found = tickets_at(seat.desk, search=words)
    number = number_in(words.upper().removeprefix(f"{seat.desk.number_prefix}-"))
    if number is not None and found.filter(number=number).exists():
        return HttpResponseRedirect(seat.address("ticket", number))
    page = _page(request, found)
    rows = rows_of(list(page.object_list), seat.now, seat.language)
    content = {
        "name": "search",
        "title": _("Found by “%s”") % words,
        "words": words,
        "page": page,
        "groups": [Group([(None, row) for row in rows])] if rows else [],
        "mixed": True,
        "empty": EMPTY["search"],
    }
    return _answer(request, seat, content)


def _answer(request: HttpRequest, seat: Seat, content: dict[str, Any]) -> HttpResponse:
    content["departments"] = _department_names(seat)
    if request.headers.get("HX-Request"):
        return part(request, seat, "workspace/queue/rows.html", content)
    return show(request, seat, "workspace/queue/queue.html", content)


def _department_names(seat: Seat) -> dict[str, str]:
    """Give the labels of the departments where there are several; a single one need not be named."""
    labels = seat.labels
    names = list(labels.edition.departments) if labels is not None else []
    return {name: labels.department(name) for name in names} if labels is not None and len(names) > 1 else {}


def _page(request: HttpRequest, tickets: QuerySet[Ticket]) -> Page[Ticket]:
    page: Page[Ticket] = Paginator(tickets, ROWS).get_page(request.GET.get("page"))
    return page


def _groups(seat: Seat, page: Page[Ticket]) -> list[Group]:
    """Put the rows of a queue together by rank, and say of each rank why it stands there."""
    rows = rows_of(list(page.object_list), seat.now, seat.language)
    by_rank = [list(same) for _, same in groupby(rows, key=lambda row: row.ticket.rank)]
    words = places_in_words([same[0].ticket for same in by_rank], seat.language)
    groups: list[Group] = []
    place = page.start_index()
    for same in by_rank:
        numbered = list(enumerate(same, start=place))
        place += len(same)
        groups.append(Group([*numbered], words.get(same[0].ticket.pk)))
    return groups


def list_beside(seat: Seat, department: Department) -> list[Row]:
    """Give the first rows of a queue, to stand beside a ticket."""
    return rows_of(list(queue(department)[:ROWS]), seat.now, seat.language)
