"""Owns the forms of what the desk does: restricting, lifting, erasing."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from kyc.desk.erasing import Erasure
from kyc.desk.restricting import LONGEST_WORDS, Ask
from kyc.desk.words import LONGEST
from kyc.policy.restrictions import RESTRICTION_GROUNDS
from kyc.web.texts import _l

LONGEST_ADDRESS = 254
"""Characters of a path in SMTP, without its brackets (RFC 5321, section 4.5.3.1.3)."""


class RestrictForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    restriction_ground = RadioField(
        _l("Which of the four cases it is"),
        choices=[
            SelectChoice(code, f"{ground.text} (Art. 18(1)({ground.letter}))")
            for code, ground in RESTRICTION_GROUNDS.items()
        ],
        validators=[InputRequired(_l("Choose which of the four cases it is."))],
    )
    restriction_reason = TextAreaField(
        _l("Why, for the record"),
        description=_l("Sealed, and destroyed with the customer's details."),
        validators=[InputRequired(_l("Write why.")), Length(max=LONGEST_WORDS)],
    )

    def ask(self) -> Ask:
        return Ask(self.restriction_ground.data, self.restriction_reason.data)


class AnnounceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    reason = TextAreaField(validators=[InputRequired(), Length(max=LONGEST_WORDS)])


class LiftForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    told_how = TextAreaField(validators=[Optional(), Length(max=LONGEST_WORDS)])


class EraseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """`erase_seen` are the ids of what the page offered to erase, as it was looked at."""

    erase_version = HiddenField(validators=[InputRequired()])
    erase_seen = HiddenField()
    erase_waives = BooleanField()
    erase_words = TextAreaField(
        _l("What the person is told"),
        description=_l("In their language. You may change it."),
        validators=[InputRequired(_l("Write what the person is told.")), Length(max=LONGEST)],
        render_kw={"rows": 14},
    )

    def erasure(self) -> Erasure:
        version = self.erase_version.data
        return Erasure(
            words=self.erase_words.data,
            seen=frozenset((self.erase_seen.data or "").split()),
            waives_claims=bool(self.erase_waives.data),
            version=int(version) if version.isdecimal() and len(version) < 10 else -1,
        )


class ForgetForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """`request` is the objection that it is done for, empty where there is none."""

    request = HiddenField()
    address = StringField(
        _l("E-mail address under which they were verified"),
        description=_l("It is compared as a keyed hash, and kept nowhere."),
        validators=[DataRequired(_l("Give the address.")), Length(max=LONGEST_ADDRESS)],
        render_kw={"type": "email", "autocomplete": "off", "spellcheck": "false"},
    )
