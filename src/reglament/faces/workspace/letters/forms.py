"""The forms of the ledger: what to look for, and what is asked before a letter becomes something."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.queries import HELD, SOURCES, LetterSearch
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.forms import WorkForm, date_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reglament.desk.channels.models import MailSource

_DOORS = {"smtp": "SMTP", "lmtp": "LMTP", "imap": _("Any mailbox"), "pipe": _("A pipe")}
_MAILBOX = "mailbox-"


class FilterForm(WorkForm):
    """Which letters are looked for. What is filled in wrongly is said, and does not count."""

    words = forms.CharField(label=_("Subject or Message-ID"), required=False, max_length=200)
    sender = forms.CharField(label=_("Sender"), required=False, max_length=200)
    recipient = forms.CharField(label=_("Recipient"), required=False, max_length=200)
    source = forms.ChoiceField(label=_("Came by"), required=False)
    ticket = forms.CharField(label=_("Ticket"), required=False, max_length=30)
    since = date_field(_("Received from"), required=False)
    until = date_field(_("Received until"), required=False)

    def __init__(
        self, *args: Any, mailboxes: Sequence[MailSource], prefix_of_tickets: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        doors = [("", _("any way")), *((name, _DOORS[name]) for name in SOURCES)]
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            *doors,
            *((f"{_MAILBOX}{row.pk}", row.name) for row in mailboxes),
        ]
        self._prefix_of_tickets = prefix_of_tickets
        for name in ("since", "until"):
            self.fields[name].widget.attrs.pop("class", None)

    def clean_ticket(self) -> int | None:
        """Give the number of a ticket, written with or without the desk's prefix."""
        said: str = self.cleaned_data["ticket"].strip().upper().strip("[]")
        if not said:
            return None
        number = number_in(said.removeprefix(f"{self._prefix_of_tickets}-"))
        if number is None:
            raise forms.ValidationError(_("This is no number of a ticket."))
        return number

    def search(self, state: str) -> LetterSearch:
        """Give what is looked for, among the letters of a state."""
        self.is_valid()
        said = self.cleaned_data
        source = str(said.get("source") or "")
        return LetterSearch(
            states=tuple(HELD) if state == "held" else (state,) if state else (),
            source="" if source.startswith(_MAILBOX) else source,
            mailbox=number_in(source.removeprefix(_MAILBOX)) if source.startswith(_MAILBOX) else None,
            sender=said.get("sender", ""),
            recipient=said.get("recipient", ""),
            words=said.get("words", ""),
            ticket=said.get("ticket"),
            since=_midnight(said.get("since")),
            until=_midnight(said.get("until"), timedelta(days=1)),
        )

    @property
    def narrows(self) -> bool:
        """True where anything is looked for."""
        return any(self.data.get(name) for name in self.fields)


class MakeTicketForm(WorkForm):
    """Whom a letter is from, and why a person makes a ticket of it."""

    sender = forms.CharField(
        label=_("Address of whoever asks"),
        max_length=254,
        required=False,
        help_text=_(
            "Answers go there. The letter itself proves nothing of it; leave it empty if nobody knows."
        ),
    )
    name = forms.CharField(label=_("Their name"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("Why it is made a ticket by hand"),
        max_length=500,
        help_text=_("Kept in the history of the letter."),
    )
    sender.widget.attrs |= {"autocomplete": "off", "inputmode": "email"}


class MakeMessageForm(MakeTicketForm):
    """The ticket that a letter becomes a message of, and whether its sender takes part."""

    field_order = ("number", "joins", "sender", "name", "reason")
    number = forms.CharField(label=_("Number of the ticket"), max_length=30)
    joins = forms.ChoiceField(
        label=_("How it counts"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("As the client's message: its sender takes part from now on, and gets the replies")),
            ("no", _("As an internal note: nothing changes, and its sender gets nothing")),
        ],
        initial="yes",
    )
    number.widget.attrs |= {"class": "is-short", "autocomplete": "off"}

    def __init__(self, *args: Any, prefix_of_tickets: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = _("Why it is added by hand")
        self._prefix_of_tickets = prefix_of_tickets

    def clean_number(self) -> int:
        """Give the number, written with or without the desk's prefix."""
        said: str = self.cleaned_data["number"].strip().upper().strip("[]")
        number = number_in(said.removeprefix(f"{self._prefix_of_tickets}-"))
        if number is None:
            raise forms.ValidationError(_("This is no number of a ticket."))
        return number


class SpamForm(WorkForm):
    """Why a letter is spam, and whether its sender is blocked with it."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    block = forms.ChoiceField(label=_("Further letters"), widget=forms.RadioSelect, initial="")

    def __init__(self, *args: Any, sender: str, may_block: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        domain = f"@{sender.rpartition('@')[2]}"
        choices: list[tuple[str, Any]] = [("", _("Take them as before"))]
        if may_block and sender and "," not in sender:
            choices += [
                (sender, _("Block %(sender)s") % {"sender": sender}),
                (domain, _("Block all of %(domain)s") % {"domain": domain}),
            ]
        self.fields["block"].choices = choices  # type: ignore[attr-defined]
        self.fields["block"].required = False
        if len(choices) == 1:
            del self.fields["block"]

    def clean(self) -> dict[str, Any]:
        """Demand a reason where the sender is blocked."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("block") and not said.get("reason", "").strip():
            self.add_error("reason", _("Say why this sender is blocked."))
        return said


class BlockForm(WorkForm):
    """A sender whose letters are taken for spam."""

    sender = forms.CharField(
        label=_("Address or domain"),
        max_length=260,
        help_text=_("A domain is blocked with all that lies below it."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)
    sender.widget.attrs |= {"autocomplete": "off", "placeholder": "name@example.com"}


def _midnight(day: date | None, more: timedelta = timedelta()) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time.min, timezone.get_current_timezone()) + more
