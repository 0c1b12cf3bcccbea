"""The forms for the people at a client, and for their addresses with the days of their authority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_contact, access_organisation
from reglament.desk.people import actions
from reglament.desk.people.queries import addresses_of
from reglament.desk.people.roles import Right
from reglament.faces.workspace.clients.holdings import beginning_of, end_of, today
from reglament.faces.workspace.clients.organisations import way_back
from reglament.faces.workspace.door import Seat, demanding, staff_page
from reglament.faces.workspace.forms import WorkForm, date_field
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from reglament.desk.people.models import Contact, ContactAddress, Organisation


class ContactForm(WorkForm):
    """A person at a client."""

    name = forms.CharField(label=_("Full name"), max_length=200)
    email = forms.EmailField(
        label=_("Address for letters"),
        required=False,
        help_text=_("It becomes known, not authorised: letters from it name the client and prove nothing."),
    )
    phone = forms.CharField(label=pgettext_lazy("a number", "Phone"), max_length=40, required=False)
    language = forms.ChoiceField(
        label=_("Language of letters"),
        choices=[("", _("the desk's")), ("ru", "Русский"), ("en", "English")],
        required=False,
    )
    sees_colleagues_tickets = forms.BooleanField(
        label=_("Sees the tickets of colleagues in the portal"), required=False
    )


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def add_contact(request: HttpRequest, seat: Seat, organisation: int) -> HttpResponse:
    """Add a person to a client."""
    _member, client = access_organisation(request.user, seat.desk.slug, organisation)
    form = ContactForm(typed(request))
    if request.method == "POST":
        done = form.attempt(lambda said: actions.create_contact(seat.member, client, at=seat.now, **said))
        if done is not None:
            return HttpResponseRedirect(seat.address("client", client.pk))
    return _form(request, seat, client, form, _("New person"), _("Add"))


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def change_contact(request: HttpRequest, seat: Seat, contact: int) -> HttpResponse:
    """Change what is known of a person at a client."""
    _member, person = access_contact(request.user, seat.desk.slug, contact)
    names = list(ContactForm.base_fields)
    form = ContactForm(typed(request), initial={name: getattr(person, name) for name in names})
    if request.method == "POST":
        done = form.attempt(lambda said: actions.change_contact(seat.member, person, at=seat.now, **said))
        if done is not None:
            return HttpResponseRedirect(seat.address("client", person.organisation_id))
    return _form(request, seat, person.organisation, form, person.name, _("Save"))


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def end_contact(request: HttpRequest, seat: Seat, contact: int) -> HttpResponse:
    """Record that a person left the client."""
    _member, person = access_contact(request.user, seat.desk.slug, contact)
    form = WorkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        actions.end_contact(seat.member, person, at=seat.now)
        messages.success(request, gettext("%s no longer speaks for the client.") % person.name)
        return HttpResponseRedirect(seat.address("client", person.organisation_id))
    why = _("From now on neither letters from their addresses nor their sign-in speak for the client.")
    title = _("%s left") % person.name
    return _form(request, seat, person.organisation, form, title, _("Mark as left"), why, danger=True)


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def give_account(request: HttpRequest, seat: Seat, contact: int) -> HttpResponse:
    """Let a person sign in to the portal by their address."""
    _member, person = access_contact(request.user, seat.desk.slug, contact)
    form = WorkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        actions.give_account(seat.member, person, at=seat.now)
        messages.success(
            request,
            gettext("%s can sign in now, after setting a password by “Forgot the password”.") % person.name,
        )
        return HttpResponseRedirect(seat.address("client", person.organisation_id))
    why = _("They sign in by %s and set their password by a letter that goes there.") % (person.email or "—")
    return _form(request, seat, person.organisation, form, _("Access to the portal"), _("Give access"), why)


class AddressForm(WorkForm):
    """An address of a person, and since when it speaks for the client, if it does."""

    address = forms.EmailField(label=_("Address"))
    authorised_from = date_field(
        _("Authorised from"),
        required=False,
        help_text=_(
            "Letters from it, once proven, speak for the client from that day. Empty: it is only known."
        ),
    )
    authorised_until = date_field(
        _("Authorised through"), required=False, help_text=_("The last day; empty: without an end.")
    )


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def add_address(request: HttpRequest, seat: Seat, contact: int) -> HttpResponse:
    """Add an address to a person."""
    _member, person = access_contact(request.user, seat.desk.slug, contact)
    form = AddressForm(typed(request))
    if request.method == "POST":
        done = form.attempt(
            lambda said: actions.add_address(
                seat.member,
                person,
                said["address"],
                at=seat.now,
                authorised_from=_begin(seat, said["authorised_from"]),
                authorised_until=end_of(seat, said["authorised_until"]),
            )
        )
        if done is not None:
            return HttpResponseRedirect(seat.address("client", person.organisation_id))
    return _form(request, seat, person.organisation, form, _("New address of %s") % person.name, _("Add"))


class AuthoriseForm(WorkForm):
    """From when until when an address speaks for the client."""

    since = date_field(_("Authorised from"))
    until = date_field(
        _("Authorised through"), required=False, help_text=_("The last day; empty: without an end.")
    )
    reason = forms.CharField(label=_("Reason or document"), required=False, max_length=500)


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def authorise_address(request: HttpRequest, seat: Seat, contact: int, address: int) -> HttpResponse:
    """Put a known address on the client's list."""
    person, row = _address(request, seat, contact, address)
    form = AuthoriseForm(typed(request), initial={"since": today(seat)})
    if request.method == "POST":
        done = form.attempt(
            lambda said: actions.authorise_address(
                seat.member,
                row,
                since=beginning_of(seat, said["since"]),
                until=end_of(seat, said["until"]),
                reason=said["reason"],
                at=seat.now,
            )
        )
        if done is not None:
            return HttpResponseRedirect(seat.address("client", person.organisation_id))
    title = _("Authorise %s") % row.address
    return _form(request, seat, person.organisation, form, title, _("Authorise"))


