"""Whether the machine that brought a letter may send for its envelope's domain (SPF, RFC 7208).

The rules are those of `pyspf`; it asks through our bounded questions, so it never meets the network.
"""

import ipaddress
import re
import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

from reglament.desk.channels.email.resolution import Questions, RecordType, Unresolved

with warnings.catch_warnings():
    # Its docstrings hold escapes that Python warns of when it first compiles them.
    warnings.simplefilter("ignore")
    import spf

MAX_VOID = 2
"""Lookups without an answer that a policy may cause (RFC 7208, 4.6.4)."""

_DOMAIN = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
_NOT_LOCAL = re.compile(r"[^A-Za-z0-9.!#$&'*+/=?^_`{|}~-]")
_RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})


@dataclass(frozen=True, slots=True)
class SendingHost:
    """The result of SPF, and the domain that it speaks of."""

    result: str
    """As RFC 8601, 2.7.2, names them."""
    domain: str = ""
    greeted: bool = False
    """True where the reverse path was null, so that the domain is that of the greeting (RFC 7208, 2.4)."""


def check_sending_host(
    client_address: str | None, envelope_from: str, helo: str, questions: Questions
) -> SendingHost:
    """Check the machine's network address against the policy of the envelope's domain.

    Takes the address (None where it is not known: then the result is `none`), the reverse path (empty is
    the null one) and the name by which the machine greeted. Never raises.
    """
    greeted = not envelope_from
    domain = (helo if greeted else envelope_from.rpartition("@")[2]).lower().removesuffix(".")
    if not client_address or len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        return SendingHost("none", greeted=greeted)
    try:
        address = ipaddress.ip_address(client_address)
    except ValueError:
        return SendingHost("none", greeted=greeted)
    local = "postmaster" if greeted else envelope_from.rpartition("@")[0]
    # Only macros read the local part; what they cannot carry into a name is taken out.
    sender = f"{_NOT_LOCAL.sub('_', local)[:64] or 'postmaster'}@{domain}"
    greeting = helo if _DOMAIN.fullmatch(helo.lower()) else "unknown"
    return SendingHost(_evaluated(str(address), sender, greeting, questions), domain, greeted)


def _evaluated(address: str, sender: str, greeting: str, questions: Questions) -> str:
    try:
        query = spf.query(i=address, s=sender, h=greeting)
        query.dns = partial(_looked_up, query, questions)
        # An explanation is for whoever refuses letters with it; fetching it only costs a question.
        query.get_explanation = lambda _: None
        result = str(query.check()[0])
    except Exception:  # a policy that the library stumbles over says nothing that could be a pass
        return "permerror"
    return result if result in _RESULTS else "permerror"


def _looked_up(query: Any, questions: Questions, name: str, kind: str, **options: Any) -> list[Any]:
    """Answer the library as its own lookup does, its count of void lookups included."""
    try:
        answer = questions.ask(str(name), RecordType(kind))
    except Unresolved as unresolved:
        raise spf.TempError(str(unresolved)) from None
    if not answer.values and not options.get("ignore_void"):
        query.void_lookups += 1
        if query.void_lookups > MAX_VOID:
            raise spf.PermError(f"more than {MAX_VOID} lookups without an answer")
    if kind == RecordType.TXT:
        return [(value.encode("latin-1", "replace"),) for value in answer.values]
    if kind == RecordType.MX:
        return [(0, value) for value in answer.values]
    return list(answer.values)
