"""The settings of the desk and of the addresses at which it takes letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.people.queries import staff_of
from reglament.desk.people.roles import Right
from reglament.desk.regulations import settings as actions
from reglament.faces.workspace.desk.views import ROLES
from reglament.faces.workspace.door import Seat, demanding, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from django.http import QueryDict

    from reglament.desk.regulations.models import DeskAddress

LANGUAGES = [("ru", "Русский"), ("en", "English")]
PLAIN = ("name", "language", "zone", "sender_name", "trusted_border", "checks_senders", "spam_field")


class DeskForm(WorkForm):
    """How the desk is called, writes and proves senders."""

    name = forms.CharField(label=_("Name of the desk"), max_length=200)
    language = forms.ChoiceField(
        label=_("Language of letters"),
        choices=LANGUAGES,
        help_text=_("To those whose own language is not known."),
    )
    zone = forms.CharField(
        label=_("Time zone"), max_length=64, help_text=_("An IANA name, such as Europe/Moscow.")
    )
    sender_name = forms.CharField(
        label=_("Sender of letters"),
        max_length=200,
        required=False,
        help_text=_("The name beside the address; empty: the desk's own name."),
    )
    signature_ru = forms.CharField(
        label=_("Signature of Russian letters"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    signature_en = forms.CharField(
        label=_("Signature of English letters"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    trusted_border = forms.CharField(
        label=_("Mail border whose verdict is believed"),
        max_length=253,
        required=False,
        help_text=_("Its authserv-id, as it stands in Authentication-Results; empty: nobody's."),
    )
    checks_senders = forms.BooleanField(
        label=_("The desk checks senders by itself, by DKIM, SPF and DMARC"),
        required=False,
        help_text=_("Where no border of your own stands before it."),
    )
    spam_field = forms.CharField(
        label=_("Field in which the border calls a letter spam"),
        max_length=100,
        required=False,
        help_text=_("Such as X-Spam-Flag; empty: none."),
    )


class AddressForm(WorkForm):
    """Of what kind, and for whom, that is what comes to an address."""

    def __init__(self, seat: Seat, data: QueryDict | None, *, new: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if new:
            self.fields["address"] = forms.EmailField(label=_("Address"), max_length=254)
        labels = seat.labels
        kinds = [(name, labels.kind(name)) for name in labels.edition.kinds] if labels is not None else []
        names = list(labels.edition.departments) if labels is not None else []
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is written there"), required=False, choices=[("", _("not known yet")), *kinds]
        )
        self.fields["department"] = forms.ChoiceField(
            label=_("Department"),
            required=False,
            choices=[("", _("any")), *((name, labels.department(name)) for name in names if labels)],
        )


@staff_page
@demanding(Right.CHANGE_DESK)
def show_settings(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show everything that an administrator sets."""
    labels, desk = seat.labels, seat.desk
    addresses = [
        {
            "row": row,
            "kind": labels.kind(row.kind) if labels is not None and row.kind else "",
            "department": labels.department(row.department) if labels is not None and row.department else "",
        }
        for row in desk.addresses.all()
    ]
    people = [
        {
            "member": member,
            "role": ROLES[member.role],
            "departments": [
                labels.department(one.name) if labels is not None else one.name
                for one in member.departments.all()
            ],
            "signed_in": member.account.has_usable_password(),
        }
        for member in staff_of(desk)
    ]
    departments = [labels.department(name) for name in labels.edition.departments] if labels else []
    content = {"own": desk, "desk_addresses": addresses, "people": people, "departments": departments}
    return show(request, seat, "workspace/settings/settings.html", content)


@staff_page
@demanding(Right.CHANGE_DESK)
def change_desk(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Change the settings of the desk."""
    desk = seat.desk
    now = {name: getattr(desk, name) for name in PLAIN}
    now |= {f"signature_{name}": desk.signatures.get(name, "") for name, _words in LANGUAGES}
    form = DeskForm(typed(request), initial=now)
    if request.method == "POST":
        done = form.attempt(
            lambda said: actions.change_desk(
                seat.member,
                desk,
                signatures={name: said[f"signature_{name}"] for name, _words in LANGUAGES},
                at=seat.now,
                **{name: said[name] for name in PLAIN},
            )
        )
        if done is not None:
            messages.success(request, gettext("Saved."))
            return HttpResponseRedirect(seat.address("settings"))
    return form_page(request, seat, form, _("Settings of the desk"), _("Save"))


@staff_page
@demanding(Right.CHANGE_DESK)
def add_address(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Let the desk take letters at another address."""
    form = AddressForm(seat, typed(request), new=True)
    if request.method == "POST":
        done = form.attempt(
            lambda said: actions.add_desk_address(seat.member, seat.desk, at=seat.now, **said)
        )
        if done is not None:
            return HttpResponseRedirect(seat.address("settings"))
    return form_page(request, seat, form, _("New address of the desk"), _("Add"))


@staff_page
@demanding(Right.CHANGE_DESK)
def change_address(request: HttpRequest, seat: Seat, address: int) -> HttpResponse:
    """Change of what kind, and for whom, that is what comes to an address."""
    row = _address(seat, address)
    now = {"kind": row.kind, "department": row.department}
    form = AddressForm(seat, typed(request), new=False, initial=now)
    if request.method == "POST":
        done = form.attempt(lambda said: actions.change_desk_address(seat.member, row, at=seat.now, **said))
        if done is not None:
            return HttpResponseRedirect(seat.address("settings"))
    return form_page(request, seat, form, row.address, _("Save"))


@staff_page
@demanding(Right.CHANGE_DESK)
def remove_address(request: HttpRequest, seat: Seat, address: int) -> HttpResponse:
    """Take no more letters at an address."""
    row = _address(seat, address)
    form = WorkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        actions.remove_desk_address(seat.member, row, at=seat.now)
        return HttpResponseRedirect(seat.address("settings"))
    why = _("Letters to it are taken no more. Tickets that came by it stay as they are.")
    return form_page(request, seat, form, _("Remove %s") % row.address, _("Remove"), why, danger=True)


def _address(seat: Seat, address: int) -> DeskAddress:
    row = seat.desk.addresses.filter(pk=address).first()
    if row is None:
        raise Http404
    return row


def form_page(
    request: HttpRequest,
    seat: Seat,
    form: WorkForm,
    title: Any,
    verb: Any,
    explanation: Any = "",
    *,
    danger: bool = False,
) -> HttpResponse:
    """Show a form of the settings on a page of its own."""
    back = seat.address("settings")
    content = {"form": form, "title": title, "verb": verb, "explanation": explanation, "danger": danger}
    content |= {"back": back, "trail": [(gettext("Settings"), back)]}
    return show(request, seat, "workspace/form.html", content)
