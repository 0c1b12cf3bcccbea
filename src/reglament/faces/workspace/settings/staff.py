"""The staff of the desk: invited, given a role and departments, gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from reglament.desk.people import staff as actions
from reglament.desk.people.invitations import invite
from reglament.desk.people.queries import staff_of
from reglament.desk.people.roles import RIGHTS, Right
from reglament.desk.tickets.actions.leaving import leave
from reglament.faces.workspace.desk.views import ROLES
from reglament.faces.workspace.door import Seat, demanding, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.settings.desk import form_page

if TYPE_CHECKING:
    from django.http import QueryDict

    from reglament.desk.people.models import StaffMember


class StaffForm(WorkForm):
    """What somebody does at the desk; for somebody new, who they are."""

    def __init__(self, seat: Seat, data: QueryDict | None, *, new: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if new:
            self.fields["email"] = forms.EmailField(label=_("Address"), max_length=254)
            self.fields["name"] = forms.CharField(label=_("Full name"), max_length=200)
        self.rows = {str(one.pk): one for one in seat.desk.departments.order_by("id")}
        labels = seat.labels
        names = [(pk, labels.department(one.name) if labels else one.name) for pk, one in self.rows.items()]
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()))
        self.fields["departments"] = forms.MultipleChoiceField(
            label=_("Departments"),
            choices=names,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("None: the whole desk, where the role allows it."),
        )
        self.fields["phone"] = forms.CharField(
            label=pgettext_lazy("a number", "Phone"), max_length=40, required=False
        )

    def said(self) -> dict[str, Any]:
        """Give what was filled in, as the verbs take it."""
        said = dict(self.cleaned_data)
        said["role"] = next(role for role in RIGHTS if role.value == said["role"])
        said["departments"] = [self.rows[pk] for pk in said["departments"]]
        return said


class LeavingForm(WorkForm):
    """Who goes on with the open tickets of whoever leaves."""

    def __init__(self, seat: Seat, member: StaffMember, data: QueryDict | None) -> None:
        super().__init__(data)
        self.people = {str(one.pk): one for one in staff_of(seat.desk) if one.pk != member.pk}
        names = [(pk, str(one)) for pk, one in self.people.items()]
        self.fields["to"] = forms.ChoiceField(
            label=_("Who goes on with their open tickets"),
            choices=[("", _("nobody yet")), *names],
            required=False,
        )


@staff_page
@demanding(Right.CHANGE_STAFF)
def add_staff(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Invite somebody: a letter with the link that sets their password goes to them."""
    form = StaffForm(seat, typed(request), new=True)
    if request.method == "POST":
        done = form.attempt(
            lambda _said: actions.add_staff(seat.member, seat.desk, at=seat.now, **form.said())
        )
        if done is not None:
            _invite(request, seat, done)
            return HttpResponseRedirect(seat.address("settings"))
    return form_page(request, seat, form, _("Somebody new"), _("Invite"))


@staff_page
@demanding(Right.CHANGE_STAFF)
def change_staff(request: HttpRequest, seat: Seat, member: int) -> HttpResponse:
    """Change what somebody does at the desk."""
    row = _member(seat, member)
    now: dict[str, Any] = {"role": row.role, "phone": row.phone}
    now["departments"] = [str(one.pk) for one in row.departments.all()]
    form = StaffForm(seat, typed(request), new=False, initial=now)
    if request.method == "POST":
        done = form.attempt(lambda _said: actions.change_staff(seat.member, row, at=seat.now, **form.said()))
        if done is not None:
            return HttpResponseRedirect(seat.address("settings"))
    return form_page(request, seat, form, str(row), _("Save"))


@staff_page
@demanding(Right.CHANGE_STAFF)
def invite_again(request: HttpRequest, seat: Seat, member: int) -> HttpResponse:
    """Send the link that sets a password once more."""
    row = _member(seat, member)
    if request.method == "POST":
        _invite(request, seat, row)
    return HttpResponseRedirect(seat.address("settings"))


@staff_page
@demanding(Right.CHANGE_STAFF)
def end_staff(request: HttpRequest, seat: Seat, member: int) -> HttpResponse:
    """Record that somebody works at the desk no longer."""
    row = _member(seat, member)
    form = LeavingForm(seat, row, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        moved = form.attempt(
            lambda said: (leave(seat.member, row, to=form.people.get(said["to"]), at=seat.now),)
        )
        if moved is not None:
            messages.success(request, gettext("%s works here no longer.") % row)
            return HttpResponseRedirect(seat.address("settings" if row.pk != seat.member.pk else "home"))
    why = _("From now on no page of the desk opens to them, and they are signed out.")
    return form_page(request, seat, form, _("%s left") % row, _("They left"), why, danger=True)


def _invite(request: HttpRequest, seat: Seat, member: StaffMember) -> None:
    invite(seat.member, member, at=seat.now)
    form = ResetPasswordForm({"email": member.account.email})
    with translation.override(member.account.language):
        if form.is_valid():
            form.save(request)
    messages.success(request, gettext("A letter with a link went to %s.") % member.account.email)


def _member(seat: Seat, member: int) -> StaffMember:
    row = staff_of(seat.desk).filter(pk=member).first()
    if row is None:
        raise Http404
    row.desk = seat.desk
    return row
