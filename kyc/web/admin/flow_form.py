"""Owns the form of a new version: a flow as fields, fields as a flow, problems beside their fields.

What a flow may be is decided by `kyc.policy.flow_check` alone; the form only carries it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    Form,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice

from kyc.policy.document_types import DOCUMENT_TYPES
from kyc.policy.field_checks import Problem
from kyc.policy.reasons import REASONS
from kyc.policy.redaction import PROFILES
from kyc.policy.retention import CLOCKS
from kyc.web.admin import own_reasons
from kyc.web.admin.flow_fields import FOUR_EYES_MODES, FOUR_EYES_RULES, NOTES_FOR, name_of
from kyc.web.languages import LANGUAGES
from kyc.web.texts import _l
from kyc.web.words import document_name

UNITS = {"hours": _l("hours"), "days": _l("days"), "years": _l("years")}


def _choices(names: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(key, text) for key, text in names.items()]


_OFF = {"autocomplete": "off", "spellcheck": "false"}


class Boxes(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Several boxes to tick, each with its own label."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class RuleForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """One retention rule; its years may be left to the deployment by the word `setting`."""

    number = StringField(_l("Kept for"), render_kw=_OFF | {"inputmode": "numeric"})
    unit = SelectField(
        _l("Unit"),
        choices=_choices(UNITS),
        validate_choice=False,
    )
    legal_basis = StringField(_l("Legal basis"), render_kw=_OFF)
    reason = StringField(_l("Why images are kept for more than five years"), render_kw=_OFF)


class FlowForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    documents = Boxes(_l("Documents"), validate_choice=False)
    countries = StringField(
        _l("Issuing countries"),
        description=_l("Two-letter codes with blanks between, such as EE LV LT; none means all."),
        render_kw=_OFF,
    )
    redaction_profile = SelectField(
        _l("Redaction profile"),
        choices=[SelectChoice(name, name) for name in PROFILES],
        validate_choice=False,
    )
    redaction_options = StringField(
        _l("What differs from the profile"),
        description=_l("Such as document_number=last_three; the guide lists what may differ."),
        render_kw=_OFF,
    )
    statute = StringField(
        _l("Statute"),
        description=_l("Only for a profile that hides less: the law that asks for it."),
        render_kw=_OFF,
    )
    languages = Boxes(
        _l("Languages that customers may choose from"),
        choices=_choices(LANGUAGES),
        validate_choice=False,
    )
    first_language = SelectField(
        _l("Language for whoever speaks none of them"),
        choices=_choices(LANGUAGES),
        validate_choice=False,
    )
    statement = TextAreaField(
        _l("Handwritten statement"),
        description=_l("Line by line; {business}, {date} and {code} stand in it once each."),
        render_kw=_OFF | {"rows": 4},
    )
    checklist = TextAreaField(
        _l("Checklist"),
        description=_l("A line each: a key, a colon, the text that a reviewer ticks."),
        render_kw=_OFF | {"rows": 14},
    )
    reasons = Boxes(
        _l("Reasons that a reviewer may choose from"),
        choices=_choices({code: reason.label for code, reason in REASONS.items()}),
        validate_choice=False,
    )
    own_reasons = TextAreaField(
        _l("Reasons of your own"),
        description=_l(
            "Lines such as “code: address_missing”, “label: …” for reviewers, “item: …” to send"
            " again, “final: yes” if it can only reject, and “en: …” for each language above;"
            " “passes_on: yes” in place of these if it passes a case on to a senior. A blank line"
            " between two reasons."
        ),
        render_kw=_OFF | {"rows": 8},
    )
    notes_for = Boxes(
        _l("Outcomes that need a note for colleagues"),
        description=_l("Passing a case on always needs one."),
        choices=_choices(NOTES_FOR),
        validate_choice=False,
    )
    mode = SelectField(
        _l("Who decides"),
        choices=_choices(FOUR_EYES_MODES),
        validate_choice=False,
    )
    percent = StringField(
        _l("Share in percent"),
        description=_l("For sampled; by rule, of the cases that no rule caught."),
        render_kw=_OFF | {"inputmode": "numeric"},
    )
    rules = Boxes(_l("Rules"), choices=_choices(FOUR_EYES_RULES), validate_choice=False)
    eyes_countries = StringField(
        _l("Documents of these countries"),
        description=_l("Two-letter codes; always decided by two when the mode is by rule."),
        render_kw=_OFF,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents.choices = _choices({key: document_name(key) for key in DOCUMENT_TYPES})

    def rule(self, name: str) -> Any:
        return self[f"rule_{name}"]

    def fill(self, raw: Mapping[str, Any]) -> "FlowForm":
        """Shows a flow, as the start of the next version."""
        eyes = raw["four_eyes"]
        shown = {
            "documents": raw["documents"],
            "countries": " ".join(raw["countries"]),
            "redaction_profile": raw["redaction_profile"],
            "redaction_options": options_shown(raw.get("redaction_options", {})),
            "statute": raw["statute"],
            "languages": raw["languages"],
            "first_language": raw["languages"][0],
            "statement": "\n".join(raw["statement"]),
            "checklist": "\n".join(f"{line['key']}: {line['text']}" for line in raw["checklist"]),
            "reasons": raw.get("reasons", list(REASONS)),
            "own_reasons": own_reasons.typed(raw.get("own_reasons", [])),
            "notes_for": raw.get("notes_for", []),
            "mode": eyes["mode"],
            "percent": str(eyes["percent"]),
            "rules": eyes["rules"],
            "eyes_countries": " ".join(eyes["countries"]),
        }
        for name, value in shown.items():
            self[name].data = value
        for name in CLOCKS:
            _fill_rule(self.rule(name), raw["retention"][name])
        return self

    def raw(self, name: str) -> dict[str, Any]:
        """What was filled in, as a flow that is yet to be checked."""
        first = self.first_language.data
        return {
            **self._optional(),
            "name": name,
            "documents": list(self.documents.data or ()),
            "countries": _words(self.countries.data),
            "redaction_profile": self.redaction_profile.data,
            "statute": (self.statute.data or "").strip(),
            "languages": sorted(self.languages.data or (), key=lambda code: code != first),
            "statement": _lines(self.statement.data),
            "checklist": [_line(line) for line in _lines(self.checklist.data)],
            "four_eyes": {
                "mode": self.mode.data,
                "percent": _number(self.percent.data),
                "rules": list(self.rules.data or ()),
                "countries": _words(self.eyes_countries.data),
            },
            "retention": {name: _rule(name, self.rule(name)) for name in CLOCKS},
        }

    def _optional(self) -> dict[str, Any]:
        """What a flow leaves out where it says nothing of its own."""
        chosen = list(self.reasons.data or ())
        found = {
            "redaction_options": _options(self.redaction_options.data),
            "own_reasons": own_reasons.taken(self.own_reasons.data),
            "notes_for": list(self.notes_for.data or ()),
        }
        said = {name: value for name, value in found.items() if value}
        return said if set(chosen) == set(REASONS) else said | {"reasons": chosen}

    def take(self, problems: Iterable[Problem]) -> None:
        """Puts each problem beside the field it is about."""
        for problem in problems:
            field, within = self._about(problem.field)
            said = f"{name_of(problem.field)}: {problem.text}" if within else problem.text
            field.errors = [*field.errors, f"{said[:1].upper()}{said[1:]}."]

    def told(self) -> list[tuple[str, str]]:
        """Id and message of everything that is wrong, in the order of the page."""
        fields = [field for field in self if not isinstance(field, FormField)]
        fields += [field for name in CLOCKS for field in self.rule(name).form]
        return [
            (field.id, f"{field.label.text}: {error}") for field in fields for error in field.errors
        ]

    def _about(self, path: str) -> tuple[Any, bool]:
        """The field, and whether the path says more than the field's own label does."""
        first, _dot, rest = path.partition(".")
        if first == "retention":
            rule, _dot, part = rest.partition(".")
            form = self.rule(rule).form
            return form[part if part in {"legal_basis", "reason"} else "number"], False
        eyes = {"mode": "mode", "percent": "percent", "rules": "rules", "countries":
                "eyes_countries"}  # fmt: skip
        if first == "four_eyes":
            return self[eyes.get(rest, "mode")], False
        return self[first], bool(rest)


