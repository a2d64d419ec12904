"""Owns the forms of the register of breaches; times are those of the deployment's zone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kyc.models import Incident
from kyc.policy.incidents import CLASSES, LONGEST_TEXT, NATURES, PERSONS, RISKS, ROLES, TEXTS
from kyc.registers.breach_record import Made
from kyc.registers.incidents import MOST_PERSONS, Facts, Telling
from kyc.web.context import runtime
from kyc.web.registers.fields import Ticks, choices_of
from kyc.web.texts import _, _l

_NUMBER = (Optional(), NumberRange(0, MOST_PERSONS))
_TEXT = {"rows": 4}
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
"""As browsers write the value of such a field; the first is how we write it."""


def _but_open(table: Mapping[str, str]) -> dict[str, str]:
    return {code: words for code, words in table.items() if code != "open"}


class FactsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is known; every part of it may be put right later."""

    natures = Ticks(
        _l("What kind of breach"),
        choices=choices_of(NATURES),
        missing=_l("Tick what kind of breach it is."),
    )
    classes = Ticks(
        _l("Data concerned"),
        choices=choices_of(CLASSES),
        missing=_l("Tick which data it is about."),
    )
    persons = IntegerField(
        _l("How many people, about"),
        description=_l("Empty while nobody knows."),
        validators=_NUMBER,
    )
    records = IntegerField(
        _l("How many records, about"),
        description=_l("Empty while nobody knows."),
        validators=_NUMBER,
    )
    began_at = DateTimeLocalField(_l("When it began"), format=_MOMENT, validators=[Optional()])
    ended_at = DateTimeLocalField(_l("When it ended"), format=_MOMENT, validators=[Optional()])

    def facts(self) -> Facts:
        return Facts(
            self.natures.data,
            self.classes.data,
            self.persons.data,
            self.records.data,
            utc(self.began_at.data),
            utc(self.ended_at.data),
        )


class EnterForm(FactsForm):
    role = RadioField(
        _l("Whose data"),
        choices=choices_of(ROLES),
        default="controller",
        validators=[InputRequired(_l("Say for whom the data are processed."))],
    )
    aware_at = DateTimeLocalField(
        _l("When somebody of the business became aware"),
        format=_MOMENT,
        description=_l("The clock runs from then, also at night and on holidays."),
        validators=[InputRequired(_l("Give the moment when somebody became aware."))],
    )
    words = TextAreaField(
        _l("What happened"),
        description=_l("Sealed. Name no customers: their cases stand in the breach report."),
        validators=[InputRequired(_l("Say what happened.")), Length(max=LONGEST_TEXT)],
        render_kw=_TEXT,
    )


class TextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    kind = SelectField(_l("About"), choices=choices_of(TEXTS))
    words = TextAreaField(
        _l("Text"),
        description=_l("What was written before stays; the newest of each kind counts."),
        validators=[InputRequired(_l("Write the text.")), Length(max=LONGEST_TEXT)],
        render_kw=_TEXT,
    )


class RiskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    risk = RadioField(
        _l("Risk to the people"),
        choices=choices_of(_but_open(RISKS)),
        validators=[InputRequired(_l("Judge the risk."))],
    )


class PersonsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    decision = RadioField(
        _l("Are the people told?"),
        choices=choices_of(_but_open(PERSONS)),
        validators=[InputRequired(_l("Decide whether the people are told."))],
    )
    why = TextAreaField(
        _l("Why"),
        validators=[InputRequired(_l("Say why.")), Length(max=LONGEST_TEXT)],
        render_kw=_TEXT,
    )


class ToldForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    whom = SelectField(_l("Who was told"))
    at = DateTimeLocalField(
        _l("When"), format=_MOMENT, validators=[InputRequired(_l("Give the moment."))]
    )
    reference = StringField(
        _l("Whom and how, with their reference"),
        validators=[Length(max=LONGEST_TEXT)],
        render_kw={"autocomplete": "off"},
    )
    late = TextAreaField(
        _l("Reasons for the delay"),
        description=_l("Only when the time was over."),
        validators=[Length(max=LONGEST_TEXT)],
        render_kw={"rows": 2},
    )

    def offer(self, incident: Incident) -> "ToldForm":
        """Those whom this breach makes somebody tell."""
        whom = [("authority", _l("The authority")), ("persons", _l("The people concerned"))]
        controller = [("controller", _l("The controller"))]
        self.whom.choices = controller if incident.role == "processor" else whom
        return self

    def telling(self) -> Telling:
        whom = self.whom.data
        kind = whom if whom in TEXTS else "note"
        at = utc(self.at.data)
        assert at is not None
        words = {kind: self.reference.data or "", "late": self.late.data or ""}
        return Telling(whom, at, words)


class ReportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    report = RadioField(_l("Breach report"), validators=[InputRequired(_l("Choose a report."))])

    def offer(self, made: Sequence[Made]) -> "ReportForm":
        """The newest first; `hints` say what each found, and the hash tells twins apart."""
        self.report.choices = [
            (one.sha256, f"{local(one.made_at):%Y-%m-%d %H:%M}, {' + '.join(one.scopes)}")
            for one in made
        ]
        self.hints = {one.sha256: _found(one) for one in made}
        return self


class CloseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Nothing but its token."""


def _found(made: Made) -> str:
    return _(
        "%(cases)s cases, %(readable)s of them with readable data; SHA-256 %(hash)s…",
        cases=made.cases,
        readable=made.readable,
        hash=made.sha256[:8],
    )


def utc(moment: datetime | None) -> datetime | None:
    """What was typed is a time of the deployment's zone."""
    if moment is None:
        return None
    return moment.replace(tzinfo=ZoneInfo(runtime().settings.time_zone)).astimezone(UTC)


def local(moment: datetime | None) -> datetime | None:
    """As such a field wants it."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(runtime().settings.time_zone)).replace(tzinfo=None)
