"""Writing to a client first: whom, about what, and the letter itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_contact
from reglament.desk.channels.email.writing_first import write_to_client
from reglament.desk.channels.logged import Log
from reglament.desk.decisions.words import labels_of
from reglament.desk.faults import ActionRefused
from reglament.desk.people.clients import contacts_at
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.faces.common.numbers import number_in
from reglament.faces.common.uploads import incoming, too_large
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from django.http import QueryDict

    from reglament.desk.channels.incoming import Taken
    from reglament.desk.people.models import Contact

FOUND_AT_MOST = 8


class FirstLetterForm(WorkForm):
    """A letter of the desk to a client."""

    address = forms.EmailField(label=_("Or an address"), required=False)
    name = forms.CharField(label=_("Full name"), max_length=200, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=500)
    text = forms.CharField(label=_("Letter"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 10}))
    kind = forms.ChoiceField(label=_("What it is about"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def __init__(self, seat: Seat, contact: Contact | None, data: QueryDict | None) -> None:
        super().__init__(data, initial={"key": uuid4().hex})
        self._contact = contact
        labels = labels_of(compiled(edition_at(seat.desk, seat.now)), seat.language)
        kinds = [(name, labels.kind(name)) for name in labels.edition.kinds if name != "unclassified"]
        self.fields["kind"].choices = [("", _("not named yet")), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Demand somebody to write to."""
        said = super().clean() or {}
        reachable = self._contact is not None and self._contact.email
        if not said.get("address") and not reachable and "address" not in self.errors:
            self.add_error("address", gettext("Choose a client above, or give an address."))
        return said


@staff_page
def write(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the form, or send the letter and begin its ticket."""
    data = typed(request)
    given = (data if data is not None else request.GET).get("contact", "")
    chosen = number_in(given)
    contact = access_contact(request.user, seat.desk.slug, chosen)[1] if chosen is not None else None
    form = FirstLetterForm(seat, contact, data)
    if request.method != "POST" or "find" in request.POST:
        return _page(request, seat, form, contact, data)
    taken = form.attempt(lambda said: _send(request, seat, contact, said))
    if taken is None:
        return _page(request, seat, form, contact, data, status=HTTPStatus.CONFLICT)
    number = taken.ticket_number or 0
    messages.success(request, gettext("The letter is on its way. The client's answer comes here."))
    return HttpResponseRedirect(seat.address("ticket", number))


def _send(request: HttpRequest, seat: Seat, contact: Contact | None, said: dict[str, Any]) -> Taken:
    if words := too_large(request):
        raise ActionRefused(words, field="files")
    log = Log(
        text=said["text"],
        received_at=seat.now,
        subject=said["subject"],
        contact=None if said["address"] else contact,
        name=said["name"],
        address=said["address"],
        kind=said["kind"] or None,
        attachments=incoming(request.FILES.getlist("files")),
        key=said["key"],
    )
    return write_to_client(seat.member, log, now=seat.now)


def _page(
    request: HttpRequest,
    seat: Seat,
    form: FirstLetterForm,
    contact: Contact | None,
    data: QueryDict | None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    words = (data if data is not None else request.GET).get("q", "")
    if data is not None and "find" in data:
        # A step on the way is no fault of whoever fills the form in.
        form.errors.clear()
    found = list(contacts_at(seat.desk, words)[:FOUND_AT_MOST]) if words.strip() else []
    content = {"form": form, "contact": contact, "words": words, "found": found}
    return show(request, seat, "workspace/new/write.html", content, status=status)
