"""Owns the form fields that the registers share."""

from collections.abc import Mapping

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget


class Ticks(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Several of a list, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices_of(table: Mapping[str, str]) -> list[SelectChoice]:
    """The codes of a table of rules, with their words."""
    return [SelectChoice(code, words) for code, words in table.items()]
