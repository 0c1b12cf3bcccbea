"""The site around all pages: headers, cookies, sign-in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.test import Client

from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Account
from reglament.desk.tests.rows import make_account

LOGIN = "/account/login/"
PASSWORD = "a long enough password"


@pytest.fixture
def account(db: None) -> Account:
    cache.clear()
    account = make_account(email="anna@example.org")
    account.set_password(PASSWORD)
    account.save()
    return account


def _sign_in(client: Client, email: str, password: str) -> int:
    return client.post(LOGIN, {"login": email, "password": password}).status_code


@pytest.mark.django_db
def test_every_answer_forbids_what_stands_in_the_page_itself(client: Client) -> None:
    for path in (LOGIN, "/nowhere/"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"


def test_passwords_are_kept_as_argon2_digests(account: Account) -> None:
    assert account.password.startswith("argon2$argon2id$")


def test_a_person_signs_in_by_address_in_any_case_and_gets_a_new_session(
    client: Client, account: Account
) -> None:
    client.get(LOGIN)
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key
    assert _sign_in(client, "Anna@Example.org", PASSWORD) == 302
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(account.pk)


def test_a_switched_off_account_does_not_sign_in(client: Client, account: Account) -> None:
    Account.objects.update(is_active=False)
    _sign_in(client, account.email, PASSWORD)
    assert "_auth_user_id" not in client.session


def test_guessing_is_stopped_even_for_the_right_password(client: Client, account: Account) -> None:
    for number in range(10):
        _sign_in(client, account.email, f"guess number {number}")
    _sign_in(client, account.email, PASSWORD)
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_nobody_makes_an_account_by_themselves(client: Client) -> None:
    client.post(
        "/account/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not Account.objects.filter(email="new@example.org").exists()


@pytest.mark.usefixtures("outbox")
def test_a_forgotten_password_is_set_anew_by_a_letter_and_strangers_learn_nothing(
    client: Client, account: Account
) -> None:
    answers = [
        client.post("/account/password/reset/", {"email": email})
        for email in (account.email, "stranger@example.org")
    ]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (302, "/account/password/reset/done/")
    ] * 2
    letter = OutgoingLetter.objects.get()
    assert letter.recipient == account.email
    link = re.search(r"http\S+", letter.text)
    assert link is not None
    page = client.get(link[0].replace("http://testserver", ""), follow=True)
    new = "another long password"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert _sign_in(Client(), account.email, new) == 302


@pytest.fixture
def outbox(settings: object) -> None:
    settings.EMAIL_BACKEND = "reglament.desk.notices.account_mail.OutboxBackend"  # type: ignore[attr-defined]


def _settings_of(base_url: str, *names: str) -> dict[str, object]:
    program = (
        "import json, sys; from django.conf import settings; "
        "print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}))"
    )
    environment = {**os.environ, "REGLAMENT_BASE_URL": base_url, "REGLAMENT_TRUSTED_PROXIES": "1"}
    command = [sys.executable, "-c", program, *names]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def test_over_https_cookies_are_bound_to_the_host_and_travel_encrypted_only() -> None:
    cookies = ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE")
    names = [f"{cookie}_{part}" for cookie in cookies for part in ("NAME", "SECURE", "HTTPONLY", "SAMESITE")]
    found = _settings_of("https://desk.example.org", *names, "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS")
    for cookie in cookies:
        assert str(found[f"{cookie}_NAME"]).startswith("__Host-")
        assert found[f"{cookie}_SECURE"] is True
        assert found[f"{cookie}_HTTPONLY"] is True
        assert found[f"{cookie}_SAMESITE"] == "Lax"
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["ALLOWED_HOSTS"] == ["desk.example.org"]


def test_on_this_machine_cookies_work_without_https() -> None:
    found = _settings_of("http://127.0.0.1:8000", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "DEBUG")
    assert found == {
        "SESSION_COOKIE_NAME": "reglament_session",
        "SESSION_COOKIE_SECURE": False,
        "DEBUG": False,
    }


def test_the_application_does_not_start_on_a_missing_secret() -> None:
    environment = {**os.environ, "REGLAMENT_SECRET_KEY": ""}
    command = [sys.executable, "-c", "import reglament.site.asgi"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode != 0
    assert "REGLAMENT_SECRET_KEY is not set" in result.stderr
