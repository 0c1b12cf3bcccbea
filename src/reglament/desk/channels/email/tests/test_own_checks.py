"""A desk that takes letters from the world, by real SMTP and a real name server of the test's own."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from reglament import clock
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import keep_letter, read_stored
from reglament.desk.channels.email.resolution import Answer, RecordType, Unresolved
from reglament.desk.channels.email.resolver import DnsResolver, own_resolver
from reglament.desk.channels.email.server import MailIntake
from reglament.desk.channels.email.tests.signing import LETTER, key_of, signed
from reglament.desk.channels.email.tests.test_server import running, until_read
from reglament.desk.channels.models import RawLetter
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tests.rows import make_desk

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
# Written by a machine, so that it can be read to its end without a regulation.
AWAY = LETTER.replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:")
RECORDS = (
    key_of("client.example"),
    ("client.example", "TXT", "v=spf1 ip4:127.0.0.1 -all"),
    ("_dmarc.client.example", "TXT", "v=DMARC1; p=reject"),
    ("mail.client.example", "A", "192.0.2.1"),
    ("mail.client.example", "AAAA", "2001:db8::1"),
    ("client.example", "MX", "10 mail.client.example."),
    ("1.2.0.192.in-addr.arpa", "PTR", "mail.client.example."),
)


def _answer(question: bytes, broken: bool) -> bytes:
    message = dns.message.from_wire(question)
    response = dns.message.make_response(message)
    asked = message.question[0]
    name, kind = asked.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(asked.rdtype)
    if broken or name == "broken.example":
        response.set_rcode(dns.rcode.SERVFAIL)
    elif not any(owner == name for owner, _, _ in RECORDS):
        response.set_rcode(dns.rcode.NXDOMAIN)
    values = [value for owner, of, value in RECORDS if (owner, of) == (name, kind)]
    if values and not broken:
        # A string of a TXT record holds 255 octets at most.
        texts = [
            " ".join(f'"{value[at : at + 200]}"' for at in range(0, len(value), 200)) for value in values
        ]
        response.answer.append(
            dns.rrset.from_text_list(asked.name, 60, "IN", kind, texts if kind == "TXT" else values)
        )
    return response.to_wire()


@contextmanager
def name_server(*, broken: bool = False) -> Iterator[int]:
    """Run a name server on this machine; give its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    question, asker = taken.recvfrom(4096)
                except TimeoutError:
                    continue
                taken.sendto(_answer(question, broken), asker)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield taken.getsockname()[1]
        finally:
            ended.set()
            thread.join(10)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process ask the test's own name server."""
    with name_server() as port:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], port
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process ask a name server that cannot answer anything."""
    with name_server(broken=True) as port:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], port
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """Make a desk that checks senders itself."""
    made = make_desk(slug="help", checks_senders=True, trusted_border="desk.example")
    DeskAddress.objects.create(desk=made, address="help@desk.example")
    return made


@pytest.mark.usefixtures("names")
def test_each_kind_of_record_is_read_from_the_wire() -> None:
    resolver = own_resolver()
    assert resolver.ask("mail.client.example", RecordType.A) == Answer(("192.0.2.1",))
    assert resolver.ask("mail.client.example", RecordType.AAAA) == Answer(("2001:db8::1",))
    assert resolver.ask("mail.client.example", RecordType.TXT) == Answer(())
    assert resolver.ask("client.example", RecordType.MX) == Answer(("mail.client.example",))
    assert resolver.ask("1.2.0.192.in-addr.arpa", RecordType.PTR) == Answer(("mail.client.example",))
    assert resolver.ask("s._domainkey.client.example", RecordType.TXT) == Answer((RECORDS[0][2],))
    assert resolver.ask("nobody.example", RecordType.A) == Answer((), exists=False)
    with pytest.raises(Unresolved):
        resolver.ask("broken.example", RecordType.A)


@pytest.mark.usefixtures("names")
def test_what_is_asked_after_the_time_of_a_letter_is_over_gets_no_answer() -> None:
    with pytest.raises(Unresolved):
        DnsResolver(clock.unmoved() - timedelta(seconds=1)).ask("client.example", RecordType.TXT)


@pytest.mark.usefixtures("names")
def test_a_letter_by_smtp_is_proven_by_our_own_checks_and_the_grounds_are_kept(desk: Desk) -> None:
    with (
        running(MailIntake("127.0.0.1", 0)) as port,
        smtplib.SMTP("127.0.0.1", port, "mx.client.example") as client,
    ):
        client.sendmail("anna@client.example", ["help@desk.example"], signed(AWAY))
        row = until_read(RawLetter.objects.get(desk=desk))
    assert (row.client_address, row.helo) == ("127.0.0.1", "mx.client.example")
    assert (row.verdict["proven"], row.verdict["reason"], row.verdict["method"]) == (
        True,
        "own_pass",
        "dmarc",
    )
    assert row.verdict["findings"] == [
        {
            "method": "dmarc",
            "result": "pass",
            "domain": "client.example",
            "aligned": True,
            "detail": "reject",
        },
        {"method": "dkim", "result": "pass", "domain": "client.example", "aligned": True},
        {"method": "spf", "result": "pass", "domain": "client.example", "aligned": True},
    ]


@pytest.mark.usefixtures("names")
def test_by_lmtp_only_the_letter_itself_is_checked(desk: Desk) -> None:
    with (
        running(MailIntake("127.0.0.1", 0, protocol="lmtp")) as port,
        smtplib.LMTP("127.0.0.1", port) as client,
    ):
        client.sendmail("anna@client.example", ["help@desk.example"], AWAY)
        row = until_read(RawLetter.objects.get(desk=desk))
    assert (row.client_address, row.helo, row.verdict["proven"]) == (None, "", False)
    assert row.verdict["findings"][-1]["result"] == "none"


@pytest.mark.usefixtures("names")
def test_a_forged_verdict_of_a_border_is_believed_neither_for_the_sender_nor_for_the_moment(
    desk: Desk,
) -> None:
    forged = (
        b"Received: from client.example by desk.example; Sun, 01 Nov 2026 10:00:00 +0300\r\n"
        b"Authentication-Results: desk.example; dmarc=pass header.from=client.example\r\n" + AWAY
    )
    row, _ = keep_letter(
        desk, forged, Envelope("x@evil.example", "help@desk.example", "192.0.2.9"), "smtp", AT
    )
    read_stored(row.pk, AT)
    row.refresh_from_db()
    assert (row.received_at, row.verdict["proven"], row.verdict["reason"]) == (AT, False, "own_no_pass")


@pytest.mark.usefixtures("no_names")
def test_where_the_dns_is_away_the_letter_is_read_and_nobody_is_proven(desk: Desk) -> None:
    row, _ = keep_letter(desk, signed(AWAY), Envelope("", "help@desk.example", "192.0.2.9", "mx"), "smtp", AT)
    assert read_stored(row.pk, AT).action == "ignore"
    row.refresh_from_db()
    assert (row.verdict["proven"], row.verdict["reason"]) == (False, "own_unresolved")
