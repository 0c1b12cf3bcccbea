"""Sending what staff wrote: never over a message that the writer has not seen."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from reglament.desk.access import TicketAccess, access_request, staff_ticket
from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.faults import ActionRefused
from reglament.desk.tickets import actions
from reglament.faces.common.uploads import incoming, too_large
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.pages import show
from reglament.faces.workspace.ticket.composer import ASK, NOTE, Composer
from reglament.faces.workspace.ticket.page import content


@staff_page
def say(request: HttpRequest, seat: Seat, number: int) -> HttpResponse:
    """Send a reply, keep a note, or ask for what is missing; where it cannot be, show it again with why."""
    access = staff_ticket(seat.member, number)
    ticket_page = seat.address("ticket", number)
    if request.method != "POST":
        if (composer := Composer.typed_before(request, request.path)) is not None:
            return show(request, seat, "workspace/ticket/ticket.html", content(seat, access, composer))
        return HttpResponseRedirect(ticket_page)
    composer = Composer.of(request.POST)
    files = incoming(request.FILES.getlist("files"))
    try:
        if words := too_large(request):
            raise ActionRefused(words, field="files")
        _send(seat, access, composer, files)
    except ActionRefused as refusal:
        composer.refusal = refusal
        page = content(seat, access, composer)
        return show(request, seat, "workspace/ticket/ticket.html", page, status=HTTPStatus.CONFLICT)
    if composer.what == NOTE:
        messages.success(request, gettext("The note is kept. The client does not see it."))
    else:
        messages.success(request, gettext("Sent."))
    return HttpResponseRedirect(ticket_page)


def _send(seat: Seat, access: TicketAccess, composer: Composer, files: tuple[IncomingFile, ...]) -> None:
    if composer.what == NOTE:
        actions.note(seat.member, access.ticket, composer.text, at=seat.now, attached=files)
    elif composer.what == ASK:
        actions.ask_for_information(
            seat.member,
            access_request(access, composer.position),
            composer.fields or [],
            at=seat.now,
            text=composer.text,
            seen=composer.seen,
        )
    else:
        actions.reply(
            seat.member,
            access.ticket,
            composer.text,
            at=seat.now,
            attached=files,
            waits=composer.waits,
            seen=composer.seen,
        )
