"""The second step of the form: what the regulation demands for the kind, then a link to the address given."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.guest_form.actions import keep_draft
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.people.queries import ANONYMOUS
from reglament.faces.guest.asking.form import ADDRESS, NAME, RequestForm
from reglament.faces.guest.asking.outlook import outlook
from reglament.faces.public.desk_page import GUEST_FORM, PORTAL, DeskPage, open_page
from reglament.faces.public.rate import DAY, HOUR, too_often

SENT_TO = "guest_sent_to"
SENT_AT_MOST = {HOUR: 20, DAY: 60}
"""How many forms one network address may send, in an hour and in a day."""


class GuestForm(RequestForm):
    """The form of a visitor: it also asks who they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: dict[str, forms.Field] = {
            NAME: forms.CharField(
                label=_("Your name"),
                max_length=200,
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
            ),
            ADDRESS: forms.EmailField(
                label=_("Your e-mail address"),
                help_text=_(
                    "We will send a link there: with it you confirm the address, and follow the ticket."
                ),
                max_length=254,
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            ),
        }
        files = {name: field for name, field in self.fields.items() if field.widget.needs_multipart_form}
        typed = {name: field for name, field in self.fields.items() if name not in files}
        self.fields = typed | who | files


def form(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Show the form of a kind of request; take it, and mail the link that confirms the address."""
    page = open_page(request, slug)
    if not page.takes_guest_form:
        raise NotThere
    service = request.GET.get("service", "")
    try:
        asked = GuestForm(
            page,
            kind,
            channel=GUEST_FORM,
            authentication=ANONYMOUS,
            known={},
            request=request,
            service=service,
        )
    except (ActionRefused, KeyError) as refusal:
        raise NotThere from refusal
    if request.method == "POST" and asked.is_valid():
        for span, at_most in SENT_AT_MOST.items():
            if (refused := too_often(request, "guest_form", at_most, span=span)) is not None:
                return refused
        try:
            _keep(page, asked)
        except ActionRefused as refusal:
            asked.add_error(refusal.field if refusal.field in asked.fields else None, str(refusal))
        else:
            request.session[SENT_TO] = asked.cleaned_data[ADDRESS]
            return HttpResponseRedirect(reverse("guest:sent", args=[slug]))
    return _shown(page, asked, kind, service)


def _keep(page: DeskPage, asked: GuestForm) -> None:
    keep_draft(
        page.desk,
        address=asked.cleaned_data[ADDRESS],
        name=asked.cleaned_data[NAME],
        now=page.now,
        language=page.language,
        **asked.sent(),
    )


def _shown(page: DeskPage, asked: GuestForm, kind: str, service: str) -> HttpResponse:
    slug = page.desk.slug
    query = f"?{urlencode({'service': service})}" if service else ""
    seen = outlook(page, asked.seen(), levels=bool(asked.levels))
    other_ways = []
    if PORTAL in seen.redirect_to:
        here = reverse("portal:form", args=[slug, kind]) + query
        other_ways.append(
            (f"{reverse('account_login')}?{urlencode({'next': here})}", gettext("Sign in and ask there"))
        )
    return render(
        page.request,
        "guest/form.html",
        page.context(
            form=asked,
            kind=page.rules.written.kinds[kind].title.in_language(page.language),
            outlook=seen,
            other_ways=other_ways,
            back_url=reverse("guest:start", args=[slug]) + query,
            send_label=gettext("Send"),
        ),
        status=422 if asked.errors else 200,
    )


def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell that a link was mailed; whether the address is known to the desk is told to nobody."""
    page = open_page(request, slug)
    address = request.session.get(SENT_TO, "")
    if not address:
        return HttpResponseRedirect(reverse("guest:start", args=[slug]))
    return render(request, "guest/sent.html", page.context(address=address))
