"""Asking the real DNS, through the name servers that this machine is set up with.

The only place in which checking a sender meets the network. Never call it inside a transaction.
"""

from datetime import datetime, timedelta

import dns.exception
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from reglament import clock
from reglament.desk.channels.email.resolution import NOTHING, Answer, RecordType, Resolver, Unresolved

OF_QUESTION = timedelta(seconds=5)
"""How long one question may take."""
OF_LETTER = timedelta(seconds=20)
"""How long all questions of one letter may take (RFC 7208, 4.6.4, asks for 20 seconds at least)."""
REMEMBERED = 2_000
"""Answers that a process remembers, each for as long as the DNS allows."""


class DnsResolver:
    """The DNS, for one letter: what is asked after its time is over gets no answer."""

    def __init__(self, until: datetime) -> None:
        """Take the real moment at which the time of the letter ends."""
        self._until = until

    def ask(self, name: str, kind: RecordType) -> Answer:
        """Give the answer. Raises `Unresolved` where none came in time."""
        left = self._until - clock.unmoved()
        if left <= timedelta():
            raise Unresolved("the time for questions of one letter is over")
        try:
            resolver = dns.resolver.get_default_resolver()
            if resolver.cache is None:
                resolver.cache = dns.resolver.LRUCache(REMEMBERED)
            found = resolver.resolve(
                f"{name}.",
                str(kind),
                lifetime=min(left, OF_QUESTION).total_seconds(),
                raise_on_no_answer=False,
                search=False,
            )
        except dns.resolver.NXDOMAIN:
            return NOTHING
        except (dns.exception.DNSException, OSError, ValueError) as fault:
            raise Unresolved(str(fault)) from fault
        return Answer(tuple(_value(record) for record in found.rrset or ()))


def own_resolver() -> Resolver:
    """Give who asks the DNS for one letter, from now on."""
    return DnsResolver(clock.unmoved() + OF_LETTER)


def _value(record: object) -> str:
    match record:
        case A() | AAAA():
            return str(record.address)
        case MX():
            return record.exchange.to_text(omit_final_dot=True)
        case PTR():
            return record.target.to_text(omit_final_dot=True)
        case TXT():
            return b"".join(record.strings).decode("latin-1")
    return ""
