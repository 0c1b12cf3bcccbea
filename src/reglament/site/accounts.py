"""How people sign in: who may make an account, and by which letters an account is recovered."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from reglament.faces.common.way_back import may_lead_back


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by staff, by invitation or by import; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether a visitor may make an account: never."""
        del request
        return False

    def is_safe_url(self, url: str) -> bool:
        """Say whether somebody who has signed in may be sent to an address: only to a path of this site."""
        return may_lead_back(url)
