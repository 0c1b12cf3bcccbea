"""Doing one act on a ticket: its form, on a page of its own or in the open page, and the act itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from reglament.desk.access import staff_ticket
from reglament.desk.decisions.queries import grounds_in_words
from reglament.desk.decisions.words import labels_of
from reglament.desk.faults import ActionRefused
from reglament.desk.people.clients import contacts_at
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.actions import refusal_words
from reglament.desk.tickets.possible import Possible, possible_actions
from reglament.desk.tickets.queries import requests_of
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import part, show
from reglament.faces.workspace.ticket.act_forms import ContactForm, RefusalForm, Target
from reglament.faces.workspace.ticket.acts import Act
from reglament.faces.workspace.ticket.page import heading
from reglament.faces.workspace.ticket.people import BESIDE, EVERY_ACT

if TYPE_CHECKING:
    from reglament.desk.access import TicketAccess
    from reglament.desk.people.models import Contact

FOUND_AT_MOST = 8


@staff_page
def act(request: HttpRequest, seat: Seat, number: int, name: str) -> HttpResponse:
    """Show the form of an act, or do it."""
    definition = EVERY_ACT.get(name)
    if definition is None:
        raise Http404
    access = staff_ticket(seat.member, number)
    target = _target(request, seat, access, name)
    back = HttpResponseRedirect(seat.address("ticket", number))
    wanted = definition.form_for(target.possible)
    if wanted is None:
        if request.method == "POST":
            definition.run(target, None)
            _tell(request, definition)
        return back
    if request.method != "POST" and target.possible.obstacle is not None:
        raise target.possible.obstacle.refuse()
    form = wanted(target, typed(request))
    if "find" in request.POST:
        # Looking for somebody is a step on the way, and no fault of the form.
        form = wanted(target, None)
    elif request.method == "POST":
        if _done(form, definition, target):
            _tell(request, definition)
            return back
        return _show(request, seat, target, definition, form, status=HTTPStatus.CONFLICT)
    return _show(request, seat, target, definition, form)


def _done(form: WorkForm, definition: Act, target: Target) -> bool:
    """Do the act with a form; False where the form or the act stands in the way."""
    if not form.is_valid():
        return False
    try:
        definition.run(target, form)
    except ActionRefused as refusal:
        form.refuse(refusal)
        return False
    return True


def _tell(request: HttpRequest, definition: Act) -> None:
    if definition.done:
        messages.success(request, str(definition.done))


def _target(request: HttpRequest, seat: Seat, access: TicketAccess, name: str) -> Target:
    position = request.GET.get("request", "")
    requests = requests_of(access.ticket)
    labels = labels_of(compiled(requests[0].edition), seat.language)
    if name in BESIDE:
        return Target(seat, access, Possible(name), labels, request.GET)
    for one in possible_actions(access.ticket, seat.member):
        if one.action == name and (one.request is None or str(one.request.position) == position):
            return Target(seat, access, one, labels, request.GET)
    raise Http404


def _show(
    request: HttpRequest,
    seat: Seat,
    target: Target,
    definition: Act,
    form: WorkForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    several = len(requests_of(target.ticket)) > 1
    content: dict[str, Any] = {
        "form": form,
        "verb": definition.label_for(target.possible, target.labels),
        "explanation": definition.explanation,
        "danger": definition.danger,
        "template": definition.template,
        "action": request.get_full_path(),
        "about": target.labels.kind(target.possible.request.kind)
        if several and target.possible.request is not None
        else "",
        **heading(seat, target.access),
    }
    if definition.form is RefusalForm:
        content["previews"] = _previews(target)
    if definition.form is ContactForm:
        content |= {"words": request.POST.get("q", ""), "found": _found(seat, request.POST.get("q", ""))}
    if request.headers.get("HX-Request"):
        return part(request, seat, definition.template, content)
    return show(request, seat, "workspace/ticket/act.html", content, status=status)


def _found(seat: Seat, words: str) -> list[Contact]:
    return list(contacts_at(seat.desk, words)[:FOUND_AT_MOST]) if words.strip() else []


def _previews(target: Target) -> list[dict[str, str]]:
    """Give, for each ground that holds, the words that the client will read."""
    return [
        {**one, "words": refusal_words(target.request, one["ground"], one["clause"], "")}
        for one in grounds_in_words(target.request, target.seat.language)
    ]
