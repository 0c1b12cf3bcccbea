"""What one request may send, at a server as it runs for real."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings

SIGN_IN = "/account/login/"
CHUNK = b"x" * 1024 * 1024
COMMAND = str(Path(sys.executable).parent / "reglament")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
    environment = {**os.environ, "REGLAMENT_DATA": str(tmp_path_factory.mktemp("data"))}
    environment.pop("REGLAMENT_DATABASE_URL", None)
    subprocess.run([COMMAND, "migrate"], env=environment, check=True, capture_output=True, timeout=120)
    server = subprocess.Popen([COMMAND, "serve", "--port", str(free)], env=environment)
    try:
        end = time.monotonic() + 30
        while _status(free) is None:
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.2)
        yield free
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0


def _status(port: int) -> int | None:
    try:
        with _line(port) as connection:
            connection.request("GET", SIGN_IN)
            return connection.getresponse().status
    except OSError:
        return None


def _line(port: int) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20))


def _announced(port: int, path: str, language: str = "ru") -> tuple[int, Message, str]:
    """Announce a body that is a byte too long, send none of it, and give what is answered."""
    with _line(port) as connection:
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", str(settings.REQUEST_BODY_AT_MOST + 1))
        connection.putheader("Accept-Language", language)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "Слишком большой объём"), ("en", "This is too large")]
)
def test_a_body_that_says_it_is_too_long_is_refused_unread(port: int, language: str, words: str) -> None:
    status, headers, page = _announced(port, SIGN_IN, language)
    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert words in page
    assert f'lang="{language}"' in page


def test_a_program_is_told_in_json(port: int) -> None:
    status, _headers, said = _announced(port, "/api/v1/regulations/any/decide")
    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert json.loads(said)["faults"][0]["place"] == "request"


def test_a_body_that_goes_on_without_end_is_cut_off_at_the_bound(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(
            f"POST {SIGN_IN} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: en\r\n"
            "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        sent, chunk = 0, b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK)
        try:
            while sent < 2 * settings.REQUEST_BODY_AT_MOST:
                line.sendall(chunk)
                sent += len(CHUNK)
        except OSError:
            pass
        assert line.recv(64).startswith(b"HTTP/1.1 413 ")
    # Some of what was sent lies between the two ends, but not another hundred megabytes.
    assert sent < 1.5 * settings.REQUEST_BODY_AT_MOST


def test_what_is_long_but_within_the_bound_reaches_its_page(port: int) -> None:
    with _line(port) as connection:
        connection.request("POST", SIGN_IN, CHUNK * 30, {"Content-Type": "application/octet-stream"})
        # It carries no token against forgery, which is what the page itself has to say.
        assert connection.getresponse().status == HTTPStatus.FORBIDDEN
