"""What a client is entitled to today, by the regulation and the desk's records."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from reglament.desk.decisions.entitlements import entitlements_of
from reglament.desk.decisions.hours import hours_now
from reglament.faces.portal.door import portal_page
from reglament.faces.portal.entitlements.records import further_terms_of, terms_of, what_is_recorded
from reglament.faces.public.desk_page import DeskPage


@portal_page
def entitlements(page: DeskPage) -> HttpResponse:
    """Show the rows of the regulation's table, the terms of this client, the hours, and what is recorded."""
    assert page.contact is not None
    terms = terms_of(page)
    return render(
        page.request,
        "portal/entitlements.html",
        page.context(
            rows=entitlements_of(page.contact.organisation, page.now, page.language),
            hours=hours_now(page.rules, page.now, page.language),
            recorded=what_is_recorded(page),
            terms=terms,
            further=further_terms_of(page, terms),
        ),
    )
