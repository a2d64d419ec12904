"""Owns the customer's forms and what they accept."""

from datetime import date
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from kyc.fields import Details
from kyc.policy.flow import Flow
from kyc.web import countries
from kyc.web.texts import _l
from kyc.web.words import document_name

OLDEST = 120


def _stripped(value: str | None) -> str:
    return " ".join((value or "").split())


def _countries() -> list[SelectChoice]:
    named = (SelectChoice(code, name) for code, name in countries.choices())
    return [SelectChoice("", _l("Choose…")), *named]


class EmailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    email = StringField(
        _l("E-mail"),
        filters=[_stripped],
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=254)],
        render_kw={"type": "email", "autocomplete": "email"},
    )

    def validate_email(self, field: Any) -> None:
        try:
            validate_email(field.data, check_deliverability=False)
        except EmailNotValidError as error:
            raise ValidationError(_l("This is not an e-mail address we can write to.")) from error


FIRST_ON_THE_PAGE = ("given_names", "surname", "patronymic", "date_of_birth", "email", "phone")


class DetailsForm(EmailForm):
    surname = StringField(
        _l("Surname"),
        description=_l("As it stands in the document."),
        filters=[_stripped],
        validators=[InputRequired(_l("Enter your surname.")), Length(max=100)],
        render_kw={"autocomplete": "family-name"},
    )
    given_names = StringField(
        _l("Given names"),
        filters=[_stripped],
        validators=[InputRequired(_l("Enter your given names.")), Length(max=100)],
        render_kw={"autocomplete": "given-name"},
    )
    patronymic = StringField(
        _l("Patronymic"),
        description=_l("Only if your document shows one."),
        filters=[_stripped],
        validators=[Optional(), Length(max=100)],
        render_kw={"autocomplete": "additional-name"},
    )
    phone = StringField(
        _l("Phone"),
        description=_l("With the country code, for example +372 5123 4567."),
        filters=[_stripped],
        validators=[InputRequired(_l("Enter your phone number.")), Length(max=30)],
        render_kw={"type": "tel", "autocomplete": "tel"},
    )
    date_of_birth = DateField(
        _l("Date of birth"),
        validators=[InputRequired(_l("Enter your date of birth."))],
        render_kw={"autocomplete": "bday"},
    )
    nationality = SelectField(
        _l("Nationality"), validators=[InputRequired(_l("Choose your nationality."))]
    )
    residence = SelectField(
        _l("Country of residence"),
        validators=[InputRequired(_l("Choose where you live."))],
        render_kw={"autocomplete": "country"},
    )
    acting_for = RadioField(
        _l("For whom do you open the account?"),
        choices=[
            SelectChoice("self", _l("For myself")),
            SelectChoice("entity", _l("For a company or organisation")),
        ],
        default="self",
        validators=[InputRequired()],
    )
    entity_name = StringField(
        _l("Name of the organisation"),
        filters=[_stripped],
        validators=[Length(max=200)],
        render_kw={"autocomplete": "organization"},
    )
    entity_registry_code = StringField(
        _l("Registry code"), filters=[_stripped], validators=[Length(max=40)]
    )
    entity_country = SelectField(_l("Country of registration"), validators=[Optional()])
    entity_role = StringField(
        _l("Your role"),
        description=_l("For example director, or holder of a power of attorney."),
        filters=[_stripped],
        validators=[Length(max=100)],
        render_kw={"autocomplete": "organization-title"},
    )
    notice_seen = BooleanField(
        _l("I have read the privacy notice above"),
        validators=[InputRequired(_l("Please read the privacy notice and tick the box."))],
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for field in (self.nationality, self.residence, self.entity_country):
            field.choices = _countries()

    @property
    def errors(self) -> dict[str, Any]:
        """In the order of the fields on the page, which the summary of what is wrong follows."""
        found: dict[str, Any] = super().errors
        return {name: found[name] for name in FIRST_ON_THE_PAGE if name in found} | found

    def validate_phone(self, field: Any) -> None:
        try:
            number = phonenumbers.parse(field.data, self.residence.data or None)
        except phonenumbers.NumberParseException as error:
            raise ValidationError(
                _l("Enter the phone number with its country code, for example +372.")
            ) from error
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(_l("This phone number is too short or too long."))
        field.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def validate_date_of_birth(self, field: Any) -> None:
        if field.data is None:
            return
        if not date(self.today.year - OLDEST, 1, 1) <= field.data <= self.today:
            raise ValidationError(_l("Check the year of birth."))

    def validate_acting_for(self, field: Any) -> None:
        """The organisation's fields are needed just where one is acted for."""
        if field.data != "entity":
            return
        for name in ("entity_name", "entity_registry_code", "entity_country", "entity_role"):
            if not self[name].data:
                raise ValidationError(_l("Fill in all four fields about the organisation."))

    def details(self) -> Details:
        entity = self.acting_for.data == "entity"
        return Details(
            surname=self.surname.data,
            given_names=self.given_names.data,
            patronymic=self.patronymic.data or "",
            email=self.email.data,
            phone=self.phone.data,
            date_of_birth=self.date_of_birth.data,
            nationality=self.nationality.data,
            residence=self.residence.data,
            acting_for=self.acting_for.data,
            entity_name=self.entity_name.data if entity else "",
            entity_registry_code=self.entity_registry_code.data if entity else "",
            entity_country=self.entity_country.data if entity else "",
            entity_role=self.entity_role.data if entity else "",
        )


class DocumentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    document_type = RadioField(
        _l("Which document do you have at hand?"),
        validators=[InputRequired(_l("Choose a document."))],
        validate_choice=False,
    )
    document_country = SelectField(
        _l("Which country issued it?"),
        validators=[InputRequired(_l("Choose the country that issued it."))],
    )

    def __init__(self, *args: Any, flow: Flow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flow = flow
        self.document_type.choices = [
            SelectChoice(key, document_name(key)) for key in flow.documents
        ]
        self.document_country.choices = _countries()

    def validate_document_type(self, field: Any) -> None:
        if field.data not in self.flow.documents:
            raise ValidationError(_l("This kind of document is not accepted here."))

    def validate_document_country(self, field: Any) -> None:
        """Every country can be chosen: who finds theirs missing would not know why."""
        if not self.flow.accepts_country(field.data):
            raise ValidationError(_l("Documents from this country are not accepted here."))
