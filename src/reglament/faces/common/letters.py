"""What came with a message, given out harmlessly: its HTML for a sandboxed frame, its files to be kept."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.http import HttpResponse

from reglament.desk.channels.email.sanitise import sanitised
from reglament.desk.tickets.files import content_of

if TYPE_CHECKING:
    from reglament.desk.tickets.models import Attachment, Message

FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""Of the HTML of a letter: nothing runs, nothing is loaded, and only our own pages may frame it."""
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
_STYLE = (
    "html{color-scheme:light;background:#fff;color:#1a2330}"
    "body{margin:12px;overflow-wrap:anywhere;"
    "font:16px/1.5 'Golos Text','PT Sans','Noto Sans','DejaVu Sans',sans-serif}"
    "img,table{max-width:100%}pre{white-space:pre-wrap}"
)

MAX_PICTURES = 5_000_000
"""Octets of the pictures that are shown inside one message; further ones are among its files."""
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
"""What pictures begin with: what a sender calls a file does not count."""


def frame_of(message: Message) -> HttpResponse:
    """Give the sanitised HTML of a message as a page of its own, for a sandboxed frame only."""
    body = message.html
    if "cid:" in body:
        body = sanitised(body, _pictures_of(message))
    return framed(body)


def framed(body: str) -> HttpResponse:
    """Give HTML that was sanitised before as a page of its own, for a sandboxed frame only."""
    page = (
        '<!doctype html><html><head><meta charset="utf-8"><title>—</title><base target="_blank">'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    return HttpResponse(
        page,
        headers={
            "Content-Security-Policy": FRAME_POLICY,
            "X-Frame-Options": "SAMEORIGIN",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, no-store",
        },
    )


def _pictures_of(message: Message) -> dict[str, str]:
    """Give the pictures of a message by the names that its HTML has for them (RFC 2392), as addresses."""
    pictures: dict[str, str] = {}
    left = MAX_PICTURES
    for attachment in message.attachments.exclude(content_id="").order_by("pk"):
        if attachment.size > left:
            continue
        content = content_of(attachment)
        kind = next((kind for begin, kind in _PICTURES.items() if content.startswith(begin)), None)
        if kind is not None:
            left -= attachment.size
            pictures[attachment.content_id] = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    return pictures


def file_of(attachment: Attachment) -> HttpResponse:
    """Give a file to be kept, never to be shown: as what it is, under the name that its sender gave it."""
    plain = attachment.file_name.encode("ascii", "replace").decode().replace('"', "_").replace("?", "_")
    return HttpResponse(
        content_of(attachment),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": (
                f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(attachment.file_name, safe='')}"
            ),
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
