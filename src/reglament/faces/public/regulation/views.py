"""The published regulation: the edition in force, every dated edition, each clause, and the PDF."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from reglament import __version__
from reglament.desk.faults import NotThere
from reglament.desk.regulations.queries import compiled, edition_dated, editions_of, in_force_since
from reglament.faces.public.desk_page import DeskPage, open_page, regulation_url
from reglament.regulation.rendering import build_document
from reglament.regulation.rendering.pdf import as_pdf

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Edition

LANGUAGES = ("ru", "en")
KEPT_FOR = timedelta(days=30)


def in_force(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the edition that is in force now."""
    page = open_page(request, slug)
    return _shown(page, page.edition)


def edition(request: HttpRequest, slug: str, date: str) -> HttpResponse:
    """Show the edition of a date, also one that is past or announced."""
    page = open_page(request, slug)
    return _shown(page, edition_dated(page.desk, date))


def clause(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Lead to a clause of the edition in force by its number, whatever the case of its letters."""
    page = open_page(request, slug)
    for said in page.rules.written.clauses:
        if said.id.lower() == name.lower():
            return HttpResponseRedirect(f"{reverse('public:regulation', args=[slug])}#{said.id}")
    raise NotThere


def pdf(request: HttpRequest, slug: str, date: str, language: str) -> HttpResponse:
    """Give an edition as PDF in one of the two languages."""
    page = open_page(request, slug)
    found = edition_dated(page.desk, date)
    return HttpResponse(
        _pdf(found, language),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{found.regulation}-{date}-{language}.pdf"',
            "Cache-Control": "public, max-age=86400",
        },
    )


def _pdf(row: Edition, language: str) -> bytes:
    # An installed edition never changes, and laying a document out takes a second of a processor.
    key = f"regulation:{__version__}:{row.digest}:{row.in_force_from.isoformat()}:{language}"
    laid_out: bytes | None = cache.get(key)
    if laid_out is None:
        laid_out = as_pdf(build_document(compiled(row).written, language))
        cache.set(key, laid_out, timeout=KEPT_FOR.total_seconds())
    return laid_out


def _shown(page: DeskPage, row: Edition) -> HttpResponse:
    asked = page.request.GET.get("language", "")
    language = asked if asked in LANGUAGES else page.language
    with translation.override(language):
        return render(page.request, "public/regulation.html", _context(page, row, language))


def _context(page: DeskPage, row: Edition, language: str) -> dict[str, Any]:
    editions = list(editions_of(page.desk))
    ends = {one.pk: after.in_force_from for one, after in pairwise(editions)}
    return page.context(
        document=build_document(compiled(row).written, language),
        shown=row,
        # The chips of this page lead to clauses of the edition that it shows.
        regulation_url=regulation_url(row),
        editions=[
            {
                "row": one,
                "url": regulation_url(one),
                "begins": in_force_since(one),
                "ends": ends.get(one.pk),
                "state": _state(one, page),
            }
            for one in reversed(editions)
        ],
        state=_state(row, page),
        zone_name=compiled(row).written.timezone,
        other_language="en" if language == "ru" else "ru",
    )


def _state(row: Edition, page: DeskPage) -> str:
    if row.pk == page.edition.pk:
        return "in_force"
    return "announced" if in_force_since(row) > page.now else "past"
