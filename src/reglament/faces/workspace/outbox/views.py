"""The outbox of a desk: the letters that a person has to look at first, and each as it is received."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_outgoing_letter, access_undeliverable, membership
from reglament.desk.links import without_secrets
from reglament.desk.notices import actions
from reglament.desk.notices.deliverability import undeliverable, works_again
from reglament.desk.notices.queries import STATES, letters_by_state, outbox_of
from reglament.desk.people.roles import Right
from reglament.faces.common.letters import FRAME_POLICY
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.outbox.words import DELIVERY, TONES, answer_in_words
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from reglament.desk.notices.models import OutgoingLetter

ROWS = 50
FRAME_HEADERS = {
    "Content-Security-Policy": FRAME_POLICY,
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}


class ReasonForm(WorkForm):
    """Why somebody decides so about a letter."""

    reason = forms.CharField(label=_("Why"), max_length=500)


@dataclass(frozen=True)
class Decision:
    """What a person may decide about a letter."""

    verb: Promise
    explanation: Promise
    done: Promise
    states: tuple[str, ...]
    """In which states of a letter it is offered."""
    act: Callable[..., None]


DECISIONS: dict[str, Decision] = {
    "again": Decision(
        _("Send again"),
        _("The letter goes into the queue once more. If it did arrive before, the client has it twice."),
        _("The letter is in the queue again."),
        ("refused", "unknown", "held", "bounced", "given_up"),
        actions.send_again,
    ),
    "arrived": Decision(
        _("It did arrive"),
        _("Say so only if you know it: from the server's log, or from the client. What the letter fulfils"
          " is then met at the moment of the attempt."),
        _("Written down: the letter was handed over."),
        ("unknown",),
        actions.did_arrive,
    ),
    "give-up": Decision(
        _("Give up"),
        _("The letter stays where it is and is not sent. What it was to fulfil stays owed."),
        _("The letter is given up."),
        ("refused", "unknown", "held", "bounced", "queued"),
        actions.give_up,
    ),
}  # fmt: skip


@staff_page
def list_letters(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the letters that wait for a person, or those of another state, or all."""
    membership(request.user, seat.desk.slug, Right.READ_LETTERS)
    words = request.GET.get("q", "").strip()
    # Whoever looks for an address or a ticket means all of its letters.
    state = request.GET.get("state", "" if words else "dead")
    if state not in ("dead", "", *STATES):
        raise Http404
    page = Paginator(outbox_of(seat.desk, state=state, words=words), ROWS).get_page(request.GET.get("page"))
    counts = letters_by_state(seat.desk)
    content = {
        "rows": [(letter, *_said(letter)) for letter in page.object_list],
        "page": page,
        "state": state,
        "words": words,
        "states": [
            ("dead", _("Wait for a person")),
            ("", _("All")),
            *((one, DELIVERY[one]) for one in STATES),
        ],
        "counts": [
            (one, DELIVERY[one], counts[one], TONES.get(one, "")) for one in STATES if counts.get(one)
        ],
        "may_change_words": seat.may(Right.CHANGE_TEMPLATES),
        "may_change_desk": seat.may(Right.CHANGE_DESK),
    }
    return show(request, seat, "workspace/outbox/list.html", content)


@staff_page
def show_letter(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Show a letter as its receiver sees it, and how far it got."""
    _member, row = access_outgoing_letter(request.user, seat.desk.slug, letter)
    state, tone, answer = _said(row)
    content: dict[str, Any] = {
        "letter": row,
        "state": state,
        "tone": tone,
        "answer": answer,
        "text": without_secrets(row.text),
        "masked": without_secrets(row.text) != row.text,
        "unreachable": undeliverable(seat.desk, [row.recipient]),
        "decisions": [
            (name, one.verb)
            for name, one in DECISIONS.items()
            if row.state in one.states and seat.may(Right.WORK_TICKETS)
        ],
    }
    return show(request, seat, "workspace/outbox/letter.html", content)


@staff_page
def show_html(request: HttpRequest, seat: Seat, letter: int) -> HttpResponse:
    """Show the HTML of a letter in a frame that lets it do nothing."""
    _member, row = access_outgoing_letter(request.user, seat.desk.slug, letter)
    if not row.html:
        raise Http404
    return HttpResponse(without_secrets(row.html), headers=FRAME_HEADERS)


@staff_page
def decide(request: HttpRequest, seat: Seat, letter: int, what: str) -> HttpResponse:
    """Decide about a letter that did not simply leave, with a reason."""
    _member, row = access_outgoing_letter(request.user, seat.desk.slug, letter)
    decision = DECISIONS.get(what)
    if decision is None:
        raise Http404
    form = ReasonForm(typed(request))

    def act(said: dict[str, Any]) -> bool:
        decision.act(seat.member, row, at=seat.now, **said)
        return True

    if request.method == "POST" and form.attempt(act):
        messages.success(request, str(decision.done))
        return HttpResponseRedirect(seat.address("sent_letter", row.pk))
    content = {
        "form": form,
        "title": decision.verb,
        "verb": decision.verb,
        "explanation": decision.explanation,
        "back": seat.address("sent_letter", row.pk),
        "trail": [
            (gettext("Outbox"), seat.address("outbox")),
            (row.subject, seat.address("sent_letter", row.pk)),
        ],
    }
    return show(request, seat, "workspace/form.html", content)


@staff_page
def address_works(request: HttpRequest, seat: Seat, address: int) -> HttpResponse:
    """Take the mark off an address from which letters came back."""
    _member, row = access_undeliverable(request.user, seat.desk.slug, address)
    back = request.POST.get("back", "")
    # Only to pages of this very workspace.
    back = back if back.startswith(seat.address("home")) else seat.address("outbox")
    if request.method == "POST":
        works_again(seat.member, row, at=seat.now)
        messages.success(request, gettext("Letters go to %s again.") % row.address)
    return HttpResponseRedirect(back)


def _said(letter: OutgoingLetter) -> tuple[Promise | str, str, str]:
    return DELIVERY.get(letter.state, letter.state), TONES.get(letter.state, ""), answer_in_words(letter)
