"""Owns the forms of sign-in, enrolment and invitation."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional, Regexp

from kyc.access import Role
from kyc.staff.enrolling import Enrolment
from kyc.staff.security_keys import LONGEST_ANSWER, NewKey
from kyc.web.texts import _, _l

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
        validators=[Length(max=40)],
        render_kw={"autocomplete": "one-time-code"},
    )
    answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two is there."""
        if not super().validate(extra_validators):
            return False
        if not self.code.data and not self.answer.data:
            self.code.errors = [_("Enter the code.")]
            return False
        return True


class RenewalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """For who has an account: a new password, and new factors."""

    email = StringField(
        _l("E-mail address"),
        description=_l("Yours alone. Changes of how you sign in are told there; customers never."),
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
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
            Optional(),
            Regexp(r"^\s*\d{3}\s?\d{3}\s*$", message=_l("The code has six digits.")),
        ],
        render_kw=_CODE,
    )
    key_name = StringField(
        _l("Name of the key"),
        validators=[Length(max=60)],
        render_kw={"autocomplete": "off"},
    )
    key_answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])

    def enrolment(self, key: NewKey | None) -> Enrolment:
        return Enrolment(
            login=self.login.data if "login" in self else "",
            display_name=self.display_name.data if "display_name" in self else "",
            password=self.password.data,
            email=self.email.data,
            code="".join((self.code.data or "").split()),
            key=key,
            key_name=self.key_name.data or "",
        )


class EnrolmentForm(RenewalForm):
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


class KeyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    key_name = StringField(
        _l("Name of the key"),
        description=_l("Such as: blue key, office laptop."),
        validators=[InputRequired(_l("Give the key a name.")), Length(max=60)],
        render_kw={"autocomplete": "off"},
    )
    key_answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    old = PasswordField(
        _l("Present password"),
        validators=[InputRequired(_l("Enter your present password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Choose a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )
    password_again = PasswordField(
        _l("New password again"),
        validators=[
            InputRequired(_l("Enter the password again.")),
            EqualTo("password", message=_l("The two passwords differ.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class EmailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    email = StringField(
        _l("E-mail address"),
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )


class InviteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(str(role), name) for role, name in ROLE_NAMES.items()],
        default=str(Role.REVIEWER),
        validators=[InputRequired()],
    )


class RoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(str(role), name) for role, name in ROLE_NAMES.items()],
        validators=[InputRequired()],
    )
