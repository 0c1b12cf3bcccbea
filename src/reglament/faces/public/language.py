"""The language of a page, among those that regulations are written in."""

from django.utils.translation import get_language

from reglament.faces.common.moments import base_language


def page_language() -> str:
    """Give `ru` or `en`: the language in which the present page speaks."""
    return base_language(get_language() or "ru")