for _name, _clock in CLOCKS.items():
    setattr(FlowForm, f"rule_{_name}", FormField(RuleForm, label=name_of(f"retention.{_name}")))


def options_shown(options: Mapping[str, str]) -> str:
    return " ".join(f"{cls}={value}" for cls, value in sorted(options.items()))


def _options(text: str | None) -> dict[str, str]:
    """What `class=value` says, unchecked; a word without a sign is a class without a value."""
    pairs = (word.partition("=") for word in (text or "").split())
    return {cls: value for cls, _sign, value in pairs}


def _fill_rule(field: Any, raw: Mapping[str, Any]) -> None:
    unit = next(unit for unit in UNITS if unit in raw)
    field.form.unit.data, field.form.number.data = unit, str(raw[unit])
    field.form.legal_basis.data = raw["legal_basis"]
    field.form.reason.data = raw.get("reason", "")


def _rule(name: str, field: Any) -> dict[str, Any]:
    form = field.form
    unit = form.unit.data if form.unit.data in UNITS else "days"
    rule = {
        "start": CLOCKS[name].start,
        unit: _number(form.number.data),
        "legal_basis": (form.legal_basis.data or "").strip(),
    }
    reason = (form.reason.data or "").strip()
    return rule | ({"reason": reason} if reason else {})


def _number(text: str | None) -> int | str:
    """What is no number stays as it was typed, for the check to say so."""
    typed = (text or "").strip()
    return int(typed) if typed.isdecimal() and len(typed) < 10 else typed


def _words(text: str | None) -> list[str]:
    return (text or "").upper().replace(",", " ").split()


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _line(text: str) -> dict[str, str]:
    key, _colon, words = text.partition(":")
    return {"key": key.strip(), "text": words.strip()}
