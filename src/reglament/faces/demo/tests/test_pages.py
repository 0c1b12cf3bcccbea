"""The pages of the demonstration: what they show, what they let nobody do, and that they are nowhere else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from reglament.desk.channels.email.authentication import judge
from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.sink import MailSink, deliver, newest
from reglament.faces.demo.world import BORDER, DeskOfWorld, Person, World, current_world, write_world

pytestmark = pytest.mark.django_db

CLIENT = "maria@romashka.example"
LETTER = (
    b"From: =?utf-8?b?0KHQu9GD0LbQsdCw?= <desk@desk.example.org>\r\nTo: maria@romashka.example\r\n"
    b"Subject: [X-1001] Taken\r\nMessage-ID: <first@desk.example.org>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>Hello <script>alert(1)</script><img src='https://spy.example/p.gif'>"
    b"<a href='https://desk.example.org/d/x/'>open</a></p>\r\n"
)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    sink = MailSink("127.0.0.1", 0, tmp_path / "taken")
    asyncio.run_coroutine_threadsafe(sink.begin(), loop).result(10)
    yield sink
    asyncio.run_coroutine_threadsafe(sink.end(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def world(tmp_path: Path, sink: MailSink, settings: Settings) -> World:
    world = World(
        password="abcd-efgh",
        mail_host="127.0.0.1",
        mail_port=sink.port,
        letters=str(tmp_path / "sink"),
        desks=(
            DeskOfWorld(
                slug="x",
                name="Desk X",
                zone="Europe/Moscow",
                addresses=("x@desk.example.org",),
                staff=(Person("Anna", "anna@x.example.org", "support", "agent"),),
                clients=(Person("Мария", CLIENT, "status: active", organisation="Ромашка"),),
            ),
        ),
    )
    write_world(tmp_path / "world.json", world)
    settings.REGLAMENT_DEMO = tmp_path / "world.json"
    assert current_world() == world
    return world


@pytest.mark.parametrize("path", ["", "write/", "people/", f"letters/{'a' * 32}/"])
def test_outside_of_a_demonstration_none_of_its_pages_is_there(client: Client, path: str) -> None:
    assert client.get(f"/demo/{path}").status_code == 404
    assert "/demo/" not in client.get("/account/login/").content.decode()


def test_every_page_leads_to_the_demonstration_while_there_is_one(client: Client, world: World) -> None:
    assert 'href="/demo/"' in client.get("/account/login/").content.decode()


def test_letters_are_shown_newest_first_and_by_receiver(client: Client, world: World) -> None:
    folder = Path(world.letters)
    deliver(folder, LETTER, "x@desk.example.org", (CLIENT,))
    deliver(folder, LETTER.replace(b"Taken", b"Answered"), "x@desk.example.org", ("other@post.example",))
    shown = client.get("/demo/").content.decode()
    assert shown.index("Answered") < shown.index("Taken")
    mine = client.get("/demo/", {"to": CLIENT}).content.decode()
    assert "Taken" in mine
    assert "Answered" not in mine
    assert (
        "Nothing has come"
        in client.get("/demo/?to=a@b.example", headers={"Accept-Language": "en"}).content.decode()
    )


def test_the_html_of_a_letter_runs_and_loads_nothing(client: Client, world: World) -> None:
    delivered = deliver(Path(world.letters), LETTER, "x@desk.example.org", (CLIENT,))
    page = client.get(f"/demo/letters/{delivered.id}/").content.decode()
    assert f'src="/demo/letters/{delivered.id}/html/" sandbox=' in page
    frame = client.get(f"/demo/letters/{delivered.id}/html/")
    content, policy = frame.content.decode(), frame.headers["Content-Security-Policy"]
    assert "script" not in content
    assert "spy.example" not in content
    assert "https://desk.example.org/d/x/" in content
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("identifier", ["../../etc/passwd", "a" * 31, "b" * 32])
def test_a_letter_that_is_not_there_is_not_found(client: Client, world: World, identifier: str) -> None:
    assert client.get(f"/demo/letters/{identifier}/").status_code == 404


def test_a_file_of_a_letter_is_handed_out_and_never_opened(client: Client, world: World) -> None:
    raw = LETTER.replace(b"text/html; charset=utf-8", b'text/html; name="page.html"').replace(
        b"MIME-Version", b'Content-Disposition: attachment; filename="page.html"\r\nMIME-Version'
    )
    delivered = deliver(Path(world.letters), raw, "x@desk.example.org", (CLIENT,))
    answer = client.get(f"/demo/letters/{delivered.id}/files/0/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert client.get(f"/demo/letters/{delivered.id}/files/1/").status_code == 404


@pytest.mark.parametrize(("verdict", "proven"), [("pass", True), ("fail", False), ("none", False)])
def test_a_letter_goes_through_the_border_that_says_what_was_chosen(
    client: Client, world: World, tmp_path: Path, verdict: str, proven: bool
) -> None:
    sent = client.post(
        "/demo/write/",
        {
            "client": CLIENT,
            "recipient": "x@desk.example.org",
            "verdict": verdict,
            "subject": "Вопрос",
            "text": "Как?",
        },
    )
    assert sent.status_code == 302
    assert sent.headers["Location"] == "/demo/?to=maria%40romashka.example"
    (taken,) = newest(tmp_path / "taken")
    assert (taken.mail_from, taken.recipients) == (CLIENT, ("x@desk.example.org",))
    raw = (tmp_path / "taken" / f"{taken.id}.eml").read_bytes()
    read = read_letter(raw)
    assert judge(split_headers(raw)[0], read.sender, BORDER).proven is proven
    assert read.new_text == "Как?"
    assert read.sender is not None
    assert read.sender.name == "Мария"


def test_an_answer_to_a_letter_continues_its_thread(client: Client, world: World, tmp_path: Path) -> None:
    delivered = deliver(Path(world.letters), LETTER, "x@desk.example.org", (CLIENT,))
    page = client.get("/demo/write/", {"answers": delivered.id}).content.decode()
    assert 'value="&lt;first@desk.example.org&gt;"' in page
    client.post(
        "/demo/write/",
        {
            "client": CLIENT,
            "recipient": "x@desk.example.org",
            "verdict": "pass",
            "subject": "Re: [X-1001] Taken",
            "text": "Да",
            "in_reply_to": "<first@desk.example.org>",
        },
    )
    read = read_letter((tmp_path / "taken" / f"{newest(tmp_path / 'taken')[0].id}.eml").read_bytes())
    assert read.in_reply_to == ("<first@desk.example.org>",)


def test_what_is_missing_is_named_and_nothing_is_sent(client: Client, world: World, tmp_path: Path) -> None:
    page = client.post(
        "/demo/write/",
        {"recipient": "x@desk.example.org", "verdict": "pass", "text": "Как?"},
        headers={"Accept-Language": "en"},
    )
    assert page.status_code == 200
    assert "Choose who writes" in page.content.decode()
    assert newest(tmp_path / "taken") == []


def test_a_field_that_would_break_a_header_is_refused_not_sent(
    client: Client, world: World, tmp_path: Path
) -> None:
    page = client.post(
        "/demo/write/",
        {
            "client": CLIENT,
            "recipient": "x@desk.example.org",
            "verdict": "pass",
            "text": "x",
            "in_reply_to": "<a@b>\r\nBcc: all@post.example",
        },
    )
    assert page.status_code in (200, 302)
    for taken in newest(tmp_path / "taken"):
        raw = (tmp_path / "taken" / f"{taken.id}.eml").read_bytes()
        assert b"\r\nBcc:" not in raw


def test_people_are_shown_with_the_password(client: Client, world: World) -> None:
    page = client.get("/demo/people/", headers={"Accept-Language": "ru"}).content.decode()
    assert "abcd-efgh" in page
    assert "anna@x.example.org" in page
    assert "сотрудник" in page
    assert CLIENT in page


def test_the_description_is_for_its_owner_alone(tmp_path: Path, world: World) -> None:
    assert (tmp_path / "world.json").stat().st_mode & 0o077 == 0
