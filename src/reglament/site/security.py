"""The content security policy: pages run our own files and nothing that stands in the page itself."""

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

HEADER = "Content-Security-Policy"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may load and run (W3C Content Security Policy Level 3)."""

Following = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def content_security_policy(following: Following) -> Following:
    """Give every response the policy, but for those that bring a stricter or special one of their own."""
    if iscoroutinefunction(following):
        ahead_async = cast("Callable[[HttpRequest], Awaitable[HttpResponseBase]]", following)

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return _with_policy(await ahead_async(request))

        return answer_async

    ahead = cast("Callable[[HttpRequest], HttpResponseBase]", following)

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _with_policy(ahead(request))

    return answer


def _with_policy(response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault(HEADER, POLICY)
    return response
