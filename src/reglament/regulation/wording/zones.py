"""Time zones in the words of people: by the city whose time it is, and by the offset."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

# The zones of the Russian Federation by the city that people name; any other is named by its own city.
RUSSIAN_CITIES = {
    "Europe/Kaliningrad": "Калининград", "Europe/Moscow": "Москва", "Europe/Simferopol": "Симферополь",
    "Europe/Samara": "Самара", "Europe/Volgograd": "Волгоград", "Asia/Yekaterinburg": "Екатеринбург",
    "Asia/Omsk": "Омск", "Asia/Novosibirsk": "Новосибирск", "Asia/Krasnoyarsk": "Красноярск",
    "Asia/Irkutsk": "Иркутск", "Asia/Yakutsk": "Якутск", "Asia/Vladivostok": "Владивосток",
    "Asia/Magadan": "Магадан", "Asia/Sakhalin": "Сахалин", "Asia/Kamchatka": "Камчатка",
}  # fmt: skip


def zone_words(moment: datetime, language: str, zone: tzinfo) -> str:
    """Name a zone by its city and its offset at that moment: `Москва, UTC+3`."""
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    minutes = abs(offset) // timedelta(minutes=1)
    said = "UTC" + ("-" if offset < timedelta() else "+") + str(minutes // 60)
    if minutes % 60:
        said += f":{minutes % 60:02}"
    city = city_words(language, zone)
    return f"{city}, {said}" if city else said


def city_words(language: str, zone: tzinfo) -> str:
    """Name the city of a zone, or give an empty string for a zone that has no name."""
    key = str(getattr(zone, "key", ""))
    if "/" not in key or key.startswith("Etc/"):
        return ""
    if language.lower().startswith("ru") and key in RUSSIAN_CITIES:
        return RUSSIAN_CITIES[key]
    return key.rsplit("/", 1)[1].replace("_", " ")
