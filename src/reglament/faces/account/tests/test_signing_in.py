"""Signing in and out, passwords, and what a person chooses for themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.test import Client

from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Account
from reglament.desk.tests.tram import client_of

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from reglament.desk.regulations.models import Desk

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PASSWORD = "four ordinary words here"
OTHER = "another four ordinary words"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet(settings: Settings) -> None:
    cache.clear()
    # Test runners put a backend of their own in the place of the desk's outbox.
    settings.EMAIL_BACKEND = "reglament.desk.notices.account_mail.OutboxBackend"


@pytest.fixture
def rider(tram: Desk) -> Account:
    account = client_of(tram).account
    assert account is not None
    account.set_password(PASSWORD)
    account.language = "en"
    account.save()
    return account


def sign_in(client: Client, address: str, password: str) -> tuple[int, str]:
    answer = client.post("/account/login/", {"login": address, "password": password}, headers=ENGLISH)
    return answer.status_code, re.sub(r'value="[^"]*"', "", answer.content.decode())


def test_a_client_of_one_desk_goes_straight_to_its_portal(client: Client, rider: Account) -> None:
    answer = client.post("/account/login/", {"login": rider.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1] == ("/d/tram/portal/", 302)


def test_a_wrong_password_and_an_unknown_address_are_told_alike(client: Client, rider: Account) -> None:
    known = sign_in(client, rider.email, "not this one at all")
    assert known == sign_in(client, "nobody@example.org", "not this one at all")
    assert "not correct" in known[1]


def test_guessing_is_slowed_down_with_words_and_not_with_silence(client: Client, rider: Account) -> None:
    pages = [sign_in(client, rider.email, f"a guess of a password {number}") for number in range(12)]
    assert any("Too many" in page for _status, page in pages)
    assert "Too many" in sign_in(client, rider.email, PASSWORD)[1]


def test_nobody_can_make_an_account_by_themselves(client: Client) -> None:
    assert client.get("/account/signup/").status_code == 404


def test_a_forgotten_password_says_the_same_of_every_address_and_writes_only_to_known_ones(
    client: Client, rider: Account
) -> None:
    said = [
        client.post("/account/password/reset/", {"email": address}, headers=ENGLISH, follow=True)
        for address in (rider.email, "nobody@example.org")
    ]
    assert said[0].redirect_chain == said[1].redirect_chain
    assert [letter.recipient for letter in OutgoingLetter.objects.filter(template="account")] == [rider.email]


def test_the_mailed_link_sets_a_password_once(client: Client, rider: Account) -> None:
    client.post("/account/password/reset/", {"email": rider.email}, headers=ENGLISH)
    letter = OutgoingLetter.objects.get(template="account")
    link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", letter.text)
    assert link is not None
    form = client.get(link[1], follow=True, headers=ENGLISH)
    done = client.post(form.redirect_chain[-1][0], {"password1": OTHER, "password2": OTHER}, headers=ENGLISH)
    assert done.headers["Location"] == "/account/password/reset/key/done/"
    rider.refresh_from_db()
    assert rider.check_password(OTHER)
    assert "This link no longer works" in Client().get(link[1], headers=ENGLISH).content.decode()


def test_a_short_password_is_refused_with_what_would_do(client: Client, rider: Account) -> None:
    client.force_login(rider)
    answer = client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "short", "password2": "short"},
        headers=ENGLISH,
    )
    assert "at least 15 characters" in answer.content.decode()


def test_looking_at_the_page_of_signing_out_signs_nobody_out(client: Client, rider: Account) -> None:
    client.force_login(rider)
    client.get("/account/logout/")
    assert client.get("/d/tram/portal/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/d/tram/portal/").status_code == 302


def test_a_person_reads_in_the_language_and_the_zone_that_they_chose(client: Client, rider: Account) -> None:
    client.force_login(rider)
    client.post("/account/", {"language": "en", "zone": "Asia/Vladivostok"})
    page = client.get("/d/tram/").content.decode()
    assert '<html lang="en"' in page
    assert ">today at\u00a020:00<" in page
    client.post("/account/", {"language": "ru", "zone": "Europe/Moscow"})
    page = client.get("/d/tram/").content.decode()
    assert '<html lang="ru"' in page
    assert ">сегодня в\u00a013:00<" in page
    assert "Владивосток: сегодня в\u00a020:00" in page
    assert rider.contacts.get().language == "ru"


def test_a_zone_that_does_not_exist_is_refused_beside_its_field(client: Client, rider: Account) -> None:
    client.force_login(rider)
    answer = client.post("/account/", {"language": "en", "zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert 'id="id_zone_error"' in answer.content.decode()


def test_pages_of_an_account_ask_for_signing_in_first(client: Client, tram: Desk) -> None:
    for address in ("/account/", "/account/password/change/", "/d/tram/portal/", "/d/tram/portal/new/"):
        assert client.get(address).headers["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/d/tram/portal/new/?kind=question", "/d/tram/portal/new/?kind=question"),
        ("https://testserver/d/tram/portal/", "/account/"),
        ("//testserver/d/tram/portal/", "/account/"),
        ("https://elsewhere.example/", "/account/"),
        ("/d/tram/portal/?" + "a" * 2000, "/account/"),
    ],
)
def test_signing_in_leads_back_to_a_path_of_this_site_only(
    client: Client, rider: Account, back: str, leads_to: str
) -> None:
    answer = client.post("/account/login/", {"login": rider.email, "password": PASSWORD, "next": back})
    assert answer.headers["Location"].startswith(leads_to)
    assert ("?" in answer.headers["Location"]) == ("?" in leads_to)


def test_nobody_can_make_the_desk_write_to_an_address_without_end(client: Client, rider: Account) -> None:
    for _ in range(8):
        client.post("/account/password/reset/", {"email": rider.email}, headers=ENGLISH)
    assert OutgoingLetter.objects.filter(template="account").count() == 5
