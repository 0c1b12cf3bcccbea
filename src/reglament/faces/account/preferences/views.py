"""The page of a person's own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from reglament.desk.access import contacts, memberships
from reglament.desk.people.preferences import choose_preferences
from reglament.faces.account.preferences.forms import PreferencesForm


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show what a person has chosen, and keep another choice."""
    account = request.user
    assert account.is_authenticated
    chosen = {"language": translation.get_language(), "zone": account.zone}
    form = PreferencesForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        choose_preferences(account, language=language, zone=form.cleaned_data["zone"])
        with translation.override(language):
            messages.success(request, gettext("Your choice is kept."))
        response = HttpResponseRedirect(reverse("account_preferences"))
        # A choice made in this browser goes before the account's, so that it must agree with it.
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            httponly=True,
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
        return response
    return render(
        request,
        "account/preferences.html",
        {"form": form, "work": memberships(account), "contacts": contacts(account)},
        status=422 if form.errors else 200,
    )
