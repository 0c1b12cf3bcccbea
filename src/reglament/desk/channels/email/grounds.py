"""On what grounds a sender was found proven or not, in words for people. The ledger keeps the ids."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

OWN_REASONS: dict[str, Promise] = {
    "own_pass": _("the desk itself proved the address"),
    "own_no_pass": _("the desk's own checks did not prove the address"),
    "own_unresolved": _("the DNS did not answer, so the desk could not prove the address"),
}
"""Why the desk's own checks ended as they did."""

RESULTS: dict[str, Promise] = {
    "pass": _("passed"),
    "fail": _("failed"),
    "softfail": _("failed, by the domain's own doubtful word"),
    "neutral": _("says neither yes nor no"),
    "none": _("nothing to check"),
    "policy": _("sound, but not enough"),
    "temperror": _("could not be checked now"),
    "permerror": _("cannot be checked"),
}

DETAILS: dict[str, Promise] = {
    "none": _("the owner asks for nothing where it fails"),
    "quarantine": _("the owner asks for suspicion where it fails"),
    "reject": _("the owner asks for refusal where it fails"),
    "greeting": _("by the greeting, since the reverse path is empty"),
    "malformed": _("the signature is malformed"),
    "fields_unreadable": _("the fields cannot be read as the signer wrote them"),
    "algorithm": _("its algorithm is not safe"),
    "expired": _("the signature had expired"),
    "body_length": _("it covers only the beginning of the letter"),
    "field_added": _("a field was added to those that were signed"),
    "body_changed": _("the letter was changed after it was signed"),
    "signature_wrong": _("the signature does not fit the fields"),
    "key_unresolved": _("the DNS gave no answer for the key"),
    "key_missing": _("there is no key"),
    "key_repeated": _("there are several keys in one place"),
    "key_unfit": _("the key is not for such signatures"),
    "key_revoked": _("the key was revoked"),
    "key_tested": _("the key is only being tested"),
    "key_malformed": _("the key cannot be read"),
    "key_size": _("the key is too short, or senselessly long"),
}


def grounds_in_words(proof: Mapping[str, Any]) -> list[str]:
    """Say what each check found, one line each, in the language of the moment.

    Takes a proof as `Proof.as_json` gives it; a proof of another kind has no such grounds.
    """
    findings = proof.get("findings")
    return (
        [_finding(one) for one in findings if isinstance(one, Mapping)] if isinstance(findings, list) else []
    )


def _finding(one: Mapping[str, Any]) -> str:
    domain, result, detail = (str(one.get(name) or "") for name in ("domain", "result", "detail"))
    checked = " ".join(filter(None, (str(one.get("method") or "").upper(), domain)))
    said = [str(RESULTS.get(result, result))]
    if result == "pass" and not one.get("aligned"):
        said.append(gettext("but not for the sender's own domain"))
    if detail:
        said.append(str(DETAILS.get(detail, detail)))
    return f"{checked}: {'; '.join(said)}"
