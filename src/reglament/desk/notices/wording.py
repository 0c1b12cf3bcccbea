"""The words of a desk's letters as its owner changed them: kept one after the other, never altered."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused
from reglament.desk.notices import composing
from reglament.desk.notices.catalogue import CATALOGUE, sample_of
from reglament.desk.notices.checking import faults_in
from reglament.desk.notices.composing import Composed
from reglament.desk.notices.models import LetterTemplate, OutgoingLetter
from reglament.desk.operations import audit
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right, demand
from reglament.desk.regulations.models import Desk

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Written:
    """One letter of a desk in one language: whose words it has."""

    template: str
    language: str
    newest: LetterTemplate | None
    """None, or one without text, where the shipped words count."""
    fault: str = ""
    """Why the desk's own words could not be used when a letter was last written; empty where they could."""

    @property
    def is_own(self) -> bool:
        """True where the desk's own words count."""
        return self.newest is not None and bool(self.newest.text)


def newest_words(desk: Desk, template: str, language: str) -> str:
    """Give the desk's own words of a letter; empty where the shipped ones count."""
    text = (
        LetterTemplate.objects.filter(desk=desk, template=template, language=composing.spoken_in(language))
        .order_by("-changed_at", "-id")
        .values_list("text", flat=True)
        .first()
    )
    return text or ""


def history_of(desk: Desk, template: str, language: str) -> list[LetterTemplate]:
    """Give every change of the words of a letter, newest first."""
    rows = LetterTemplate.objects.filter(desk=desk, template=template, language=language)
    return list(rows.select_related("changed_by__account").order_by("-changed_at", "-id"))


def letters_written(desk: Desk) -> list[Written]:
    """Give every letter in every language, with whose words it has."""
    newest: dict[tuple[str, str], LetterTemplate] = {}
    rows = LetterTemplate.objects.filter(desk=desk).select_related("changed_by__account")
    for row in rows.order_by("changed_at", "id"):
        newest[row.template, row.language] = row
    return [
        Written(template, language, row, _fault_since(row))
        for template in CATALOGUE
        for language in composing.LANGUAGES
        for row in [newest.get((template, language))]
    ]


def preview(desk: Desk, template: str, language: str, text: str) -> Composed:
    """Give a letter as it would be in some words, with sample values. The words must be without fault."""
    values = {**sample_of(template, language), "desk_name": desk.name}
    return composing.compose(
        template, language, values, words=text, signature=str(desk.signatures.get(language) or "")
    )


@transaction.atomic
def change_words(by: StaffMember, template: str, language: str, text: str, *, at: datetime) -> LetterTemplate:
    """Give a letter other words, from now on. Raises `ActionRefused` that names every fault with its line."""
    demand(by, Right.CHANGE_TEMPLATES)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    faults = faults_in(template, text)
    if faults:
        raise ActionRefused("\n".join(map(str, faults)), field="text")
    if text == (newest_words(by.desk, template, language) or _shipped(template, language)):
        raise ActionRefused(_("These are the words that the letter has already."), field="text")
    # Whoever types the shipped words by hand goes back to them.
    kept = "" if text == _shipped(template, language) else text
    return _write(by, template, language, kept, at)


@transaction.atomic
def back_to_shipped(by: StaffMember, template: str, language: str, *, at: datetime) -> LetterTemplate:
    """Give a letter the words again with which the desk is shipped, also in later versions."""
    demand(by, Right.CHANGE_TEMPLATES)
    if not newest_words(by.desk, template, language):
        raise ActionRefused(_("This letter has the shipped words already."))
    return _write(by, template, language, "", at)


def composed(desk: Desk, template: str, language: str, values: Mapping[str, Any]) -> tuple[Composed, str]:
    """Write a letter in the desk's own words, or in the shipped ones where those fail; and say why they did.

    Whatever the owner wrote, and however the values of a letter have changed since, a letter is written.
    """
    signature = str(desk.signatures.get(composing.spoken_in(language)) or "")
    said = {"desk_name": desk.name, **values}
    words = newest_words(desk, template, language)
    fault = ""
    if words:
        try:
            letter = composing.compose(template, language, said, words=words, signature=signature)
        except Exception as failed:
            log.exception("The words of %s of desk %s cannot be used", template, desk.slug)
            fault = f"{type(failed).__name__}: {failed}"[:300]
        else:
            if letter.subject and letter.text.strip():
                return letter, ""
            fault = "no subject or no text"
    return composing.compose(template, language, said, signature=signature), fault


def _write(by: StaffMember, template: str, language: str, text: str, at: datetime) -> LetterTemplate:
    row = LetterTemplate.objects.create(
        desk=by.desk, template=template, language=language, text=text, changed_at=at, changed_by=by
    )
    values = {"template": template, "language": language, "shipped": not text}
    audit.record("change_letter_words", row, by=by.account, at=at, values=values)
    return row


def _shipped(template: str, language: str) -> str:
    return composing.shipped_words(template, language).strip("\n") + "\n"


def _fault_since(row: LetterTemplate | None) -> str:
    if row is None or not row.text:
        return ""
    failed = (
        OutgoingLetter.objects.filter(
            desk=row.desk_id, template=row.template, language=row.language, created_at__gte=row.changed_at
        )
        .exclude(words_fault="")
        .order_by("-created_at")
        .values_list("words_fault", flat=True)
        .first()
    )
    return failed or ""
