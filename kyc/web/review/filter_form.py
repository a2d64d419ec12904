"""Owns the form that narrows the queue; it lives in the address, so it can be kept and sent."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from kyc.review.filters import MANY_ATTEMPTS, Age, Filters, Flag
from kyc.web import countries
from kyc.web.texts import _, _l
from kyc.web.words import document_name

DOCUMENTS = ("passport", "identity_card", "residence_permit", "driving_licence")
ATTEMPTS = {"1": _l("First"), "2": _l("Second"), str(MANY_ATTEMPTS): _l("Third or later")}
FLAGS = {
    Flag.ASKED_AGAIN: _l("Asked again"),
    Flag.TO_CONFIRM: _l("Redaction to confirm"),
    Flag.DUPLICATE: _l("Possible duplicate"),
}
AGES = {Age.OLD: _l("4 hours or more"), Age.LATE: _l("A day or more")}

FIELDS = ("country", "document", "attempt", "flag", "age")


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Read from the address; nothing is changed by it, so it carries no token."""

    class Meta:
        csrf = False

    country = SelectField(_l("Country"))
    document = SelectField(_l("Document"))
    attempt = SelectField(_l("Attempt"))
    flag = SelectField(_l("Flag"))
    age = SelectField(_l("Waiting for"))

    def __init__(self, untrusted: MultiDict[str, str]) -> None:
        super().__init__(MultiDict({name: untrusted.get(name, "") for name in FIELDS}))
        choices: dict[str, Iterable[tuple[str, Any]]] = {
            "country": countries.choices(),
            "document": [(kind, document_name(kind)) for kind in DOCUMENTS],
            "attempt": ATTEMPTS.items(),
            "flag": FLAGS.items(),
            "age": AGES.items(),
        }
        for name, some in choices.items():
            known = [SelectChoice(str(value), text) for value, text in some]
            self[name].choices = [SelectChoice("", _("Any")), *known]

    def validate(self) -> bool:
        """Says of each bad value which field it was for, and what to do."""
        for field in (self[name] for name in FIELDS):
            if field.data not in {choice.value for choice in field.choices}:
                told = _("%(field)s: this is none of the choices. Choose again.",
                         field=field.label.text)  # fmt: skip
                field.errors = [told]
        return not self.errors

    def filters(self) -> Filters:
        return Filters(
            country=self.country.data,
            document=self.document.data,
            attempt=int(self.attempt.data) if self.attempt.data else None,
            flag=Flag(self.flag.data) if self.flag.data else None,
            age=Age(self.age.data) if self.age.data else None,
        )

    def kept(self) -> dict[str, Any]:
        """What the addresses of other tabs and pages carry on; nothing of what was refused."""
        return {} if self.errors else {n: self[n].data for n in FIELDS if self[n].data}
