"""What a client writes in a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.incoming import IncomingFile
from reglament.desk.decisions.forms import FormField, questions_named, split
from reglament.desk.decisions.open_secrets import mark
from reglament.desk.decisions.queries import preview
from reglament.faces.common.uploads import LIMITS, FilesField, incoming, too_large
from reglament.faces.guest.asking.form import ANSWERS, FIELDS, LONG, SERVICE, field_of, value_of, wrong_inn


class AnswerForm(forms.Form):
    """A message of the client."""

    use_required_attribute = False
    text = forms.CharField(label=_("Your message"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 4}))
    attachments = FilesField(label=_("Files"), help_text=LIMITS)
    text.error_messages["required"] = _("Write something, or add a file.")

    def __init__(self, request: HttpRequest) -> None:
        sent = request.method == "POST"
        super().__init__(request.POST if sent else None, request.FILES if sent else None)
        self.request = request
        # A file alone says enough.
        self.fields["text"].required = not request.FILES

    def clean(self) -> dict[str, Any]:
        """Say which files were too large."""
        cleaned = super().clean() or {}
        if words := too_large(self.request):
            self.add_error("attachments", words)
        return cleaned

    def files_sent(self) -> tuple[IncomingFile, ...]:
        """Give the files that came with it."""
        return incoming(self.cleaned_data["attachments"])


class SupplyForm(forms.Form):
    """What a request still lacks, and what is asked of it, question by question."""

    use_required_attribute = False

    def __init__(self, http: HttpRequest, request: Any, names: tuple[str, ...], language: str) -> None:
        """Take the request of the ticket (its row), and the names of what is asked for."""
        sent = http.method == "POST"
        super().__init__(http.POST if sent else None, http.FILES if sent else None)
        self.http, self.asked, self.language = http, request, language
        self.questions = questions_named(request.edition, names, language)
        for question in sorted(self.questions, key=lambda one: one.type == "files"):
            self.fields[question.name] = field_of(question, required=False)

    def clean(self) -> dict[str, Any]:
        """Take at least one of the answers, and no field that the regulation would not count."""
        cleaned = super().clean() or {}
        given = self.given(cleaned)
        if words := too_large(self.http):
            self.add_error(next(reversed(self.fields)), words)
        elif not given and not self.errors:
            self.add_error(None, gettext("Fill in at least one of these."))
        for question in self.questions:
            if question.type == "inn" and cleaned.get(question.name) and self._missed(question, given):
                self.add_error(question.name, wrong_inn())
        return cleaned

    def _missed(self, question: FormField, given: dict[str, Any]) -> bool:
        asked = self.asked
        seen = preview(
            asked.edition,
            asked.kind,
            channel=asked.channel,
            authentication=asked.authentication,
            at=asked.received_at,
            language=self.language,
            service=given.get(self._service()) or asked.service,
            facts={name: value for name, value in given.items() if name != self._service()},
        )
        name = question.name.removeprefix(FIELDS)
        return any(name in item["name"].split("|") for item in seen.demanded)

    def _service(self) -> str:
        """Give the name of the question that stands for the service, if that is asked for."""
        return next((question.name for question in self.questions if question.type == SERVICE), "")

    def given(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Give what was filled in, by the names of the questions."""
        found: dict[str, Any] = {}
        for question in self.questions:
            value = cleaned.get(question.name)
            if value not in (None, "", []):
                found[question.name] = value_of(question, value)
        return found

    def sent(self) -> dict[str, Any]:
        """Give what was sent, as the doors of the channels take it; a secret stands in no message."""
        cleaned = self.cleaned_data
        lines, files = [], []
        for question in self.questions:
            value = cleaned.get(question.name)
            if value in (None, "", []):
                continue
            label = question.label[:1].upper() + question.label[1:]
            if question.type == "files":
                files += value
                lines.append(gettext("%(label)s: in the files") % {"label": label})
            elif question.type == "secret":
                lines.append(f"{label}: {mark(get_language() or '')}")
            else:
                shown = dict(ANSWERS if question.type == "flag" else question.choices).get(value, value)
                colon = "" if label.endswith("?") else ":"
                lines.append(f"{label}{colon} {shown}")
        given = self.given(cleaned)
        service = given.pop(self._service(), None)
        fields, facts = split(given)
        return {
            "text": "\n".join(lines),
            "service": service,
            "fields": fields,
            "facts": facts,
            "attachments": incoming(files),
        }
