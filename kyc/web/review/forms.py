"""Owns the decision form."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from kyc.lifecycle import ItemKind
from kyc.policy.reasons import REASONS
from kyc.review.deciding import MAX_TEXT, Outcome, Verdict
from kyc.web.texts import _l

OUTCOMES = [
    SelectChoice(str(Outcome.APPROVE), _l("Approve")),
    SelectChoice(str(Outcome.REQUEST_INPUT), _l("Ask again")),
    SelectChoice(str(Outcome.REJECT), _l("Reject")),
]


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    version = IntegerField(validators=[InputRequired()])
    outcome = RadioField(choices=OUTCOMES, validators=[InputRequired(_l("Choose an outcome."))])
    check = SelectMultipleField(validate_choice=False)  # which lines there are is the flow's
    items = SelectMultipleField(choices=[str(kind) for kind in ItemKind])
    reason = SelectMultipleField(choices=list(REASONS))
    note = TextAreaField(validators=[Length(max=MAX_TEXT)])
    message = TextAreaField(validators=[Length(max=MAX_TEXT)])

    def verdict(self) -> Verdict:
        """What was filled in; fields that do not belong to the outcome are left out."""
        outcome = Outcome(self.outcome.data)
        negative = outcome != Outcome.APPROVE
        asks = outcome == Outcome.REQUEST_INPUT
        return Verdict(
            outcome=outcome,
            version=self.version.data,
            checked=frozenset(self.check.data or ()),
            items=frozenset(self.items.data or ()) if asks else frozenset(),
            reasons=frozenset(self.reason.data or ()) if negative else frozenset(),
            note=self.note.data or "",
            message=(self.message.data or "") if negative else "",
        )
