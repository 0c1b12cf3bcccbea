"""The base pages, the error pages, and the choice of a theme."""

from http import HTTPStatus

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from reglament.faces.common.tests.gallery.views import ERRORS, NAMES

pytestmark = pytest.mark.urls("reglament.faces.common.tests.gallery.urls")
RUSSIAN_HEADINGS = {
    "400": "Запрос не удалось разобрать",
    "403": "Эта страница не для этой учётной записи",
    "403_csrf": "Форма была открыта слишком долго",
    "404": "По этому адресу ничего нет",
    "413": "Слишком большой объём",
    "429": "Слишком много попыток",
    "500": "Что-то сломалось у нас",
}


@pytest.fixture(autouse=True)
def without_a_database(settings: object) -> None:
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_a_language_a_title_one_heading_and_a_way_past_the_navigation(name: str) -> None:
    text = Client().get(f"/gallery/{name}/").content.decode()
    assert '<html lang="ru"' in text
    assert "<title>" in text
    assert text.count("<h1") == 1
    assert 'href="#main"' in text
    assert text.count('id="main"') == 1


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_says_what_happened_and_shows_a_way_on_without_a_request(name: str) -> None:
    with translation.override("ru"):
        russian = render_to_string(f"{name}.html")
    with translation.override("en"):
        english = render_to_string(f"{name}.html")
    assert RUSSIAN_HEADINGS[name] in russian
    assert 'lang="ru"' in russian
    assert 'lang="en"' in english
    assert RUSSIAN_HEADINGS[name] not in english
    for text in (russian, english):
        assert f">{name[:3]}<" in text
        assert '<a class="button is-primary" href="/">' in text


def test_a_page_without_a_choice_follows_the_system() -> None:
    assert "data-theme=" not in Client().get("/gallery/empty/").content.decode().split("<body>")[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_kept_and_shown_from_the_first_byte(theme: str) -> None:
    client = Client()
    answer = client.post("/choose/theme/", {"theme": theme, "next": "/gallery/empty/?a=1"})
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"] == "/gallery/empty/?a=1"
    assert f'data-theme="{theme}"' in client.get("/gallery/empty/").content.decode().split("<body>")[0]


def test_the_theme_of_the_system_can_be_chosen_again() -> None:
    client = Client()
    client.post("/choose/theme/", {"theme": "dark"})
    client.post("/choose/theme/", {"theme": ""})
    assert "data-theme=" not in client.get("/gallery/empty/").content.decode().split("<body>")[0]


def test_a_cookie_that_names_no_theme_is_ignored() -> None:
    client = Client()
    client.cookies["reglament_theme"] = '"><script>'
    assert "data-theme=" not in client.get("/gallery/empty/").content.decode().split("<body>")[0]


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example.org/", "//elsewhere.example.org", "javascript:alert(1)", ""]
)
def test_the_way_back_never_leads_to_another_site(address: str) -> None:
    assert Client().post("/choose/theme/", {"theme": "dark", "next": address})["Location"] == "/"


def test_a_theme_is_not_chosen_by_a_link() -> None:
    assert Client().get("/choose/theme/?theme=dark").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_the_language_can_be_chosen() -> None:
    client = Client()
    client.post("/choose/language/", {"language": "en", "next": "/gallery/empty/"})
    assert '<html lang="en"' in client.get("/gallery/empty/").content.decode()
