"""A person at the pages of a desk: opens them, reads them, fills in their forms and presses their buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from reglament.desk.people.models import Account

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Page:
    """A page as it came, with its forms."""

    def __init__(self, address: str, status: int, content: bytes) -> None:
        self.address, self.status = address, status
        self.document = cast("Any", html.fromstring(content.decode() or "<p></p>"))
        for silent in self.document.xpath("//script|//style|//template"):
            silent.drop_tree()

    @property
    def words(self) -> str:
        """What a person reads on it, in one line."""
        shown = self.document.xpath("//body//text()")
        return " ".join(" ".join(shown).replace("\xa0", " ").split())

    def form(self, action: str, having: Mapping[str, str] | None = None) -> Any:
        """Give the form that leads to an address of this ending (empty: its own) that has these values."""
        wanted = urlsplit(action or self.address).path
        for form in self.document.forms:
            leads_to = urlsplit(urljoin(self.address, form.action or "")).path
            if form.method != "POST" or not leads_to.endswith(wanted):
                continue
            if all(form.fields.get(name) == value for name, value in (having or {}).items()):
                return form
        raise AssertionError(f"{self.address} has no form to '{action}':\n{self.words[:2000]}")

    def offers(self, action: str, having: Mapping[str, str] | None = None) -> bool:
        """Say whether there is such a form."""
        try:
            self.form(action, having)
        except AssertionError:
            return False
        return True

    @property
    def greyed(self) -> str:
        """What it shows as something that cannot be done, with why, in one line."""
        shown = self.document.xpath("//*[contains(concat(' ', @class, ' '), ' forbidden ')]")
        return " ".join(" ".join(one.text_content() for one in shown).split())

    def leads_to(self, ending: str) -> bool:
        """Say whether a link leads to an address of this ending."""
        return any(urlsplit(str(link)).path.endswith(ending) for link in self.document.xpath("//a/@href"))

    def rows_of(self, clause: str) -> list[bool]:
        """Give of the rows that bear the number of a clause whether each says yes."""
        said = []
        for name in self.document.xpath("//dl/div"):
            term, value = name.find("dt"), name.find("dd")
            if clause in term.text_content() and value.text_content().split() in (["да"], ["нет"]):
                said.append(value.text_content().split() == ["да"])
        return said


class Browser:
    """Somebody's browser: signed in, or nobody's."""

    def __init__(self, account: Account | None = None) -> None:
        self._client = Client(enforce_csrf_checks=True, headers={"accept-language": "ru"})
        if account is not None:
            self._client.force_login(account, backend=BACKEND)

    def open(self, address: str, **query: str) -> Page:
        """Open a page, by its whole address or its path."""
        return self._page(self._client.get(_path(address), query, follow=True))

    def send(
        self,
        page: Page,
        action: str = "",
        values: Mapping[str, Any] | None = None,
        *,
        having: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        follow: bool = True,
    ) -> Page:
        """Fill in a form of a page and send it. What is not said stays as the page had it.

        Where it is taken, gives the page to which that leads; without `follow` only its address.
        Raises AssertionError for a value for which the form has no control.
        """
        form = page.form(action, having)
        said = dict(values or {})
        unknown = set(said) - set(form.fields) - {button.get("name") for button in form.xpath(".//button")}
        assert not unknown, f"the form of {page.address} has no {sorted(unknown)}: {sorted(form.fields)}"
        data: dict[str, Any] = {}
        for control in form.inputs:
            for value in _filled_in(control):
                data.setdefault(control.name, []).append(value)
        data |= said
        for name, (file_name, content) in (files or {}).items():
            assert name in form.fields, f"the form of {page.address} has no {name}: {sorted(form.fields)}"
            data[name] = SimpleUploadedFile(file_name, content, content_type="image/png")
        response = self._client.post(_path(urljoin(page.address, form.action or "")), data, follow=follow)
        if response.status_code in (302, 303):
            return Page(response.headers["Location"], response.status_code, b"")
        return self._page(response)

    def _page(self, response: Any) -> Page:
        request = response.request
        query = f"?{request['QUERY_STRING']}" if request["QUERY_STRING"] else ""
        return Page(f"{request['PATH_INFO']}{query}", response.status_code, response.content)


def _filled_in(control: Any) -> list[str]:
    """Give what a control of a form sends as the page had it."""
    if not control.name or control.get("disabled") is not None:
        return []
    if control.tag == "select":
        return list(control.value) if control.multiple else [control.value or ""]
    if control.tag == "textarea":
        return [control.value or ""]
    if control.type in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.checked else []
    return [] if control.type in ("submit", "image", "reset", "file") else [control.value or ""]


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
