"""Owns the decision form."""

from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from kyc.fields import open_text
from kyc.lifecycle import ItemKind
from kyc.models import GivenVerdict, VerificationSession
from kyc.policy.seats import may_escalate
from kyc.review.deciding import MAX_TEXT, Outcome, Verdict
from kyc.review.lanes import place_of
from kyc.web.texts import _l
from storage.vault import Vault

OUTCOMES = [
    SelectChoice(str(Outcome.APPROVE), _l("Approve")),
    SelectChoice(str(Outcome.REQUEST_INPUT), _l("Ask again")),
    SelectChoice(str(Outcome.REJECT), _l("Reject")),
    SelectChoice(str(Outcome.ESCALATE), _l("To a senior")),
]


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    version = IntegerField(validators=[InputRequired()])
    outcome = RadioField(choices=OUTCOMES, validators=[InputRequired(_l("Choose an outcome."))])
    # Which lines and reasons there are is the flow's.
    check = SelectMultipleField(validate_choice=False)
    items = SelectMultipleField(choices=[str(kind) for kind in ItemKind])
    reason = SelectMultipleField(validate_choice=False)
    note = TextAreaField(validators=[Length(max=MAX_TEXT)])
    message = TextAreaField(validators=[Length(max=MAX_TEXT)])

    def verdict(self) -> Verdict:
        """What was filled in; fields that do not belong to the outcome are left out."""
        outcome = Outcome(self.outcome.data)
        negative = outcome in {Outcome.REQUEST_INPUT, Outcome.REJECT}
        asks = outcome == Outcome.REQUEST_INPUT
        return Verdict(
            outcome=outcome,
            version=self.version.data,
            checked=frozenset(self.check.data or ()),
            items=frozenset(self.items.data or ()) if asks else frozenset(),
            reasons=frozenset(self.reason.data or ())
            if outcome != Outcome.APPROVE
            else frozenset(),
            note=self.note.data or "",
            message=(self.message.data or "") if negative else "",
        )


def form_for(
    db: Session, vault: Vault, session: VerificationSession, staff_id: str | None
) -> DecisionForm:
    """An empty one; for who took their verdict on this attempt back, as they had filled it in."""
    form = DecisionForm(formdata=None)
    last = (
        staff_id
        and db.scalars(
            select(GivenVerdict)
            .where(
                GivenVerdict.session_id == session.id,
                GivenVerdict.attempt == session.attempt,
                GivenVerdict.staff_id == staff_id,
                GivenVerdict.state == "taken_back",
            )
            .order_by(GivenVerdict.at.desc())
            .limit(1)
        ).one_or_none()
    )
    if not last:
        return form
    form.outcome.data, form.check.data = last.outcome, last.checklist
    form["items"].data, form.reason.data = last.items, last.reasons
    for name in ("note", "message"):
        sealed = getattr(last, name)
        form[name].data = open_text(vault, session, name, sealed) if sealed else ""
    return form


def offered(form: DecisionForm, session: VerificationSession) -> DecisionForm:
    """Without passing on, where a senior has to decide."""
    if not may_escalate(place_of(session)):
        form.outcome.choices = [c for c in OUTCOMES if c.value != Outcome.ESCALATE]
    return form
