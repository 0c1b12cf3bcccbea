"""Decisions over HTTP are those of the command line, for programs with a key."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from reglament import packs
from reglament.desk.operations.api_keys import make_key, revoke_keys
from reglament.desk.operations.models import ApiKey

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
PACK = packs.names()[0]
PLACE = f"/api/v1/regulations/{PACK}/decide"
REQUEST = {
    "id": 1,
    "received_at": "2026-03-02T10:00:00+03:00",
    "channel": "email",
    "authentication": "anonymous",
    "kind": "unclassified",
}


@pytest.fixture
def headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {make_key('a program', at=NOW)}"}


def _post(body: Any, headers: dict[str, str] | None = None, place: str = PLACE) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = Client(enforce_csrf_checks=True).post(
        place, data, content_type="application/json", headers=headers or {}
    )
    return response.status_code, response.json()


def test_one_request_gives_one_decision_and_an_array_an_array(headers: dict[str, str]) -> None:
    status, decision = _post(REQUEST, headers)
    assert (status, decision["id"], decision["regulation"]) == (200, 1, PACK)
    status, decisions = _post([REQUEST, {**REQUEST, "id": 2}], headers)
    assert [one["id"] for one in decisions] == [1, 2]
    assert _post([], headers) == (200, [])


def test_without_a_known_key_nothing_is_said(headers: dict[str, str]) -> None:
    assert _post(REQUEST)[0] == 401
    assert _post(REQUEST, {"Authorization": "Bearer rgl_guess"})[0] == 401
    assert _post(REQUEST, {"Authorization": "Bearer "})[0] == 401
    revoke_keys("a program", at=NOW)
    assert _post(REQUEST, headers)[0] == 401


def test_a_key_is_kept_only_as_a_digest() -> None:
    key = make_key("another", at=NOW)
    assert key not in str(ApiKey.objects.values_list())


def test_faults_have_the_places_of_the_command_line(headers: dict[str, str]) -> None:
    status, answer = _post([REQUEST, {**REQUEST, "channel": "fax"}, 5], headers)
    assert status == 422
    assert [fault["place"] for fault in answer["faults"]] == ["requests[1].channel", "requests[2]"]
    status, answer = _post({"kind": "nothing"}, headers)
    assert {fault["place"] for fault in answer["faults"]} == {
        f"request.{key}" for key in ("received_at", "channel", "authentication", "kind")
    }


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no input"),
        (b"{", "is not JSON"),
        (b"\xff", "is not UTF-8"),
        (b'{"kind": 1, "kind": 2}', "'kind' twice"),
        (b'{"kind": NaN}', "no number of JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" + b"9" * 10_000 + b"]", "number too long"),
    ],
)
def test_a_body_that_is_no_json_is_said_in_a_sentence(
    headers: dict[str, str], body: bytes, words: str
) -> None:
    status, answer = _post(body, headers)
    assert status == 422
    assert words in answer["faults"][0]["message"]


def test_limits_and_unknown_regulations_are_said(headers: dict[str, str]) -> None:
    assert _post([REQUEST] * 1_001, headers)[0] == 413
    status, answer = _post(REQUEST, headers, "/api/v1/regulations/nothing/decide")
    assert status == 404
    assert PACK in answer["faults"][0]["message"]
    assert Client().post("/api/v1/regulations/..%2F..%2Fetc/decide", headers=headers).status_code == 404


def test_a_deadline_that_needs_an_undecreed_year_is_a_fault(headers: dict[str, str]) -> None:
    status, answer = _post({**REQUEST, "received_at": "2031-03-02T10:00:00+03:00"}, headers)
    assert status == 422
    assert answer["faults"][0]["place"] == "request.received_at"
