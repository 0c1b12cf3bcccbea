"""How a page of the workspace is shown: its frame, the list at its side with what waits in each view."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from reglament.desk.channels.queries import held_count
from reglament.desk.faults import NotAllowed
from reglament.desk.tickets.lists import VIEWS
from reglament.faces.workspace.door import Seat

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Edition


def show(
    request: HttpRequest, seat: Seat, template: str, content: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show a whole page; where the act of its form was refused, the answer says so to machines too."""
    refusal = getattr(content.get("form"), "refusal", None)
    if refusal is not None:
        status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    return render(request, template, {**frame(seat), **content}, status=status)


def part(request: HttpRequest, seat: Seat, template: str, content: dict[str, Any]) -> HttpResponse:
    """Show a part of a page, for htmx to put into the page that is open."""
    return render(request, template, {"seat": seat, "now": seat.now, **basics(seat), **content})


def basics(seat: Seat) -> dict[str, Any]:
    """Give what every template of the workspace may use."""
    return {
        "desk": seat.desk,
        "regulation_url": regulation_url(seat),
        "desk_zone": seat.desk.zone,
    }


def regulation_url(seat: Seat, edition: Edition | None = None) -> str:
    """Give the address of the published regulation: of an edition, or of the one in force."""
    if edition is None:
        return reverse("public:regulation", args=[seat.desk.slug])
    return reverse("public:edition", args=[seat.desk.slug, edition.in_force_from.isoformat()])


def frame(seat: Seat) -> dict[str, Any]:
    """Give what the frame of every page shows."""
    waiting = seat.waiting
    labels = seat.labels
    queues = [
        {
            "url": seat.address("queue", queue.department),
            "label": labels.department(queue.department) if labels is not None else queue.department,
            "count": queue.count,
            "own": queue.own or not waiting.departments,
        }
        for queue in waiting.queues
    ]
    pages = (
        *("new", "clients", "letters", "blocked_senders", "mailboxes", "outbox", "words", "signing", "talks"),
        "desk",
    )
    return {
        **basics(seat),
        "home_url": seat.address("home"),
        "addresses": {name: seat.address(name) for name in pages}
        | {name: seat.address("view", name) for name in VIEWS},
        "own_queues": sum(queue["own"] for queue in queues),
        "other_queues": not all(queue["own"] for queue in queues),
        "seat": seat,
        "now": seat.now,
        "waiting": waiting,
        "queues": queues,
        "held_letters": held_count(seat.desk),
        "other_desks": [member.desk for member in seat.elsewhere],
    }
