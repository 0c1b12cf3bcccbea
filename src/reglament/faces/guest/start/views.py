"""The first step of the form: what it is about."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from reglament.desk.decisions.queries import preview
from reglament.desk.faults import NotThere
from reglament.desk.people.queries import ANONYMOUS
from reglament.faces.guest.asking.choosing import groups_of, services_of
from reglament.faces.public.desk_page import GUEST_FORM, open_page
from reglament.regulation.model.words import UNCLASSIFIED


def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the kinds of requests that the form takes, by service where the regulation knows services."""
    page = open_page(request, slug)
    if not page.takes_guest_form:
        raise NotThere
    service = request.GET.get("service", "")
    groups = groups_of(page, GUEST_FORM, ANONYMOUS, service=service, known={})
    unnamed = preview(
        page.edition, UNCLASSIFIED, channel=GUEST_FORM, authentication=ANONYMOUS, at=page.now,
        language=page.language, service=service,
    )  # fmt: skip
    return render(
        request,
        "guest/start.html",
        page.context(
            groups=groups,
            services=services_of(page),
            service=service,
            form_name="guest:form",
            unnamed=UNCLASSIFIED,
            offers_unnamed=unnamed.accepted,
            sign_in_url=f"{reverse('account_login')}?next={reverse('portal:new', args=[slug])}",
        ),
    )
