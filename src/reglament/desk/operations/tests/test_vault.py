"""The vault: what opens a secret, and for whom."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.operations import vault
from reglament.desk.operations.models import AuditEvent, Secret
from reglament.desk.people.models import Role, StaffMember
from reglament.desk.tests.rows import DAY, MOMENT, make_desk, make_request, make_staff, make_ticket
from reglament.desk.tickets.models import Request, Ticket

pytestmark = pytest.mark.django_db

WORDS = "логин root, пароль «Ель-17»"
KEYS = [bytes([number]) * 32 for number in (1, 2)]


@pytest.fixture
def assignee() -> StaffMember:
    return make_staff(make_desk())


@pytest.fixture
def request_of_client(assignee: StaffMember) -> Request:
    return make_request(make_ticket(assignee.desk, assignee=assignee))


@pytest.fixture
def secret(request_of_client: Request) -> Secret:
    return vault.seal(request_of_client.desk, "server_access", WORDS, at=MOMENT, request=request_of_client)


def test_the_assignee_sees_it_with_a_reason_and_the_log_keeps_that(
    secret: Secret, assignee: StaffMember
) -> None:
    found = vault.find(assignee.desk, vault.reference_of(secret))
    assert found is not None
    assert vault.reveal(found, assignee, " to install it ", at=MOMENT, address="192.0.2.1") == WORDS
    event = AuditEvent.objects.get()
    assert (event.what, event.account, event.reason, event.address, event.object_id) == (
        "reveal_secret",
        assignee.account,
        "to install it",
        "192.0.2.1",
        str(secret.pk),
    )


def test_without_a_reason_nothing_is_shown_or_logged(secret: Secret, assignee: StaffMember) -> None:
    with pytest.raises(ActionRefused) as refused:
        vault.reveal(secret, assignee, "  ", at=MOMENT)
    assert refused.value.field == "reason"
    assert not AuditEvent.objects.exists()


def test_nobody_but_the_assignee_sees_it_not_even_an_administrator(
    secret: Secret, assignee: StaffMember
) -> None:
    for member in (
        make_staff(assignee.desk, Role.ADMIN),
        make_staff(make_desk(), account=assignee.account),
    ):
        with pytest.raises(NotAllowed):
            vault.reveal(secret, member, "curious", at=MOMENT)


def test_an_assignee_who_left_or_lost_the_ticket_sees_nothing(secret: Secret, assignee: StaffMember) -> None:
    Ticket.objects.filter(requests=secret.request_id).update(assignee=None)
    with pytest.raises(NotAllowed):
        vault.reveal(Secret.objects.get(), assignee, "mine before", at=MOMENT)
    Ticket.objects.filter(requests=secret.request_id).update(assignee=assignee)
    assignee.left_at = MOMENT
    with pytest.raises(NotAllowed):
        vault.reveal(Secret.objects.get(), assignee, "mine before", at=MOMENT)


def test_the_words_are_nowhere_in_the_row(secret: Secret) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM operations_secret")
        row = b" ".join(
            bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cursor.fetchall()[0]
        )
    for part in ("root", "Ель"):
        assert part.encode() not in row


@pytest.mark.parametrize("moved", ["seal", "desk", "request", "field"])
def test_a_ciphertext_moved_to_another_row_does_not_open(
    secret: Secret, assignee: StaffMember, moved: str
) -> None:
    other = vault.seal(make_desk(), "other", "elsewhere", at=MOMENT, request=None)
    if moved == "seal":
        Secret.objects.filter(pk=other.pk).delete()
    before = Secret.objects.get(pk=secret.pk)
    setattr(before, moved, getattr(other, moved))
    with pytest.raises(vault.VaultFault, match="not what was sealed"):
        vault._opened(before)


def test_a_changed_ciphertext_does_not_open(secret: Secret) -> None:
    secret.ciphertext = bytes([secret.ciphertext[0] ^ 1]) + bytes(secret.ciphertext[1:])
    with pytest.raises(vault.VaultFault):
        vault._opened(secret)


def test_two_seals_of_one_secret_look_different(request_of_client: Request, secret: Secret) -> None:
    again = vault.seal(request_of_client.desk, "server_access", WORDS, at=MOMENT, request=request_of_client)
    assert bytes(again.ciphertext) != bytes(secret.ciphertext)


def test_keys_can_be_changed_and_older_ones_still_open(
    secret: Secret, assignee: StaffMember, settings: Settings
) -> None:
    settings.REGLAMENT_VAULT_KEYS = (KEYS[0],)
    assert vault.reveal(secret, assignee, "r", at=MOMENT) == WORDS
    assert vault.seal_anew(secret)
    assert not vault.seal_anew(secret)
    settings.REGLAMENT_VAULT_KEYS = (KEYS[1], KEYS[0])
    assert vault.reveal(Secret.objects.get(), assignee, "r", at=MOMENT) == WORDS
    settings.REGLAMENT_VAULT_KEYS = (KEYS[1],)
    with pytest.raises(vault.VaultFault, match="REGLAMENT_VAULT_KEYS"):
        vault.reveal(Secret.objects.get(), assignee, "r", at=MOMENT)


def test_an_expired_secret_is_not_shown_and_then_erased(
    request_of_client: Request, secret: Secret, assignee: StaffMember
) -> None:
    short = vault.seal(
        request_of_client.desk, "f", WORDS, at=MOMENT, request=request_of_client, expires_at=MOMENT + DAY
    )
    assert vault.reveal(short, assignee, "r", at=MOMENT) == WORDS
    with pytest.raises(ActionRefused, match="erased"):
        vault.reveal(short, assignee, "r", at=MOMENT + DAY)
    assert vault.erase_expired(MOMENT) == 0
    assert vault.erase_expired(MOMENT + DAY) == 1
    assert bytes(Secret.objects.get(pk=short.pk).ciphertext) == b""
    with pytest.raises(ActionRefused, match="erased"):
        vault.reveal(Secret.objects.get(pk=short.pk), assignee, "r", at=MOMENT)
    vault.erase(secret, at=MOMENT)
    assert Secret.objects.get(pk=secret.pk).erased_at == MOMENT


def test_a_reference_names_a_row_of_its_desk_only(secret: Secret) -> None:
    assert vault.find(secret.desk, f"vault:{secret.pk}") == secret
    assert vault.find(make_desk(), f"vault:{secret.pk}") is None
    assert vault.find(secret.desk, "vault:x") is None
    assert not vault.is_reference("the vault:1")


def test_a_machine_opens_secrets_of_the_desk_and_never_those_of_a_client(secret: Secret) -> None:
    assert vault.open_for_machine(vault.seal(secret.desk, "mailbox", "pass", at=MOMENT)) == "pass"
    with pytest.raises(vault.VaultFault, match="only a person"):
        vault.open_for_machine(secret)


@pytest.mark.parametrize(
    "said", ["vault:", "vault:x", "vault:" + "9" * 5000, "vault:١", "vault:1\n", 1, None]
)
def test_what_a_client_typed_is_no_reference_because_it_begins_like_one(said: object) -> None:
    assert not vault.is_reference(said)
