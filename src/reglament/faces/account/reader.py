"""The language and the time zone of whoever reads a page."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin


def read_in_zone(name: str) -> None:
    """Say the times of this page in a zone by its IANA name; in UTC where there is no such zone."""
    try:
        timezone.activate(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        timezone.deactivate()


class ReaderMiddleware(MiddlewareMixin):
    """Says the times of a page in the zone of the account that reads, and speaks its language.

    A language chosen in this browser goes before the account's. A visitor without an account reads in
    the zone that the page chooses, such as the desk's.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Choose before the page is made."""
        timezone.deactivate()
        user = request.user
        if not user.is_authenticated:
            return
        read_in_zone(user.zone)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave nothing behind for the next page that this thread makes."""
        del request
        timezone.deactivate()
        return response
