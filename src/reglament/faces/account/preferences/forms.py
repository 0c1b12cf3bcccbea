"""The form of the preferences."""

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from reglament.regulation.wording.zones import RUSSIAN_CITIES, city_words


class PreferencesForm(forms.Form):
    """Language and time zone."""

    language = forms.ChoiceField(label=_("Language"), help_text=_("Of the pages, and of letters to you."))
    zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_(
            "Times are shown as your clock shows them; where a desk counts by another, both are said."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"ru": "Русский", "en": "English"}
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [(code, names.get(code, code)) for code, _name in settings.LANGUAGES]
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = _zones(get_language() or "ru")


def _zones(language: str) -> list[tuple[str, Any]]:
    ours = [(name, city_words(language, ZoneInfo(name))) for name in RUSSIAN_CITIES]
    others = sorted(
        name for name in available_timezones()
        if name not in RUSSIAN_CITIES and name.partition("/")[0] in _CONTINENTS
    )  # fmt: skip
    return [
        (gettext("Russia"), ours),
        (gettext("Other"), [(name, name.replace("_", " ")) for name in others] + [("UTC", "UTC")]),
    ]


_CONTINENTS = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})
