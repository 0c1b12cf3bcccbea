"""The form of a request: what the regulation demands for its kind, and the words of whoever asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions.forms import Form, FormField, form_for
from reglament.desk.decisions.queries import Preview, preview
from reglament.faces.common.dates import DAYS
from reglament.faces.common.uploads import LIMITS, FilesField, incoming, too_large
from reglament.faces.guest.asking.outlook import levels_of
from reglament.faces.public.desk_page import DeskPage

SUBJECT, TEXT, SERVICE, SEVERITY, FILES, ADDRESS, NAME = (
    "subject", "text", "service", "severity", "attachments", "address", "name",
)  # fmt: skip
FIELDS = "fields."
SHORT, LONG = 300, 20000
ANSWERS = (("true", _("yes")), ("false", _("no")))
"""What a flag is answered with."""


class SecretInput(forms.Textarea):
    """A control for a secret; what was typed never comes back on a page."""

    def format_value(self, value: Any) -> str:
        """Give nothing, whatever was typed."""
        del value
        return ""


class RequestForm(forms.Form):
    """What is asked for one kind of request, through one channel, of one who is known so well."""

    use_required_attribute = False

    def __init__(
        self,
        page: DeskPage,
        kind: str,
        *,
        channel: str,
        authentication: str,
        known: dict[str, Any],
        request: HttpRequest,
        service: str = "",
    ) -> None:
        """Take the kind, the channel and its proof, what is known of who asks, and the service named."""
        sent = request.method == "POST"
        super().__init__(
            request.POST if sent else None, request.FILES if sent else None, initial={SERVICE: service}
        )
        self.page, self.kind, self.known = page, kind, known
        self.channel, self.authentication, self.request = channel, authentication, request
        chosen = request.POST.get(SERVICE, service) if sent else service
        written = page.rules.written
        self.service = chosen if chosen in written.services else ""
        self.asked: Form = self._form(known)
        if sent and (said := self._said()):
            # What is said may demand further fields, which the page shows then.
            self.asked = self._form(known | said)
        self.levels = levels_of(
            page, kind, channel=channel, authentication=authentication, service=self.service, known=known
        )
        self.clauses: dict[str, str] = {}
        self.together: list[tuple[str, ...]] = []
        """Names of questions of which one is enough."""
        self.incomplete = sent and "incomplete" in request.POST
        """Whether to send what lacks something all the same."""
        self.lacks = False
        """Whether nothing is wrong but that something which the regulation demands is not there."""
        self._build()

    def _form(self, known: dict[str, Any]) -> Form:
        page = self.page
        return form_for(
            page.edition,
            self.kind,
            channel=self.channel,
            authentication=self.authentication,
            at=page.now,
            language=page.language,
            service=self.service,
            facts=known,
        )

    def _said(self) -> dict[str, Any]:
        """Give the facts that were sent, as far as they are words of the regulation."""
        found: dict[str, Any] = {}
        for question in self.asked.fields:
            value = self.data.get(question.name, "")
            if question.type == "flag" and value in ("true", "false"):
                found[question.name] = value == "true"
            elif question.type == "choice" and value in dict(question.choices):
                found[question.name] = value
        return found

    def _build(self) -> None:
        asked = self.asked
        if asked.services:
            self._add_service(asked)
        if self.levels:
            self.fields[SEVERITY] = forms.ChoiceField(
                label=_("How bad is it"),
                choices=[(name, title) for name, title, *_said in self.levels],
                widget=forms.RadioSelect,
                required=False,
            )
        subject, text = asked.subject, asked.text
        self.fields[SUBJECT] = forms.CharField(
            label=_title(subject, gettext("Subject")),
            help_text=subject.hint if subject else "",
            max_length=SHORT,
            required=bool(subject and subject.required and not self.incomplete),
        )
        self.fields[TEXT] = forms.CharField(
            label=_title(text, gettext("What do you need?")),
            help_text=text.hint if text else "",
            max_length=LONG,
            widget=forms.Textarea(attrs={"rows": 6}),
        )
        for part, question in ((SUBJECT, subject), (TEXT, text)):
            if question is not None and question.clause:
                self.clauses[part] = question.clause
        files: dict[str, forms.Field] = {}
        for question in asked.fields:
            field = field_of(question, required=question.required and not self.incomplete)
            # Files come last: what is too large is then found after everything typed was read.
            (files if question.type == "files" else self.fields)[question.name] = field
            if question.clause:
                self.clauses[question.name] = question.clause
            if question.one_of and question.one_of not in self.together:
                self.together.append(question.one_of)
        self.fields.update(files)
        if not files:
            self.fields[FILES] = FilesField(label=_("Files"), help_text=LIMITS)

    def _add_service(self, asked: Form) -> None:
        blank = gettext("choose a service") if asked.needs_service else gettext("of none, or of all")
        self.fields[SERVICE] = forms.ChoiceField(
            label=_("Which service is it about"),
            choices=[("", blank), *asked.services],
            required=asked.needs_service and not self.incomplete,
        )

    def clean(self) -> dict[str, Any]:
        """Hold what was filled in against the regulation: whatever it still misses is a fault of a field."""
        cleaned = super().clean() or {}
        if words := too_large(self.request):
            self.add_error(next(name for name in reversed(self.fields)), words)
        plain_faults = {name for name in self.errors if not self._only_absent(name)}
        missing = {} if self.incomplete else self._missing(cleaned)
        for name, words in missing.items():
            if name not in self.errors:
                self.add_error(name, words)
        self.lacks = bool(self.errors) and not plain_faults and TEXT not in self.errors
        return cleaned

    def _only_absent(self, name: str) -> bool:
        codes = {fault.code for fault in self.errors[name].as_data()}
        return codes == {"required"} and name not in (TEXT, ADDRESS, NAME)

    def _missing(self, cleaned: dict[str, Any]) -> dict[str, str]:
        found = {}
        for item in self.seen(cleaned).demanded:
            names = [self._question_of(name) for name in item["name"].split("|")]
            shown = next((name for name in names if name in self.fields), None)
            if shown is None:
                continue
            given = any(cleaned.get(name) for name in names)
            found[shown] = self._words(shown, item["label"], given=given, several=len(names) > 1)
        return found

    def _question_of(self, name: str) -> str:
        asked = self.asked
        for part, question in ((SUBJECT, asked.subject), (TEXT, asked.text)):
            if question is not None and question.name == f"{FIELDS}{name}":
                return part
        field = self.page.rules.written.fields[name]
        return SERVICE if field.type == SERVICE else f"{FIELDS}{name}"

    def _words(self, name: str, label: str, *, given: bool, several: bool) -> str:
        types = {question.name: question.type for question in self.asked.fields}
        if given and types.get(name) == "inn":
            return wrong_inn()
        if given:
            return gettext("This does not fit; look at it once more.")
        if several:
            return gettext("Fill in one of these: %(label)s.") % {"label": label}
        return gettext("The regulation demands this: %(label)s.") % {"label": label}

    def seen(self, cleaned: dict[str, Any] | None = None) -> Preview:
        """Ask the regulation of the request as it is filled in, or of an empty one."""
        values = self._facts(cleaned or {})
        return preview(
            self.page.edition,
            self.kind,
            channel=self.channel,
            authentication=self.authentication,
            at=self.page.now,
            language=self.page.language,
            service=(cleaned or {}).get(SERVICE) or self.service,
            severity=(cleaned or {}).get(SEVERITY) or "",
            facts={**self.known, **values},
        )

    def _facts(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        fields, facts = self.parts(cleaned)
        values = {f"{FIELDS}{name}": value for name, value in fields.items()} | facts
        asked = self.asked
        for part, question in ((SUBJECT, asked.subject), (TEXT, asked.text)):
            if question is not None and cleaned.get(part):
                values[question.name] = cleaned[part]
        return values

    def parts(self, cleaned: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give what was filled in as fields and as facts of an `Incoming`, without what is blank."""
        fields: dict[str, Any] = {}
        facts: dict[str, Any] = {}
        for question in self.asked.fields:
            value = cleaned.get(question.name)
            if value in (None, "", []):
                continue
            value = value_of(question, value)
            if question.name.startswith(FIELDS):
                fields[question.name.removeprefix(FIELDS)] = value
            else:
                facts[question.name] = value
        return fields, facts

    def sent(self) -> dict[str, Any]:
        """Give what was sent, as the doors of the channels take it."""
        cleaned = self.cleaned_data
        fields, facts = self.parts(cleaned)
        files = [file for name in self.fields for file in self._files(cleaned.get(name))]
        label = self.page.rules.written.kinds[self.kind].title.in_language(self.page.language)
        return {
            "subject": cleaned[SUBJECT] or label,
            "text": cleaned[TEXT],
            "kind": self.kind,
            "service": cleaned.get(SERVICE) or None,
            "severity": cleaned.get(SEVERITY) or None,
            "fields": fields,
            "facts": facts,
            "attachments": incoming(files),
        }

    def _files(self, value: Any) -> list[Any]:
        return value if isinstance(value, list) else []

    def rows(self) -> list[dict[str, Any]]:
        """Give the fields as the page shows them: alone, or those together of which one is enough."""
        grouped = {name: names for names in self.together for name in names}
        rows: list[dict[str, Any]] = []
        shown: set[str] = set()
        for name in self.fields:
            if name in shown:
                continue
            names = grouped.get(name, (name,))
            shown.update(names)
            rows.append(
                {
                    "fields": [self[one] for one in names if one in self.fields],
                    "clause": self.clauses.get(name, ""),
                    "is_group": len(names) > 1,
                    "is_severity": name == SEVERITY,
                }
            )
        return rows


