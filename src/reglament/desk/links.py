"""Addresses of pages, for letters: whole, with the installation's base. Pages mount themselves there."""

from __future__ import annotations

import re

from django.conf import settings

from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Ticket

_SECRET = re.compile(r"(/d/[\w-]+/(?:guest|proposals)/)[^/\s\"'<>]+")


def _address(desk: Desk, path: str) -> str:
    return f"{str(settings.REGLAMENT_BASE_URL).rstrip('/')}/d/{desk.slug}/{path}"


def portal_ticket(ticket: Ticket) -> str:
    """Give the page of a ticket in the client's portal."""
    return _address(ticket.desk, f"portal/tickets/{ticket.number}/")


def work_ticket(ticket: Ticket) -> str:
    """Give the page of a ticket in the workspace of the desk's staff."""
    return _address(ticket.desk, f"work/tickets/{ticket.number}/")


def guest_page(desk: Desk, secret: str) -> str:
    """Give the page of a guest's private link: to confirm what was sent, then to follow its ticket."""
    return _address(desk, f"guest/{secret}/")


def proposal(desk: Desk, token: str) -> str:
    """Give the page on which a proposal is answered, by its signed token."""
    return _address(desk, f"proposals/{token}/")


def regulation(desk: Desk, clause: str = "") -> str:
    """Give the published regulation of a desk, at a clause where one is named."""
    return _address(desk, "regulation/") + (f"#{clause}" if clause else "")


def without_secrets(text: str) -> str:
    """Give a text, or HTML, in which private links no longer open anything.

    Whoever has the link of a guest or of a proposal answers in the client's place; it is for nobody else.
    """
    return _SECRET.sub(r"\1…", text)
