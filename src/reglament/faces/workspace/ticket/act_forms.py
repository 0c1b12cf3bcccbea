"""The small forms of the acts on a ticket: what each needs to know, with the regulation's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_message, messages_in, works_in
from reglament.desk.decisions.queries import grounds_in_words
from reglament.desk.people.clients import people_of
from reglament.desk.people.queries import staff_of
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.forms import WorkForm
from reglament.regulation.wording.common import word

if TYPE_CHECKING:
    from django.http import QueryDict

    from reglament.desk.access import TicketAccess
    from reglament.desk.people.models import Contact, StaffMember
    from reglament.desk.tickets.models import Message, Request, Ticket
    from reglament.desk.tickets.possible import Possible
    from reglament.faces.workspace.door import Seat
    from reglament.regulation.model.edition import Fact, FieldEntry
    from reglament.regulation.wording.facts import Labels

NOT_CORRECTED = ("identity", "service", "files")
"""Fields that are met otherwise than by writing something in."""
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Target:
    """What an act is done to, by whom."""

    seat: Seat
    access: TicketAccess
    possible: Possible
    labels: Labels
    given: QueryDict
    """The query of the address: which message or proposal the act is about."""

    @property
    def ticket(self) -> Ticket:
        """The ticket."""
        return self.access.ticket

    @property
    def request(self) -> Request:
        """The request of the ticket that the act is about."""
        assert self.possible.request is not None
        return self.possible.request

    def message(self) -> Message:
        """Give the message that the act is about. Raises `NotThere`."""
        return access_message(self.access, number_in(self.given.get("message", "")) or 0)


def _text(label: Any, *, required: bool = True, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=widget, **options)


class KindForm(WorkForm):
    """What is asked for, and for which service."""

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data)
        labels, request = target.labels, target.possible.request
        kinds = [(name, labels.kind(name)) for name in labels.edition.kinds]
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is asked for"), choices=kinds, initial=request.kind if request is not None else None
        )
        if labels.edition.services:
            services = [(name, labels.value("service", name)) for name in labels.edition.services]
            self.fields["service"] = forms.ChoiceField(
                label=_("Service"),
                choices=[("", _("not named")), *services],
                required=False,
                initial=request.service if request is not None else "",
            )


class FactsForm(WorkForm):
    """Everything that the regulation reads of a request, as it is known; what is changed is corrected."""

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data)
        self.known = {name: fact["value"] for name, fact in target.request.facts.items()}
        edition = target.labels.edition
        for name, entry in edition.fields.items():
            if entry.type not in NOT_CORRECTED:
                self.fields[f"fields.{name}"] = self._of_field(f"fields.{name}", entry, target.labels)
        for path, fact in edition.facts.items():
            self.fields[path] = self._of_fact(path, fact, target.labels)
        needed = [target.labels.text(fact.title) for fact in edition.facts.values() if fact.needs_reason]
        why = _("Required when you change: %(facts)s.") % {"facts": "; ".join(needed)} if needed else ""
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), required=False, max_length=500, help_text=why
        )

    def _of_field(self, name: str, entry: FieldEntry, labels: Labels) -> forms.Field:
        secret = entry.type == "secret"
        long = entry.type == "long_text"
        said = self.known.get(name, "")
        return forms.CharField(
            label=_capital(labels.text(entry.title)),
            required=False,
            max_length=LONGEST,
            initial="" if secret else "\n".join(said) if isinstance(said, list) else said,
            widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput({"autocomplete": "off"}),
            help_text=_("Goes into the vault. Empty: stays as it is.") if secret else "",
        )

    def _of_fact(self, path: str, fact: Fact, labels: Labels) -> forms.Field:
        label, said = _capital(labels.text(fact.title)), self.known.get(path)
        if fact.type == "number":
            return forms.IntegerField(label=label, required=False, min_value=0, initial=said)
        if fact.type == "date":
            widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "is-short"})
            day = date.fromisoformat(said) if isinstance(said, str) else None
            return forms.DateField(label=label, required=False, initial=day, widget=widget)
        if fact.type == "choice":
            values = [(str(name), labels.text(title)) for name, title in fact.values.items()]
        else:
            values = [
                ("True", word("flag", True, labels.language)),
                ("False", word("flag", False, labels.language)),
            ]
        return forms.ChoiceField(
            label=label,
            required=False,
            choices=[("", _("not stated")), *values],
            initial="" if said is None else str(said),
        )

    def changes(self) -> dict[str, Any]:
        """Give what was changed, as the verb takes it: none takes a fact away."""
        changed: dict[str, Any] = {}
        for name in self.changed_data:
            if name == "reason":
                continue
            value = self.cleaned_data[name]
            if isinstance(value, date):
                value = value.isoformat()
            elif value in ("True", "False"):
                value = value == "True"
            changed[name] = None if value in ("", None) else value
        return changed


class SeverityForm(WorkForm):
    """Another severity, and why."""

    def __init__(self, target: Target, data: QueryDict | None, *, needs_reason: bool = False) -> None:
        super().__init__(data)
        labels = target.labels
        levels = [(name, labels.severity(name)) for name in labels.edition.severities]
        record = target.request.current_decision
        self.fields["severity"] = forms.ChoiceField(
            label=_("Severity"),
            choices=levels,
            widget=forms.RadioSelect,
            initial=record.decision["severity"] if record is not None else None,
        )
        self.fields["reason"] = _text(_("Reason"), required=needs_reason)


class RefusalForm(WorkForm):
    """The ground of a refusal, and words of one's own."""

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data)
        grounds = grounds_in_words(target.request, target.seat.language)
        self.fields["ground"] = forms.ChoiceField(
            label=_("Ground"),
            choices=[(one["ground"], f"{one['title']} ({one['clause']})") for one in grounds],
            widget=forms.RadioSelect,
            initial=grounds[0]["ground"] if grounds else None,
        )
        self.fields["text"] = _text(_("Words of your own"), required=False)


