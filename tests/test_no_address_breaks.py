"""Every address of the site, with whatever anybody may send to it: an answer, and never a failure.

Pages are found by the list of addresses and by the links on them, forms by reading the pages. What is
sent is odd: numbers of thousands of digits, bytes that are no text, dates at the ends of time. Whatever
a request changed is taken back before the next one.

With `--full` everything is sent everywhere; without it each address and each form gets a share of what
is odd, in turn, so that all of it is still sent somewhere.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from reglament.clock import VARIABLE
from reglament.desk.channels.chat.actions import log_talk
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import receive_letter
from reglament.desk.channels.guest_form.actions import confirm_draft, keep_draft
from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.channels.logged import Log
from reglament.desk.channels.models import BlockedSender, MailSource
from reglament.desk.people.models import Account, Contact, Role, StaffMember
from reglament.desk.people.records import add_record
from reglament.desk.regulations.actions import create_desk
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.desk.tests.tram import NOW, TRAM, arrive, client_of, staff_at
from reglament.desk.tickets.actions import note, propose_severity, take
from reglament.desk.tickets.actions.severity import token_of
from reglament.desk.tickets.models import Attachment, Message
from reglament.faces.workspace.ticket.acts import ACTS

if TYPE_CHECKING:
    from pathlib import Path

    from reglament.desk.regulations.models import Desk

pytestmark = pytest.mark.django_db
Odd = TypeVar("Odd")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MORE_FACTS = """\
facts:
  client.rides:
    title: {ru: "поездок", en: "rides"}
    type: number
    known_from: [form, records, staff]
    asked_for: [repair]
  client.since:
    title: {ru: "пассажир с", en: "since"}
    type: date
    known_from: [form, records, staff]
    asked_for: [repair]
"""
MORE_ROWS = """\
        rows:
          - {when: {client.rides: more, client.plan_proven: true}, is: gold}
          - {when: {client.since: {before: receipt}, client.plan_proven: true}, is: gold}
