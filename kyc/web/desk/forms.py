"""Owns the forms of the desk: narrowing the list, entering a request, extending, answering."""

from datetime import UTC, datetime, time
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from kyc.desk.corrections import FIELDS
from kyc.desk.corrections import LONGEST as LONGEST_VALUE
from kyc.desk.listing import Tab, Wanted
from kyc.desk.receiving import Entry
from kyc.desk.requests import Reply
from kyc.desk.words import LONGEST
from kyc.models import PrivacyRequest
from kyc.policy.grounds import grounds_for
from kyc.policy.rights import EXTENSION_REASONS, RIGHTS, Outcome, RequestState, Right
from kyc.web.desk.names import FIELD_NAMES, RIGHT_NAMES, STATE_NAMES
from kyc.web.languages import LANGUAGES
from kyc.web.texts import _, _l

NARROWING = ("right", "state", "case")
LONGEST_CASE = 100
OUTCOMES = {
    Outcome.GRANTED: _l("Granted"),
    Outcome.PARTLY: _l("Granted in part"),
    "refused": _l("Refused"),
}


class ListForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Read from the address; nothing is changed by it, so it carries no token."""

    class Meta:
        csrf = False

    right = SelectField(_l("What is asked"))
    state = SelectField(_l("State"))
    case = StringField(_l("Case"), render_kw={"autocomplete": "off", "spellcheck": "false"})

    def __init__(self, untrusted: MultiDict[str, str]) -> None:
        super().__init__(MultiDict({name: untrusted.get(name, "").strip() for name in NARROWING}))
        every = ("", _("Any"))
        self.right.choices = [every, *((str(right), RIGHT_NAMES[right]) for right in Right)]
        self.state.choices = [every, *((str(one), STATE_NAMES[one]) for one in RequestState)]

    def validate(self) -> bool:
        """Says of each bad value which field it was for, and what to do."""
        for field in (self.right, self.state):
            if field.data not in {value for value, _name in field.choices}:
                told = _("%(field)s: this is none of the choices. Choose again.",
                         field=field.label.text)  # fmt: skip
                field.errors = [told]
        if len(self.case.data) > LONGEST_CASE:
            self.case.errors = [_("Case: give the id of the verification, or your reference.")]
        return not self.errors

    def wanted(self, tab: Tab, me: str) -> Wanted:
        return Wanted(
            tab=tab,
            me=me,
            right=Right(self.right.data) if self.right.data else None,
            state=RequestState(self.state.data) if self.state.data else None,
            case=self.case.data or None,
        )

    def kept(self) -> dict[str, Any]:
        """What the addresses of other tabs and pages carry on; nothing of what was refused."""
        return {} if self.errors else {n: self[n].data for n in NARROWING if self[n].data}


class EntryForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    right = SelectField(
        _l("What is asked"),
        choices=[
            SelectChoice(str(right), f"{RIGHT_NAMES[right]} ({RIGHTS[right].article})")
            for right in Right
        ],
        validators=[InputRequired()],
    )
    case = StringField(
        _l("Case"),
        description=_l("The id of the verification, or your reference. Empty if there is none."),
        validators=[Optional(), Length(max=LONGEST_CASE)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    received_on = DateField(
        _l("Day on which it came"),
        description=_l("The clock runs from it."),
        validators=[InputRequired(_l("Give the day on which it came."))],
    )
    identified = TextAreaField(
        _l("How the person showed who they are"),
        description=_l("Ask for no more than is needed (GDPR Art. 12(6)). Sealed."),
        validators=[
            InputRequired(_l("Say how the person showed who they are.")),
            Length(max=LONGEST),
        ],
    )
    words = TextAreaField(
        _l("What they ask, in their words"),
        description=_l("The person reads it on their page. Sealed."),
        validators=[InputRequired(_l("Write down what is asked.")), Length(max=LONGEST)],
        render_kw={"rows": "6"},
    )
    language = SelectField(
        _l("Language of the person"),
        description=_l("For somebody without a case; else the case says it."),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )

    def entry(self, now: datetime) -> Entry:
        """What came today counts from now on, and what came before from the noon of its day."""
        day = self.received_on.data
        noon = datetime.combine(day, time(12), UTC)
        return Entry(
            right=Right(self.right.data),
            case=self.case.data or "",
            words=self.words.data,
            identified=self.identified.data,
            received_at=now if day == now.date() else noon,
            language=self.language.data,
        )


class ExtendForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    reason = RadioField(
        _l("Why it takes longer"),
        choices=[SelectChoice(code, text) for code, text in EXTENSION_REASONS.items()],
        validators=[InputRequired(_l("Choose the reason."))],
    )
    words = TextAreaField(
        _l("More about it, for the person"),
        id="extension-words",
        description=_l("It stands on their page. The mail tells the reason above alone."),
        validators=[Optional(), Length(max=LONGEST)],
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    version = HiddenField(validators=[InputRequired()])
    outcome = RadioField(
        _l("Outcome"),
        choices=[SelectChoice(str(code), text) for code, text in OUTCOMES.items()],
        validators=[InputRequired(_l("Choose the outcome."))],
    )
    ground = SelectField(
        _l("Legal ground"), description=_l("For a refusal, and for the part that is refused.")
    )
    words = TextAreaField(
        _l("Words to the person"),
        description=_l("They read it on their page, and nobody else does. The mail only says that"
                       " there is an answer."),
        validators=[InputRequired(_l("Write what the person is told.")), Length(max=LONGEST)],
        render_kw={"rows": "8"},
    )  # fmt: skip

    def offer(self, request: PrivacyRequest) -> "AnswerForm":
        """The grounds that carry a refusal of such a request; the version as it is now."""
        found = grounds_for(Right(request.kind))
        named = (SelectChoice(one.code, f"{one.article}: {one.label}") for one in found)
        self.ground.choices = [SelectChoice("", _("None")), *named]
        if not self.version.data:
            self.version.data = str(request.version)
        return self

    @property
    def refuses(self) -> bool:
        return bool(self.outcome.data == "refused")

    def reply(self) -> Reply:
        version = self.version.data
        return Reply(
            words=self.words.data,
            outcome=Outcome.GRANTED if self.refuses else Outcome(self.outcome.data),
            ground=self.ground.data or None,
            version=int(version) if version.isdecimal() and len(version) < 10 else -1,
        )


class ValueForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One more value to correct, as somebody told it to staff."""

    field = SelectField(
        _l("What is wrong"), choices=[SelectChoice(name, FIELD_NAMES[name]) for name in FIELDS]
    )
    value = StringField(
        _l("What it should be"),
        description=_l("A date as 1990-04-12, a country by its two letters."),
        validators=[Length(max=LONGEST_VALUE)],
        render_kw={"autocomplete": "off"},
    )


class AssignForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    officer = SelectField(_l("Who works on it"))

    def offer(self, people: list[tuple[str, str]], now_with: str | None) -> "AssignForm":
        self.officer.choices = [
            SelectChoice("", _("Nobody yet")),
            *(SelectChoice(id_, name) for id_, name in people),
        ]
        if self.officer.data in {None, "None"}:
            self.officer.data = now_with or ""
        return self
