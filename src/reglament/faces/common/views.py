"""The choice of a theme, which belongs to no face and needs no account."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from reglament.faces.common.context import THEME_COOKIE, THEMES
from reglament.faces.common.way_back import may_lead_back

KEPT_FOR = timedelta(days=365)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the posted `theme` in a cookie, or forget it for any other value, and go back to `next`."""
    response = HttpResponseRedirect(_way_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=KEPT_FOR,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def _way_back(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    return asked if may_lead_back(asked) else "/"
