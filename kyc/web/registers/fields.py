"""Owns the form fields that the registers share."""

from collections.abc import Mapping
from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget


class Ticks(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Several of a list, each with a box to tick; at least one must be ticked.

    `InputRequired` would hand its flag to every box, so that a browser asks for all of them.
    """

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, missing: Any, **options: Any) -> None:
        super().__init__(label, **options)
        self.flags.required = True
        self._missing = missing

    def pre_validate(self, form: BaseForm) -> None:
        if not self.data:
            raise StopValidation(self._missing)
        super().pre_validate(form)


def choices_of(table: Mapping[str, str]) -> list[SelectChoice]:
    """The codes of a table of rules, with their words."""
    return [SelectChoice(code, words) for code, words in table.items()]
