"""The pages of one ticket in the portal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from reglament.desk.access import (
    TicketAccess,
    access_attachment,
    access_message,
    access_proposal,
    access_request,
    portal_ticket,
)
from reglament.desk.channels.incoming import Outcome, Taken
from reglament.desk.channels.portal import actions as portal
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.tickets.actions import answer_proposal as answer_question
from reglament.desk.tickets.actions import close_by_client, confirm, disown
from reglament.faces.common.letters import file_of, frame_of
from reglament.faces.portal.door import portal_page
from reglament.faces.portal.ticket.addresses import Addresses
from reglament.faces.portal.ticket.forms import AnswerForm
from reglament.faces.portal.ticket.page import ticket_context
from reglament.faces.portal.ticket.reading import supply_page, why_page
from reglament.faces.public.desk_page import PORTAL, DeskPage

PROVEN = True
"""A session here began with a password; there is no other way to sign in."""


def _access(page: DeskPage, number: int) -> tuple[TicketAccess, Addresses]:
    access = portal_ticket(page.request.user, page.desk.slug, number)
    return access, Addresses("portal", page.desk.slug, number)


@portal_page
def ticket(page: DeskPage, number: int) -> HttpResponse:
    """Show a ticket, and take an answer to it."""
    access, addresses = _access(page, number)
    answer = AnswerForm(page.request)
    if page.request.method == "POST" and answer.is_valid():
        cleaned = answer.cleaned_data
        try:
            taken = portal.answer(
                access,
                proven=PROVEN,
                now=page.now,
                text=cleaned["text"],
                attachments=answer.files_sent(),
                key=page.request.POST.get("key", "")[:64],
            )
        except ActionRefused as refusal:
            answer.add_error(refusal.field if refusal.field in answer.fields else None, str(refusal))
        else:
            return _after(page, addresses, taken)
    context = ticket_context(page, access, addresses, proven=PROVEN, answer=answer)
    return render(page.request, "portal/ticket.html", context, status=422 if answer.errors else 200)


def _after(page: DeskPage, addresses: Addresses, taken: Taken) -> HttpResponse:
    if taken.outcome is Outcome.CREATED and taken.ticket_number is not None:
        messages.info(
            page.request, gettext("The former ticket was closed too long ago, so a new one goes on with it.")
        )
        return HttpResponseRedirect(reverse("portal:ticket", args=[page.desk.slug, taken.ticket_number]))
    said = gettext("Sent; the ticket is open again.") if taken.reopened else gettext("Sent.")
    messages.success(page.request, said)
    return HttpResponseRedirect(addresses.ticket)


@portal_page
def why(page: DeskPage, number: int, position: int) -> HttpResponse:
    """Explain a decision on a request."""
    access, addresses = _access(page, number)
    return why_page(page, access, addresses, position)


@portal_page
def supply(page: DeskPage, number: int, position: int) -> HttpResponse:
    """Ask for what a request still lacks, and take it."""
    access, addresses = _access(page, number)

    def send(sent: dict[str, Any]) -> Taken:
        return portal.answer(access, proven=PROVEN, now=page.now, **sent)

    return supply_page(page, access, addresses, position, send)


@portal_page
def confirm_request(page: DeskPage, number: int, position: int) -> HttpResponse:
    """Confirm a request that must be asked for here."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    access, addresses = _access(page, number)
    try:
        confirm(access, access_request(access, position), proven=PROVEN, at=page.now)
    except ActionRefused as refusal:
        messages.error(page.request, str(refusal))
    else:
        messages.success(
            page.request, gettext("Confirmed: from now on it is a request of yours, and proven.")
        )
    return HttpResponseRedirect(addresses.ticket)


@portal_page
def disown_ticket(page: DeskPage, number: int) -> HttpResponse:
    """Take it that somebody else wrote what waits for the reader's confirmation."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    access, addresses = _access(page, number)
    try:
        disown(access, proven=PROVEN, at=page.now)
    except ActionRefused as refusal:
        messages.error(page.request, str(refusal))
    else:
        messages.success(page.request, gettext("Thank you for telling us: nothing will be done by it."))
    return HttpResponseRedirect(addresses.ticket)


@portal_page
def answer_proposal(page: DeskPage, number: int, number_of_proposal: int) -> HttpResponse:
    """Agree to a proposal, or decline it."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    access, addresses = _access(page, number)
    proposal = access_proposal(access, number_of_proposal)
    agreed = page.request.POST.get("answer")
    if agreed not in ("agree", "decline") or access.contact is None:
        raise NotThere
    try:
        answer_question(
            proposal,
            agreed=agreed == "agree",
            through=PORTAL,
            at=page.now,
            account=access.contact.account,
            name=access.contact.name,
        )
    except ActionRefused as refusal:
        messages.error(page.request, str(refusal))
    else:
        messages.success(page.request, gettext("Your answer is recorded."))
    return HttpResponseRedirect(addresses.ticket)


@portal_page
def close(page: DeskPage, number: int) -> HttpResponse:
    """Close a ticket because there are no more questions."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    access, addresses = _access(page, number)
    try:
        close_by_client(access, at=page.now)
    except ActionRefused as refusal:
        messages.error(page.request, str(refusal))
    else:
        messages.success(page.request, gettext("The ticket is closed. Thank you."))
    return HttpResponseRedirect(addresses.ticket)


@portal_page
def frame(page: DeskPage, number: int, message: int) -> HttpResponse:
    """Give the HTML of a message for its frame."""
    access, _addresses = _access(page, number)
    return frame_of(access_message(access, message))


@portal_page
def file(page: DeskPage, number: int, attachment: UUID) -> HttpResponse:
    """Give a file of the ticket."""
    access, _addresses = _access(page, number)
    return file_of(access_attachment(access, attachment))
