"""What the forms of the workspace have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from reglament.desk.faults import ActionRefused
from reglament.faces.common.dates import DAYS

Done = TypeVar("Done")


class WorkForm(forms.Form):
    """A form whose act may be refused: the refusal stands at the field that it names, or above all."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.refusal: ActionRefused | None = None

    def attempt(self, act: Callable[[dict[str, Any]], Done]) -> Done | None:
        """Do the act with what was filled in; none where the form or the act itself stands in the way."""
        if not self.is_valid():
            return None
        try:
            return act(self.cleaned_data)
        except ActionRefused as refusal:
            self.refuse(refusal)
            return None

    def refuse(self, refusal: ActionRefused) -> None:
        """Show why the act was refused."""
        if refusal.field in self.fields and not refusal.clause:
            self.add_error(refusal.field, str(refusal))
        else:
            self.refusal = refusal


def date_field(label: Any, **options: Any) -> forms.DateField:
    """Give a field for a date, as browsers and people write one."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "is-short"}),
        validators=DAYS,
        **options,
    )
