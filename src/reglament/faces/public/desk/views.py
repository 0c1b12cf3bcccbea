"""The front page of a desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reglament.desk.decisions.hours import hours_now
from reglament.desk.regulations.queries import outage_at
from reglament.faces.public.desk.promises import promises_of
from reglament.faces.public.desk.ways import ways_to
from reglament.faces.public.desk_page import open_page


def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how to reach a desk, whether it is open, and what it promises."""
    page = open_page(request, slug)
    written, language = page.rules.written, page.language
    departments = [
        {
            "title": department.title.in_language(language),
            "purpose": department.purpose.in_language(language) if department.purpose else "",
            "phone": department.phone,
            "email": department.email,
        }
        for department in written.departments.values()
        if department.purpose or department.phone or department.email
    ]
    return render(
        request,
        "public/desk.html",
        page.context(
            title=written.title.in_language(language),
            preamble=written.preamble.in_language(language) if written.preamble else "",
            hours=hours_now(page.rules, page.now, language),
            ways=ways_to(page),
            departments=departments if len(departments) > 1 else [],
            promises=promises_of(page.rules, language),
            outage=outage_at(page.desk, page.now),
            takes_guest_form=page.takes_guest_form,
            takes_portal=page.takes_portal,
        ),
    )
