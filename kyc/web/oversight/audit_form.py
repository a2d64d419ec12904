"""Owns the form that narrows the audit log; it lives in the address, so it can be kept and sent."""

from collections.abc import Mapping

from flask_wtf import FlaskForm
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from kyc.audit import Action
from kyc.audit.searching import Wanted
from kyc.models import VerificationSession
from kyc.web.texts import _, _l

FIELDS = ("action", "actor", "case")
KINDS = {
    "staff": _l("All staff"),
    "customer": _l("Customers"),
    "operator": _l("The console of the machine"),
    "system": _l("The program itself"),
    "visitor": _l("Visitors who are not known"),
}
LONGEST_CASE = 100


class AuditForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Read from the address; nothing is changed by it, so it carries no token."""

    class Meta:
        csrf = False

    action = SelectField(_l("What happened"))
    actor = SelectField(_l("Who"))
    case = StringField(_l("Case"), render_kw={"autocomplete": "off", "spellcheck": "false"})

    def __init__(self, untrusted: MultiDict[str, str], staff: Mapping[str, str]) -> None:
        super().__init__(MultiDict({name: untrusted.get(name, "").strip() for name in FIELDS}))
        every = SelectChoice("", _("Any"))
        known = [SelectChoice(str(action), str(action)) for action in sorted(Action)]
        self.action.choices = [every, *known]
        people = {f"staff:{id_}": name for id_, name in staff.items()}
        actors = [SelectChoice(key, name) for key, name in {**KINDS, **people}.items()]
        self.actor.choices = [every, *actors]

    def validate(self) -> bool:
        """Says of each bad value which field it was for, and what to do."""
        for field in (self.action, self.actor):
            if field.data not in {choice.value for choice in field.choices}:
                told = _("%(field)s: this is none of the choices. Choose again.",
                         field=field.label.text)  # fmt: skip
                field.errors = [told]
        if len(self.case.data) > LONGEST_CASE:
            self.case.errors = [_("Case: give the id of the verification, or your reference.")]
        return not self.errors

    def wanted(self, db: Session) -> Wanted:
        return Wanted(
            action=self.action.data or None,
            actor=self.actor.data or None,
            cases=_cases(db, self.case.data) if self.case.data else None,
        )

    def kept(self) -> dict[str, str]:
        """What the addresses of other pages carry on; nothing of what was refused."""
        return {} if self.errors else {n: self[n].data for n in FIELDS if self[n].data}


def _cases(db: Session, named: str) -> tuple[str, ...]:
    """An id, or all verifications under a reference of the business; one that is gone counts."""
    session = VerificationSession
    found = select(session.id).where(or_(session.id == named, session.client_reference_id == named))
    return tuple(db.scalars(found)) or (named,)
