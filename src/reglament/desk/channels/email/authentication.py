"""Whether a letter's sender is proven, by the verdict of the desk's own border (RFC 8601).

The border is the mail server that takes letters from the world, checks DKIM, SPF and DMARC, and writes
what it found into Authentication-Results under its own name. Everything else in a letter may be written
by its sender, so nothing else is believed: not fields with another name, not copies further down, not
ARC or Received-SPF. Organisational domains are the border's business: here a domain is aligned only
where it is the very domain of the From address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from authres import AuthenticationResultsHeader

from reglament.desk.channels.email.addresses import Address
from reglament.desk.channels.email.headers import Headers

MAX_RESULTS = 8_192
"""Octets of an Authentication-Results field that is read; a longer one proves nothing."""

_COMMENT = re.compile(r"\([^()]*\)")
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]+)", re.IGNORECASE)
_FIRST_TOKEN = re.compile(r"\s*\"?([^\s;\"]+)")
# What a border and its filters write just below its Received; other fields were the sender's.
_BESIDE = re.compile(
    r"authentication-results|received-spf|return-path|delivered-to|x-original-to|arc-.*|.*-filter"
    r"|x-(?:[a-z]+-)?spam.*|x-virus.*|x-rspamd.*"
)
_METHODS = {
    "dmarc": (("header", "from"),),
    "dkim": (("header", "d"), ("header", "i")),
    "spf": (("smtp", "mailfrom"),),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One result that the border wrote down: what it checked, how it ended, and for which domain."""

    method: str
    """`dmarc`, `dkim` or `spf`."""
    result: str
    domain: str
    aligned: bool
    """Whether that domain is the very domain of the From address."""
    detail: str = ""
    """Of our own checks alone: DKIM, why it is no pass; SPF, `greeting` where the reverse path was null;
    DMARC, the policy of the domain's owner."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a sender is proven, and on what grounds."""

    proven: bool
    address: str
    """The address in question; empty where the letter has no one sender."""
    reason: str
    """`aligned_pass` where proven, else what stands against it: `no_sender`, `no_border` (none is set),
    `not_by_border` (it did not take this letter), `no_results`, `results_unreadable`,
    `results_disagree`, `no_aligned_pass`. Where the desk checked by itself: `own_pass`, `own_no_pass`,
    `own_unresolved` (the DNS did not answer)."""
    method: str = ""
    """Which check decided."""
    border: str = ""
    field: str = ""
    """The field that decided, as it stands in the letter; where the desk's own check of the sending machine
    decided, its address, its greeting and the reverse path."""
    findings: tuple[Finding, ...] = ()
    """All that the believed fields say of the three methods."""

    def as_json(self) -> dict[str, Any]:
        """Give the same, fit for JSON."""
        return {
            "proven": self.proven,
            "address": self.address,
            "reason": self.reason,
            "method": self.method,
            "border": self.border,
            "field": self.field,
            "findings": [
                {
                    "method": one.method,
                    "result": one.result,
                    "domain": one.domain,
                    "aligned": one.aligned,
                    **({"detail": one.detail} if one.detail else {}),
                }
                for one in self.findings
            ],
        }


def judge(headers: Headers, sender: Address | None, border: str) -> Proof:
    """Say whether the border proves that the letter comes from its one From address.

    Takes the letter's fields, its sender and the border's authserv-id (empty: none is set, and nobody is
    proven). One aligned pass is enough, whatever else failed; but where two believed fields disagree on
    a method, or one cannot be read, the worse counts.
    """
    if sender is None:
        return Proof(False, "", "no_sender", border=border)
    if not border:
        return Proof(False, sender.address, "no_border")
    own = _own_received(headers, border)
    if own is None:
        return Proof(False, sender.address, "not_by_border", border=border)
    fields = [value for value in _beside(headers, own) if _named(value) == border.lower()]
    if not fields:
        return Proof(False, sender.address, "no_results", border=border)
    read = [(value, _findings(value, sender.domain)) for value in fields]
    findings = tuple(one for _, found in read for one in found or ())
    refused = "no_aligned_pass"
    if any(found is None for _, found in read):
        refused = "results_unreadable"
    else:
        for method in _METHODS:
            spoken = [
                (value, _passes(method, found)) for value, found in read if found and _speaks(method, found)
            ]
            if spoken and all(passes for _, passes in spoken):
                return Proof(
                    True, sender.address, "aligned_pass", method, border, spoken[0][0][:1_000], findings
                )
            if any(passes for _, passes in spoken):
                refused = "results_disagree"
    return Proof(False, sender.address, refused, border=border, findings=findings)


