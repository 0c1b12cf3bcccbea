"""An agent at the pages of the desk, who answers tickets whatever happens to the web server meanwhile."""

from __future__ import annotations

import http.client
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from http.cookiejar import Cookie, CookieJar
from typing import Any

from tests.stories.web import Page

PAUSE = 0.3
FIRST_WITHIN = 60.0
"""Seconds within which an agent has given a reply once nothing breaks any more."""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Agent:
    """Opens tickets by chance and answers them; after a fault looks at the ticket before trying again."""

    def __init__(self, place: int, seed: int, port: int, session: str, cookie: str, first: int) -> None:
        self._place, self._chance = place, random.Random(f"{seed}-agent-{place}")
        self._base, self._first, self._last = f"http://127.0.0.1:{port}", first, first
        jar = CookieJar()
        jar.set_cookie(_cookie(session, cookie))
        self._browser = urllib.request.build_opener(_Stay(), urllib.request.HTTPCookieProcessor(jar))
        self.said: dict[str, int] = {}
        """The replies that stand in a ticket, by their words, with the ticket's number."""
        self.met: Counter[str] = Counter()
        self.stopping = threading.Event()
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def begin(self) -> None:
        """Begin to work."""
        self._thread.start()

    def end(self) -> None:
        """Finish the reply at hand, or a first one. Raises whatever kept the agent from working."""
        end = time.monotonic() + FIRST_WITHIN
        while not self.said and self._fault is None and time.monotonic() < end:
            time.sleep(PAUSE)
        self.stopping.set()
        self._thread.join(90)
        assert not self._thread.is_alive(), "an agent could not finish a reply"
        if self._fault is not None:
            raise self._fault

    def _work(self) -> None:
        try:
            self._answer_tickets()
        except Exception as fault:
            # Told at the end, in the thread of the test.
            self._fault = fault

    def _answer_tickets(self) -> None:
        count = 0
        while not self.stopping.is_set():
            number = self._some_ticket()
            if number is not None:
                words = f"reply-{self._place}-{count}-end"
                count += 1
                self._reply(number, words)
            self.stopping.wait(PAUSE * self._chance.random())

    def _some_ticket(self) -> int | None:
        # Numbers have no gaps: where the next one is there as well, go further.
        step = self._chance.choice((1, 1, 10, 40))
        status, _page = self._open(self._last + step)
        if status == 200:
            self._last += step
        elif self._last == self._first:
            status, _page = self._open(self._first)
            if status != 200:
                self.met[f"no first ticket: {status}"] += 1
                return None
        return self._chance.randint(self._first, self._last)

    def _reply(self, number: int, words: str) -> None:
        while True:
            status, page = self._open(number)
            if page is not None and words in page.words:
                self.said[words] = number
                return
            if page is not None:
                status = self._send(page, number, words)
                if status in (302, 303):
                    self.said[words] = number
                    return
            self.met[f"answered {status}"] += 1
            # Not by `stopping`: the reply at hand is finished, and a server that is down is not hurried.
            time.sleep(PAUSE)

    def _open(self, number: int) -> tuple[int, Page | None]:
        address = f"{self._base}/d/infobox/work/tickets/{number}/"
        status, content = self._visit(address)
        return status, Page(address, status, content) if status == 200 else None

    def _send(self, page: Page, number: int, words: str) -> int:
        address = f"{self._base}/d/infobox/work/tickets/{number}/say/"
        form = page.form(address, {"what": "reply"})
        values = {**dict(form.form_values()), "what": "reply", "text": words}
        return self._visit(address, urllib.parse.urlencode(values).encode())[0]

    def _visit(self, address: str, data: bytes | None = None) -> tuple[int, bytes]:
        try:
            with self._browser.open(address, data, timeout=40) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, b""
        except (OSError, http.client.HTTPException):
            return 0, b""


def _cookie(name: str, value: str) -> Cookie:
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        domain="127.0.0.1",
        domain_specified=False,
        domain_initial_dot=False,
        path="/",
        path_specified=True,
        secure=False,
        expires=None,
        discard=True,
        comment=None,
        comment_url=None,
        rest={},
    )
