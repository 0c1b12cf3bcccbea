"""A small server that speaks clamd's protocol, for tests: it finds the octets EICAR."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

MOST = 2_000_000
"""Octets of one stream that it takes, as clamd's StreamMaxLength."""


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast("ScannerOfTests", self.server)
        if server.silent:
            time.sleep(server.silent)
            return
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
            if len(content) > MOST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        server.seen.append(content)
        self.wfile.write(b"stream: Eicar-Test FOUND\0" if b"EICAR" in content else b"stream: OK\0")


class ScannerOfTests(socketserver.ThreadingTCPServer):
    """The server; `silent` seconds it says nothing and then hangs up."""

    daemon_threads = True
    allow_reuse_address = True
    silent: float = 0

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Session)

    @property
    def url(self) -> str:
        """Its address, as the setting takes it."""
        return f"clamd://127.0.0.1:{self.server_address[1]}"


@contextmanager
def scanner_of_tests() -> Iterator[ScannerOfTests]:
    """Run the server."""
    with ScannerOfTests() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