def taken_by_border(headers: Headers, border: str) -> str | None:
    """Give the topmost Received field where the border wrote it, or None."""
    top = headers.raw("received").decode("utf-8", "replace")
    return top if border and _by(top) == border.lower() else None


def written_by_border(headers: Headers, border: str) -> tuple[tuple[str, bytes], ...]:
    """Give the fields that the border and its filters wrote with their names; none where it took none."""
    own = _own_received(headers, border) if border else None
    return tuple(_believed(headers, own)) if own is not None else ()


def _own_received(headers: Headers, border: str) -> int | None:
    """Give the place of the topmost Received that the border wrote: those further down may be copies."""
    for place, (name, value) in enumerate(headers.fields):
        if name == "received" and _by(value.decode("utf-8", "replace")) == border.lower():
            return place
    return None


def _by(received: str) -> str:
    found = _BY.search(_without_comments(received))
    return found[1].lower().rstrip(".") if found else ""


def _beside(headers: Headers, own: int) -> Iterator[str]:
    """Give the Authentication-Results above our Received, and those just below it."""
    for name, value in _believed(headers, own):
        if name == "authentication-results":
            yield value.decode("utf-8", "replace").strip()


def _believed(headers: Headers, own: int) -> Iterator[tuple[str, bytes]]:
    """Give the fields above our Received, and those of filters just below it."""
    for place, (name, value) in enumerate(headers.fields):
        if place > own and not _BESIDE.fullmatch(name):
            return
        yield name, value


def _named(value: str) -> str:
    found = _FIRST_TOKEN.match(_without_comments(value[:MAX_RESULTS]))
    return found[1].lower() if found else ""


def _without_comments(value: str) -> str:
    for _ in range(4):
        shorter = _COMMENT.sub(" ", value)
        if shorter == value:
            break
        value = shorter
    return value


def _findings(value: str, domain: str) -> tuple[Finding, ...] | None:
    """Read one field; None where it cannot be read."""
    if len(value) > MAX_RESULTS:
        return None
    try:
        parsed = AuthenticationResultsHeader.parse(f"Authentication-Results: {value.rstrip('; ')}")
        results = [
            (
                str(result.method).lower(),
                str(result.result).lower(),
                {(str(one.type).lower(), str(one.name).lower()): str(one.value) for one in result.properties},
            )
            for result in parsed.results
        ]
    except (
        Exception
    ):  # the library gives up on some fields in ways of its own; what it cannot read proves nothing
        return None
    return tuple(
        _finding(method, result, named, domain) for method, result, named in results if method in _METHODS
    )


def _finding(method: str, result: str, named: dict[tuple[str, str], str], domain: str) -> Finding:
    domains = [_domain(named[key]) for key in _METHODS[method] if key in named]
    if method == "dkim" and len(domains) == 2:
        signer, agent = domains
        # The agent's domain counts only inside the signer's (RFC 6376, 3.5).
        domains = [agent if agent == domain and agent.endswith(f".{signer}") else signer]
    found = domains[0] if domains else ""
    return Finding(method, result, found, bool(found) and found == domain)


def _domain(identity: str) -> str:
    return identity.strip('<>" ').rpartition("@")[2].lower().rstrip(".")


def _speaks(method: str, findings: tuple[Finding, ...]) -> bool:
    return any(one.method == method and (method != "spf" or one.domain) for one in findings)


def _passes(method: str, findings: tuple[Finding, ...]) -> bool:
    """Say whether a field gives a pass: of several signatures one is enough, else all must agree."""
    passes = [
        one.result == "pass" and one.aligned
        for one in findings
        if one.method == method and (method != "spf" or one.domain)
    ]
    return any(passes) if method == "dkim" else all(passes)
