"""What every page may show: the present moment, and the chosen theme."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from reglament import clock

THEMES = ("light", "dark")
THEME_COOKIE = "reglament_theme"


def shared(request: HttpRequest) -> dict[str, Any]:
    """Give the templates `now`, `theme` and `demo_url`.

    One aware moment for the whole page; the theme, empty for the system's; and the page of the
    demonstration, empty outside of one.
    """
    demo_url = reverse("demo:letters") if settings.REGLAMENT_DEMO else ""
    return {"now": clock.now(), "theme": theme_of(request), "demo_url": demo_url}


def theme_of(request: HttpRequest) -> str:
    """Read the theme that the visitor has chosen: `light`, `dark`, or empty for that of the system."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""
