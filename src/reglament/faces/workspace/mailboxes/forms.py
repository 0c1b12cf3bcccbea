"""The form of a mailbox, and the one that says since when its letters are taken."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reglament.faces.workspace.forms import WorkForm, date_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reglament.desk.regulations.models import DeskAddress


class MailboxForm(WorkForm):
    """Where a mailbox lies, who signs in, and what becomes of its letters there."""

    name = forms.CharField(
        label=_("Name of the mailbox"), max_length=100, help_text=_("As the desk's people call it.")
    )
    recipient = forms.ChoiceField(
        label=_("Address of the desk"), help_text=_("The address whose letters arrive in this mailbox.")
    )
    host = forms.CharField(label=_("Server (IMAP)"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    encryption = forms.ChoiceField(
        label=_("Encryption"),
        choices=[
            ("tls", _("TLS from the beginning (993)")),
            ("starttls", _("STARTTLS (143)")),
            ("none", _("none: only inside your own network")),
        ],
        initial="tls",
    )
    user = forms.CharField(label=_("User"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(label=_("Folder"), max_length=200, initial="INBOX")
    after = forms.ChoiceField(
        label=_("When a letter is in the ledger"),
        widget=forms.RadioSelect,
        choices=[
            ("flag", _("flag it on the server, and leave it where it is")),
            ("move", _("move it to another folder on the server")),
        ],
        initial="flag",
        help_text=_("Nothing is ever deleted there."),
    )
    done_folder = forms.CharField(label=_("That other folder"), max_length=200, required=False)

    for _name in ("host", "user"):
        locals()[_name].widget.attrs |= {
            "autocomplete": "off",
            "spellcheck": "false",
            "autocapitalize": "none",
        }
    port.widget.attrs |= {"class": "is-short"}

    def __init__(
        self, *args: Any, recipients: Mapping[str, DeskAddress], has_password: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.recipients = recipients
        self.fields["recipient"].choices = [  # type: ignore[attr-defined]
            (key, row.address) for key, row in recipients.items()
        ]
        if has_password:
            self.fields["password"].help_text = _(
                "Leave it empty to keep the one there is; another server or user needs it anew."
            )

    def said(self) -> dict[str, Any]:
        """Give what was filled in, as the actions take it."""
        return self.cleaned_data | {"recipient": self.recipients[self.cleaned_data["recipient"]]}

    def place(self) -> dict[str, Any]:
        """Give what a test of the mailbox takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("name", "recipient")}


class SinceForm(WorkForm):
    """From which day on the letters of a mailbox are taken."""

    since = date_field(_("Take letters since"))

    def moment(self) -> datetime:
        """Give the beginning of that day, in the reader's zone."""
        return datetime.combine(self.cleaned_data["since"], time.min, timezone.get_current_timezone())
