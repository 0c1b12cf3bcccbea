"""The first step of asking: the kinds of requests, in groups by what the regulation says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from reglament.desk.decisions.forms import Choice, choices_for
from reglament.desk.decisions.queries import label
from reglament.desk.faults import ActionRefused, NotThere
from reglament.faces.public.desk_page import DeskPage


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of which the regulation says the same."""

    title: str
    note: str
    choices: tuple[Choice, ...]
    folded: bool = False


def groups_of(
    page: DeskPage, channel: str, authentication: str, *, service: str, known: dict[str, Any]
) -> list[Group]:
    """Give the kinds that may be asked for, those that support takes on first, by department.

    What must be asked for in another way comes last. Raises `NotThere` for a service that the
    regulation does not know.
    """
    try:
        choices = choices_for(
            page.edition,
            channel,
            authentication,
            at=page.now,
            language=page.language,
            service=service,
            facts=known,
        )
    except ActionRefused as refusal:
        raise NotThere from refusal
    groups = _promised(page, [one for one in choices if one.promise == "promised"])
    rest = {
        "best_effort": (
            gettext("Beyond our duties"),
            gettext("Any question may be asked: we will try to help."),
        ),
        "not_covered": (
            gettext("Not part of the support"),
            gettext("You may ask all the same: we will say on what terms it can be had."),
        ),
        "redirect": (
            gettext("Only in another way"),
            gettext("Here it is taken down, but it can only be done when it is asked for in another way."),
        ),
    }
    for promise, (title, note) in rest.items():
        found = tuple(one for one in choices if one.promise == promise)
        if found:
            groups.append(Group(title, note, found, folded=bool(groups) and len(found) > 6))
    return groups


def _promised(page: DeskPage, choices: list[Choice]) -> list[Group]:
    departments = list(dict.fromkeys(one.department for one in choices))
    if len(departments) < 2:
        return [Group(gettext("What we do"), "", tuple(choices))] if choices else []
    written = page.rules.written.departments
    groups = []
    for name in departments:
        purpose = written[name].purpose
        groups.append(
            Group(
                title=label(page.edition, "department", name, page.language),
                note=purpose.in_language(page.language) if purpose is not None else "",
                choices=tuple(one for one in choices if one.department == name),
            )
        )
    return groups


def services_of(page: DeskPage) -> list[tuple[str, str]]:
    """Give the services of a regulation: names and their words."""
    written = page.rules.written
    return [(name, text.in_language(page.language)) for name, text in written.services.items()]
