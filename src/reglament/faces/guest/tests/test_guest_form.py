"""The form of visitors: what it asks and tells beforehand, the confirmed address, the private link."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reglament.desk.channels.models import GuestDraft
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.tests.lines import lines_desk
from reglament.desk.tests.tram import NOW, client_of
from reglament.desk.tickets.models import Message, Ticket
from reglament.faces.common.uploads import FILE_AT_MOST, FILES_AT_MOST

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk
    from reglament.faces.conftest import OfPack, SetClock

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
VISITOR = {"name": "Vera", "address": "vera@example.net"}


@pytest.fixture(autouse=True)
def _nobody_has_sent_yet() -> None:
    cache.clear()


def get(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query, headers=ENGLISH)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(client: Client, kind: str, desk: str = "tram", **values: Any) -> Any:
    return client.post(
        f"/d/{desk}/guest/about/{kind}/", {"text": "Help.", **VISITOR, **values}, headers=ENGLISH
    )


def link(client: Client, kind: str = "question", desk: str = "tram", **values: Any) -> str:
    answer = send(client, kind, desk, **values)
    assert answer.status_code == 302, answer.content.decode()
    letter = OutgoingLetter.objects.filter(template="guest_confirmation").latest("id")
    found = re.search(r"https?://[^/]+(/d/\S+)", letter.text)
    assert found is not None
    return found[1]


def confirmed(client: Client, kind: str = "question", desk: str = "tram", **values: Any) -> str:
    address = link(client, kind, desk, **values)
    client.post(address)
    return address


def test_kinds_stand_in_groups_by_what_the_regulation_says_of_them(client: Client, tram: Desk) -> None:
    page = get(client, "/d/tram/guest/")
    titles = ("Question", "Not part of the support", "Tour", "Only in another way", "Change of a card")
    places = [page.index(title) for title in titles]
    assert places == sorted(places)
    assert "TR-2" in page[page.index("Change of a card") :]


def test_a_regulation_with_services_groups_anew_for_the_one_that_is_named(
    client: Client, of_pack: OfPack
) -> None:
    of_pack("infobox")
    both = [get(client, "/d/infobox/guest/", service=service) for service in ("vps", "office24")]
    promised = [page[: page.index("Beyond our duties")] for page in both]
    assert "Unavailable virtual server" in promised[0]
    assert "Unavailable virtual server" not in promised[1]
    assert client.get("/d/infobox/guest/", {"service": "spaceship"}).status_code == 404


def test_it_says_before_sending_when_an_answer_is_owed_and_by_which_clause(
    client: Client, of_pack: OfPack, set_clock: SetClock
) -> None:
    of_pack("infobox")
    page = get(client, "/d/infobox/guest/about/consultation/")
    assert "First response by Monday, 2 March 2026, 06:30 (3 hours)" in page
    assert "/d/infobox/regulation/2015-01-01/#INF-2" in page


def test_it_says_before_sending_that_something_must_be_asked_for_in_another_way(
    client: Client, tram: Desk
) -> None:
    page = get(client, "/d/tram/guest/about/card_change/")
    assert "#TR-2" in page
    assert "Sign in and ask there" in page
    assert "next=%2Fd%2Ftram%2Fportal%2Fnew%2Fcard_change%2F" in page


def test_the_levels_are_offered_with_their_meaning_and_what_each_promises(client: Client, tram: Desk) -> None:
    page = get(client, "/d/tram/guest/about/question/")
    assert re.search(r"Halt.*trams stand still.*Answer: 2 hours", page, re.DOTALL)
    assert re.search(r"Delay.*trams are late.*Answer: 8 hours", page, re.DOTALL)


def test_a_faulty_form_names_each_fault_beside_its_field_and_in_a_summary_and_keeps_what_was_typed(
    client: Client, tram: Desk
) -> None:
    answer = send(client, "repair", text="", subject="The bell of 12", address="nobody")
    page = answer.content.decode()
    assert answer.status_code == 422
    for field in ("text", "address", "fields.route"):
        assert f'href="#id_{field}"' in page
        assert f'id="id_{field}_error"' in page
    assert 'value="The bell of 12"' in page
    assert 'value="nobody"' in page
    assert not GuestDraft.objects.exists()


def test_what_the_regulation_demands_is_asked_with_the_clause_that_demands_it(
    client: Client, tram: Desk
) -> None:
    page = get(client, "/d/tram/guest/about/repair/")
    field = page[page.index('for="id_fields.route"') :]
    assert field.index("#TR-5") < field.index("<input")


def test_something_that_is_demanded_may_be_left_for_later_once_that_was_said(
    client: Client, tram: Desk
) -> None:
    page = send(client, "repair").content.decode()
    assert 'name="incomplete"' in page
    address = confirmed(client, "repair", incomplete="1")
    page = get(client, address)
    assert "Your turn: something is missing" in page
    client.post(f"{address}supply/1/", {"fields.route": "12"})
    assert "Your turn" not in get(client, address)


def test_a_visitor_chooses_the_service_later_by_the_private_link(client: Client, set_clock: SetClock) -> None:
    lines_desk()
    address = confirmed(client, "question", "lines", incomplete="1")
    assert '<option value="hill">hill line</option>' in get(client, f"{address}supply/1/")
    client.post(f"{address}supply/1/", {"fields.line": "hill"})
    assert Ticket.objects.get().requests.get().service == "hill"
    page = get(client, f"{address}supply/1/")
    assert 'name="fields.stop"' in page
    assert "fields.line" not in page


def test_a_form_with_other_faults_cannot_be_sent_without_what_is_missing(client: Client, tram: Desk) -> None:
    assert 'name="incomplete"' not in send(client, "repair", address="nobody").content.decode()
    assert send(client, "repair", address="nobody", incomplete="1").status_code == 422


def test_a_wrong_tax_number_is_told_from_a_missing_one(client: Client, of_pack: OfPack) -> None:
    of_pack("iks")
    said = {"fields.inn": "7707083894", "fields.version": "12"}
    page = send(client, "defect", "iks", **said).content.decode()
    assert "This is no INN" in page
    assert 'value="7707083894"' in page
    assert send(client, "defect", "iks", **{**said, "fields.inn": "7707083893"}).status_code == 302


def test_a_secret_comes_back_on_no_page_and_stands_in_no_message(client: Client, tram: Desk) -> None:
    secret = "tram-secret-4711"
    page = send(client, "refund", text="", **{"fields.pass_code": secret}).content.decode()
    assert secret not in page
    address = link(client, "refund", **{"fields.pass_code": secret})
    assert secret not in str(GuestDraft.objects.get().content)
    client.post(address)
    for shown in (get(client, address), get(client, f"{address}why/1/")):
        assert secret not in shown
    assert not Message.objects.filter(text__contains=secret).exists()
    assert not OutgoingLetter.objects.filter(text__contains=secret).exists()


def test_a_file_that_is_too_large_is_named_with_the_limits_and_nothing_else_is_lost(
    client: Client, tram: Desk
) -> None:
    large = SimpleUploadedFile("everything.bin", b"x" * (FILE_AT_MOST + 1))
    small = SimpleUploadedFile("small.txt", b"small")
    answer = send(client, "question", text="See the files", attachments=[small, large])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not taken: everything.bin. Up to 10 files, each up to 10 MB" in page
    assert "See the files" in page


def test_more_files_than_are_taken_are_named_and_the_first_ones_stay_whole(
    client: Client, tram: Desk
) -> None:
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(FILES_AT_MOST + 2)]
    page = send(client, "question", attachments=files).content.decode()
    assert f"Not taken: {FILES_AT_MOST}.txt, {FILES_AT_MOST + 1}.txt." in page


def test_files_arrive_with_the_request(client: Client, tram: Desk) -> None:
    file = SimpleUploadedFile("снимок.png", b"\x89PNG", content_type="image/png")
    address = confirmed(client, "question", attachments=[file])
    assert "снимок.png" in get(client, address)


def test_looking_at_the_link_confirms_nothing_and_the_button_does(client: Client, tram: Desk) -> None:
    address = link(client, subject="The tram is late")
    page = get(client, address)
    assert "The tram is late" in page
    assert not Ticket.objects.exists()
    client.post(address)
    ticket = Ticket.objects.get()
    assert ticket.requester_confirmed_at == NOW
    client.post(address, {"text": ""})
    assert Ticket.objects.count() == 1


def test_a_known_address_is_told_no_more_than_an_unknown_one(client: Client, tram: Desk) -> None:
    contact = client_of(tram, "rider@example.org")
    pages = []
    for address in ("rider@example.org", "vera@example.net"):
        send(client, "question", address=address)
        pages.append(re.sub(address, "", get(client, "/d/tram/guest/sent/")))
    assert _without_tokens(pages[0]) == _without_tokens(pages[1])
    shown = get(client, confirmed(client, address="rider@example.org"))
    assert contact.organisation.name not in shown
    assert contact.name not in shown
    assert Ticket.objects.get(requester=contact).requests.get().authentication == "identified"


def _without_tokens(page: str) -> str:
    return re.sub(r'value="[^"]{60,}"', "", page)


def test_an_unconfirmed_request_is_forgotten(client: Client, tram: Desk, set_clock: SetClock) -> None:
    address = link(client)
    set_clock(NOW + timedelta(days=3, minutes=1))
    assert client.get(address).status_code == 404


def test_the_private_link_follows_the_ticket_to_its_end_and_beyond(client: Client, tram: Desk) -> None:
    address = confirmed(client, subject="The tram is late")
    page = get(client, address)
    assert "The tram is late" in page
    assert "Our turn: answer, due <time" in page
    assert "Help." in page
    client.post(address, {"text": "It came after all."})
    assert "It came after all." in get(client, address)
    client.post(f"{address}close/")
    assert "the ticket opens again" in get(client, address)
    client.post(address, {"text": "Late again."})
    assert Ticket.objects.get().state == "open"


def test_the_private_link_opens_one_ticket_to_whoever_has_it_and_no_other(client: Client, tram: Desk) -> None:
    address = confirmed(client)
    other = confirmed(client, address="boris@example.net")
    assert client.get(address[:-2] + "x/").status_code == 404
    message = Message.objects.get(ticket__requester_address="boris@example.net")
    assert client.get(f"{address}messages/{message.pk}/").status_code == 404
    assert client.get(f"{other}messages/{message.pk}/").status_code == 200


def test_pages_of_the_private_link_are_kept_from_caches_robots_and_other_sites(
    client: Client, tram: Desk
) -> None:
    address = confirmed(client)
    for page in (address, f"{address}why/1/"):
        headers = client.get(page).headers
        assert "no-store" in headers["Cache-Control"]
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_guest_is_sent_to_sign_in_to_confirm_what_needs_proof(client: Client, tram: Desk) -> None:
    page = get(client, confirmed(client, "card_change"))
    assert "Your turn: confirm the request" in page
    assert "Sign in to confirm" in page
    assert "/confirm/" not in page


def test_a_form_that_another_site_sends_is_refused(tram: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    assert send(client, "question").status_code == 403


def test_one_place_sends_only_so_many_forms_an_hour(client: Client, tram: Desk) -> None:
    statuses = [
        send(client, "question", address=f"vera{number}@example.net").status_code for number in range(21)
    ]
    assert statuses[:20] == [302] * 20
    assert statuses[20] == 429
    assert send(client, "question", text="").status_code == 422


def test_markup_that_a_visitor_types_stays_text(client: Client, tram: Desk) -> None:
    nasty = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    page = send(client, "question", subject=nasty, text=nasty, address="nobody").content.decode()
    assert "<script>alert" not in page
    shown = get(client, confirmed(client, "question", subject=nasty, text=nasty, name=nasty))
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
