"""Owns the forms of the register of disclosures: entering one, striking one."""

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kyc.policy.disclosures import CLASSES, GROUNDS, RECIPIENTS, STRIKES, WITHHELD
from kyc.registers.disclosure_checks import (
    LONGEST_NOTE,
    LONGEST_RECIPIENT,
    LONGEST_REFERENCE,
    Given,
)
from kyc.web import countries
from kyc.web.registers.fields import Ticks, choices_of
from kyc.web.texts import _l

LONGEST_CASES = 60_000


class DisclosureForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    kind = RadioField(
        _l("Who got the data"),
        choices=choices_of(RECIPIENTS),
        validators=[InputRequired(_l("Say what kind of recipient it was."))],
    )
    recipient = StringField(
        _l("Name of the body"),
        description=_l("The body, never a person: it stays when the case is gone."),
        validators=[
            InputRequired(_l("Name the body that got the data.")),
            Length(max=LONGEST_RECIPIENT),
        ],
        render_kw={"autocomplete": "off"},
    )
    country = SelectField(
        _l("Its country"), validators=[InputRequired(_l("Choose the country of the body."))]
    )
    ground = SelectField(_l("Ground"), choices=choices_of(GROUNDS), validators=[InputRequired()])
    reference = StringField(
        _l("Reference of the order or request"),
        description=_l("Sealed, and destroyed with the customer's details."),
        validators=[Length(max=LONGEST_REFERENCE)],
        render_kw={"autocomplete": "off"},
    )
    cases = TextAreaField(
        _l("Cases"),
        description=_l("One a line: the id of the verification, or your reference."),
        validators=[InputRequired(_l("Name the cases.")), Length(max=LONGEST_CASES)],
        render_kw={"rows": 3, "autocomplete": "off", "spellcheck": "false"},
    )
    classes = Ticks(
        _l("What was handed over"),
        choices=choices_of(CLASSES),
        missing=_l("Tick what was handed over."),
    )
    disclosed_on = DateField(
        _l("Day on which it was handed over"), validators=[InputRequired(_l("Give the day."))]
    )
    note = TextAreaField(
        _l("Note"),
        description=_l("Sealed, and destroyed with the customer's details."),
        validators=[Length(max=LONGEST_NOTE)],
    )
    withheld_until = DateField(
        _l("The customer is not told before the end of"),
        description=_l("Empty: they are told with their data from now on."),
        validators=[Optional()],
    )
    withheld_ground = SelectField(
        _l("Why they are not told"),
        choices=[SelectChoice("", _l("They are told")), *choices_of(WITHHELD)],
    )

    def offer(self) -> "DisclosureForm":
        """The countries in the reader's language."""
        self.country.choices = [("", ""), *countries.choices()]
        return self

    def given(self) -> Given:
        return Given(
            kind=self.kind.data,
            recipient=self.recipient.data,
            country=self.country.data,
            ground=self.ground.data,
            classes=self.classes.data,
            cases=[line.strip() for line in self.cases.data.splitlines() if line.strip()],
            disclosed_on=self.disclosed_on.data,
            reference=self.reference.data or "",
            note=self.note.data or "",
            withheld_until=self.withheld_until.data,
            withheld_ground=self.withheld_ground.data or "",
        )


class StrikeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    reason = SelectField(choices=choices_of(STRIKES))
