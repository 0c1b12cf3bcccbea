"""A small server of the gallery, with the product's own middleware and content security policy."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application
from django.test import override_settings


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is wsgiref's
        """Say nothing of what was served."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """Serve the gallery on a local port, by default a free one, and give its address; needs no database."""
    with override_settings(
        ROOT_URLCONF="reglament.faces.common.tests.gallery.urls",
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        WHITENOISE_AUTOREFRESH=True,
    ):
        server = make_server("127.0.0.1", port, get_wsgi_application(), Server, Quiet)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
