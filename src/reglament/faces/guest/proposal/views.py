"""A question of the desk that is answered by the signed link of a letter: a page with buttons."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from reglament.desk.decisions.queries import label
from reglament.desk.faults import ActionRefused, NotThere
from reglament.desk.tickets.actions import answer_proposal, proposal_of
from reglament.faces.public.desk_page import open_page, regulation_url

THROUGH = "link"


class AnswerForm(forms.Form):
    """Who answers: by a link nobody is signed in."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


@never_cache
def proposal(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Show what is proposed; record the answer when a button is pressed, never by looking at the page."""
    page = open_page(request, slug)
    row = proposal_of(slug, token)
    edition = row.request.edition
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"name": row.request.ticket.requester_name},
    )
    if request.method == "POST" and form.is_valid():
        said = request.POST.get("answer")
        if said not in ("agree", "decline"):
            raise NotThere
        try:
            row = answer_proposal(
                row, agreed=said == "agree", through=THROUGH, at=page.now, name=form.cleaned_data["name"]
            )
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "guest/proposal.html",
        page.context(
            proposal=row,
            number=str(row.request.ticket),
            was=label(edition, "severity", str(row.from_value), page.language),
            becomes=label(edition, "severity", str(row.to_value), page.language),
            form=form,
            regulation_url=regulation_url(edition),
        ),
        status=422 if form.errors else 200,
    )
