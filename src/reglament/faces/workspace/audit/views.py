"""The audit log of the desk: who did or saw what, when and why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import audit_log
from reglament.desk.operations.audit_log import Wanted, actors_of, acts_of, events_of, in_words, logged
from reglament.desk.people.roles import Right
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.clients.holdings import beginning_of
from reglament.faces.workspace.door import Seat, demanding, staff_page
from reglament.faces.workspace.forms import WorkForm, date_field
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from django.http import QueryDict

ROWS = 50
BIGGEST_ID = 2**63 - 1


class LookForm(WorkForm):
    """What of the log is looked for."""

    what = forms.ChoiceField(label=_("What was done"), required=False)
    by = forms.ChoiceField(label=_("Who did it"), required=False)
    ticket = forms.IntegerField(
        label=_("Number of the ticket"), required=False, min_value=1, max_value=BIGGEST_ID
    )
    since = date_field(_("From the day"), required=False)
    through = date_field(_("Through the day"), required=False)

    def __init__(self, seat: Seat, data: QueryDict) -> None:
        super().__init__(data)
        self.seat = seat
        acts = sorted(((name, in_words(name)) for name in acts_of(seat.desk)), key=lambda one: one[1])
        people = [(str(one.pk), str(one)) for one in actors_of(seat.desk)]
        self.fields["what"].choices = [("", _("anything")), *acts]  # type: ignore[attr-defined]
        self.fields["by"].choices = [("", _("anybody")), *people]  # type: ignore[attr-defined]

    def wanted(self, before: int | None) -> Wanted:
        """Give what was filled in, as the log is asked; what cannot be read does not matter."""
        self.is_valid()
        said = self.cleaned_data
        since, through = said.get("since"), said.get("through")
        return Wanted(
            what=said.get("what", ""),
            by=int(said["by"]) if said.get("by") else None,
            ticket=said.get("ticket"),
            since=beginning_of(self.seat, since) if since else None,
            until=beginning_of(self.seat, through + timedelta(days=1)) if through else None,
            before=before,
        )


@staff_page
@demanding(Right.READ_AUDIT)
def show_log(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show a page of the log, newest first."""
    member = audit_log(request.user, seat.desk.slug)
    form = LookForm(seat, request.GET)
    before = number_in(request.GET.get("before", ""))
    rows = list(events_of(member.desk, form.wanted(before))[: ROWS + 1])
    asked = {name: str(value) for name, value in request.GET.items() if name != "before" and value}
    content: dict[str, Any] = {
        "look": form,
        "rows": logged(member.desk, rows[:ROWS]),
        "older": "?" + urlencode({**asked, "before": str(rows[ROWS - 1].pk)}) if len(rows) > ROWS else "",
        "newest": "?" + urlencode(asked) if before else "",
    }
    return show(request, seat, "workspace/audit/log.html", content)
