"""The page of the key by which the desk signs its letters: made, published, checked, given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import membership
from reglament.desk.channels.email.resolver import own_resolver
from reglament.desk.faults import ActionRefused
from reglament.desk.notices import signing_keys
from reglament.desk.people.roles import Right
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from reglament.desk.notices.models import SigningKey


class KeyForm(WorkForm):
    """Where the public half of the key is to be published."""

    domain = forms.CharField(
        label=_("Domain"), max_length=253, help_text=_("The one that the desk's letters are from.")
    )
    selector = forms.CharField(
        label=_("Selector"),
        max_length=63,
        help_text=_("A word that tells this key from others of the domain, such as desk2026."),
    )


@staff_page
def show_signing(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the key with the record to be published, and what may be done with it."""
    membership(request.user, seat.desk.slug, Right.CHANGE_DESK)
    key = signing_keys.key_of(seat.desk)
    form, refusal = None, None
    if key is None:
        initial = {"domain": signing_keys.domain_of(seat.desk), "selector": f"desk{seat.now:%Y}"}
        form = KeyForm(typed(request), initial=initial)
        if request.method == "POST":
            made = form.attempt(lambda said: signing_keys.make_key(seat.member, at=seat.now, **said))
            if made is not None:
                return HttpResponseRedirect(seat.address("signing"))
    elif request.method == "POST":
        try:
            messages.success(request, _act(seat, key, request.POST.get("what", "")))
        except ActionRefused as refused:
            refusal = refused
        else:
            return HttpResponseRedirect(seat.address("signing"))
    content: dict[str, Any] = {"form": form, "key": key, "refusal": refusal}
    if key is not None:
        content |= {"name": signing_keys.record_name(key), "value": signing_keys.record_value(key)}
    return show(request, seat, "workspace/signing/signing.html", content, status=409 if refusal else 200)


def _act(seat: Seat, key: SigningKey, what: str) -> str:
    if what == "check":
        signing_keys.check_record(seat.member, key, own_resolver(), at=seat.now)
        return gettext("The record is there. Letters are signed from now on.")
    if what == "said":
        signing_keys.said_to_be_there(seat.member, key, at=seat.now)
        return gettext("Letters are signed from now on.")
    if what == "stop":
        signing_keys.stop_signing(seat.member, key, at=seat.now)
        return gettext("Letters are no longer signed, and the key is erased.")
    raise ActionRefused(_("There is no such thing to do with a key."))
