"""Whether a letter's sender is proven, where the desk itself takes letters from the world.

The grounds are DKIM, SPF and DMARC, checked here; nothing that stands in the letter about such checks is
believed, for with no border before the desk anybody may have written it. The proof is of the same kind
as the one by a border's verdict (`authentication.judge`), and kept and shown in the same way.
"""

import re
from datetime import datetime

from reglament.desk.channels.email.addresses import Address
from reglament.desk.channels.email.authentication import Finding, Proof
from reglament.desk.channels.email.domain_policy import Policy, of_organisation, policy_of
from reglament.desk.channels.email.resolution import Questions, Resolver, Unresolved
from reglament.desk.channels.email.sending_hosts import SendingHost, check_sending_host
from reglament.desk.channels.email.signatures import Signature, check_signatures

_DOMAIN = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")


def own_verdict(
    raw: bytes,
    envelope_from: str,
    helo: str,
    client_address: str | None,
    sender: Address | None,
    resolver: Resolver,
    at: datetime,
) -> Proof:
    """Say whether a letter comes from its one From address, by our own checks.

    Takes the raw letter, its reverse path (empty is the null one), the greeting and the network address
    of the machine that brought it (None where not known), its sender as `sole_sender` gives it, who asks
    the DNS, and the moment of receipt. One aligned pass is enough, whatever else failed: DMARC's, or one
    of DKIM or SPF for the very domain of the From address. Never raises; what the DNS did not answer is
    `temperror`, which is no pass.
    """
    if sender is None:
        return Proof(False, "", "no_sender")
    domain = sender.domain
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        return Proof(False, sender.address, "own_no_pass")
    questions = Questions(resolver)
    signatures = check_signatures(raw, questions, at)
    host = check_sending_host(client_address, envelope_from, helo, questions)
    envelope = f"{client_address or ''} {helo} <{envelope_from}>"
    by_policy, ground = _dmarc(domain, signatures, host, envelope, questions)
    by_signatures = [_by_signature(one, domain) for one in signatures]
    by_host = _by_host(host, domain)
    findings = (by_policy, *by_signatures, by_host)
    if by_policy.result == "pass":
        return _proven(sender, "dmarc", ground, findings)
    for signature, finding in zip(signatures, by_signatures, strict=True):
        if finding.result == "pass" and finding.aligned:
            return _proven(sender, "dkim", signature.field, findings)
    if by_host.result == "pass" and by_host.aligned:
        return _proven(sender, "spf", envelope, findings)
    unresolved = any(one.result == "temperror" for one in findings)
    return Proof(False, sender.address, "own_unresolved" if unresolved else "own_no_pass", findings=findings)


def _proven(sender: Address, method: str, field: str, findings: tuple[Finding, ...]) -> Proof:
    return Proof(True, sender.address, "own_pass", method, field=field[:1_000], findings=findings)


def _dmarc(
    domain: str, signatures: tuple[Signature, ...], host: SendingHost, envelope: str, questions: Questions
) -> tuple[Finding, str]:
    """Give the result of DMARC, and the field or the envelope on which a pass rests."""
    try:
        policy = policy_of(domain, questions)
    except Unresolved:
        return Finding("dmarc", "temperror", domain, False), ""
    if policy is None:
        return Finding("dmarc", "none", domain, False), ""
    passing = [
        (one.domain, policy.strict_signatures, one.field) for one in signatures if one.result == "pass"
    ]
    if host.result == "pass":
        passing.append((host.domain, policy.strict_hosts, envelope))
    unresolved = "temperror" in {host.result, *(one.result for one in signatures)}
    for identity, strict, ground in passing:
        try:
            if _aligned(identity, strict, domain, policy, questions):
                return Finding("dmarc", "pass", domain, True, policy.policy), ground
        except Unresolved:
            unresolved = True
    return Finding("dmarc", "temperror" if unresolved else "fail", domain, False, policy.policy), ""


def _aligned(identity: str, strict: bool, domain: str, policy: Policy, questions: Questions) -> bool:
    if identity == domain:
        return True
    return not strict and of_organisation(identity, policy.organisation, questions)


def _by_signature(signature: Signature, domain: str) -> Finding:
    # The agent's domain lies within the signer's, whose key may speak for it (RFC 6376, 3.5).
    shown = domain if signature.agent == domain else signature.domain
    return Finding("dkim", signature.result, shown, bool(shown) and shown == domain, signature.detail)


def _by_host(host: SendingHost, domain: str) -> Finding:
    # The greeting's domain proves nothing by itself: it is no address of the letter.
    aligned = not host.greeted and bool(host.domain) and host.domain == domain
    return Finding("spf", host.result, host.domain, aligned, "greeting" if host.greeted else "")
