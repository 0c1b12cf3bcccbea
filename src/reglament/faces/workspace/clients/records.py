"""The forms for what a client holds: written down, corrected, ended, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_organisation
from reglament.desk.decisions.validity import last_day_proposed
from reglament.desk.people import records as actions
from reglament.desk.people.queries import history_of
from reglament.desk.people.roles import Right
from reglament.faces.common.dates import DAYS
from reglament.faces.workspace.clients.holdings import (
    beginning_of,
    choices,
    declared,
    end_of,
    fact_in_words,
    held_in_words,
    today,
    value_in_words,
)
from reglament.faces.workspace.clients.organisations import way_back
from reglament.faces.workspace.door import Seat, demanding, staff_page
from reglament.faces.workspace.forms import WorkForm, date_field
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from reglament.desk.people.models import Organisation, Record
    from reglament.regulation.model.program import Fact

FLAG = ("True", "False")


class FactForm(WorkForm):
    """Which fact is to be written down."""

    fact = forms.ChoiceField(label=_("What to write down"))

    def __init__(self, seat: Seat, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"].choices = choices(seat)  # type: ignore[attr-defined]


class RecordForm(WorkForm):
    """A value with the days on which it holds."""

    valid_from = date_field(_("Holds from"))
    valid_until = date_field(
        _("Holds through"), required=False, help_text=_("The last day; empty: without an end.")
    )
    reason = forms.CharField(label=_("Reason or document"), required=False, max_length=500)

    def __init__(self, seat: Seat, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seat = seat
        value = _value_field(seat, name, declared(seat).get(name))
        self.fields = {"value": value, **self.fields}

    def said(self) -> dict[str, Any]:
        """Give what was filled in, as the verbs take it."""
        return {
            "value": self.cleaned_data["value"],
            "valid_from": beginning_of(self.seat, self.cleaned_data["valid_from"]),
            "valid_until": end_of(self.seat, self.cleaned_data["valid_until"]),
            "reason": self.cleaned_data["reason"],
        }


def _value_field(seat: Seat, name: str, fact: Fact | None) -> forms.Field:
    label = fact_in_words(seat, name)
    label = label[:1].upper() + label[1:]
    if fact is not None and fact.type == "flag":
        words = [(value, value_in_words(seat, name, value == "True")) for value in FLAG]
        return forms.TypedChoiceField(label=label, choices=words, coerce=lambda value: value == "True")
    if fact is not None and fact.type == "choice":
        return forms.ChoiceField(
            label=label, choices=[(value, value_in_words(seat, name, value)) for value in fact.values]
        )
    if fact is not None and fact.type == "number":
        return forms.IntegerField(label=label, min_value=0, max_value=1_000_000)
    if fact is not None and fact.type == "date":
        return _DayField(
            label=label, validators=DAYS, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        )
    return forms.CharField(label=label, max_length=300)


class _DayField(forms.DateField):
    """A date that is kept as text, as the regulation compares it."""

    def clean(self, value: Any) -> Any:
        return super().clean(value).isoformat()


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def add_record(request: HttpRequest, seat: Seat, organisation: int) -> HttpResponse:
    """Write down what a client holds: first which fact, then its value."""
    _member, client = access_organisation(request.user, seat.desk.slug, organisation)
    name = request.GET.get("fact", "")
    if name not in dict(choices(seat)):
        content = {"form": FactForm(seat), "client": client, **way_back(seat, client)}
        return show(request, seat, "workspace/clients/which_fact.html", content)
    initial = {"valid_from": today(seat), "value": last_day_proposed(client, name, seat.now)}
    form = RecordForm(seat, name, typed(request), initial=initial)
    if request.method == "POST":
        done = form.attempt(
            lambda _said: actions.add_record(
                seat.member, client, name, declared=declared(seat), at=seat.now, **form.said()
            )
        )
        if done is not None:
            return _recorded(request, seat, client)
    title = _("Add a record: %s") % fact_in_words(seat, name)
    return _form(request, seat, client, form, title, _("Add a record"))


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def correct_record(request: HttpRequest, seat: Seat, organisation: int, record: int) -> HttpResponse:
    """Say what a record should have said."""
    client, row = _record(request, seat, organisation, record)
    holding = held_in_words(seat, [row])[0]
    initial = {"value": row.value, "valid_from": holding.since, "valid_until": holding.until}
    form = RecordForm(seat, row.fact, typed(request), initial=initial)
    form.fields["reason"].required = True
    if request.method == "POST":
        done = form.attempt(
            lambda _said: actions.correct_record(
                seat.member, row, declared=declared(seat), at=seat.now, **form.said()
            )
        )
        if done is not None:
            return _recorded(request, seat, client)
    why = _("For what was wrong from the beginning. The wrong record stays in the history.")
    return _form(request, seat, client, form, _("Correct: %s") % holding.name, _("Correct"), why)


class EndForm(WorkForm):
    """Until when something holds."""

    until = date_field(_("Holds through"), help_text=_("The last day."))
    reason = forms.CharField(label=_("Reason or document"), required=False, max_length=500)


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def end_record(request: HttpRequest, seat: Seat, organisation: int, record: int) -> HttpResponse:
    """Say until when something holds."""
    client, row = _record(request, seat, organisation, record)
    form = EndForm(typed(request), initial={"until": today(seat)})
    if request.method == "POST":
        done = form.attempt(
            lambda said: actions.end_record(
                seat.member,
                row,
                until=end_of(seat, said["until"]) or seat.now,
                reason=said["reason"],
                at=seat.now,
            )
        )
        if done is not None:
            return _recorded(request, seat, client)
    title = _("End: %s") % held_in_words(seat, [row])[0].name
    return _form(request, seat, client, form, title, _("End it"))


class ReasonForm(WorkForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def withdraw_record(request: HttpRequest, seat: Seat, organisation: int, record: int) -> HttpResponse:
    """Take a record back that never held."""
    client, row = _record(request, seat, organisation, record)
    form = ReasonForm(typed(request))
    if request.method == "POST":
        done = form.attempt(
            lambda said: actions.withdraw_record(seat.member, row, reason=said["reason"], at=seat.now)
        )
        if done is not None:
            return _recorded(request, seat, client)
    title = _("Take back: %s") % held_in_words(seat, [row])[0].name
    why = _("For what never held. The record stays in the history, and counts no more.")
    return _form(request, seat, client, form, title, _("Take back"), why)


def _record(request: HttpRequest, seat: Seat, organisation: int, record: int) -> tuple[Organisation, Record]:
    _member, client = access_organisation(request.user, seat.desk.slug, organisation)
    row = history_of(client).filter(pk=record).first()
    if row is None:
        raise Http404
    return client, row


def _recorded(request: HttpRequest, seat: Seat, client: Organisation) -> HttpResponse:
    messages.success(
        request,
        gettext(
            "It is in the client's records. Open tickets are judged by it after “Read the records anew”."
        ),
    )
    return HttpResponseRedirect(seat.address("client", client.pk))


def _form(
    request: HttpRequest,
    seat: Seat,
    client: Organisation,
    form: WorkForm,
    title: Any,
    verb: Any,
    explanation: Any = "",
) -> HttpResponse:
    content = {"form": form, "title": title, "verb": verb, "explanation": explanation}
    return show(request, seat, "workspace/form.html", content | way_back(seat, client))
