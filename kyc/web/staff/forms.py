"""Owns the forms of sign-in, enrolment and invitation."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Regexp

from kyc.access import Role
from kyc.web.texts import _l

_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code"}

ROLE_NAMES = {
    Role.REVIEWER: _l("Reviewer"),
    Role.SENIOR: _l("Senior reviewer"),
    Role.PRIVACY: _l("Privacy officer"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    login = StringField(
        _l("Sign-in name"),
        validators=[InputRequired(_l("Enter your sign-in name.")), Length(max=80)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class SecondFactorForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    code = StringField(
        _l("Code"),
        validators=[InputRequired(_l("Enter the code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code"},
    )


class EnrolmentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    display_name = StringField(
        _l("Your name"),
        validators=[InputRequired(_l("Enter your name.")), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )
    login = StringField(
        _l("Sign-in name"),
        description=_l("Letters, digits, dot, dash, underscore and @."),
        validators=[
            InputRequired(_l("Choose a sign-in name.")),
            Length(min=3, max=80),
            Regexp(r"^[A-Za-z0-9._@-]+$", message=_l("Use letters, digits and . - _ @ only.")),
        ],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Choose a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )
    password_again = PasswordField(
        _l("Password again"),
        validators=[
            InputRequired(_l("Enter the password again.")),
            EqualTo("password", message=_l("The two passwords differ.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    code = StringField(
        _l("Code from the authenticator"),
        validators=[
            InputRequired(_l("Enter the six digits.")),
            Regexp(r"^\s*\d{3}\s?\d{3}\s*$", message=_l("The code has six digits.")),
        ],
        render_kw=_CODE,
    )


class InviteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(str(role), name) for role, name in ROLE_NAMES.items()],
        default=str(Role.REVIEWER),
        validators=[InputRequired()],
    )
