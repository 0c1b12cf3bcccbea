"""The form for what staff write down of a call, a talk or an official letter."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reglament.desk.channels.letter.actions import checklist
from reglament.desk.decisions.words import labels_of
from reglament.desk.regulations.queries import compiled
from reglament.faces.workspace.forms import WorkForm, date_field

if TYPE_CHECKING:
    from django.http import QueryDict

    from reglament.desk.decisions.forms import FormField
    from reglament.desk.regulations.models import Edition
    from reglament.faces.workspace.door import Seat

PHONE, LETTER, PRODUCT = "phone", "letter", "product_ui"
LOCAL = "%Y-%m-%dT%H:%M"
_FOUND = "found."


class LogForm(WorkForm):
    """Who, by which way, what was said, and what is asked for."""

    contact = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Full name"), max_length=200, required=False)
    phone = forms.CharField(label=pgettext_lazy("a number", "Phone"), max_length=40, required=False)
    address = forms.EmailField(label=_("Address for letters"), required=False)
    line = forms.ChoiceField(label=_("Which line was called"), required=False)
    subject = forms.CharField(label=_("Subject"), max_length=500, required=False)
    text = forms.CharField(
        label=_("What was said"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    received_at = forms.DateTimeField(
        label=_("When"),
        input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local", "class": "is-short"}),
    )
    kind = forms.ChoiceField(label=_("What is asked for"), required=False)
    service = forms.ChoiceField(label=_("Service"), required=False)
    severity = forms.ChoiceField(label=_("Severity, as the client names it"), required=False)
    reference = forms.CharField(label=_("Number of the letter"), max_length=100, required=False)
    dated = date_field(_("Date of the letter"), required=False)
    ticket = forms.IntegerField(
        label=_("Belongs to the ticket"),
        required=False,
        min_value=1,
        help_text=_("Its number, where it is no new matter."),
    )
    told_number = forms.BooleanField(label=_("The caller was told the number of the ticket"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def __init__(self, seat: Seat, edition: Edition, channel: str, data: QueryDict | None) -> None:
        zone = ZoneInfo(seat.desk.zone)
        initial = {"key": uuid4().hex, "received_at": seat.now.astimezone(zone).replace(tzinfo=None)}
        super().__init__(data, initial=initial)
        self.seat = seat
        self.channel = channel
        self.zone = zone
        self.checks = checklist(edition, seat.language) if channel == LETTER else []
        self._fill(edition)

    def _fill(self, edition: Edition) -> None:
        labels = labels_of(compiled(edition), self.seat.language)
        written = labels.edition
        choices: dict[str, list[tuple[str, str]]] = {
            "kind": [("", str(_("not named yet")))]
            + [(name, labels.kind(name)) for name in written.kinds if name != "unclassified"],
            "service": [(name, labels.value("service", name)) for name in written.services],
            "severity": [(name, labels.severity(name)) for name in written.severities],
        }
        entry = written.channels.get(PHONE)  # type: ignore[call-overload]
        lines = entry.lines if entry is not None else []
        choices["line"] = [(line.number, f"{line.number}, {labels.text(line.title)}") for line in lines]
        for name, known in choices.items():
            if not known or (name == "line" and self.channel != PHONE):
                del self.fields[name]
            elif name == "kind":
                self.fields[name].choices = known  # type: ignore[attr-defined]
            else:
                self.fields[name].choices = [("", "—"), *known]  # type: ignore[attr-defined]
        for word, label, _clause in self.checks:
            self.fields[f"{_FOUND}{word}"] = forms.BooleanField(label=label, required=False)
        if self.channel != LETTER:
            del self.fields["reference"], self.fields["dated"]
        if self.channel != PHONE:
            del self.fields["told_number"]

    def clean_received_at(self) -> datetime:
        """Read the moment as people of the desk say it, in the desk's zone."""
        said: datetime = self.cleaned_data["received_at"]
        local = said.replace(tzinfo=self.zone)
        # The minute that is still running is now, not later.
        return min(local, self.seat.now) if (local - self.seat.now).total_seconds() < 60 else local

    def found(self) -> dict[str, bool]:
        """Give what of the check-list is on the letter."""
        return {word: bool(self.cleaned_data.get(f"{_FOUND}{word}")) for word, _label, _clause in self.checks}


class DetailsForm(WorkForm):
    """The questions of the regulation for one kind."""

    def __init__(self, questions: tuple[FormField, ...], data: QueryDict | None) -> None:
        super().__init__(data)
        self.clauses: dict[str, str] = {}
        for question in questions:
            if question.type != "files":
                self.fields[question.name] = _field_of(question)
                self.clauses[question.name] = question.clause

    def questions(self) -> list[tuple[Any, str]]:
        """Give each field with the clause that demands it; what one demands is not shown as optional."""
        for name, clause in self.clauses.items():
            self.fields[name].required = bool(clause)
        return [(self[name], self.clauses[name]) for name in self.fields]

    def said(self) -> dict[str, Any]:
        """Give what was filled in; nothing of it is demanded of a person who writes a talk down."""
        said: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if value in ("", None):
                continue
            if value in ("True", "False"):
                said[name] = value == "True"
            else:
                said[name] = value.isoformat() if hasattr(value, "isoformat") else value
        return said


def _field_of(question: FormField) -> forms.Field:
    label, hint = question.label[:1].upper() + question.label[1:], question.hint
    options: dict[str, Any] = {"label": label, "required": False, "help_text": hint}
    if question.type == "choice":
        return forms.ChoiceField(choices=[("", "—"), *question.choices], **options)
    if question.type == "flag":
        flags = [("", "—"), ("True", _("yes")), ("False", _("no"))]
        return forms.ChoiceField(choices=flags, **options)
    if question.type == "number":
        return forms.IntegerField(min_value=0, **options)
    if question.type == "date":
        return date_field(**options)
    if question.type == "long_text":
        return forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}), **options)
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(max_length=2_000, widget=widget, **options)
