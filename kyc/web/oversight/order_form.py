"""Owns the forms of holds under an order: setting one, extending it, opening it for a purpose."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from kyc.policy.holds import PURPOSES
from kyc.retention.regulatory import LONGEST_REASON, LONGEST_REFERENCE, Order
from kyc.web.texts import _l


def _purposes() -> list[SelectChoice]:
    return [SelectChoice(code, text) for code, text in PURPOSES.items()]


class OrderForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    case = StringField(
        _l("Case"),
        description=_l("The id of the verification, or your reference."),
        validators=[InputRequired(_l("Name the case.")), Length(max=100)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    reference = StringField(
        _l("Reference of the removal order"),
        description=_l("Sealed, and destroyed with the customer's details."),
        validators=[
            InputRequired(_l("Give the reference of the order.")),
            Length(max=LONGEST_REFERENCE),
        ],
        render_kw={"autocomplete": "off"},
    )
    removed_on = DateField(
        _l("Day of the removal or disabling"),
        description=_l("Six months are counted from it."),
        validators=[InputRequired(_l("Give the day of the removal."))],
    )
    readers = SelectMultipleField(
        _l("Who may open it"), description=_l("Hold Ctrl or Command to choose several.")
    )
    purposes = SelectMultipleField(_l("For what it may be opened"), choices=_purposes())

    def offer(self, people: Sequence[tuple[str, str]]) -> "OrderForm":
        """Those whose role lets them see pictures, by name."""
        self.readers.choices = [SelectChoice(id_, name) for id_, name in people]
        return self

    def order(self) -> Order:
        return Order(
            self.reference.data, self.removed_on.data, self.readers.data, self.purposes.data
        )


class ExtendForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    last_day = DateField(validators=[InputRequired(_l("Give the new last day."))])
    reason = TextAreaField(
        validators=[InputRequired(_l("Say who asked for it and why.")), Length(max=LONGEST_REASON)]
    )


class OpenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    purpose = SelectField(choices=_purposes())
