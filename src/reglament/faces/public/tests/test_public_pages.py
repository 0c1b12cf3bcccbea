"""The pages that anybody may read: the desks, a desk's front page, the published regulation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from reglament import packs
from reglament.desk.regulations.actions import add_editions, create_desk
from reglament.desk.regulations.queries import compiled, editions_of
from reglament.desk.tests.tram import NOW, TRAM

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk
    from reglament.faces.conftest import OfPack, SetClock

pytestmark = pytest.mark.django_db
RUSSIAN = {"accept-language": "ru"}
ENGLISH = {"accept-language": "en"}
GUEST_FORMS = {"infobox", "iks"}


def test_the_first_page_lists_the_desks_and_leads_to_each(client: Client, tram: Desk) -> None:
    page = client.get("/", headers=ENGLISH).content.decode()
    assert "Tram" in page
    assert 'href="/d/tram/"' in page
    assert 'href="/d/tram/regulation/"' in page


def test_an_installation_without_desks_says_how_one_comes(client: Client, set_clock: SetClock) -> None:
    page = client.get("/", headers=ENGLISH).content.decode()
    assert "There is no desk here yet" in page


def test_the_front_page_says_whether_the_service_is_open_now_and_until_when(
    client: Client, of_pack: OfPack, set_clock: SetClock
) -> None:
    of_pack("centaur")
    set_clock(datetime.fromisoformat("2026-03-06T16:00:00+03:00"))
    page = client.get("/d/centaur/", headers=ENGLISH).content.decode()
    assert "open now" in page
    assert "closes <time" in page
    assert ">today at\u00a017:00<" in page
    set_clock(datetime.fromisoformat("2026-03-07T12:00:00+03:00"))
    page = client.get("/d/centaur/", headers=RUSSIAN).content.decode()
    assert "сейчас закрыто" in page
    # Monday the 9th is a day off in 2026, transferred from the 8th.
    assert "10\u00a0марта, 09:00" in page


def test_hours_that_are_possible_stand_apart_from_those_that_are_promised(
    client: Client, of_pack: OfPack
) -> None:
    of_pack("onehs")
    page = client.get("/d/onehs/", headers=ENGLISH).content.decode()
    assert "possible, not promised: at night, from 22:00 to 06:00" in page


@pytest.mark.parametrize("pack", packs.names())
def test_the_guest_form_is_offered_only_where_the_regulation_takes_it(
    client: Client, of_pack: OfPack, pack: str
) -> None:
    of_pack(pack)
    front = client.get(f"/d/{pack}/", headers=ENGLISH).content.decode()
    takes = pack in GUEST_FORMS
    assert (f'href="/d/{pack}/guest/"' in front) is takes
    assert client.get(f"/d/{pack}/guest/").status_code == (200 if takes else 404)


@pytest.mark.parametrize("pack", packs.names())
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_clause_stands_in_the_published_regulation_under_its_number_without_signing_in(
    client: Client, of_pack: OfPack, pack: str, language: str
) -> None:
    desk = of_pack(pack)
    written = compiled(editions_of(desk)[0]).written
    page = client.get(f"/d/{pack}/regulation/", {"language": language}).content.decode()
    assert f'<html lang="{language}"' in page
    for clause in written.clauses:
        assert f'id="{clause.id}"' in page
        assert f'href="#{clause.id}"' in page
    titles = [clause.title.in_language(language) for clause in written.clauses]
    assert titles[0] in page


def test_a_document_is_given_as_pdf_in_either_language(client: Client, tram: Desk) -> None:
    for language in ("ru", "en"):
        answer = client.get(f"/d/tram/regulation/2020-01-01/{language}.pdf")
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="tram-2020-01-01-{language}.pdf"'
        )


def test_past_and_announced_editions_are_listed_and_say_that_they_are_not_in_force(
    client: Client, tram: Desk
) -> None:
    source = "---\n".join(
        TRAM.replace("edition: 2020-01-01", f"edition: {date}")
        for date in ("2020-01-01", "2026-02-01", "2027-01-01")
    )
    add_editions(None, tram, source, at=NOW)
    in_force = client.get("/d/tram/regulation/", headers=ENGLISH).content.decode()
    for date in ("2020-01-01", "2026-02-01", "2027-01-01"):
        assert f"/d/tram/regulation/{date}/" in in_force
    assert "no longer in force" not in in_force
    assert (
        "no longer in force" in client.get("/d/tram/regulation/2020-01-01/", headers=ENGLISH).content.decode()
    )
    assert (
        "announced and not in force"
        in client.get("/d/tram/regulation/2027-01-01/", headers=ENGLISH).content.decode()
    )


@pytest.mark.parametrize(
    "address",
    [
        "/d/tramway/",
        "/d/tram/regulation/1999-01-01/",
        "/d/tram/regulation/TR-99/",
        "/d/tram/regulation/1999-01-01/ru.pdf",
    ],
)
def test_what_is_not_there_is_said_with_a_way_on(client: Client, tram: Desk, address: str) -> None:
    answer = client.get(address, headers=ENGLISH)
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_the_address_of_a_clause_leads_to_its_place_whatever_the_case_of_its_letters(
    client: Client, tram: Desk
) -> None:
    assert client.get("/d/tram/regulation/tr-4/").headers["Location"] == "/d/tram/regulation/#TR-4"


def test_times_are_said_in_the_zone_of_the_desk_to_whoever_has_no_account(client: Client, tram: Desk) -> None:
    page = client.get("/d/tram/", headers=ENGLISH).content.decode()
    assert ">today at\u00a020:00<" in page


@pytest.mark.parametrize("knows", [True, False])
def test_the_article_on_how_to_write_is_linked_where_a_clause_has_one(
    client: Client, set_clock: SetClock, knows: bool
) -> None:
    address = "https://tram.example.org/how-to-write"
    told = f'      - practice: knowledge\n        terms: {{how_to_write: "{address}"}}\n'
    create_desk(f"{TRAM}{told}" if knows else TRAM, slug="tram", at=NOW)
    page = client.get("/d/tram/", headers=ENGLISH).content.decode()
    assert (f'href="{address}"' in page) is knows
    if knows:
        assert "#TR-7" in page[page.index(address) :]
