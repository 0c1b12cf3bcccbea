"""The private link: first a button that confirms the address, then the ticket.

Nothing happens by looking at the page: programs that follow the links in letters confirm nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from reglament.desk.access import (
    TicketAccess,
    access_attachment,
    access_message,
    access_proposal,
    guest_ticket,
)
from reglament.desk.channels.guest_form import actions as guest
from reglament.desk.channels.incoming import Outcome, Taken
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.tickets.actions import answer_proposal as answer_question
from reglament.desk.tickets.actions import close_by_client
from reglament.faces.common.letters import file_of, frame_of
from reglament.faces.portal.ticket.addresses import Addresses
from reglament.faces.portal.ticket.forms import AnswerForm
from reglament.faces.portal.ticket.page import ticket_context
from reglament.faces.portal.ticket.reading import supply_page, why_page
from reglament.faces.public.desk_page import DeskPage, open_page

THROUGH = "link"
Given = ParamSpec("Given")
Seen = Callable[Concatenate[DeskPage, TicketAccess, Addresses, Given], HttpResponse]


View = Callable[Concatenate[HttpRequest, str, str, Given], HttpResponse]


def _ticket_page(view: Seen[Given]) -> View[Given]:
    """Open a page of the ticket of a private link; the view gets the page, the access and the addresses."""

    @wraps(view)
    def opened(
        request: HttpRequest, slug: str, secret: str, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponse:
        page = open_page(request, slug)
        access = guest_ticket(slug, secret)
        return _private(view(page, access, Addresses("guest", slug, secret), *args, **kwargs))

    # The views are called by the names of their address, which the type cannot say.
    return cast("View[Given]", never_cache(opened))


def _private(response: HttpResponse) -> HttpResponse:
    # The address of the page is the key to it: it goes into no list of a search engine, and to no other
    # site. To our own it must go, or the forms of the page could not be told from those of another site.
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@never_cache
def follow(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """Show the button, and confirm when it is pressed; show the ticket from then on, and take answers."""
    page = open_page(request, slug)
    try:
        access = guest_ticket(slug, secret)
    except NotThere:
        return _private(_confirm(page, secret))
    return _private(_followed(page, access, Addresses("guest", slug, secret)))


def _confirm(page: DeskPage, secret: str) -> HttpResponse:
    slug = page.desk.slug
    draft = guest.draft_of(slug, secret, page.now)
    fault = ""
    if page.request.method == "POST":
        try:
            taken = guest.confirm_draft(slug, secret, page.now)
        except ActionRefused as refusal:
            fault = str(refusal)
        else:
            if taken.ticket_number is None:
                return render(page.request, "guest/talk.html", page.context())
            messages.success(
                page.request, gettext("Thank you: the address is confirmed, the request is received.")
            )
            return HttpResponseRedirect(reverse("guest:follow", args=[slug, secret]))
    content = draft.content
    return render(
        page.request,
        "guest/confirm.html",
        page.context(
            subject=content.get("subject", ""),
            text=content.get("text", ""),
            address=draft.address,
            fault=fault,
        ),
    )


def _followed(page: DeskPage, access: TicketAccess, addresses: Addresses) -> HttpResponse:
    answer = AnswerForm(page.request)
    if page.request.method == "POST" and answer.is_valid():
        try:
            taken = guest.answer(
                access, now=page.now, text=answer.cleaned_data["text"], attachments=answer.files_sent()
            )
        except ActionRefused as refusal:
            answer.add_error(refusal.field if refusal.field in answer.fields else None, str(refusal))
        else:
            return _after(page, addresses, taken)
    context = ticket_context(page, access, addresses, proven=False, answer=answer)
    return render(page.request, "guest/ticket.html", context, status=422 if answer.errors else 200)


def _after(page: DeskPage, addresses: Addresses, taken: Taken) -> HttpResponse:
    if taken.outcome is Outcome.CREATED:
        said = gettext(
            "The former ticket was closed too long ago, so a new one goes on with it: see your mail."
        )
    elif taken.reopened:
        said = gettext("Sent; the ticket is open again.")
    else:
        said = gettext("Sent.")
    messages.success(page.request, said)
    return HttpResponseRedirect(addresses.ticket)


@_ticket_page
def why(page: DeskPage, access: TicketAccess, addresses: Addresses, position: int) -> HttpResponse:
    """Explain a decision on a request."""
    return why_page(page, access, addresses, position)


@_ticket_page
def supply(page: DeskPage, access: TicketAccess, addresses: Addresses, position: int) -> HttpResponse:
    """Ask for what a request still lacks, and take it."""

    def send(sent: dict[str, Any]) -> Taken:
        return guest.answer(access, now=page.now, **sent)

    return supply_page(page, access, addresses, position, send)


@_ticket_page
def close(page: DeskPage, access: TicketAccess, addresses: Addresses) -> HttpResponse:
    """Close the ticket because there are no more questions."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        close_by_client(access, at=page.now)
    except ActionRefused as refusal:
        messages.error(page.request, str(refusal))
    else:
        messages.success(page.request, gettext("The ticket is closed. Thank you."))
    return HttpResponseRedirect(addresses.ticket)


@_ticket_page
def answer_proposal(page: DeskPage, access: TicketAccess, addresses: Addresses, number: int) -> HttpResponse:
    """Agree to a proposal, or decline it."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    proposal = access_proposal(access, number)
    agreed = page.request.POST.get("answer")
    if agreed not in ("agree", "decline"):
        raise NotThere
    try:
        answer_question(
            proposal,
            agreed=agreed == "agree",
            through=THROUGH,
            at=page.now,
            name=access.ticket.requester_name or access.ticket.requester_address,
        )
    except ActionRefused as refusal:
        messages.error(page.request, str(refusal))
    else:
        messages.success(page.request, gettext("Your answer is recorded."))
    return HttpResponseRedirect(addresses.ticket)


@_ticket_page
def frame(page: DeskPage, access: TicketAccess, addresses: Addresses, message: int) -> HttpResponse:
    """Give the HTML of a message for its frame."""
    del page, addresses
    return frame_of(access_message(access, message))


@_ticket_page
def file(page: DeskPage, access: TicketAccess, addresses: Addresses, attachment: UUID) -> HttpResponse:
    """Give a file of the ticket."""
    del page, addresses
    return file_of(access_attachment(access, attachment))
