"""The ledger: which letters came and what became of each, and everything about one of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from reglament.desk.access import access_letter
from reglament.desk.channels.email.blocking import blocks_on
from reglament.desk.channels.email.deciding_by_hand import BRING_BACK, MAKE, MARK, RUN_AGAIN, verbs_for
from reglament.desk.channels.email.sanitise import sanitised
from reglament.desk.channels.queries import (
    STATES,
    grounds_in_words,
    history_of_letter,
    letter_counts,
    letters_found,
    mailboxes_of,
    raw_of,
    read_again,
)
from reglament.desk.channels.sources import holds_secret, open_source
from reglament.desk.people.roles import Right
from reglament.faces.common.letters import FILE_POLICY, framed
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.letters import words
from reglament.faces.workspace.letters.forms import FilterForm
from reglament.faces.workspace.pages import show
from reglament.faces.workspace.ticket.conversation import PROOFS
from reglament.faces.workspace.ticket.secrets import RevealForm

if TYPE_CHECKING:
    from reglament.desk.channels.email.letter import Letter
    from reglament.desk.channels.models import RawLetter

ROWS = 50
LONGEST_SOURCE = 200_000
"""Bytes of a source that a page shows; the whole of it can be downloaded."""
LONGEST_TEXT = 50_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@staff_page
def list_letters(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the letters that wait for a person, or those of another state, or all; narrowed down."""
    state = request.GET.get("state", "held")
    if state not in ("held", "", *STATES):
        raise Http404
    form = FilterForm(
        request.GET, mailboxes=mailboxes_of(seat.desk), prefix_of_tickets=seat.desk.number_prefix
    )
    found, following = letters_found(
        seat.desk, form.search(state), before=_place(request.GET.get("before", "")), most=ROWS
    )
    rows = [
        {"letter": one, "verbs": verbs_for(one, (RUN_AGAIN, MARK)), **words.state_of(one)} for one in found
    ]
    query = request.GET.copy()
    query.pop("before", None)
    content = {
        "rows": rows,
        "state": state,
        "states": _states(seat, state, query.copy()),
        "filter": form,
        "narrowed": form.narrows,
        "newest": f"?{query.urlencode()}" if "before" in request.GET else "",
        "older": f"?{_with(query, before=_said(following))}" if following is not None else "",
        "may_choose": any(row["verbs"] for row in rows),
        "may_block": seat.may(Right.BLOCK_SENDERS),
        "may_connect": seat.may(Right.CHANGE_DESK),
    }
    return show(request, seat, "workspace/letters/list.html", content)


@staff_page
def show_letter(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Show a letter: its state, what it says, who it is from, its source, and what people did with it.

    What a letter says that holds a secret is shown to whoever says why, this once.
    """
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    form = RevealForm(request.POST if request.method == "POST" else None) if holds_secret(row) else None
    raw = _raw(row) if form is None else None
    if form is not None and request.method == "POST":
        raw = form.attempt(lambda said: _opened(request, seat, row, said["reason"]))
        if raw is not None and "download" in request.POST:
            return _file(raw, f"letter-{row.pk}.eml")
    verbs = verbs_for(row)
    read = read_again(raw) if raw is not None else None
    content = {
        "letter": row,
        **words.state_of(row),
        "waits": row.state in ("hold", "stored"),
        "grounds": grounds_in_words(row.verdict),
        "proof": PROOFS.get(str(row.verdict.get("reason", "")), ""),
        "proven": bool(row.verdict.get("proven")),
        "nature": words.NATURES.get(str(row.verdict.get("nature", "")), ""),
        "scan": row.verdict.get("scan"),
        "by_hand": row.verdict.get("by_hand", ""),
        "form": form if raw is None else None,
        "sealed": form is not None,
        "read": read,
        "text": read.new_text[:LONGEST_TEXT] if read is not None else "",
        "folded": "\n\n".join(filter(None, (read.signature, read.quoted_text)))[:LONGEST_TEXT]
        if read
        else "",
        "dangerous": _dangerous(row),
        "source": raw[:LONGEST_SOURCE].decode("utf-8", "replace") if raw is not None else None,
        "cut": raw is not None and len(raw) > LONGEST_SOURCE,
        "verbs": {"run": RUN_AGAIN in verbs, "make": MAKE in verbs, "spam": MARK in verbs},
        "may_bring_back": BRING_BACK in verbs,
        "blocks": blocks_on(seat.desk, row.sender) if row.state == "spam" else [],
        "may_block": seat.may(Right.BLOCK_SENDERS),
        "history": [words.done_in_words(event) for event in history_of_letter(row)],
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
    return _file(raw, f"letter-{row.pk}.eml")


@staff_page
def show_letter_html(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Show the HTML of a letter in a frame that lets it do nothing and load nothing."""
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    return framed(sanitised(_read(row).html))


@staff_page
def give_letter_file(request: HttpRequest, seat: Seat, letter: int, place: int) -> HttpResponse:
    """Give a file of a letter to be kept; none of a letter that the virus scanner did not pass."""
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    files = _read(row).attachments
    if _dangerous(row) or place >= len(files):
        raise Http404
    return _file(files[place].content, files[place].name)


def _states(seat: Seat, chosen: str, query: Any) -> list[dict[str, Any]]:
    """Give the ways to the letters of each state, with how many there are."""
    counts = letter_counts(seat.desk)
    waiting = counts["hold"] + counts["stored"]
    ways = [("held", words.STATES["hold"], waiting), ("", gettext("All"), sum(counts.values()))]
    ways += [
        (name, words.STATES[name], counts[name])
        for name in words.STATES
        if name not in ("hold", "stored") and (counts[name] or name in (chosen, "spam"))
    ]
    return [
        {"name": name, "label": label, "count": count, "url": f"?{_with(query, state=name)}"}
        for name, label, count in ways
    ]


def _with(query: Any, **changes: str) -> str:
    changed = query.copy()
    for name, value in changes.items():
        changed[name] = value
    return str(changed.urlencode())


def _said(place: tuple[datetime, int]) -> str:
    return f"{(place[0] - _EPOCH) // _MICROSECOND}-{place[1]}"


def _place(said: str) -> tuple[datetime, int] | None:
    """Read where a page begins; nonsense is the beginning."""
    moment, _dash, number = said.partition("-")
    at, row = number_in(moment), number_in(number)
    if at is None or row is None:
        return None
    try:
        return _EPOCH + at * _MICROSECOND, row
    except OverflowError:
        return None


def _dangerous(letter: RawLetter) -> bool:
    """Say whether the virus scanner found something in a letter, or it is held since it could not look."""
    scan = letter.verdict.get("scan") or {}
    return scan.get("finding") == "infected" or letter.reason in ("infected", "unscanned")


def _read(letter: RawLetter) -> Letter:
    raw = _raw(letter) if not holds_secret(letter) else None
    if raw is None:
        raise Http404
    return read_again(raw)


def _opened(request: HttpRequest, seat: Seat, letter: RawLetter, reason: str) -> bytes | None:
    # Behind the operator's proxy the connection itself is always the proxy's.
    place = get_adapter(request).get_client_ip(request)
    try:
        return open_source(seat.member, letter, reason, at=seat.now, address=place)
    except OSError:
        return None


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _raw(letter: RawLetter) -> bytes | None:
    """Give the bytes of a letter; none where its file is not where it was stored."""
    try:
        return raw_of(letter)
    except OSError:
        return None
