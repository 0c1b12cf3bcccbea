"""The address to which answers to a ticket's letters are written: the desk's own, with the ticket in it."""

from __future__ import annotations

from django.conf import settings

from reglament.desk.notices.sub_addresses import signed_address
from reglament.desk.tickets.models import Ticket

LONGEST_LOCAL_PART = 64
"""Octets before the @ of an address (RFC 5321, 4.5.3.1.1)."""


def thread_key() -> bytes:
    """Give the key by which sub-addresses are signed when they are given out, and checked when they come."""
    return f"mail-threads:{settings.SECRET_KEY}".encode()


def reply_address(ticket: Ticket, sender: str) -> str:
    """Give the Reply-To of a ticket's letters, so that answers find it with every reference lost.

    Takes the address that the letter is from. Empty where the desk takes no letters at that address, or
    where the ticket no longer fits before the @.
    """
    # The address of the installation is seldom the desk's as well; any other sender is one of the desk's.
    of_installation = sender == settings.DEFAULT_FROM_EMAIL
    if of_installation and not ticket.desk.addresses.filter(address=sender.lower()).exists():
        return ""
    address = signed_address(sender, ticket.number, thread_key())
    return address if len(address.rpartition("@")[0]) <= LONGEST_LOCAL_PART else ""
