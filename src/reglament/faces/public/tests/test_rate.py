"""How often a visitor may do something: by the place they come from."""

from __future__ import annotations

from itertools import product

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from reglament.faces.public.rate import DAY, HOUR, too_often

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_came_yet() -> None:
    cache.clear()


def stopped(address: str) -> bool:
    return too_often(RequestFactory(REMOTE_ADDR=address).get("/"), "knock", 1) is not None


@pytest.mark.parametrize(
    ("first", "second", "one_place"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_who_has_one_address_of_a_site_has_all_of_them(first: str, second: str, one_place: bool) -> None:
    assert [stopped(first), stopped(second)] == [False, one_place]


def test_each_span_is_counted_by_itself_and_one_of_a_day_asks_to_come_back_tomorrow() -> None:
    request = RequestFactory(REMOTE_ADDR="192.0.2.1").get("/")
    answers = [too_often(request, "knock", 1, span=span) for span in (HOUR, DAY, HOUR, DAY)]
    said = ["" if answer is None else answer.content.decode() for answer in answers]
    assert said[:2] == ["", ""]
    assert ["tomorrow" in page for page in said[2:]] == [False, True]


def test_each_act_is_counted_by_itself() -> None:
    request = RequestFactory(REMOTE_ADDR="192.0.2.1").get("/")
    acts = [too_often(request, act, 1) is None for _, act in product(range(2), ("knock", "ring"))]
    assert acts == [True, True, False, False]
