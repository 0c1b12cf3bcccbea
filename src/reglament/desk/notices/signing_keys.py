"""The key by which a desk signs its letters: made, published by its owner, checked, used, given up."""

from __future__ import annotations

import logging
import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament import clock
from reglament.desk.channels.email.resolution import Questions, RecordType, Resolver, Unresolved
from reglament.desk.channels.email.tags import strict_tags
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.models import OutgoingLetter, SigningKey
from reglament.desk.notices.queries import sender_of
from reglament.desk.notices.signing import SigningFault, new_key, signed
from reglament.desk.operations import audit, vault
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right, demand
from reglament.desk.regulations.models import Desk

FIELD = "mail_signing_key"
"""What the vault calls the private half."""

log = logging.getLogger(__name__)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SELECTOR = re.compile(_LABEL)
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


def key_of(desk: Desk) -> SigningKey | None:
    """Give the key of a desk, or None where it signs nothing."""
    return SigningKey.objects.select_related("private_key", "desk").filter(desk=desk).first()


def record_name(key: SigningKey) -> str:
    """Give the name in the DNS under which the public half is published (RFC 6376, 3.6.2.1)."""
    return f"{key.selector}._domainkey.{key.domain}"


def record_value(key: SigningKey) -> str:
    """Give the text that is published there."""
    return f"v=DKIM1; k=rsa; p={key.public_key}"


def domain_of(desk: Desk) -> str:
    """Give the domain that a desk's letters are from."""
    return sender_of(desk).rpartition("@")[2].lower()


@transaction.atomic
def make_key(by: StaffMember, *, domain: str, selector: str, at: datetime) -> SigningKey:
    """Make a desk's key. It signs nothing until its record was seen, or somebody said that it is there."""
    demand(by, Right.CHANGE_DESK)
    domain, selector = domain.strip().lower().rstrip("."), selector.strip().lower()
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise ActionRefused(_("This is not the name of a domain, such as example.org."), field="domain")
    if not _SELECTOR.fullmatch(selector):
        raise ActionRefused(
            _("A selector is a word of letters, digits and hyphens, such as desk2026."), field="selector"
        )
    if key_of(by.desk) is not None:
        raise ActionRefused(_("The desk has a key already; stop signing with it before you make another."))
    private, public = new_key()
    key = SigningKey.objects.create(
        desk=by.desk,
        domain=domain,
        selector=selector,
        public_key=public,
        private_key=vault.seal(by.desk, FIELD, private, at=at),
        created_at=at,
    )
    audit.record(
        "make_signing_key", key, by=by.account, at=at, values={"domain": domain, "selector": selector}
    )
    return key


def check_record(by: StaffMember, key: SigningKey, resolver: Resolver, *, at: datetime) -> None:
    """Ask the DNS for the record of a key, and sign with it from now on where it is there.

    Raises `ActionRefused` that says what was found instead. Never call it inside a transaction.
    """
    _own(by, key)
    name = record_name(key)
    try:
        answer = Questions(resolver).ask(name, RecordType.TXT)
    except Unresolved:
        raise ActionRefused(_("The DNS gave no answer just now; try again in a few minutes.")) from None
    records = [tags for value in answer.values if (tags := strict_tags(value)) and "p" in tags]
    if not records:
        raise ActionRefused(_("There is no such record yet. A new one may take hours to be seen."))
    if len(records) > 1:
        raise ActionRefused(_("There are several records of that name; only one of them may stay."))
    if "".join(records[0]["p"].split()) != key.public_key:
        raise ActionRefused(_("The record that is there holds another key; put the text below in its place."))
    _activate(by, key, at, "seen")


def said_to_be_there(by: StaffMember, key: SigningKey, *, at: datetime) -> None:
    """Sign with a key from now on, on the word of a person that its record is there."""
    _own(by, key)
    _activate(by, key, at, "said")


@transaction.atomic
def stop_signing(by: StaffMember, key: SigningKey, *, at: datetime) -> None:
    """Sign nothing from now on, and erase the private half."""
    _own(by, key)
    audit.record(
        "stop_signing",
        key,
        by=by.account,
        at=at,
        values={"domain": key.domain, "selector": key.selector},
    )
    secret = key.private_key
    key.delete()
    vault.erase(secret, at=at)


def signed_if_set(letter: OutgoingLetter, content: bytes) -> bytes:
    """Sign a letter with its desk's key, where there is one that signs.

    Takes the octets as they go over the wire. A fault never stops the letter: it goes unsigned, and the
    letter keeps why.
    """
    letter.signed_by = letter.signing_fault = ""
    key = key_of(letter.desk) if letter.desk is not None else None
    if key is None or not key.active:
        return content
    try:
        sender = letter.sender.rpartition("@")[2].lower()
        if sender != key.domain and not sender.endswith(f".{key.domain}"):
            raise SigningFault(f"the letter is from {sender}, and the key is for {key.domain}")
        private = vault.open_for_machine(key.private_key)
        content = signed(
            content, domain=key.domain, selector=key.selector, private_key=private, at=clock.now()
        )
    except Exception as fault:  # whatever it is, an unsigned letter is better than none
        log.exception("Letter %d is sent unsigned", letter.pk)
        letter.signing_fault = f"{type(fault).__name__}: {fault}"[:300]
        return content
    letter.signed_by = record_name(key)
    return content


@transaction.atomic
def _activate(by: StaffMember, key: SigningKey, at: datetime, how: str) -> None:
    SigningKey.objects.filter(pk=key.pk).update(active=True)
    key.active = True
    audit.record("sign_letters", key, by=by.account, at=at, values={"record": how})


def _own(by: StaffMember, key: SigningKey) -> None:
    demand(by, Right.CHANGE_DESK)
    if key.desk_id != by.desk_id:
        raise ActionRefused(_("This key is not of your desk."))
