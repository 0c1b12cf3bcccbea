"""A new ticket from the phone, a talk, the product or an official letter: who, what, the verdict at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_contact
from reglament.desk.channels.chat.actions import TALKS, log_talk
from reglament.desk.channels.incoming import Outcome
from reglament.desk.channels.letter.actions import log_letter
from reglament.desk.channels.logged import Log
from reglament.desk.channels.phone.actions import log_call
from reglament.desk.channels.product_ui.actions import log_request
from reglament.desk.decisions.forms import Form, form_for, known_of, split
from reglament.desk.decisions.queries import preview
from reglament.desk.decisions.words import explained, labels_of
from reglament.desk.faults import ActionRefused
from reglament.desk.people.clients import contacts_at
from reglament.desk.people.queries import ANONYMOUS, AUTHORISED, IDENTIFIED
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.new_request.forms import LETTER, PHONE, PRODUCT, DetailsForm, LogForm
from reglament.faces.workspace.pages import part, show
from reglament.regulation.model.words import UNCLASSIFIED

if TYPE_CHECKING:
    from django.http import QueryDict

    from reglament.desk.channels.incoming import Taken
    from reglament.desk.people.models import Contact
    from reglament.desk.regulations.models import Edition

CHANNELS = (PHONE, *TALKS, LETTER, PRODUCT)
"""The ways of which staff write down what came by them."""
FOUND_AT_MOST = 8
SHOWN = (
    "redirect",
    "not_covered",
    "offer",
    "missing",
    "obligation",
    "responsibility",
    "permission",
    "informal",
)
TAKEN: dict[Outcome, Promise] = {
    Outcome.CREATED: _("The ticket %s is registered. The regulation's verdict stands at its side."),
    Outcome.APPENDED: _("It was added to the ticket %s."),
    Outcome.NOTED: _("It was noted on the ticket %s."),
    Outcome.DUPLICATE: _("It was written down before, in %s."),
}


@staff_page
def new_ticket(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the form, or write down what was said."""
    channel = request.GET.get("channel", PHONE)
    if channel not in CHANNELS:
        channel = PHONE
    edition = edition_at(seat.desk, seat.now)
    data = typed(request)
    form = LogForm(seat, edition, channel, data)
    contact = _contact(request, seat, data)
    if request.method != "POST" or "check" in request.POST or "find" in request.POST:
        return _page(request, seat, edition, form, contact, data)
    asked = _asked(seat, edition, channel, contact, request.POST)
    details = DetailsForm(asked.fields, request.POST)
    taken = _take(form, details, contact, seat, channel) if details.is_valid() else None
    if taken is None:
        return _page(request, seat, edition, form, contact, data)
    if taken.conversation_id is not None:
        messages.warning(request, gettext("The regulation counts this as a talk: kept as a note, no ticket."))
        return HttpResponseRedirect(seat.address("talk", taken.conversation_id))
    number = taken.ticket_number or 0
    messages.success(request, TAKEN[taken.outcome] % f"{seat.desk.number_prefix}-{number}")
    return HttpResponseRedirect(seat.address("ticket", number))


def _take(
    form: LogForm, details: DetailsForm, contact: Contact | None, seat: Seat, channel: str
) -> Taken | None:
    fields, facts = split(details.said())

    def log(said: dict[str, Any]) -> Taken:
        what = Log(
            text=said["text"],
            received_at=said["received_at"],
            subject=said["subject"],
            contact=contact,
            name=said["name"] if contact is None else "",
            address=said["address"],
            phone=said["phone"],
            kind=said.get("kind") or None,
            service=said.get("service") or None,
            severity=said.get("severity") or None,
            fields=fields,
            facts=facts,
            ticket_number=said["ticket"],
            key=said["key"],
        )
        if channel == PHONE:
            told = bool(said.get("told_number"))
            return log_call(seat.member, what, now=seat.now, line=said.get("line", ""), told_number=told)
        if channel == LETTER:
            return log_letter(
                seat.member,
                what,
                found=form.found(),
                now=seat.now,
                reference=said["reference"],
                dated=said["dated"],
            )
        if channel == PRODUCT:
            return log_request(seat.member, what, now=seat.now)
        return log_talk(seat.member, what, now=seat.now, channel=channel)

    return form.attempt(log)