class EndAuthorisationForm(WorkForm):
    """Until when an address speaks for the client."""

    until = date_field(_("Authorised through"), help_text=_("The last day. The address stays known."))
    reason = forms.CharField(label=_("Reason or document"), required=False, max_length=500)


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def end_authorisation(request: HttpRequest, seat: Seat, contact: int, address: int) -> HttpResponse:
    """Take an address off the client's list."""
    person, row = _address(request, seat, contact, address)
    form = EndAuthorisationForm(typed(request), initial={"until": today(seat)})
    if request.method == "POST":
        done = form.attempt(
            lambda said: (
                actions.end_authorisation(
                    seat.member,
                    row,
                    until=end_of(seat, said["until"]) or seat.now,
                    reason=said["reason"],
                    at=seat.now,
                ),
            )
        )
        if done is not None:
            return HttpResponseRedirect(seat.address("client", person.organisation_id))
    title = _("End the authorisation of %s") % row.address
    return _form(request, seat, person.organisation, form, title, _("End it"))


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def remove_address(request: HttpRequest, seat: Seat, contact: int, address: int) -> HttpResponse:
    """Let an address no longer name its person."""
    person, row = _address(request, seat, contact, address)
    form = WorkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        actions.remove_address(seat.member, row, at=seat.now)
        return HttpResponseRedirect(seat.address("client", person.organisation_id))
    why = _("Whoever writes from it is unknown from now on.")
    title = _("Remove %s") % row.address
    return _form(request, seat, person.organisation, form, title, _("Remove"), why, danger=True)


def _begin(seat: Seat, day: Any) -> Any:
    return beginning_of(seat, day) if day is not None else None


def _address(request: HttpRequest, seat: Seat, contact: int, address: int) -> tuple[Contact, ContactAddress]:
    _member, person = access_contact(request.user, seat.desk.slug, contact)
    row = addresses_of(person).filter(pk=address).first()
    if row is None:
        raise Http404
    return person, row


def _form(
    request: HttpRequest,
    seat: Seat,
    client: Organisation,
    form: WorkForm,
    title: Any,
    verb: Any,
    explanation: Any = "",
    *,
    danger: bool = False,
) -> HttpResponse:
    content = {"form": form, "title": title, "verb": verb, "explanation": explanation, "danger": danger}
    return show(request, seat, "workspace/form.html", content | way_back(seat, client))
