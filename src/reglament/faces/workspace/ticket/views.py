"""The ticket's page, why the regulation says what it says, and what a message carries: HTML and files."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from reglament.desk.access import (
    access_attachment,
    access_decision,
    access_message,
    access_request,
    staff_ticket,
)
from reglament.desk.tickets.queries import requests_of
from reglament.faces.common.letters import file_of, frame_of
from reglament.faces.common.numbers import number_in
from reglament.faces.common.why import AGENT, why
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.pages import regulation_url, show
from reglament.faces.workspace.ticket.composer import Composer
from reglament.faces.workspace.ticket.page import content, heading


@staff_page
def show_ticket(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Show a ticket."""
    access = staff_ticket(seat.member, number)
    composer = Composer.typed_before(request, seat.address("say", number))
    return show(request, seat, "workspace/ticket/ticket.html", content(seat, access, composer))


@staff_page
def show_why(request: HttpRequest, seat: Seat, number: int, position: int) -> HttpResponse:
    """Show a decision on a request with its grounds, and every decision before and after it."""
    access = staff_ticket(seat.member, number)
    asked = access_request(access, position)
    asked.ticket = access.ticket
    chosen = number_in(request.GET.get("decision", ""))
    record = asked.current_decision if chosen is None else access_decision(access, chosen)
    if record is None or record.request_id != asked.pk:
        raise Http404
    context = {
        "why": why(asked, record, audience=AGENT, language=seat.language, now=seat.now),
        "position": position,
        "requests": requests_of(access.ticket),
        "regulation_url": regulation_url(seat, record.edition),
        **heading(seat, access),
    }
    return show(request, seat, "workspace/ticket/why.html", context)


@staff_page
def show_html(request: HttpRequest, seat: Seat, number: int, message: int) -> HttpResponse:
    """Show the HTML of a letter in a frame that lets it do nothing."""
    del request
    access = staff_ticket(seat.member, number)
    row = access_message(access, message)
    if not row.html:
        raise Http404
    return frame_of(row)


@staff_page
def give_file(request: HttpRequest, seat: Seat, number: int, attachment: UUID) -> HttpResponse:
    """Give a file of a ticket to be kept."""
    del request
    access = staff_ticket(seat.member, number)
    return file_of(access_attachment(access, attachment))
