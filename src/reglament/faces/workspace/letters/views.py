"""The list of raw letters and the source of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_letter
from reglament.desk.channels.queries import STATES, grounds_in_words, letters_at, raw_of, reason_in_words
from reglament.desk.channels.sources import holds_secret, open_source
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.pages import show
from reglament.faces.workspace.ticket.secrets import RevealForm

if TYPE_CHECKING:
    from reglament.desk.channels.models import RawLetter

ROWS = 50
LONGEST_SOURCE = 200_000
"""Bytes of a source that a page shows; the whole of it can be downloaded."""
WORDS = {
    "held": _("Held"),
    "stored": _("To be read"),
    "create": _("Made a ticket"),
    "append": _("Joined a ticket"),
    "record_only": _("Noted on a ticket"),
    "ignore": _("Ignored"),
    "bounce": _("Came back"),
    "complaint": _("Complaint"),
    "loop": _("Loop"),
    "spam": _("Spam"),
    "duplicate": _("Duplicate"),
    "oversize": _("Too large"),
    "hold": _("Held"),
    "reject": _("Refused"),
}
TONES = {
    "hold": "soon",
    "stored": "info",
    "create": "ok",
    "append": "ok",
    "reject": "late",
    "oversize": "soon",
}


@staff_page
def list_letters(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the letters that wait for a person, or those of another state, or all."""
    state = request.GET.get("state", "held")
    if state not in ("held", "", *STATES):
        raise Http404
    page = Paginator(letters_at(seat.desk, state=state), ROWS).get_page(request.GET.get("page"))
    rows = [
        {
            "letter": letter,
            "state": WORDS[letter.state],
            "tone": TONES.get(letter.state, ""),
            "reason": reason_in_words(letter.reason),
        }
        for letter in page.object_list
    ]
    states = [("held", WORDS["held"]), ("", _("All"))]
    states += [(name, WORDS[name]) for name in STATES if name not in ("hold", "stored")]
    content = {"rows": rows, "page": page, "state": state, "states": states}
    return show(request, seat, "workspace/letters/list.html", content)


@staff_page
def show_letter(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Show the source of a letter as text, and what was found of its sender.

    A source that holds a secret is shown to whoever says why, this once.
    """
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    form = RevealForm(request.POST if request.method == "POST" else None) if holds_secret(row) else None
    raw = _raw(row) if form is None else None
    if form is not None and request.method == "POST":
        raw = form.attempt(lambda said: _opened(request, seat, row, said["reason"]))
        if raw is not None and "download" in request.POST:
            return _file(row, raw)
    content = {
        "form": form if raw is None else None,
        "sealed": form is not None,
        "letter": row,
        "state": WORDS[row.state],
        "tone": TONES.get(row.state, ""),
        "reason": reason_in_words(row.reason),
        "grounds": grounds_in_words(row.verdict),
        "source": raw[:LONGEST_SOURCE].decode("utf-8", "replace") if raw is not None else None,
        "cut": raw is not None and len(raw) > LONGEST_SOURCE,
    }
    return show(request, seat, "workspace/letters/letter.html", content)


@staff_page
def download_letter(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Give the bytes of a letter, as a file that no browser opens by itself."""
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    if holds_secret(row):
        return HttpResponseRedirect(seat.address("letter", row.pk))
    raw = _raw(row)
    if raw is None:
        raise Http404
    return _file(row, raw)


def _file(row: RawLetter, raw: bytes) -> HttpResponse:
    answer = HttpResponse(raw, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="letter-{row.pk}.eml"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _opened(request: HttpRequest, seat: Seat, letter: RawLetter, reason: str) -> bytes | None:
    # Behind the operator's proxy the connection itself is always the proxy's.
    place = get_adapter(request).get_client_ip(request)
    try:
        return open_source(seat.member, letter, reason, at=seat.now, address=place)
    except OSError:
        return None


def _raw(letter: RawLetter) -> bytes | None:
    """Give the bytes of a letter; none where its file is not where it was stored."""
    try:
        return raw_of(letter)
    except OSError:
        return None