def value_of(question: FormField, value: Any) -> Any:
    """Give what was answered to a question as a field or fact is kept; of files, their names."""
    if question.type == "files":
        return [file.name for file in value]
    if question.type == "flag":
        return value == "true"
    return value.isoformat() if question.type == "date" else value


def field_of(question: FormField, *, required: bool) -> forms.Field:
    """Give the control of one question of a form."""
    label = question.label[:1].upper() + question.label[1:]
    common: dict[str, Any] = {"label": label, "help_text": question.hint, "required": required}
    if question.type == "files":
        return FilesField(label=label, help_text=f"{question.hint} {LIMITS}".strip(), required=required)
    if question.type == "flag":
        return forms.ChoiceField(choices=[("", _("not said")), *ANSWERS], widget=forms.RadioSelect, **common)
    if question.type == SERVICE:
        pairs = [("", gettext("choose a service")), *question.choices]
        return forms.ChoiceField(choices=pairs, **common)
    if question.type == "choice":
        return forms.ChoiceField(choices=[("", gettext("not said")), *question.choices], **common)
    if question.type == "number":
        return forms.IntegerField(min_value=0, **common)
    if question.type == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), validators=DAYS, **common)
    widget: forms.Widget = forms.TextInput()
    length = SHORT
    if question.type == "secret":
        widget = SecretInput(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})
        length = LONG
    elif question.type == "long_text":
        widget, length = forms.Textarea(attrs={"rows": 4}), LONG
    elif question.type == "email":
        widget = forms.EmailInput(attrs={"autocomplete": "email"})
    elif question.type == "inn":
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "is-short"})
    return forms.CharField(max_length=length, widget=widget, **common)


def wrong_inn() -> str:
    """Say what is wrong with an ИНН whose digits do not agree."""
    return gettext(
        "This is no INN: it has 10 digits of a company or 12 of a sole proprietor, and the last ones"
        " must agree with the rest. Compare it with the document."
    )


def _title(question: FormField | None, otherwise: str) -> str:
    label = question.label if question is not None else otherwise
    return label[:1].upper() + label[1:]
