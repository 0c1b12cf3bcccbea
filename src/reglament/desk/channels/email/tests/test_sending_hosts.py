"""SPF: the machine that brought a letter, and the bounds on what a policy may ask."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reglament.desk.channels.email.resolution import MAX_QUESTIONS, Questions
from reglament.desk.channels.email.sending_hosts import SendingHost, check_sending_host
from reglament.desk.channels.email.tests.signing import Clockwork, MemoryResolver

HOST = "192.0.2.1"


def txt(domain: str, value: str) -> tuple[str, str, str]:
    """Write a policy."""
    return domain, "TXT", value


def result(*records: tuple[str, str, str], host: str = HOST, sender: str = "anna@client.example") -> str:
    """Give the result for a letter of one sender."""
    return check_sending_host(host, sender, "mx.example", Questions(MemoryResolver(*records))).result


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "pass"),
        ("v=spf1 ip4:198.51.100.0/24 -all", "fail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf1", "neutral"),
        ("v=spf1 a:out.client.example -all", "pass"),
        ("v=spf1 mx -all", "pass"),
        ("v=spf1 exists:%{ir}.%{l}.allowed.client.example -all", "pass"),
        ("v=spf1 ptr:client.example -all", "pass"),
        ("v=spf1 include:other.example -all", "pass"),
        ("v=spf1 redirect=other.example", "pass"),
        ("v=spf1 include:without.example -all", "permerror"),
        ("v=spf1 nonsense -all", "permerror"),
        ("v=spf1 ip4:192.0.2.999 -all", "permerror"),
        ("v=spf10 +all", "none"),
    ],
)
def test_the_policy_decides(policy: str, expected: str) -> None:
    found = result(
        txt("client.example", policy),
        ("out.client.example", "A", HOST),
        ("client.example", "MX", "out.client.example"),
        ("1.2.0.192.anna.allowed.client.example", "A", "127.0.0.2"),
        ("1.2.0.192.in-addr.arpa", "PTR", "out.client.example"),
        txt("other.example", "v=spf1 ip4:192.0.2.1 -all"),
        ("without.example", "A", HOST),
    )
    assert found == expected


def test_a_machine_of_the_new_protocol_is_checked_by_its_own_mechanisms() -> None:
    policy = txt("client.example", "v=spf1 ip6:2001:db8::/32 a -all")
    assert result(policy, host="2001:db8::5") == "pass"
    assert result(policy, ("client.example", "AAAA", "2001:0db9::5"), host="2001:db9::5") == "pass"
    assert result(policy, host="2001:db9::5") == "fail"


def test_two_policies_are_none_to_rely_on() -> None:
    policy = txt("client.example", "v=spf1 +all")
    assert result(policy, policy) == "permerror"
    assert result(policy, txt("client.example", "something else")) == "pass"


@pytest.mark.parametrize("link", ["include:{}", "redirect={}"])
def test_a_loop_of_policies_ends_in_an_error(link: str) -> None:
    one = txt("client.example", f"v=spf1 {link.format('other.example')}")
    other = txt("other.example", f"v=spf1 {link.format('client.example')}")
    assert result(one, other) == "permerror"


def test_ten_lookups_are_allowed_and_eleven_are_not() -> None:
    def chain(count: int) -> str:
        policies = [
            txt(f"i{number}.example", f"v=spf1 include:i{number + 1}.example") for number in range(1, count)
        ]
        last = txt(f"i{count}.example", "v=spf1 ip4:192.0.2.1")
        return result(txt("client.example", "v=spf1 include:i1.example"), *policies, last)

    assert chain(10) == "pass"
    assert chain(11) == "permerror"


def test_two_lookups_without_an_answer_are_allowed_and_three_are_not() -> None:
    def voids(count: int) -> str:
        empty = " ".join(f"a:void{number}.example" for number in range(count))
        return result(txt("client.example", f"v=spf1 {empty} ip4:192.0.2.1 -all"))

    assert voids(2) == "pass"
    assert voids(3) == "permerror"


def test_a_policy_cannot_make_the_desk_ask_without_end() -> None:
    servers = [("client.example", "MX", f"m{number}.example") for number in range(10)]
    resolver = MemoryResolver(
        txt("client.example", "v=spf1 " + "mx " * 10 + " -all"),
        *servers,
        *((name, "A", "198.51.100.1") for _, _, name in servers),
    )
    assert check_sending_host(HOST, "a@client.example", "h", Questions(resolver)).result == "fail"
    assert len(resolver.asked) <= MAX_QUESTIONS
    many = [("client.example", "MX", f"m{number}.example") for number in range(11)]
    assert result(txt("client.example", "v=spf1 mx -all"), *many) == "permerror"


def test_no_answer_is_a_temporary_error_and_never_a_pass() -> None:
    policy = txt("client.example", "v=spf1 a:slow.example +all")
    questions = Questions(MemoryResolver(policy, slow=["slow.example"]))
    assert check_sending_host(HOST, "a@client.example", "h", questions).result == "temperror"
    assert check_sending_host(HOST, "a@client.example", "h", Questions(Clockwork())).result == "temperror"


def test_a_null_path_is_checked_by_the_greeting() -> None:
    policy = txt("mx.client.example", "v=spf1 ip4:192.0.2.1 -all")
    found = check_sending_host(HOST, "", "mx.client.example", Questions(MemoryResolver(policy)))
    assert found == SendingHost("pass", "mx.client.example", greeted=True)


@pytest.mark.parametrize(
    ("host", "sender"),
    [
        (None, "a@client.example"),
        ("nowhere", "a@client.example"),
        (HOST, "a@localhost"),
        (HOST, "a@[192.0.2.1]"),
    ],
)
def test_without_an_address_or_a_domain_there_is_no_result(host: str | None, sender: str) -> None:
    policy = txt("client.example", "v=spf1 +all")
    assert check_sending_host(host, sender, "h", Questions(MemoryResolver(policy))).result == "none"


def test_an_address_with_two_at_signs_is_judged_by_its_last_domain() -> None:
    policies = (txt("client.example", "v=spf1 -all"), txt("evil.example", "v=spf1 +all"))
    questions = Questions(MemoryResolver(*policies))
    found = check_sending_host(HOST, '"a@client.example"@evil.example', "h", questions)
    assert (found.result, found.domain) == ("pass", "evil.example")


TERMS = st.sampled_from(
    [
        *("v=spf1", "+all", "include:client.example", "redirect=client.example", "a", "mx", "ptr", "ip4:"),
        *("exists:%{s}", "%{p}", "a:%{d", "ip6:::", "exp=%{l}", "a/33", "-", "%", "ip4:1.2.3.4/0"),
        "a:%{l99r+-}.x.example",
    ]
)


@given(
    st.lists(TERMS | st.text(max_size=5), max_size=12).map(" ".join),
    st.text(max_size=30) | st.just("anna@client.example"),
    st.text(max_size=20),
    st.sampled_from([HOST, "2001:db8::5", "::ffff:192.0.2.1", None]) | st.text(max_size=10),
)
@settings(deadline=None)
def test_no_policy_and_no_envelope_raises(policy: str, sender: str, helo: str, host: str | None) -> None:
    records = [txt(name, text) for name in ("client.example", helo) for text in (policy, f"v=spf1 {policy}")]
    for some in (records[:1], records[1:2], records):
        check_sending_host(host, sender, helo, Questions(MemoryResolver(*some)))
        check_sending_host(host, "anna@client.example", helo, Questions(MemoryResolver(*some)))
