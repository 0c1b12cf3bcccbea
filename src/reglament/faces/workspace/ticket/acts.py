"""The acts on a ticket that the page offers beside writing: their names, keys, forms and verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_contact, access_proposal
from reglament.desk.faults import NotThere
from reglament.desk.operations.queries import permissions_of
from reglament.desk.tickets import actions
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.ticket import act_forms as forms
from reglament.faces.workspace.ticket.act_forms import Target

if TYPE_CHECKING:
    from django.http import QueryDict

    from reglament.desk.decisions.models import Proposal
    from reglament.desk.operations.models import Permission
    from reglament.desk.tickets.models import Ticket
    from reglament.desk.tickets.possible import Possible
    from reglament.faces.workspace.forms import WorkForm
    from reglament.regulation.wording.facts import Labels

RUDE = "circumstances.rude"
"""A fact of every regulation."""


def _always(one: Possible, ticket: Ticket) -> bool:
    del one, ticket
    return True


@dataclass(frozen=True)
class Act:
    """One act. Without a form it is done by one press."""

    label: Promise
    run: Callable[[Target, Any], object]
    form: Callable[[Target, QueryDict | None], WorkForm] | None = None
    key: str = ""
    explanation: Promise | str = ""
    done: Promise | str = ""
    template: str = "workspace/ticket/act_form.html"
    offered: Callable[[Possible, Ticket], bool] = _always
    danger: bool = False
    otherwise: Promise | str = ""
    """How it is called where it takes back what it did."""

    called: Callable[[Possible, Labels], Promise | str] | None = None
    """How it is called where only one choice is left, which needs no form then."""

    def form_for(self, one: Possible) -> Callable[[Target, QueryDict | None], WorkForm] | None:
        """Give the form that asks what must be known; none where one press says it all."""
        return None if self._settled(one) else self.form

    def label_for(self, one: Possible, labels: Labels) -> Promise | str:
        """Give what the act is called on the button."""
        if self.called is not None and self._settled(one):
            return self.called(one, labels)
        return self.otherwise if self.otherwise and is_rude(one) else self.label

    def _settled(self, one: Possible) -> bool:
        return self.called is not None and len(one.choices) == 1


def is_rude(one: Possible) -> bool:
    """Say whether a request is marked as rude."""
    return one.request is not None and bool(one.request.facts.get(RUDE, {}).get("value"))


def _needs_permission(one: Possible, ticket: Ticket) -> bool:
    del ticket
    record = one.request.current_decision if one.request is not None else None
    return bool(one.terms.get("clause")) or (record is not None and record.decision["needs_permission"])


def _has_records(one: Possible, ticket: Ticket) -> bool:
    del one
    return ticket.organisation is not None


def _has_choices(one: Possible, ticket: Ticket) -> bool:
    del ticket
    return bool(one.choices)


def _never(one: Possible, ticket: Ticket) -> bool:
    del one, ticket
    return False


def _name_kind(target: Target, form: Any) -> object:
    said = form.cleaned_data
    return actions.name_kind(
        target.seat.member, target.request, said["kind"], at=target.seat.now, service=said.get("service")
    )


def _correct_facts(target: Target, form: Any) -> object:
    changes = form.changes()
    if not changes:
        return target.request
    return actions.correct_facts(
        target.seat.member, target.request, changes, at=target.seat.now, reason=form.cleaned_data["reason"]
    )


def _mark_rude(target: Target, form: Any) -> object:
    del form
    rude = not is_rude(target.possible)
    return actions.mark_rude(target.seat.member, target.request, at=target.seat.now, rude=rude)


def _on_request(verb: Callable[..., object], target: Target, form: Any) -> object:
    said = form.cleaned_data if form is not None else {}
    return verb(target.seat.member, target.request, at=target.seat.now, **said)


def _on_ticket(verb: Callable[..., object], target: Target, form: Any) -> object:
    said = form.cleaned_data if form is not None else {}
    verb(target.seat.member, target.ticket, at=target.seat.now, **said)
    return target.ticket


def _move(target: Target, form: Any) -> object:
    # With one other department there is nothing to choose, and no form.
    department = form.cleaned_data["department"] if form is not None else target.possible.choices[0][0]
    return actions.move_department(target.seat.member, target.ticket, department, at=target.seat.now)


def _move_to(one: Possible, labels: Labels) -> str:
    return gettext("Move to: %s") % labels.department(one.choices[0][0])


def _record_permission(target: Target, form: Any) -> object:
    return actions.record_permission(target.seat.member, target.request, at=target.seat.now, **form.said())


def _assign(target: Target, form: Any) -> object:
    to = form.people.get(form.cleaned_data["to"])
    return actions.assign(target.seat.member, target.ticket, to, at=target.seat.now)


def _recognise(target: Target, form: Any) -> object:
    account, slug = target.seat.member.account, target.seat.desk.slug
    _member, contact = access_contact(account, slug, form.cleaned_data["contact"])
    return actions.recognise_requester(target.seat.member, target.ticket, contact, at=target.seat.now)


def _open_further(target: Target, form: Any) -> object:
    said = form.cleaned_data
    return actions.open_further_request(
        target.seat.member,
        target.message(),
        said["kind"],
        at=target.seat.now,
        service=said.get("service", ""),
    )


def _proposal(target: Target) -> Proposal:
    return access_proposal(target.access, number_in(target.given.get("proposal", "")) or 0)


def _answer(target: Target, form: Any) -> object:
    said = form.cleaned_data
    return actions.answer_proposal(
        _proposal(target),
        agreed=said["agreed"] == "yes",
        through="phone",
        at=target.seat.now,
        name=said["name"],
        recorded_by=target.seat.member,
    )


def _withdraw_proposal(target: Target, form: Any) -> object:
    del form
    actions.withdraw_proposal(target.seat.member, _proposal(target), at=target.seat.now)
    return target.ticket


def _withdraw_permission(target: Target, form: Any) -> object:
    del form
    wanted = number_in(target.given.get("permission", "")) or 0
    row: Permission | None = permissions_of(target.ticket).filter(pk=wanted).first()
    if row is None:
        raise NotThere
    actions.withdraw_permission(target.seat.member, row, at=target.seat.now)
    return target.ticket


ACTS: Mapping[str, Act] = {
    "take": Act(_("Take it"), partial(_on_ticket, actions.take), key="t"),
    "assign": Act(_("Assign"), _assign, forms.AssignForm, key="a"),
    "name_kind": Act(_("Name the kind"), _name_kind, forms.KindForm, key="i"),
    "correct_facts": Act(
        _("Correct what is known"),
        _correct_facts,
        forms.FactsForm,
        key="f",
        explanation=_("What you change is judged anew, from receipt; what you leave stays as it is."),
    ),
    "propose_severity": Act(
        _("Propose another severity"),
        partial(_on_request, actions.propose_severity),
        forms.SeverityForm,
        key="s",
        explanation=_("It takes effect, with its new deadline, when the client agrees."),
        done=_("The client was asked."),
    ),
    "correct_severity": Act(
        _("Change the severity with a reason"),
        partial(_on_request, actions.correct_severity),
        partial(forms.SeverityForm, needs_reason=True),
        key="s",
    ),
    "record_permission": Act(
        _("Record the client's permission"),
        _record_permission,
        forms.PermissionForm,
        key="p",
        offered=_needs_permission,
    ),
    "complete": Act(_("Mark as done"), partial(_on_request, actions.complete), key="d"),
    "refuse": Act(
        _("Refuse"),
        partial(_on_request, actions.refuse),
        forms.RefusalForm,
        key="x",
        template="workspace/ticket/refuse_form.html",
        done=_("The refusal was sent."),
        danger=True,
    ),
    "mark_rude": Act(_("Mark as rude"), _mark_rude, otherwise=_("Take the mark of rudeness away")),
    "read_records_anew": Act(
        _("Read the records anew"), partial(_on_request, actions.read_records_anew), offered=_has_records
    ),
    "move_department": Act(
        _("Move to another department"),
        _move,
        forms.DepartmentForm,
        key="m",
        explanation=_("What the regulation says by department then holds for that one, from receipt."),
        offered=_has_choices,
        called=_move_to,
    ),
    "recognise_requester": Act(
        _("Say which client asks"),
        _recognise,
        forms.ContactForm,
        key="w",
        explanation=_("It names the client, and proves nothing."),
        template="workspace/ticket/contact_form.html",
    ),
    "record_told_by_phone": Act(
        _("The number was told by phone"), partial(_on_ticket, actions.record_told_by_phone)
    ),
    "open_further_request": Act(
        _("Open a further request"),
        _open_further,
        forms.KindForm,
        explanation=_(
            "The message asks for something new: it gets facts, decisions and deadlines of its own."
        ),
        offered=_never,
    ),
    "close": Act(_("Close"), partial(_on_ticket, actions.close), forms.ReasonForm, key="e"),
    "stop_support": Act(
        _("Stop supporting the client"),
        partial(_on_ticket, actions.stop_support),
        forms.StopForm,
        explanation=_(
            "The client is told why, by which clause, and how to mend it. What they ask for is still"
            " registered, and may be refused."
        ),
        done=_("Support of the client was stopped."),
        danger=True,
    ),
    "restore_support": Act(
        _("Resume supporting the client"),
        partial(_on_ticket, actions.restore_support),
        forms.RestoreForm,
        explanation=_("The client is told. The decision that is taken back stays on record."),
        done=_("The client is supported again."),
    ),
    "reopen": Act(_("Open again"), partial(_on_ticket, actions.reopen), forms.ReasonForm, key="u"),
    "mark_spam": Act(
        _("Mark as spam"),
        partial(_on_ticket, actions.mark_spam),
        forms.ReasonForm,
        explanation=_(
            "It is closed without a word to anybody, nothing is owed for it, and it leaves every queue and"
            " list. It can be brought back; what fell due meanwhile is late then."
        ),
        done=_("Marked as spam. Nobody was told, and it can be brought back."),
        danger=True,
    ),
    "mark_not_spam": Act(
        _("No spam: bring it back"),
        partial(_on_ticket, actions.mark_not_spam),
        done=_("It is back as it was, with what is owed as from receipt."),
    ),
    "answer_proposal": Act(_("The client answered by phone"), _answer, forms.AnswerForm),
    "withdraw_proposal": Act(_("Withdraw the question"), _withdraw_proposal),
    "withdraw_permission": Act(_("The client took it back"), _withdraw_permission),
}
"""By the names of the verbs; the last three are about something that the page shows."""

ABOUT_SOMETHING = ("answer_proposal", "withdraw_proposal", "withdraw_permission")
"""Acts that no list of possible ones holds: each is offered beside what it is about."""
