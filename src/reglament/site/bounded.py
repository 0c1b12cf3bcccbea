"""How much one request may send: refused before Django, which keeps a body whole before it looks at it."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.template.loader import render_to_string
from django.utils import translation

from reglament.site.security import HEADER, POLICY

Scope = dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

FOR_PROGRAMS = "/api/"


def bounded(application: Application) -> Application:
    """Give an ASGI application that refuses a body of more bytes than `settings.REQUEST_BODY_AT_MOST`.

    One that says its length (RFC 9110, 8.6) is refused before a byte of it is read, one that does not
    once it has sent too much. The answer is 413 (RFC 9110, 15.5.14) with a sentence for the reader.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        most: int = settings.REQUEST_BODY_AT_MOST
        if _said_length(scope) > most:
            await _refuse(scope, send)
            return
        came, refused, answered = 0, False, False

        async def counted() -> Event:
            nonlocal came, refused
            event = await receive()
            came += len(event.get("body", b""))
            if came <= most:
                return event
            # To the application it is as if the visitor had gone: it drops what it has read so far.
            refused = True
            return {"type": "http.disconnect"}

        async def noted(event: Event) -> None:
            nonlocal answered
            answered = True
            await send(event)

        await application(scope, counted, noted)
        if refused and not answered:
            await _refuse(scope, send)

    return guarded


def _said_length(scope: Scope) -> int:
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said) if said.isdigit() else 0


async def _refuse(scope: Scope, send: Send) -> None:
    most = settings.REQUEST_BODY_AT_MOST
    if scope["path"].startswith(FOR_PROGRAMS):
        kind = "application/json"
        fault = {"place": "request", "message": f"has over {most} bytes; send less at once"}
        body = json.dumps({"faults": [fault]})
    else:
        kind = "text/html; charset=utf-8"
        # Only its headers are looked at, for the language.
        request = ASGIRequest(scope, io.BytesIO())
        with translation.override(translation.get_language_from_request(request)):
            body = render_to_string("413.html")
    headers = {
        "content-type": kind,
        "content-length": str(len(body.encode())),
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        # What is still on its way will not be read.
        "connection": "close",
        HEADER.lower(): POLICY,
    }
    await send(
        {
            "type": "http.response.start",
            "status": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "headers": [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body.encode()})
