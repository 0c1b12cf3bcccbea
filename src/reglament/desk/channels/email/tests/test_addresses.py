"""Addresses: one sender or none, and nothing that two readers could read in two ways."""

import pytest

from reglament.desk.channels.email.addresses import Address, addresses_in, plain_address, sole_sender
from reglament.desk.channels.email.headers import split_headers


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"Anna@Example.ORG", [Address("anna@example.org")]),
        (b'"Petrova, Anna" <a@b.example>', [Address("a@b.example", "Petrova, Anna")]),
        (b"a@b.example (Anna)", [Address("a@b.example", "Anna")]),
        (b"a@b.example, c@d.example", [Address("a@b.example"), Address("c@d.example")]),
        (b"Desk: a@b.example, c@d.example;", [Address("a@b.example"), Address("c@d.example")]),
        (b"undisclosed-recipients:;", []),
        (b"", []),
        (b"<@relay.example:a@b.example>", [Address("a@b.example")]),
        ("<a@почта.рф>".encode(), [Address("a@xn--80a1acny.xn--p1ai")]),
    ],
)
def test_mailboxes_are_read(written: bytes, read: list[Address]) -> None:
    assert list(addresses_in(written)) == read


@pytest.mark.parametrize(
    "written",
    [
        b'"boss@client.example" <a@b.example>',
        b"boss@client.example <a@b.example>",
        b"=?utf-8?Q?boss=40client.example?= <a@b.example>",
        b"=?utf-8?Q?=3Cboss=40client.example=3E=2C?= <a@b.example>",
        b"(<boss@client.example>) a@b.example",
    ],
)
def test_an_address_shown_as_a_name_is_not_the_sender(written: bytes) -> None:
    assert [one.address for one in addresses_in(written)] == ["a@b.example"]


@pytest.mark.parametrize(
    "text", ["", "a", "@b.example", "a@", "a@b@c.example", "a b@c.example", "a@.example", "a@b..c"]
)
def test_what_is_not_exactly_one_address_is_none(text: str) -> None:
    assert plain_address(text) is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (b"Subject: x\n", "from_absent"),
        (b"From: \n", "from_absent"),
        (b"From: a@b.example\nFrom: a@b.example\n", "from_repeated"),
        (b"From: a@b.example, c@d.example\n", "from_several"),
        (b"From: <a@b.example> <c@d.example>\n", "from_unreadable"),
        (b"From: nobody\n", "from_unreadable"),
        (b"From: nobody, a@b.example\n", "from_several"),
    ],
)
def test_without_exactly_one_address_in_one_from_field_nobody_is_the_sender(
    fields: bytes, reason: str
) -> None:
    assert sole_sender(split_headers(fields + b"\n")[0]) == (None, reason)


def test_the_one_address_of_the_one_from_field_is_the_sender() -> None:
    raw = b"Sender: x@y.example\nReply-To: z@y.example\nFrom: Anna <A@b.example>\n\n"
    assert sole_sender(split_headers(raw)[0]) == (Address("a@b.example", "Anna"), None)
