"""Pictures inside a letter's HTML: those of the same letter, and no others."""

import base64

from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Message
from reglament.faces.common.letters import frame_of
from tests.letters.test_road_of_a_letter import ANNA, BORDER, send

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


def letter(content_id: str, markup: str, content: bytes = PNG) -> bytes:
    """Write a letter of HTML with one picture."""
    encoded = base64.b64encode(content).decode()
    return (
        f"Received: from a.example by {BORDER} with ESMTPS; Tue, 13 Oct 2026 12:50:00 +0300\r\n"
        f"From: {ANNA}\r\nContent-Type: multipart/related; boundary=e\r\n\r\n"
        f"--e\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{content_id}</p>{markup}\r\n"
        f"--e\r\nContent-Type: image/png\r\nContent-ID: <{content_id}>\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--e--\r\n"
    ).encode()


def shown(desk: Desk, raw: bytes) -> str:
    """Give the page of a letter's HTML, once the desk took it."""
    message = Message.objects.get(pk=send(desk, raw).message_id or 0)
    return frame_of(message).content.decode()


def test_a_picture_of_the_same_letter_is_shown_inside_it(desk: Desk) -> None:
    page = shown(desk, letter("one@x", '<img src="cid:one@x"><img src="CID:one%40x">'))
    assert page.count(f'src="data:image/png;base64,{base64.b64encode(PNG).decode()}"') == 2


def test_pictures_of_other_letters_and_from_elsewhere_are_not(desk: Desk) -> None:
    shown(desk, letter("one@x", '<img src="cid:one@x">'))
    page = shown(
        desk, letter("two@x", '<img src="cid:one@x"><img src="http://x.example/a.png"><img src="data:x">')
    )
    assert "src=" not in page


def test_what_only_calls_itself_a_picture_is_not_shown(desk: Desk) -> None:
    assert "src=" not in shown(desk, letter("one@x", '<img src="cid:one@x">', b"<svg onload='x()'/>"))
