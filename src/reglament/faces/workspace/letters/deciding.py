"""What a person does with a letter: by one press, or by a small form; with one letter or with many."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_letter
from reglament.desk.channels.email import deciding_by_hand as by_hand
from reglament.desk.channels.email.blocking import block_sender
from reglament.desk.channels.email.receiving import read_stored
from reglament.desk.channels.queries import letters_numbered, reason_in_words
from reglament.desk.faults import ActionRefused
from reglament.desk.people.roles import Right
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.letters.forms import MakeMessageForm, MakeTicketForm, SpamForm
from reglament.faces.workspace.letters.words import STATES
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from reglament.desk.channels.email.receiving import Verdict
    from reglament.desk.channels.models import RawLetter
    from reglament.faces.workspace.forms import WorkForm

MOST_CHOSEN = 50
"""Letters that are decided about at once."""
READING_FOR = 8.0
"""Seconds that a page waits for letters to be read; the workers read the others within a minute."""


@staff_page
def run(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Run a letter again."""
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    if request.method == "POST":
        _tell(request, seat, by_hand.run_again(seat.member, row, at=seat.now))
    return HttpResponseRedirect(seat.address("letter", row.pk))


@staff_page
def bring_letter_back(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Bring a letter back from the spam."""
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    if request.method == "POST":
        _tell(request, seat, by_hand.bring_back(seat.member, row, at=seat.now))
    return HttpResponseRedirect(seat.address("letter", row.pk))


@staff_page
def make_letter_ticket(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Make a ticket of a letter."""
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    _demand(row, by_hand.MAKE)
    form = MakeTicketForm(typed(request), initial={"sender": row.sender.partition(",")[0]})
    if request.method == "POST":
        verdict = form.attempt(lambda said: by_hand.make_ticket(seat.member, row, at=seat.now, **said))
        if verdict is not None:
            return _on(request, seat, row, verdict)
    return _form(request, seat, row, form, _("Make it a ticket"), _EXPLAINED)


@staff_page
def make_letter_message(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Make a letter a message of a ticket."""
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    _demand(row, by_hand.MAKE)
    form = MakeMessageForm(
        typed(request),
        initial={"sender": row.sender.partition(",")[0]},
        prefix_of_tickets=seat.desk.number_prefix,
    )

    def make(said: dict[str, Any]) -> Verdict:
        joins = said.pop("joins") == "yes"
        return by_hand.make_message(seat.member, row, joins=joins, at=seat.now, **said)

    if request.method == "POST":
        verdict = form.attempt(make)
        if verdict is not None:
            return _on(request, seat, row, verdict)
    return _form(request, seat, row, form, _("Make it a message of a ticket"), _EXPLAINED)


@staff_page
def mark_letter_spam(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Mark a letter as spam, and block its sender where that is chosen."""
    _member, row = access_letter(request.user, seat.desk.slug, letter)
    _demand(row, by_hand.MARK)
    form = SpamForm(typed(request), sender=row.sender, may_block=seat.may(Right.BLOCK_SENDERS))

    def mark(said: dict[str, Any]) -> bool:
        if said.get("block"):
            _block(seat, said["block"], said["reason"])
        by_hand.mark_spam(seat.member, row, at=seat.now, reason=said["reason"])
        return True

    if request.method == "POST" and form.attempt(mark):
        messages.success(request, gettext("Marked as spam. Nobody was told, and it can be brought back."))
        return HttpResponseRedirect(seat.address("letters"))
    explained = (
        _("The ticket that it opened is closed with it, without a word to anybody; nothing is owed for it.")
        if row.ticket is not None
        else _("Nothing is sent and nothing is owed for it. It stays in the ledger, and can be brought back.")
    )
    return _form(request, seat, row, form, _("Mark as spam"), explained, danger=True)


@staff_page
def do_with_chosen(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Run the chosen letters again, or mark them as spam; those with which it cannot be done stay."""
    back = HttpResponseRedirect(_back(request, seat))
    if request.method != "POST":
        return back
    numbers = [number for said in request.POST.getlist("letter") if (number := number_in(said)) is not None]
    rows = list(letters_numbered(seat.desk, numbers[:MOST_CHOSEN]))
    if not rows:
        messages.warning(request, gettext("No letter was chosen."))
        return back
    act = by_hand.mark_spam if request.POST.get("verb") == "spam" else by_hand.queue_again
    done: list[int] = []
    refusals: list[str] = []
    for row in rows:
        try:
            act(seat.member, row, at=seat.now)
            done.append(row.pk)
        except ActionRefused as refusal:
            refusals.append(str(refusal))
    if done and act is by_hand.mark_spam:
        said = ngettext(
            "%(count)d letter was marked as spam.", "%(count)d letters were marked as spam.", len(done)
        )
        messages.success(request, said % {"count": len(done)})
    elif done:
        _read_some(request, seat, done)
    if refusals:
        said = ngettext(
            "%(count)d letter stayed as it was: %(why)s",
            "%(count)d letters stayed as they were: %(why)s",
            len(refusals),
        )
        messages.warning(request, said % {"count": len(refusals), "why": " ".join(dict.fromkeys(refusals))})
    return back


def _read_some(request: HttpRequest, seat: Seat, numbers: list[int]) -> None:
    until = time.monotonic() + READING_FOR
    read = 0
    for number in numbers:
        if time.monotonic() > until:
            break
        read_stored(number, seat.now)
        read += 1
    said = ngettext("%(count)d letter was run again.", "%(count)d letters were run again.", read)
    messages.success(request, said % {"count": read})
    if left := len(numbers) - read:
        said = ngettext(
            "%(count)d more is read within a minute.", "%(count)d more are read within a minute.", left
        )
        messages.info(request, said % {"count": left})


_EXPLAINED = _(
    "The letter keeps its own moment of receipt: deadlines count from then. What was made of it before is"
    " not made a second time."
)


def _block(seat: Seat, sender: str, reason: str) -> None:
    try:
        block_sender(seat.member, seat.desk, sender, reason=reason, at=seat.now)
    except ActionRefused as refusal:
        # The form has no field for the sender: the choice is what was wrong.
        raise ActionRefused(refusal.words, field="block") from refusal


def _demand(letter: RawLetter, verb: str) -> None:
    obstacle = by_hand.why_not(letter, verb)
    if obstacle is not None:
        raise ActionRefused(obstacle)


def _on(request: HttpRequest, seat: Seat, letter: RawLetter, verdict: Verdict) -> HttpResponse:
    """Go on to the ticket that a letter is part of now, or back to the letter."""
    _tell(request, seat, verdict)
    if verdict.ticket_number is not None and verdict.action != "hold":
        return HttpResponseRedirect(seat.address("ticket", verdict.ticket_number))
    return HttpResponseRedirect(seat.address("letter", letter.pk))


def _tell(request: HttpRequest, seat: Seat, verdict: Verdict) -> None:
    number = f"{seat.desk.number_prefix}-{verdict.ticket_number}" if verdict.ticket_number is not None else ""
    state: Promise = STATES[verdict.action]
    said = " · ".join(filter(None, (str(state), number, reason_in_words(verdict.reason))))
    tell = messages.warning if verdict.action in ("hold", "spam") else messages.success
    tell(request, said)


def _back(request: HttpRequest, seat: Seat) -> str:
    query = request.POST.get("query", "")
    return f"{seat.address('letters')}?{query}" if query and len(query) < 2000 else seat.address("letters")


def _form(
    request: HttpRequest,
    seat: Seat,
    letter: RawLetter,
    form: WorkForm,
    verb: Promise,
    explanation: Promise,
    *,
    danger: bool = False,
) -> HttpResponse:
    back = seat.address("letter", letter.pk)
    content = {
        "form": form,
        "title": verb,
        "verb": verb,
        "explanation": explanation,
        "danger": danger,
        "back": back,
        "trail": [
            (gettext("Letters"), seat.address("letters")),
            (letter.subject[:60] or gettext("A letter as it came"), back),
        ],
    }
    return show(request, seat, "workspace/form.html", content)
