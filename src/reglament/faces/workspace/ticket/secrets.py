"""Showing a secret to whoever works on the ticket, with a reason that is kept."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_secret, staff_ticket
from reglament.desk.operations import vault
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.pages import show
from reglament.faces.workspace.ticket.page import heading


class RevealForm(WorkForm):
    """Why somebody needs to see a secret."""

    reason = forms.CharField(
        label=_("Why you need to see it"),
        max_length=500,
        help_text=_("It is kept in the audit log with your name; the client may ask."),
    )


@staff_page
def reveal(request: HttpRequest, seat: Seat, number: int, secret: int) -> HttpResponse:
    """Ask for a reason, and show the secret once. It stands on no other page, and no browser keeps it."""
    access = staff_ticket(seat.member, number)
    row = access_secret(access, secret)
    form = RevealForm(request.POST if request.method == "POST" else None)
    shown = None
    if request.method == "POST":
        # Behind the operator's proxy the connection itself is always the proxy's.
        place = get_adapter(request).get_client_ip(request)
        shown = form.attempt(
            lambda said: vault.reveal(row, seat.member, said["reason"], at=seat.now, address=place)
        )
    content = {"form": form, "secret": row, "shown": shown, **heading(seat, access)}
    status = HTTPStatus.OK if shown is not None or request.method == "GET" else HTTPStatus.CONFLICT
    answer = show(request, seat, "workspace/ticket/secret.html", content, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
