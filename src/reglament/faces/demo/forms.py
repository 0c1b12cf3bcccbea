"""The form by which a letter is written in the name of somebody of the demonstration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.faces.demo.world import World
from reglament.faces.demo.writing import Verdict

MAX_FILE = 10 * 1024 * 1024


class LetterForm(forms.Form):
    """A letter from a client, or from anybody, to a desk."""

    client = forms.ChoiceField(label=_("Who writes"), required=False)
    address = forms.EmailField(
        label=_("or from another address"),
        required=False,
        help_text=_("Takes the place of the client chosen: a stranger, or a new address of a client."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    recipient = forms.ChoiceField(label=_("To"))
    verdict = forms.ChoiceField(
        label=_("What the mail border finds"),
        widget=forms.RadioSelect,
        choices=[
            (Verdict.PASS.value, _("the sender's domain vouches for the letter (DKIM, SPF, DMARC pass)")),
            (Verdict.FAIL.value, _("it is forged: the checks fail")),
            (Verdict.NONE.value, _("nothing: the domain signs nothing")),
        ],
        initial=Verdict.PASS.value,
    )
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 10}), max_length=100_000)
    file = forms.FileField(label=_("File"), required=False, max_length=150)
    in_reply_to = forms.CharField(widget=forms.HiddenInput, required=False, max_length=998)
    references = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)

    def __init__(self, world: World, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        people: list[tuple[str, Any]] = [("", "—")]
        for desk in world.desks:
            known = [
                (person.email, f"{person.name}, {person.organisation} <{person.email}>")
                for person in desk.clients
            ]
            if known:
                people.append((desk.name, known))
        self._choice("client").choices = people
        self._choice("recipient").choices = [
            (address, f"{desk.name} <{address}>") for desk in world.desks for address in desk.addresses
        ]
        self._names = {person.email: person.name for person in world.clients}

    def clean_file(self) -> Any:
        """Refuse a file that no mail server would take."""
        file = self.cleaned_data.get("file")
        if file and file.size > MAX_FILE:
            raise forms.ValidationError(gettext("The file is larger than 10 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two ways to say who writes."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("client") and not cleaned.get("address"):
            self.add_error("client", gettext("Choose who writes, or give an address below."))
        return cleaned

    @property
    def sender(self) -> tuple[str, str]:
        """The address and the name of whoever writes, once the form is valid."""
        address = self.cleaned_data.get("address") or self.cleaned_data["client"]
        return address, self._names.get(address, "")

    def _choice(self, name: str) -> forms.ChoiceField:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        return found
