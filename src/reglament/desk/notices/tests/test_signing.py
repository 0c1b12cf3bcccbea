"""Signed letters: what an independent verifier finds, and what happens where signing fails."""

from __future__ import annotations

from collections.abc import Callable

import dkim
import pytest
from django.test.utils import CaptureQueriesContext

from reglament.desk.channels.email.tests.signing import MemoryResolver
from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.notices import jobs, signing_keys
from reglament.desk.notices.models import SigningKey
from reglament.desk.notices.tests.outbox import only, write
from reglament.desk.notices.tests.servers import Server
from reglament.desk.operations.models import AuditEvent, Secret
from reglament.desk.people.models import Role, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import MOMENT, make_desk, make_staff, make_ticket

pytestmark = pytest.mark.django_db
DOMAIN = "desk.example.org"


@pytest.fixture
def admin(desk: Desk) -> StaffMember:
    return make_staff(desk, Role.ADMIN)


def make(admin: StaffMember, domain: str = DOMAIN, *, active: bool = True) -> SigningKey:
    key = signing_keys.make_key(admin, domain=domain, selector="desk2026", at=MOMENT)
    if active:
        signing_keys.said_to_be_there(admin, key, at=MOMENT)
    return key


def dns(key: SigningKey) -> Callable[..., bytes]:
    def answer(name: bytes, timeout: int = 5) -> bytes:
        del timeout
        found = name.decode().rstrip(".") == signing_keys.record_name(key)
        return signing_keys.record_value(key).encode() if found else b""

    return answer


def test_an_independent_verifier_finds_a_signed_letter_sound(
    desk: Desk, admin: StaffMember, taking: Server
) -> None:
    key = make(admin)
    ticket = make_ticket(desk, subject="Не открывается сайт после обновления " * 5)
    write(desk, ticket=ticket)
    write(desk, ticket=ticket, key="two")
    jobs.hand_over_due("worker")
    for raw in taking.letters:
        assert dkim.verify(raw, dnsfunc=dns(key))
        assert raw.startswith(b"DKIM-Signature:")
        assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    letter = desk.outgoing_letters.first()
    assert letter is not None
    assert (letter.signed_by, letter.signing_fault) == ("desk2026._domainkey.desk.example.org", "")


@pytest.mark.parametrize(
    "field",
    [
        *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To"),
        *("Auto-Submitted", "MIME-Version", "Content-Type"),
    ],
)
def test_no_signed_field_can_be_changed_nor_a_second_from_put_above(
    desk: Desk, admin: StaffMember, taking: Server, field: str
) -> None:
    key = make(admin)
    ticket = make_ticket(desk)
    write(desk, ticket=ticket)
    write(desk, ticket=ticket, key="two")
    jobs.hand_over_due("worker")
    raw = taking.letters[1]
    name = f"\r\n{field}: ".encode()
    assert name in raw
    assert not dkim.verify(raw.replace(name, name + b"x", 1), dnsfunc=dns(key))
    assert not dkim.verify(b"From: evil@example.net\r\n" + raw, dnsfunc=dns(key))
    assert not dkim.verify(raw + b"more\r\n", dnsfunc=dns(key))


def test_a_key_that_nobody_has_seen_published_signs_nothing(
    desk: Desk, admin: StaffMember, taking: Server
) -> None:
    make(admin, active=False)
    write(desk)
    jobs.hand_over_due("worker")
    assert b"DKIM-Signature" not in taking.letters[0]
    assert (only().signed_by, only().signing_fault) == ("", "")


@pytest.mark.parametrize("fault", ["another domain", "no private key"])
def test_a_letter_that_cannot_be_signed_is_sent_and_says_why(
    desk: Desk, admin: StaffMember, taking: Server, fault: str
) -> None:
    make(admin, "example.net" if fault == "another domain" else DOMAIN)
    if fault == "no private key":
        Secret.objects.update(ciphertext=b"x" * 40)
    write(desk)
    jobs.hand_over_due("worker")
    letter = only()
    assert (letter.state, letter.signed_by) == ("handed_over", "")
    assert ("example.net" if fault == "another domain" else "VaultFault") in letter.signing_fault
    assert b"DKIM-Signature" not in taking.letters[0]


def test_a_subdomain_is_signed_by_the_key_of_its_domain(
    desk: Desk, admin: StaffMember, taking: Server
) -> None:
    key = make(admin, "example.org")
    write(desk)
    jobs.hand_over_due("worker")
    assert dkim.verify(taking.letters[0], dnsfunc=dns(key))


def test_the_record_is_looked_for_and_what_is_wrong_with_it_is_said(desk: Desk, admin: StaffMember) -> None:
    key = make(admin, active=False)
    name, value = signing_keys.record_name(key), signing_keys.record_value(key)
    for resolver, words in (
        (MemoryResolver(), "no such record"),
        (MemoryResolver((name, "TXT", "v=spf1 -all")), "no such record"),
        (MemoryResolver((name, "TXT", "v=DKIM1; k=rsa; p=MIIB")), "another key"),
        (MemoryResolver((name, "TXT", value), (name, "TXT", value)), "several records"),
        (MemoryResolver((name, "TXT", value), slow=[name]), "no answer"),
    ):
        with pytest.raises(ActionRefused, match=words):
            signing_keys.check_record(admin, key, resolver, at=MOMENT)
        assert not SigningKey.objects.get().active
    signing_keys.check_record(admin, key, MemoryResolver((name, "TXT", value)), at=MOMENT)
    assert SigningKey.objects.get().active
    assert list(AuditEvent.objects.order_by("id").values_list("what", flat=True)) == [
        "make_signing_key",
        "sign_letters",
    ]


def test_the_private_half_lies_in_the_vault_alone_and_is_erased_with_the_key(
    desk: Desk, admin: StaffMember
) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as asked:
        key = make(admin)
    assert not any("PRIVATE KEY" in query["sql"] for query in asked.captured_queries)
    signing_keys.stop_signing(admin, key, at=MOMENT)
    assert not SigningKey.objects.exists()
    assert bytes(Secret.objects.get().ciphertext) == b""
    assert signing_keys.key_of(desk) is None


def test_only_administrators_of_the_desk_make_and_end_its_key(desk: Desk, admin: StaffMember) -> None:
    with pytest.raises(NotAllowed):
        make(make_staff(desk, Role.OWNER))
    key = make(admin)
    with pytest.raises(ActionRefused, match="key already"):
        make(admin)
    for by in (make_staff(desk, Role.OWNER), make_staff(make_desk(), Role.ADMIN)):
        with pytest.raises(ActionRefused):
            signing_keys.stop_signing(by, key, at=MOMENT)


@pytest.mark.parametrize(
    ("domain", "selector", "field"),
    [("", "a", "domain"), ("a b.org", "a", "domain"), ("org", "a", "domain"),
     ("example.org", "a_b", "selector"), ("example.org", "", "selector"), ("example.org", "-", "selector")],
)  # fmt: skip
def test_names_that_the_dns_cannot_carry_are_refused(
    admin: StaffMember, domain: str, selector: str, field: str
) -> None:
    with pytest.raises(ActionRefused) as refused:
        signing_keys.make_key(admin, domain=domain, selector=selector, at=MOMENT)
    assert refused.value.field == field
