"""What every page may show: the present moment, and the chosen theme."""

from typing import Any

from django.http import HttpRequest

from reglament import clock

THEMES = ("light", "dark")
THEME_COOKIE = "reglament_theme"


def shared(request: HttpRequest) -> dict[str, Any]:
    """Give the templates `now`, one aware moment for the whole page, and `theme`, empty for the system's."""
    return {"now": clock.now(), "theme": theme_of(request)}


def theme_of(request: HttpRequest) -> str:
    """Read the theme that the visitor has chosen: `light`, `dark`, or empty for that of the system."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""
