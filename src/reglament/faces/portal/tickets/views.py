"""The tickets of a client, and the notes of talks that can be made into one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from reglament.desk.access import portal_conversation, talks_of, tickets_of
from reglament.desk.channels.portal import actions as portal
from reglament.desk.faults import ActionRefused
from reglament.desk.tickets.lists import rows_of
from reglament.desk.tickets.turns import turns_of
from reglament.faces.portal.door import portal_page
from reglament.faces.portal.ticket.page import STATES
from reglament.faces.public.desk_page import DeskPage

ON_A_PAGE = 25
SETTLED = ("completed", "closed")
VIEWS = ("open", "settled", "all")


@portal_page
def tickets(page: DeskPage) -> HttpResponse:
    """List the tickets of the reader, and of colleagues where they may see them."""
    assert page.contact is not None
    every = tickets_of(page.request.user, page.desk.slug)
    view = page.request.GET.get("view", "")
    view = view if view in VIEWS else "open"
    found = {
        "open": every.exclude(state__in=SETTLED),
        "settled": every.filter(state__in=SETTLED),
        "all": every,
    }
    here = Paginator(found[view], ON_A_PAGE).get_page(page.request.GET.get("page"))
    shown = list(here)
    turns = turns_of(shown)
    rows = [
        {
            "row": row,
            "turn": turns[row.ticket.pk],
            "state": STATES.get(row.ticket.state, row.ticket.state),
            "url": reverse("portal:ticket", args=[page.desk.slug, row.ticket.number]),
            "is_colleagues": row.ticket.requester_id != page.contact.pk,
        }
        for row in rows_of(shown, page.now, page.language)
    ]
    return render(
        page.request,
        "portal/tickets.html",
        page.context(
            rows=rows,
            page=here,
            view=view,
            open_count=found["open"].count(),
            any=bool(rows) or every.exists(),
            takes_portal=page.takes_portal,
            talks=list(talks_of(page.request.user, page.desk.slug)[:10]) if here.number == 1 else [],
        ),
    )


@portal_page
def make_request(page: DeskPage, conversation: int) -> HttpResponse:
    """Make a request of the note of a talk."""
    if page.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    assert page.contact is not None
    talk = portal_conversation(page.request.user, page.desk.slug, conversation)
    try:
        taken = portal.make_request(page.contact, talk, proven=True, now=page.now)
    except ActionRefused as refusal:
        return render(page.request, "portal/refused.html", page.context(words=str(refusal)), status=422)
    return HttpResponseRedirect(reverse("portal:ticket", args=[page.desk.slug, taken.ticket_number]))