class PermissionForm(WorkForm):
    """Who permits what, when, through which message."""

    what = forms.CharField(label=_("What may be done"), max_length=1000)
    given_by = forms.ChoiceField(label=_("Who permits it"), required=False)
    given_by_name = forms.CharField(label=_("Or somebody else, by name"), max_length=200, required=False)
    through = forms.ChoiceField(label=_("Through which message"), required=False)

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data, initial={"what": target.labels.kind(target.request.kind)})
        ticket = target.ticket
        people = list(people_of(ticket.organisation)) if ticket.organisation is not None else []
        self.people: dict[str, Contact] = {str(one.pk): one for one in people if one.left_at is None}
        said = [one for one in messages_in(target.access) if one.kind == "client"]
        self.messages: dict[str, Message] = {str(one.pk): one for one in said}
        who = [(key, one.name) for key, one in self.people.items()]
        which = [(key, one.text[:80] or "—") for key, one in self.messages.items()]
        self.fields["given_by"].choices = [("", "—"), *who]  # type: ignore[attr-defined]
        self.fields["through"].choices = [("", _("told otherwise")), *which]  # type: ignore[attr-defined]
        self.fields["given_by"].initial = str(ticket.requester_id or "")
        self.fields["through"].initial = which[-1][0] if which else ""

    def said(self) -> dict[str, Any]:
        """Give what was filled in, as the verb takes it."""
        said = self.cleaned_data
        named = bool(said["given_by_name"].strip())
        return {
            "what": said["what"],
            "given_by": None if named else self.people.get(said["given_by"]),
            "given_by_name": said["given_by_name"],
            "through": self.messages.get(said["through"]),
        }


class DepartmentForm(WorkForm):
    """Which department the ticket goes to."""

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data)
        names = [(name, target.labels.department(name)) for name, _clause in target.possible.choices]
        self.fields["department"] = forms.ChoiceField(
            label=_("To which department"), choices=names, widget=forms.RadioSelect, initial=names[0][0]
        )


class AssignForm(WorkForm):
    """Who is to work on the ticket."""

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data)
        department = target.ticket.department_id
        self.people: dict[str, StaffMember] = {
            str(one.pk): one for one in staff_of(target.seat.desk) if works_in(one, department)
        }
        names = [(key, one.account.name) for key, one in self.people.items()]
        self.fields["to"] = forms.ChoiceField(
            label=_("Who works on it"),
            choices=[("", _("nobody yet")), *names],
            required=False,
            initial=str(target.ticket.assignee_id or ""),
        )


class ReasonForm(WorkForm):
    """Why."""

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data)
        needed = bool(target.possible.terms.get("needs_reason"))
        self.fields["reason"] = forms.CharField(label=_("Reason"), required=needed, max_length=500)


class StopForm(WorkForm):
    """Why support is stopped, in words that the client reads."""

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        del target
        super().__init__(data)
        self.fields["reason"] = _text(_("Reason, as the client will read it"))


class RestoreForm(WorkForm):
    """Why support is resumed."""

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        del target
        super().__init__(data)
        self.fields["reason"] = _text(_("Reason, for the record"))


class AnswerForm(WorkForm):
    """What the client answered by phone, and who it was."""

    agreed = forms.ChoiceField(
        label=_("What the client said"),
        choices=[("yes", _("agrees")), ("no", _("declines"))],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Who said it"), max_length=200)

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data, initial={"name": target.ticket.requester_name})


class ContactForm(WorkForm):
    """Which client is asking."""

    contact = forms.IntegerField(
        label=_("Who is asking"), error_messages={"required": _("Search, and choose who is asking.")}
    )

    def __init__(self, target: Target, data: QueryDict | None) -> None:
        super().__init__(data, initial={"contact": target.ticket.requester_id})


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
