"""Owns the form that sets a legal hold."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from kyc.policy.holds import HOLD_REASONS
from kyc.retention.holding import LONGEST_NOTE, Order
from kyc.web.texts import _l


class HoldForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    case = StringField(
        _l("Case"),
        description=_l("The id of the verification, or your reference."),
        validators=[InputRequired(_l("Name the case.")), Length(max=100)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    reason = SelectField(
        _l("Reason"),
        choices=[SelectChoice(code, text) for code, text in HOLD_REASONS.items()],
        validators=[InputRequired()],
    )
    last_day = DateField(
        _l("Last day of the hold"),
        validators=[InputRequired(_l("Give the last day; a hold can be set again."))],
    )
    note = TextAreaField(
        _l("Note"),
        description=_l("Sealed, and destroyed with the customer's details."),
        validators=[Length(max=LONGEST_NOTE)],
    )
    details_only = BooleanField(_l("Hold the details alone if the pictures are destroyed already"))

    def order(self) -> Order:
        return Order(
            reason=self.reason.data,
            last_day=self.last_day.data,
            note=self.note.data or "",
            details_only=bool(self.details_only.data),
        )
