"""The pages "Why?" and "What is missing" of a ticket, for the portal and for the private link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from reglament.desk.access import TicketAccess, access_decision, access_request
from reglament.desk.channels.incoming import Taken
from reglament.desk.decisions.practices import guide_of
from reglament.desk.decisions.queries import decision_of, label
from reglament.desk.decisions.words import missing_in_words
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.possible import client_may
from reglament.faces.common.numbers import number_in
from reglament.faces.common.why import CLIENT
from reglament.faces.common.why import why as explain
from reglament.faces.portal.ticket.addresses import Addresses
from reglament.faces.portal.ticket.forms import SupplyForm
from reglament.faces.public.desk_page import DeskPage, regulation_url


def why_page(page: DeskPage, access: TicketAccess, addresses: Addresses, position: int) -> HttpResponse:
    """Explain the decision in force on a request, or the one that the query names."""
    request = access_request(access, position)
    request.ticket = access.ticket
    record = request.current_decision
    if asked := page.request.GET.get("decision", ""):
        record = access_decision(access, number_in(asked) or 0)
    if record is None or record.request_id != request.pk:
        raise NotThere
    return render(
        page.request,
        "portal/why.html",
        page.context(
            ticket=access.ticket,
            addresses=addresses,
            kind=label(request.edition, "kind", request.kind, page.language),
            why=explain(request, record, audience=CLIENT, language=page.language, now=page.now),
            regulation_url=regulation_url(record.edition),
        ),
    )


def supply_page(
    page: DeskPage,
    access: TicketAccess,
    addresses: Addresses,
    position: int,
    send: Callable[[dict[str, Any]], Taken],
) -> HttpResponse:
    """Show what a request lacks, and take what is given of it by `send`."""
    request = access_request(access, position)
    request.ticket = access.ticket
    may = client_may(access, proven=True)
    wanted: dict[int, tuple[str, ...]] = {}
    for one, names in (*may.supply, *may.asked):
        wanted[one.pk] = (*wanted.get(one.pk, ()), *names)
    if request.pk not in wanted:
        messages.info(page.request, gettext("Nothing is missing any more."))
        return HttpResponseRedirect(addresses.ticket)
    form = SupplyForm(page.request, request, wanted[request.pk], page.language)
    if page.request.method == "POST" and form.is_valid():
        try:
            send(form.sent())
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(page.request, gettext("Thank you: we have what you gave."))
            return HttpResponseRedirect(addresses.ticket)
    return render(
        page.request,
        "portal/supply.html",
        page.context(
            ticket=access.ticket,
            addresses=addresses,
            form=form,
            lacking=missing_in_words(compiled(request.edition), decision_of(request), page.language),
            kind=label(request.edition, "kind", request.kind, page.language),
            regulation_url=regulation_url(request.edition),
            guide=guide_of(compiled(request.edition)),
        ),
        status=422 if form.errors else 200,
    )
