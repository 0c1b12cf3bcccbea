"""At which hosts and ports a mailbox may be read at all: the desk connects to what an administrator names."""

from __future__ import annotations

import ipaddress
import re
import socket

from reglament.desk.channels.mailboxes.faults import MailboxFault

PORTS = (143, 993)
"""The ports of IMAP; a server of one's own may also listen on any from 1024 on."""
_HOST = re.compile(r"[^\s\x00-\x20\x7f/\\@:\[\]]{1,253}|[0-9a-fA-F:.]{2,45}")


def may_be_asked(host: str, port: int) -> bool:
    """Say whether a mailbox may lie at a host and port, by their shape alone."""
    return _HOST.fullmatch(host) is not None and (port in PORTS or 1024 <= port <= 65_535)


def demand_address(host: str, port: int, encryption: str) -> None:
    """Look a host up; raise `MailboxFault` where no mailbox may be read there.

    No mailbox lies at link-local addresses, where clouds keep their secrets, nor at those of groups or at
    the unspecified one. Without encryption only this machine and private networks will do.
    """
    if not may_be_asked(host, port):
        raise MailboxFault("host_forbidden")
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise MailboxFault("host_unknown") from unknown
    for *_rest, place in known:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if address.is_link_local or address.is_multicast or address.is_unspecified:
            raise MailboxFault("host_forbidden")
        if encryption == "none" and not address.is_private:
            raise MailboxFault("must_encrypt")