"""
DIGITS = "9" * 5000
ODD_WORDS = (
    "a\x00b", DIGITS, "-1", "²", "9999-12-31", "0001-01-01T00:00", "ы" * 60_000, "vault:1", "TR-" + DIGITS,
    "%s %(x)s {0} {{ x }} {% x %}' OR 1=1 --\r\nBcc: x@example.org", "\u202e\ufffe<script>1</script>",
)  # fmt: skip
"""What is typed into every field at once."""
ODD_QUERIES = ("a\x00b", DIGITS, "TR-" + DIGITS, "9999-12-31", "ы" * 300)
"""What is asked for by every name of a query at once."""
ODD_ALONE = ("\x00",)
"""What is typed into one field while all the others are in order."""
ODD_DATES = {"date": ("9999-12-31", "0001-01-01"), "datetime-local": ("9999-12-31T23:59", "0001-01-01T00:00")}
"""The same, into fields for a date or a moment."""
ODD_OF = {
    "int": ("0", "2147483648", str(2**63 - 1), str(2**63), DIGITS),
    "slug": ("-", "x" * 3000, "unclassified"),
    "str": ("\x00", "ы", "x" * 3000, "..", "vault:1", "*"),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
    "text": ("0000-00-00", "9999-99-99", "0001-01-01", "x-" + "9" * 300, "\x00"),
}
"""What stands in an address, by what the address takes there."""
QUERIES = (
    "q", "page", "service", "decision", "channel", "contact", "request", "to", "from", "next", "answers",
    "kind", "severity", "state", "view", "proposal", "permission", "message", "language",
)  # fmt: skip
ADDRESSES_AT_MOST = 220
"""Of one reader, found by links."""
SHARES = 5
"""Into how many shares what is odd is divided where time is short."""


@dataclass(frozen=True)
class World:
    """A desk on which everything has happened once."""

    desk: Desk
    client: Contact
    staff: StaffMember
    values: dict[str, tuple[str, ...]]
    """What may stand in an address, by the name of its part."""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    clock = tmp_path / "clock"
    clock.write_text(NOW.isoformat(), encoding="ascii")
    monkeypatch.setenv(VARIABLE, str(clock))
    cache.clear()
    source = TRAM.replace("facts:\n", MORE_FACTS, 1)
    rows = "          - {when: {client.plan:"
    source = source.replace(f"        rows:\n{rows}", MORE_ROWS + rows)
    desk = create_desk(source, slug="tram", name="Tram", at=NOW)
    client = client_of(desk)
    staff = staff_at(desk, Role.LEAD)
    file = IncomingFile("снимок.png", "image/png", b"\x89PNG")
    first, request = arrive(desk, sender_address="rider@example.org", html="<p>Late</p>", attachments=(file,))
    take(staff, first, at=NOW)
    note(staff, first, "Between us.", at=NOW)
    proposal = propose_severity(staff, request, "halt", reason="It stands.", at=NOW)
    second, _ = arrive(desk, sender_address="rider@example.org", kind="repair")
    third, _ = arrive(desk, sender_address="rider@example.org", kind="card_change")
    fourth, _ = arrive(
        desk, sender_address="rider@example.org", channel="portal", kind="refund",
        fields={"pass_code": "hush"},
    )  # fmt: skip
    take(staff, fourth, at=NOW)
    secret = fourth.requests.get().secrets.get()
    talk = log_talk(staff, Log(text="Hello?", received_at=NOW, contact=client), now=NOW)
    letter = receive_letter(
        desk, b"From: x@example.com\r\n\r\nHi", Envelope("x@example.com", "t@example.org"), "smtp", NOW
    )
    declared = compiled(edition_at(desk, NOW)).program.facts
    record = add_record(
        staff, client.organisation, "client.plan", "gold", declared=declared, valid_from=NOW, at=NOW
    )
    blocked = BlockedSender.objects.create(desk=desk, sender="@example.com", blocked_at=NOW, blocked_by=staff)
    mailbox = MailSource.objects.create(
        desk=desk, name="Box", recipient=desk.addresses.create(address="box@example.org"),
        host="127.0.0.1", user="box", takes_from=NOW, created_at=NOW, paused_at=NOW,
    )  # fmt: skip
    return World(
        desk, client, staff,
        {
            "slug": ("tram",), "desk": ("tram",), "department": ("depot",),
            "kind": ("repair", "refund", "unclassified"),
            "name": (*ACTS, "mine", "TR-1"), "pack": ("iks",),
            "number": tuple(str(one.number) for one in (first, second, third, fourth)),
            "number_of_proposal": (str(proposal.pk),), "position": ("1",),
            "message": (str(Message.objects.exclude(html="").get().pk),),
            "attachment": (str(Attachment.objects.get().pk),), "secret": (str(secret.pk),),
            "conversation": (str(talk.conversation_id),), "talk": (str(talk.conversation_id),),
            "organisation": (str(client.organisation_id),), "contact": (str(client.pk),),
            "record": (str(record.pk),), "address": (str(client.addresses.get().pk),),
            "letter": (str(letter.raw_letter_id),), "token": (token_of(proposal),), "date": ("2020-01-01",),
            "language": ("ru",), "uidb36": ("1",), "key": ("x-y",),
            "identifier": ("0" * 32,), "place": ("0",), "mailbox": (str(mailbox.pk),),
            "member": (str(staff.pk),), "sender": (str(blocked.pk),), "template": ("registration_notice",),
            "what": ("again", "arrived"),
        },
    )  # fmt: skip


def _patterns(within: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Give every address that the site knows: its route with what stands before it, and its pattern."""
    for one in (within or get_resolver()).url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one, route)
        else:
            yield route, one


_PART = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def _filled(route: str, values: dict[str, str]) -> str:
    def value(part: re.Match[str]) -> str:
        return quote(values[part[2] or part[3]], safe="")

    return "/" + re.sub(r"[$^\\]", "", _PART.sub(value, route))


