"""The first page of an installation: its desks."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reglament import clock
from reglament.desk.access import contacts, memberships
from reglament.desk.decisions.hours import hours_now
from reglament.desk.faults import ActionRefused
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.desk.regulations.queries import desks as open_desks
from reglament.faces.account.reader import read_in_zone
from reglament.faces.public.language import page_language


def desks(request: HttpRequest) -> HttpResponse:
    """List the desks: those where the reader belongs first, each with its hours."""
    now, language = clock.now(), page_language()
    work = {member.desk_id for member in memberships(request.user)}
    mine = {contact.desk_id for contact in contacts(request.user)}
    rows: list[dict[str, Any]] = []
    for desk in open_desks():
        try:
            rules = compiled(edition_at(desk, now))
        except ActionRefused:
            # No edition is in force yet: there is nothing to come for.
            continue
        rows.append(
            {
                "desk": desk,
                "title": rules.written.title.in_language(language),
                "hours": hours_now(rules, now, language),
                "works": desk.pk in work,
                "client": desk.pk in mine,
            }
        )
    if rows and not request.user.is_authenticated:
        read_in_zone(rows[0]["desk"].zone)
    rows.sort(key=lambda row: not (row["works"] or row["client"]))
    return render(request, "public/desks.html", {"rows": rows})
