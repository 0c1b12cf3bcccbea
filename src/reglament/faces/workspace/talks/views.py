"""The notes of talks, and making a request of one by a way that the regulation counts."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_conversation
from reglament.desk.channels.intake import turn_into_request
from reglament.desk.channels.logged import Log, incoming_of
from reglament.desk.decisions.queries import explanation
from reglament.desk.decisions.words import labels_of
from reglament.desk.faults import ActionRefused
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.queries import conversations_of
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.new_request.views import CHANNELS
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from reglament.desk.tickets.models import Conversation

ROWS = 50


@staff_page
def list_talks(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the notes of talks, newest first."""
    page = Paginator(conversations_of(seat.desk), ROWS).get_page(request.GET.get("page"))
    labels = seat.labels
    rows = [
        (talk, labels.channel(talk.channel) if labels is not None else talk.channel)
        for talk in page.object_list
    ]
    return show(request, seat, "workspace/talks/list.html", {"rows": rows, "page": page})


class RequestForm(WorkForm):
    """By which way the client now asks, and for what."""

    channel = forms.ChoiceField(label=_("By which way the client asks now"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What is asked for"), required=False)


@staff_page
def show_talk(request: HttpRequest, seat: Seat, talk: int) -> HttpResponse:
    """Show a note with the clause that makes it one, and how a request can be made of it."""
    _member, row = access_conversation(request.user, seat.desk.slug, talk)
    form = _form(request, seat, row)
    return _show(request, seat, row, form)


@staff_page
def make_request(request: HttpRequest, seat: Seat, talk: int) -> HttpResponse:
    """Make a request of a note: the client now asks by a way that the regulation counts."""
    _member, row = access_conversation(request.user, seat.desk.slug, talk)
    form = _form(request, seat, row)
    if request.method != "POST" or form is None:
        return HttpResponseRedirect(seat.address("talk", row.pk))

    def make(said: dict[str, Any]) -> int:
        log = Log(
            text=row.text,
            received_at=seat.now,
            subject=row.subject,
            contact=row.contact,
            name=row.name if row.contact is None else "",
            phone=row.address if row.contact is None and "@" not in row.address else "",
            address=row.address if "@" in row.address else "",
            kind=said["kind"] or None,
        )
        taken = turn_into_request(row, incoming_of(seat.member, said["channel"], log, seat.now), seat.now)
        if taken.ticket_number is None:
            raise ActionRefused(_("The regulation counts that way as a talk too."), field="channel")
        return taken.ticket_number

    number = form.attempt(make)
    if number is None:
        return _show(request, seat, row, form, status=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(seat.address("ticket", number))


def _form(request: HttpRequest, seat: Seat, row: Conversation) -> RequestForm | None:
    """Give the form, or none where staff can write down no way that the regulation counts."""
    labels = labels_of(compiled(row.edition), seat.language)
    ways = [name for name in row.decision.decision["redirect_to"] if name in CHANNELS]
    if not ways or row.ticket is not None:
        return None
    form = RequestForm(typed(request))
    kinds = [(name, labels.kind(name)) for name in labels.edition.kinds]
    form.fields["channel"].choices = [(name, labels.channel(name)) for name in ways]  # type: ignore[attr-defined]
    form.fields["channel"].initial = ways[0]
    form.fields["kind"].choices = kinds  # type: ignore[attr-defined]
    form.fields["kind"].initial = row.decision.facts["request"]["kind"]
    return form


def _show(
    request: HttpRequest,
    seat: Seat,
    row: Conversation,
    form: RequestForm | None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    labels = labels_of(compiled(row.edition), seat.language)
    said = explanation(row.decision, "agent", seat.language)
    ways = row.decision.decision["redirect_to"]
    content = {
        "talk": row,
        "channel": labels.channel(row.channel),
        "sentences": [one for one in said if one["topic"] in ("outcome", "informal", "redirect")],
        "ways": ", ".join(labels.channel(name) for name in ways),
        "form": form,
    }
    return show(request, seat, "workspace/talks/talk.html", content, status=status)
