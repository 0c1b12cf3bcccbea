"""The list of letters with what each is for, and the editor of their words with its preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import membership
from reglament.desk.notices import wording
from reglament.desk.notices.catalogue import CATALOGUE, MEANINGS, sample_of
from reglament.desk.notices.checking import LONGEST, faults_in
from reglament.desk.notices.composing import LANGUAGES, blocks_of
from reglament.desk.notices.composing import shipped_words as shipped
from reglament.desk.people.roles import Right
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import part, show

NAMES = {
    "registration_notice": _("Notice of registration"),
    "judged_again": _("Judged again"),
    "staff_reply": _("Reply"),
    "missing_information": _("Question for what is missing"),
    "refusal": _("Refusal"),
    "severity_proposal": _("Proposal of another severity"),
    "support_stopped": _("Support stopped"),
    "support_restored": _("Support resumed"),
    "staff_notification": _("Letter to staff about a ticket"),
    "guest_confirmation": _("Confirmation of an address"),
}
LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}


class WordsForm(WorkForm):
    """The words of a letter: its subject in the first line, then its body."""

    text = forms.CharField(
        label=_("Subject in the first line, then the letter"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "true", "class": "mono"}),
    )

    def __init__(self, template: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._template = template

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        faults = faults_in(self._template, text)
        if faults:
            raise ValidationError([str(fault) for fault in faults])
        return text


@staff_page
def list_words(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show every letter with what it is for, and whose words it has in each language."""
    membership(request.user, seat.desk.slug, Right.CHANGE_TEMPLATES)
    rows: dict[str, list[Any]] = {}
    for one in wording.letters_written(seat.desk):
        rows.setdefault(one.template, []).append((LANGUAGE_NAMES[one.language], one))
    content = {
        "letters": [
            (NAMES[template], CATALOGUE[template].purpose, languages) for template, languages in rows.items()
        ]
    }
    return show(request, seat, "workspace/wording/list.html", content)


@staff_page
def edit_words(request: HttpRequest, seat: Seat, template: str, language: str) -> HttpResponse:
    """Change the words of a letter."""
    _there(request, seat, template, language)
    now = wording.newest_words(seat.desk, template, language) or shipped(template, language)
    form = WordsForm(template, typed(request), initial={"text": now})
    form.fields["text"].widget.attrs |= {
        "lang": language,
        "hx-post": seat.address("preview_words", template, language),
        "hx-trigger": "input changed delay:500ms",
        "hx-target": "#preview",
    }
    if request.method == "POST" and "preview" not in request.POST:
        done = form.attempt(
            lambda said: wording.change_words(seat.member, template, language, said["text"], at=seat.now)
        )
        if done is not None:
            messages.success(request, gettext("From now on the letter has these words."))
            return HttpResponseRedirect(seat.address("edit_words", template, language))
    text = str(form["text"].value() or "")
    content = {
        "form": form,
        "title": NAMES[template],
        "purpose": CATALOGUE[template].purpose,
        "must": CATALOGUE[template].must,
        "template": template,
        "language": language,
        "languages": [
            (name, seat.address("edit_words", template, one), one == language)
            for one, name in LANGUAGE_NAMES.items()
        ],
        "values": [
            (name, MEANINGS[name], _shape(value)) for name, value in sample_of(template, language).items()
        ],
        "is_own": bool(wording.newest_words(seat.desk, template, language)),
        "history": wording.history_of(seat.desk, template, language),
        **_preview(seat, template, language, text),
    }
    return show(request, seat, "workspace/wording/edit.html", content)


@staff_page
def preview_words(request: HttpRequest, seat: Seat, template: str, language: str) -> HttpResponse:
    """Show a letter in the words that are being written, or what is wrong in them; nothing is kept."""
    _there(request, seat, template, language)
    if request.method != "POST":
        return HttpResponseRedirect(seat.address("edit_words", template, language))
    content = _preview(seat, template, language, request.POST.get("text", ""))
    return part(request, seat, "workspace/wording/preview.html", {**content, "language": language})


@staff_page
def shipped_words(request: HttpRequest, seat: Seat, template: str, language: str) -> HttpResponse:
    """Go back to the words with which the desk is shipped."""
    _there(request, seat, template, language)
    if request.method == "POST":
        wording.back_to_shipped(seat.member, template, language, at=seat.now)
        messages.success(request, gettext("The letter has the shipped words again."))
    return HttpResponseRedirect(seat.address("edit_words", template, language))


def _there(request: HttpRequest, seat: Seat, template: str, language: str) -> None:
    membership(request.user, seat.desk.slug, Right.CHANGE_TEMPLATES)
    if template not in CATALOGUE or language not in LANGUAGES:
        raise Http404


def _preview(seat: Seat, template: str, language: str, text: str) -> dict[str, Any]:
    faults = faults_in(template, text)
    if faults:
        return {"faults": faults}
    letter = wording.preview(seat.desk, template, language, text)
    return {
        "faults": [],
        "letter": letter,
        # Every piece of it was escaped when it was made.
        "letter_blocks": mark_safe(blocks_of(letter.text)),  # noqa: S308
    }


def _shape(value: object) -> str:
    """Say what parts a value has, as they are written in a letter."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ", ".join(value[0])
    return ", ".join(value) if isinstance(value, dict) else ""