@staff_page
def find_people(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Give the people at clients that a search finds, to choose who is speaking."""
    words = request.GET.get("q", "").strip()
    return part(request, seat, "workspace/new/people.html", {"found": _found(seat, words), "words": words})


@staff_page
def show_verdict(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Say what the regulation would answer to what is filled in so far, and what it asks for that kind."""
    channel = request.GET.get("channel", PHONE)
    edition = edition_at(seat.desk, seat.now)
    contact = _contact(request, seat, request.GET)
    content = _verdict(seat, edition, channel if channel in CHANNELS else PHONE, contact, request.GET)
    return part(request, seat, "workspace/new/verdict.html", content)


def _page(
    request: HttpRequest,
    seat: Seat,
    edition: Edition,
    form: LogForm,
    contact: Contact | None,
    data: QueryDict | None,
) -> HttpResponse:
    labels = labels_of(compiled(edition), seat.language)
    words = data.get("q", "") if data is not None else request.GET.get("q", "")
    searched = data is not None and "find" in data
    if searched or (data is not None and "check" in data):
        # A step on the way is no fault of whoever fills the form in.
        form.errors.clear()
    content = {
        "form": form,
        "channel": form.channel,
        "channels": [(name, labels.channel(name)) for name in CHANNELS],
        "checks": [(form[f"found.{word}"], clause) for word, _label, clause in form.checks],
        "contact": contact,
        "words": words,
        "found": _found(seat, words),
        **_verdict(seat, edition, form.channel, contact, data),
    }
    return show(request, seat, "workspace/new/new.html", content)


def _found(seat: Seat, words: str) -> list[Contact]:
    return list(contacts_at(seat.desk, words)[:FOUND_AT_MOST]) if words.strip() else []


def _contact(request: HttpRequest, seat: Seat, data: QueryDict | None) -> Contact | None:
    chosen = number_in((data if data is not None else request.GET).get("contact", ""))
    if chosen is None:
        return None
    _member, contact = access_contact(request.user, seat.desk.slug, chosen)
    return contact


def _proof(
    seat: Seat, edition: Edition, channel: str, contact: Contact | None, data: QueryDict | None
) -> str:
    if channel == LETTER and data is not None:
        checks = LogForm(seat, edition, channel, None).checks
        if checks and all(data.get(f"found.{word}") for word, _label, _clause in checks):
            return AUTHORISED
    return IDENTIFIED if contact is not None else ANONYMOUS


def _asked(
    seat: Seat, edition: Edition, channel: str, contact: Contact | None, data: QueryDict | None
) -> Form:
    return form_for(
        edition,
        _kind(edition, data),
        channel=channel,
        authentication=_proof(seat, edition, channel, contact, data),
        at=seat.now,
        language=seat.language,
        facts=known_of(contact, edition, seat.now) if contact is not None else None,
    )


def _kind(edition: Edition, data: QueryDict | None) -> str:
    kind = data.get("kind", "") if data is not None else ""
    return kind if kind in compiled(edition).written.kinds else UNCLASSIFIED


def _verdict(
    seat: Seat, edition: Edition, channel: str, contact: Contact | None, data: QueryDict | None
) -> dict[str, Any]:
    asked = _asked(seat, edition, channel, contact, data)
    given = {name: data.get(name, "") for name in ("service", "severity")} if data is not None else {}
    details = DetailsForm(asked.fields, data)
    facts: dict[str, Any] = dict(known_of(contact, edition, seat.now)) if contact is not None else {}
    facts |= details.said() if details.is_valid() else {}
    facts |= _said_anyway(edition, data)
    try:
        seen = preview(
            edition,
            _kind(edition, data),
            channel=channel,
            authentication=_proof(seat, edition, channel, contact, data),
            at=seat.now,
            language=seat.language,
            facts=facts,
            **given,
        )
    except ActionRefused as refusal:
        return {"details": details, "refusal": refusal}
    said = explained(compiled(edition), seen.decision, "agent", seat.language)
    return {
        "details": details,
        "outcome": seen.decision.outcome,
        "sentences": [one for one in said if one["topic"] == "outcome" or one["topic"] in SHOWN],
    }


def _said_anyway(edition: Edition, data: QueryDict | None) -> dict[str, str]:
    """Give the fields that the form fills by its own parts: the subject, the words, who is speaking."""
    if data is None:
        return {}
    sender = data.get("address", "") or data.get("phone", "")
    parts = {"subject": data.get("subject", ""), "text": data.get("text", ""), "from": sender}
    fields = compiled(edition).written.fields
    return {
        f"fields.{name}": parts[field.from_letter]
        for name, field in fields.items()
        if field.from_letter is not None and parts.get(field.from_letter)
    }
