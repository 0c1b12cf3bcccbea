"""The forms of signing in: allauth's, with our own words and without what repeats them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth
from django.forms import Field
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Words = str | StrPromise

LENGTH_HELP = _("At least 15 characters. A few ordinary words are easier to remember than signs and digits.")


def _name(fields: dict[str, Field], name: str, label: Words, help_text: Words = "") -> None:
    field = fields[name]
    field.label, field.help_text = label, help_text
    # A placeholder that repeats the label is read twice, and gone when one begins to type.
    field.widget.attrs.pop("placeholder", None)


class SignInForm(allauth.LoginForm):  # type: ignore[misc]
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields, "login", _("Your e-mail address"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        _name(self.fields, "password", _("Password"))
        _name(self.fields, "remember", _("Stay signed in on this device"))


class AskForLinkForm(allauth.ResetPasswordForm):  # type: ignore[misc]
    """The address to which the link for a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields, "email", _("Your e-mail address"))


def _new_password(fields: dict[str, Field]) -> None:
    _name(fields, "password1", _("New password"), LENGTH_HELP)
    _name(fields, "password2", _("The same once more"))


class NewPasswordForm(allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, by the link that was mailed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self.fields)


class FirstPasswordForm(allauth.SetPasswordForm):  # type: ignore[misc]
    """The first password of an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self.fields)


class ChangePasswordForm(allauth.ChangePasswordForm):  # type: ignore[misc]
    """Another password, with the present one as proof."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields, "oldpassword", _("Present password"))
        _new_password(self.fields)


class PasswordAgainForm(allauth.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields, "password", _("Password"))
