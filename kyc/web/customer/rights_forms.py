"""Owns the forms with which customers prove their address and make requests about their data."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from kyc.desk.corrections import FIELDS
from kyc.desk.receiving import NEEDS_WORDS
from kyc.desk.words import LONGEST
from kyc.fields import Details
from kyc.policy.rights import Right
from kyc.web.customer.forms import DetailsForm
from kyc.web.texts import _l


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    code = StringField(
        _l("Code from the mail"),
        validators=[InputRequired(_l("Type the eight digits from the mail.")), Length(max=40)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class RequestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    words = TextAreaField(
        _l("In your own words"),
        validators=[Optional(), Length(max=LONGEST)],
        render_kw={"rows": "6"},
    )

    def for_right(self, right: Right) -> "RequestForm":
        if right in NEEDS_WORDS:
            asked = DataRequired(_l("Tell us what it is about."))
            self.words.validators = [asked, Length(max=LONGEST)]
            self.words.flags.required, self.words.flags.optional = True, False
        return self


class CorrectionForm(DetailsForm):
    """The details as they are held; what the customer changes is what they want corrected."""

    words = TextAreaField(
        _l("In your own words"),
        validators=[Optional(), Length(max=LONGEST)],
        render_kw={"rows": "4"},
    )
    acting_for = None
    notice_seen = None

    def of(self, known: Details) -> "CorrectionForm":
        """Who acts for nobody else is asked nothing about an organisation."""
        if known.acting_for != "entity":
            for name in [name for name in FIELDS if name.startswith("entity_")]:
                del self[name]
        return self

    def corrections(self, known: dict[str, str]) -> dict[str, str]:
        """New values by field, as text."""
        typed = {name: _text(self[name].data) for name in FIELDS if name in self}
        return {name: text for name, text in typed.items() if text != known[name]}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
