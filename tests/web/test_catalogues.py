"""Owns the rules of the catalogues: complete, sound, compiled, and nothing left out."""

import ast
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kyc.web.customer.troubles import TROUBLES
from kyc.web.languages import LANGUAGES

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "kyc" / "translations"
CODES = sorted(set(LANGUAGES) - {"en"})
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
MARKUP = re.compile(r"[<>\"'&]")
SHOWN_TO_CUSTOMERS = (
    "kyc/intake",
    "kyc/web/customer",
    "kyc/web/boxes.py",
    "kyc/covering.py",
    "kyc/evidence.py",
    "kyc/fields.py",
)
SHOWN_AS_RAISED = {"ConflictError", "InvalidInputError"}


def read(path: Path, code: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def catalogue(code: str) -> Catalog:
    return read(CATALOGUES / code / "LC_MESSAGES" / "messages.po", code)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def forms(text: object) -> list[str]:
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text)]


def ids(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {tuple(forms(message.id)) for message in messages(catalogue)}


def placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make translations` would find now."""
    found = tmp_path_factory.mktemp("extracted") / "messages.pot"
    babel = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
    ignored = ["--ignore-dirs", "var tests benchmarks build dist .* _*"]
    words = ["-k", "_l", "-k", "_n:1,2", *ignored, "-o", str(found), "."]
    subprocess.run([*babel, *words], cwd=ROOT, check=True)
    return read(found)


def test_each_language_has_a_catalogue_and_no_other() -> None:
    assert sorted(path.name for path in CATALOGUES.iterdir()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_untranslated_or_doubtful(code: str) -> None:
    for message in messages(catalogue(code)):
        assert not message.fuzzy, message.id
        assert all(form.strip() for form in forms(message.string)), message.id


@pytest.mark.parametrize("code", CODES)
def test_placeholders_are_those_of_the_english(code: str) -> None:
    for message in messages(catalogue(code)):
        meant = placeholders(forms(message.id)[-1])
        assert all(placeholders(form) == meant for form in forms(message.string)), message.id


@pytest.mark.parametrize("code", CODES)
def test_a_plural_has_as_many_forms_as_the_language(code: str) -> None:
    one = catalogue(code)
    plurals = [message for message in messages(one) if message.pluralizable]
    assert plurals
    assert {len(forms(message.string)) for message in plurals} == {one.num_plurals}


@pytest.mark.parametrize("code", CODES)
def test_a_translation_cannot_break_out_of_an_attribute(code: str) -> None:
    texts = [form for message in messages(catalogue(code)) for form in forms(message.string)]
    assert [text for text in texts if MARKUP.search(text)] == []


@pytest.mark.parametrize("code", CODES)
def test_lines_and_last_signs_are_those_of_the_english(code: str) -> None:
    for message in messages(catalogue(code)):
        source, text = forms(message.id)[-1], forms(message.string)[-1]
        assert text.count("\n") == source.count("\n"), message.id
        assert text == text.strip(), message.id
        if source[-1] in ".?…:":
            assert text[-1] == source[-1], message.id


@pytest.mark.parametrize("code", CODES)
def test_what_is_read_at_run_time_is_what_was_written(code: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(code))
    kept = CATALOGUES / code / "LC_MESSAGES" / "messages.mo"
    assert kept.read_bytes() == compiled.getvalue()


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_missing_and_nothing_is_left_over(code: str, extracted: Catalog) -> None:
    assert ids(catalogue(code)) == ids(extracted)


def test_extraction_finds_something_of_every_kind(extracted: Catalog) -> None:
    found = {place.split("/")[0] for m in messages(extracted) for place, _ in m.locations}
    assert found == {"kyc", "templates"}
    assert len(messages(extracted)) > 300


def test_no_sentence_of_the_console_is_asked_of_translators(extracted: Catalog) -> None:
    places = {place for message in messages(extracted) for place, _ in message.locations}
    assert [place for place in places if "staff" in place or "review" in place] == []


def raised(source: str) -> Iterator[str]:
    """The sentences of failures that are shown as they were raised."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        first = node.args[0] if node.args else None
        if node.func.id in SHOWN_AS_RAISED and isinstance(first, ast.Constant):
            yield str(first.value)


def test_every_failure_that_a_customer_may_read_is_marked() -> None:
    files = [
        file
        for place in SHOWN_TO_CUSTOMERS
        for file in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    told = {text for file in files for text in raised(file.read_text(encoding="utf-8"))}
    assert {text[:1].upper() + text[1:] + "." for text in told} == set(TROUBLES)
