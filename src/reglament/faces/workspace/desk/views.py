"""The people of the desk, and the lead's switch that says that the portal cannot be reached."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.people.queries import staff_of
from reglament.desk.people.roles import Right
from reglament.desk.people.staff import choose_notifications
from reglament.desk.regulations.actions import declare_outage, end_outage
from reglament.desk.regulations.queries import outage_at
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import show

ROLES = {"agent": _("agent"), "lead": _("lead"), "owner": _("owner"), "admin": _("administrator")}


class OutageForm(WorkForm):
    """What happened to the portal."""

    reason = forms.CharField(label=_("What happened"), max_length=500)


@staff_page
def show_desk(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show who works at the desk, and whether the portal is declared down."""
    return _page(request, seat, OutageForm(typed(request) if request.method == "GET" else None))


@staff_page
def declare(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Declare that the portal cannot be reached from now on."""
    if request.method != "POST":
        return HttpResponseRedirect(seat.address("desk"))
    form = OutageForm(request.POST)
    done = form.attempt(lambda said: declare_outage(seat.member, seat.desk, at=seat.now, **said))
    if done is None:
        return _page(request, seat, form)
    messages.success(request, gettext("Declared. Requests by other ways are now judged accordingly."))
    return HttpResponseRedirect(seat.address("desk"))


@staff_page
def end(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Declare that the portal can be reached again."""
    if request.method == "POST":
        end_outage(seat.member, seat.desk, at=seat.now)
        messages.success(request, gettext("The portal counts as reachable again."))
    return HttpResponseRedirect(seat.address("desk"))


@staff_page
def choose_letters(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Keep whether the member wants letters about their tickets."""
    if request.method == "POST":
        wanted = request.POST.get("by_mail") == "yes"
        choose_notifications(seat.member, by_mail=wanted, at=seat.now)
    return HttpResponseRedirect(seat.address("desk"))


def _page(request: HttpRequest, seat: Seat, form: OutageForm) -> HttpResponse:
    rules, labels = seat.rules, seat.labels
    switches = rules.written.practices("portal_switch") if rules is not None else []
    people = [
        {
            "member": member,
            "role": ROLES[member.role],
            "departments": [
                labels.department(one.name) if labels is not None else one.name
                for one in member.departments.all()
            ],
        }
        for member in staff_of(seat.desk)
    ]
    content = {
        "people": people,
        "switch": switches[0][0].id if switches else "",
        "outage": outage_at(seat.desk, seat.now),
        "form": form,
        "may_switch": seat.may(Right.DECLARE_OUTAGE),
        "may_audit": seat.may(Right.READ_AUDIT),
        "may_set": seat.may(Right.CHANGE_DESK),
    }
    return show(request, seat, "workspace/desk/desk.html", content)