def _addresses(world: World) -> Iterator[tuple[list[str], list[str]]]:
    """Give of each route the addresses as they should be, and the first of them with one odd part each."""
    for route, _ in _patterns():
        parts = [(one[1] or "text", one[2] or one[3]) for one in _PART.finditer(route)]
        right = {name: world.values[name][0] for _, name in parts}
        odd = [
            _filled(route, right | {name: value})
            for kind, name in parts
            # A desk is found by its name on every page; one page shows what another name does.
            if name not in ("slug", "desk") or route.endswith(">/regulation/")
            for value in ODD_OF[kind]
        ]
        others = [_filled(route, right | {name: one}) for _, name in parts for one in world.values[name][1:]]
        yield [_filled(route, right), *others], odd


class _Page(HTMLParser):
    """The links of a page, and its forms with what stands in their fields."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.here = at
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"].partition("#")[0])
        elif tag == "form":
            self.forms.append(Form(said.get("action") or self.here, said.get("method", "get").lower()))
        elif not self.forms or (not name and tag != "option"):
            return
        elif tag in ("input", "textarea", "button"):
            self._field(tag, name, said)
        elif tag == "select":
            self._select = name
            self.forms[-1].fields.setdefault(name, "")
        elif tag == "option" and self._select and said.get("value"):
            self.forms[-1].fields[self._select] = said["value"]

    def _field(self, tag: str, name: str, said: dict[str, str]) -> None:
        fields, kind = self.forms[-1].fields, said.get("type", "text" if tag != "button" else "submit")
        self.forms[-1].kinds[name] = kind
        if kind == "file":
            self.forms[-1].files.append(name)
        elif kind == "submit":
            self.forms[-1].buttons.append((name, said.get("value", "")))
        elif kind in ("radio", "checkbox", "hidden") or said.get("value"):
            fields[name] = said.get("value", "on")
        else:
            fields[name] = RIGHT.get(kind, "words and more")


RIGHT = {
    "email": "vera@example.net",
    "date": "2026-03-02",
    "datetime-local": "2026-03-02T09:00",
    "number": "7",
}


@dataclass
class Form:
    """A form as a browser sees it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """What a field takes, where a browser is told."""
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes it another form than one that was seen already."""
        return re.sub(r"\d+", "1", self.action), self.method, tuple(sorted(self.fields))

    def filled_oddly(self) -> Iterator[dict[str, Any]]:
        """Give what is sent: in order, all of it odd, and one field odd at a time."""
        press = dict(self.buttons[:1])
        files = {
            name: SimpleUploadedFile("a\x00\r\n../b.html", b"<b>", "text/html\x00") for name in self.files
        }
        yield self.fields | press | files
        for button in self.buttons[1:]:
            yield self.fields | dict((button,))
        yield {}
        for odd in ODD_WORDS:
            yield dict.fromkeys(self.fields, odd) | press
        for name in self.fields.keys() - {"csrfmiddlewaretoken"}:
            for odd in (*ODD_ALONE, *ODD_DATES.get(self.kinds.get(name, ""), ())):
                yield self.fields | press | {name: odd}


@dataclass
class Reader:
    """A browser that remembers what broke."""

    browser: Client
    broken: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, send: Callable[[], Any], what: str) -> str:
        """Send something, take back what it did, and give the page that came."""
        self.asked += 1
        faults: list[str] = []

        def keep(sender: Any, request: Any, **more: Any) -> None:
            faults.append(traceback.format_exc(limit=-4))

        got_request_exception.connect(keep, weak=False)
        cookies = dict(self.browser.cookies)
        try:
            with _taken_back():
                answer = send()
        finally:
            got_request_exception.disconnect(keep)
            self.browser.cookies.clear()
            self.browser.cookies.update(cookies)
        if answer.status_code >= 500 or faults:
            self.broken.append(f"{what[:300]}: {answer.status_code}\n{''.join(faults)}")
        kind = answer.headers.get("Content-Type", "")
        return answer.content.decode() if kind.startswith("text/html") and not answer.streaming else ""

    def get(self, address: str) -> str:
        """Look at a page."""
        return self.ask(lambda: self.browser.get(address), f"GET {address}")

    def send(self, form: Form, values: dict[str, Any]) -> None:
        """Send a form."""
        what = f"{form.method} {form.action} { {name: str(value)[:40] for name, value in values.items()} }"
        for one in values.values():
            if hasattr(one, "seek"):
                one.seek(0)
        if form.method == "post":
            self.ask(lambda: self.browser.post(form.action, values), what)
        else:
            self.ask(lambda: self.browser.get(form.action, values), what)


@contextmanager
def _taken_back() -> Iterator[None]:
    outermost = transaction.atomic()
    # As Django's own tests do: what demands to be the outermost transaction is, but for this one.
    outermost._from_testcase = True  # type: ignore[attr-defined]
    with outermost:
        yield
        transaction.set_rollback(True)


@pytest.fixture(params=["nobody", "client", "staff"])
def reader(request: pytest.FixtureRequest, world: World) -> Reader:
    browser = Client(raise_request_exception=False)
    person = {"nobody": None, "client": world.client, "staff": world.staff}[request.param]
    if person is not None:
        assert isinstance(person.account, Account)
        browser.force_login(person.account, backend=BACKEND)
    return Reader(browser)


def _share(all_odd: Iterable[Odd], place: int, full: bool) -> list[Odd]:
    """Give what is sent to the address or the form at a place of its list: all of it, or a share."""
    return list(all_odd)[0 if full else place % SHARES :: 1 if full else SHARES]


def _guest_link(world: World) -> str:
    """Let a visitor send the form and confirm it; give the secret of their private link."""
    from reglament.desk.notices.models import OutgoingLetter

    keep_draft(world.desk, address="vera@example.net", now=NOW, subject="Tram", text="Late", kind="repair")
    letter = OutgoingLetter.objects.get(template="guest_confirmation")
    found = re.search(r"/guest/([^/\s]+)/", letter.text)
    assert found is not None
    confirm_draft("tram", found[1], NOW)
    return found[1]


def test_no_address_breaks_whatever_stands_in_it_and_however_it_is_asked(
    world: World, reader: Reader, full: bool
) -> None:
    world.values["secret"] = (*world.values["secret"], _guest_link(world))
    for place, ((right, *others), odd) in enumerate(_addresses(world)):
        for address in (right, *others, *_share(odd, place, full)):
            reader.get(address)
        for method in ("post", "put"):
            reader.ask(partial(getattr(reader.browser, method), right), f"{method} {right}")
        for words in _share(ODD_QUERIES, place, full):
            query = dict.fromkeys(QUERIES, words)
            reader.ask(partial(reader.browser.get, right, query), f"GET {right} asked {words[:20]!r}")
    assert not reader.broken, "\n".join(reader.broken)


def test_no_form_breaks_whatever_is_typed_into_it(world: World, reader: Reader, full: bool) -> None:
    secret = _guest_link(world)
    waiting = [
        f"/d/tram/guest/{secret}/",
        f"/d/tram/guest/{secret}/supply/1/",
        f"/d/tram/proposals/{world.values['token'][0]}/",
    ]
    for addresses, _ in _addresses(world):
        waiting += addresses
    seen: set[str] = set()
    shapes: set[Any] = set()
    forms: list[Form] = []
    while waiting and len(seen) < ADDRESSES_AT_MOST:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        page = _Page(address)
        page.feed(reader.get(address))
        waiting += page.links
        for form in page.forms:
            if form.key not in shapes and "choose" not in form.action and "logout" not in form.action:
                shapes.add(form.key)
                forms.append(form)
    assert forms
    for place, form in enumerate(forms):
        in_order, *odd = form.filled_oddly()
        for values in (in_order, *_share(odd, place, full)):
            cache.clear()
            reader.send(form, values)
    assert not reader.broken, "\n".join(reader.broken)
