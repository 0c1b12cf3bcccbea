"""A new request of a client who is signed in."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from reglament.desk.channels.portal.actions import send_request
from reglament.desk.decisions.forms import known_of
from reglament.desk.decisions.queries import preview
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.people.queries import AUTHORISED
from reglament.faces.guest.asking.choosing import groups_of, services_of
from reglament.faces.guest.asking.form import RequestForm
from reglament.faces.guest.asking.outlook import outlook
from reglament.faces.portal.door import portal_page
from reglament.faces.public.desk.ways import ways_for
from reglament.faces.public.desk_page import PORTAL, DeskPage
from reglament.regulation.model.words import UNCLASSIFIED


@portal_page
def new(page: DeskPage) -> HttpResponse:
    """Show the kinds of requests that the portal takes from this client."""
    assert page.contact is not None
    if not page.takes_portal:
        return render(page.request, "portal/not_here.html", page.context(ways=ways_for(page)))
    service = page.request.GET.get("service", "")
    known = known_of(page.contact, page.edition, page.now)
    groups = groups_of(page, PORTAL, AUTHORISED, service=service, known=known)
    unnamed = preview(
        page.edition, UNCLASSIFIED, channel=PORTAL, authentication=AUTHORISED, at=page.now,
        language=page.language, service=service, facts=known,
    )  # fmt: skip
    return render(
        page.request,
        "portal/new.html",
        page.context(
            groups=groups,
            services=services_of(page),
            service=service,
            form_name="portal:form",
            unnamed=UNCLASSIFIED,
            offers_unnamed=unnamed.accepted,
        ),
    )


@portal_page
def form(page: DeskPage, kind: str) -> HttpResponse:
    """Show the form of a kind of request, and take it."""
    assert page.contact is not None
    if not page.takes_portal:
        return HttpResponseRedirect(reverse("portal:new", args=[page.desk.slug]))
    service = page.request.GET.get("service", "")
    try:
        asked = RequestForm(
            page, kind, channel=PORTAL, authentication=AUTHORISED,
            known=known_of(page.contact, page.edition, page.now), request=page.request, service=service,
        )  # fmt: skip
    except (ActionRefused, KeyError) as refusal:
        raise NotThere from refusal
    if page.request.method == "POST" and asked.is_valid():
        try:
            taken = send_request(
                page.contact,
                proven=True,
                now=page.now,
                key=page.request.POST.get("key", "")[:64],
                **asked.sent(),
            )
        except ActionRefused as refusal:
            asked.add_error(refusal.field if refusal.field in asked.fields else None, str(refusal))
        else:
            messages.success(page.request, gettext("Your request is received."))
            return HttpResponseRedirect(reverse("portal:ticket", args=[page.desk.slug, taken.ticket_number]))
    return _shown(page, asked, kind, service)


def _shown(page: DeskPage, asked: RequestForm, kind: str, service: str) -> HttpResponse:
    query = f"?{urlencode({'service': service})}" if service else ""
    return render(
        page.request,
        "portal/form.html",
        page.context(
            form=asked,
            kind=page.rules.written.kinds[kind].title.in_language(page.language),
            outlook=outlook(page, asked.seen(), levels=bool(asked.levels)),
            key=page.request.POST.get("key", "")[:64] or uuid.uuid4().hex,
            back_url=reverse("portal:new", args=[page.desk.slug]) + query,
            send_label=gettext("Send"),
        ),
        status=422 if asked.errors else 200,
    )
