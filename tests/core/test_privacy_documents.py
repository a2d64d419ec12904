"""Owns that the privacy documents state what the program does, and say loudly what is missing."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from kyc.access import Permission
from kyc.cli import kyc
from kyc.doctor import CHECKS, examine
from kyc.documents.model_files import PINNED
from kyc.errors import ConfigurationError, NotFoundError
from kyc.policy.flow import Flow, make_flow, shipped_flow
from kyc.policy.notice import NOTICE
from kyc.privacy.controller import PARTICULARS, controller_of
from kyc.privacy.documents import TITLES, document, documents
from kyc.privacy.markdown import Part, blocks, literal
from kyc.settings import Settings, load_settings

if TYPE_CHECKING:
    from tests.core.kit import Kit

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "privacy"
REFRESH = "run `kyc privacy documents --example -o docs/examples/privacy`, and commit the result"

WHOLE = """
address = "Lai 1, 10133 Tallinn"
contact = "privacy@example.org"
data_protection_officer = "dpo@example.org"
authority = "Andmekaitse Inspektsioon"

[[processors]]
name = "Objects | GmbH"
purpose = "storage"
country = "DE"
contract = "2026-05-04"
transfer = "none"
"""

LATER = """
[[processors.subprocessors]]
name = "Disks AB"
purpose = "disks"
country = "SE"

[[processors]]
name = "Old Mail OÜ"
purpose = "mail"
country = "EE"
contract = "2023-12-01"
transfer = "none"
since = "2024-01-01"
until = "2026-02-28"
"""

PLAIN = "[[processors]]\nname='x'\npurpose='x'\ncountry='x'\ncontract='x'\ntransfer='x'\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    named = {"KYC_DATA_DIR": str(tmp_path), "KYC_BUSINESS_NAME": "Kala *OÜ*"}
    return load_settings(named)


def says(settings: Settings, text: str) -> Settings:
    settings.controller_file.write_text(text, encoding="utf-8")
    return settings


def flow_with(**changes: Any) -> Flow:
    return make_flow(json.loads(shipped_flow().body) | changes, 2)


def text(name: str, settings: Settings, flow: Flow | None = None) -> str:
    return document(name, flow or shipped_flow(), settings).text


def test_the_committed_examples_are_those_of_the_shipped_settings() -> None:
    shipped = load_settings({"KYC_DATA_DIR": "/nowhere"})
    made = {f"{one.name}.md": one.text for one in documents(shipped_flow(), shipped)}
    kept = {path.name: path.read_text(encoding="utf-8") for path in EXAMPLES.iterdir()}
    stale = sorted(name for name in made.keys() | kept if made.get(name) != kept.get(name))
    assert not stale, f"out of date: {', '.join(stale)}; {REFRESH}"


def test_there_is_a_notice_in_each_language_of_the_flow(settings: Settings) -> None:
    made = {one.name for one in documents(flow_with(languages=["en", "et"]), settings)}
    assert made == {*TITLES, "privacy-notice-en", "privacy-notice-et"}
    with pytest.raises(NotFoundError):
        document("privacy-notice-de", flow_with(languages=["en", "et"]), settings)


def test_a_notice_is_translated_and_has_every_section(settings: Settings) -> None:
    said = text("privacy-notice-de", settings)
    assert "Es gibt keine Gesichtserkennung" in said
    assert "danach noch 7 Jahre" in said
    kinds = [block.kind for block in blocks(text("privacy-notice-en", settings))]
    assert kinds.count("h2") == len(NOTICE) + 4
    assert all(section.title in text("privacy-notice-en", settings) for section in NOTICE)


def test_the_words_of_the_notice_name_the_controller_in_every_language(settings: Settings) -> None:
    says(settings, WHOLE)
    for language in shipped_flow().languages:
        words = text(f"privacy-notice-{language}", settings).split("word for word.")[1]
        for said in ("Lai 1, 10133", "privacy@", "dpo@", "Andmekaitse Inspektsioon"):
            assert words.count(said) == 1, (language, said)


def test_the_last_line_names_the_hash_of_what_stands_above(settings: Settings) -> None:
    for one in documents(shipped_flow(), settings):
        body, _blank, version = one.text.rpartition("\nVersion ")
        assert version.strip() == hashlib.sha256(body.encode()).hexdigest() == one.sha256


def test_other_facts_make_another_version_and_the_same_facts_the_same(settings: Settings) -> None:
    one = document("measures", shipped_flow(), settings).sha256
    assert document("measures", shipped_flow(), settings).sha256 == one
    other = replace(settings, views_per_day=7)
    assert document("measures", shipped_flow(), other).sha256 != one


@pytest.mark.parametrize("name", [*TITLES, "privacy-notice-en"])
def test_each_document_says_loudly_what_is_missing(settings: Settings, name: str) -> None:
    said = text(name, settings)
    assert "**This document is not complete. Still missing: postal address" in said
    for what in PARTICULARS.values():
        assert f"**MISSING: {what}**" in said
    whole = text(name, says(settings, WHOLE))
    assert "MISSING" not in whole
    assert "not complete" not in whole
    assert "| Lai 1, 10133 Tallinn |" in whole


def test_a_shipped_name_is_a_missing_name(tmp_path: Path) -> None:
    unnamed = says(load_settings({"KYC_DATA_DIR": str(tmp_path)}), WHOLE)
    assert controller_of(unnamed).missing == ("name of the controller",)


def test_processors_are_listed_said_to_be_none_or_missing(settings: Settings) -> None:
    name = "record-of-processing"
    assert "**MISSING: processors" in text(name, settings)
    says(settings, "processors = []")
    assert "no processor is engaged" in text(name, settings)
    says(settings, WHOLE)
    assert r"| Objects \| GmbH | storage | DE | 2026-05-04 | none | – |" in text(name, settings)


def test_subprocessors_and_former_processors_are_named(settings: Settings) -> None:
    says(settings, WHOLE.replace("[[processors]]", "[[processors]]\nsince = '2026-05-05'") + LATER)
    said = text("record-of-processing", settings)
    assert r"| Objects \| GmbH | Disks AB | disks | SE |" in said
    assert "| Old Mail OÜ | mail | EE | 2024-01-01 | 2026-02-28 |" in said
    assert "| 2026-05-04 | none | 2026-05-05 |" in said
    assert [one.name for one in controller_of(settings).engaged] == ["Objects | GmbH"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("adress = 'x'", "'adress' is none of"),
        ("address = 5", "address must be a text"),
        ("address =", "cannot be read as TOML"),
        ("processors = 'none'", "each of processors has name"),
        ("processors = [{name = 'x'}]", "each of processors has name"),
        (PLAIN + "shoes = 'x'", "each of processors has name"),
        (PLAIN + "since = 2026-05-04", "since and until"),
        (PLAIN + "until = 'soon'", "since and until"),
        (PLAIN + "subprocessors = 'x'", "subprocessors"),
        (PLAIN + "subprocessors = [{name = 'x'}]", "subprocessors"),
        ("[[processors]]\nname=''\npurpose='x'\ncountry='x'\ncontract='x'\ntransfer='x'", "texts"),
    ],
)
def test_a_file_that_is_out_of_form_is_refused(settings: Settings, wrong: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        controller_of(says(settings, wrong))


def test_the_record_names_where_data_lie_and_no_secret(settings: Settings) -> None:
    far = replace(
        settings,
        database_url="postgresql+psycopg://app:hush@db.example.org/kyc",
        smtp_url="smtps://user:hush@mail.example.org",
        keys_url="awskms://alias/kyc?region=eu-west-1",
    )
    said = text("record-of-processing", far)
    assert ("db.example.org" in said, "mail.example.org" in said) == (True, True)
    assert "| keys | AWS KMS |" in said
    assert "hush" not in said
    assert "a root key in AWS KMS" in text("measures", far)


def test_the_schedule_has_every_rule_of_the_flow(settings: Settings) -> None:
    raw = json.loads(shipped_flow().body)
    raw["retention"]["rejected"]["days"] = 33
    said = text("retention-schedule", settings, make_flow(raw, 2))
    assert "| images of a rejected verification | decision | 33 days |" in said
    for rule in shipped_flow().retention.values():
        assert f"| {rule.what} | {rule.start} |" in said


def test_the_legal_basis_is_that_of_the_flow(settings: Settings) -> None:
    assert "GDPR Art. 6(1)(b) and (f)" in text("record-of-processing", settings)
    aml = flow_with(redaction_profile="aml", statute="Act 9")
    assert "legal obligation (GDPR Art. 6(1)(c): Act 9)" in text(
        "record-of-processing", settings, aml
    )
    assert r"| mrz | keep |" in text("measures", settings, aml)


def test_the_measures_hold_the_table_of_access_and_what_is_off(settings: Settings) -> None:
    said = text("measures", settings)
    for permission in Permission:
        assert f"| {literal(permission)} |" in said
    assert "**Pages are not reached over HTTPS" in said
    assert "**The log is not copied" in said
    safe = replace(settings, base_url="https://kyc.example", audit_bucket="audit")
    assert "**" not in text("measures", says(safe, WHOLE))


def test_the_statement_on_biometrics_names_every_model(settings: Settings) -> None:
    said = text("no-biometrics", settings)
    for name, digest in PINNED.items():
        assert f"| {literal(name)} | {digest} |" in said


def test_a_value_is_text_wherever_it_stands(settings: Settings) -> None:
    assert r"| name | Kala \*OÜ\* |" in text("measures", settings)
    table = next(b for b in blocks(text("measures", settings)) if b.kind == "table")
    assert table.rows[1][1] == (Part("Kala *OÜ*", False),)
    assert literal("a\n# b | <c>") == r"a \# b \| \<c\>"


def test_every_line_of_a_document_is_read_for_the_page(settings: Settings) -> None:
    for one in documents(shipped_flow(), settings):
        for block in blocks(one.text):
            widths = {len(row) for row in block.rows}
            assert len(widths) == 1, (one.name, block)
            shown = "".join(p.text for row in block.rows for cell in row for p in cell)
            assert not {"**", "\\"} & {shown[i : i + n] for n in (1, 2) for i in range(len(shown))}


def test_doctor_finds_what_the_controller_has_not_said(file_kit: "Kit") -> None:
    runtime = file_kit.runtime
    check = {"controller": CHECKS["controller"]}
    (found,) = examine(runtime, check)
    assert "postal address of the controller" in found.text
    assert str(runtime.settings.controller_file) in found.todo
    says(runtime.settings, WHOLE)
    named = replace(runtime.settings, given=frozenset({"KYC_BUSINESS_NAME"}))
    assert list(examine(replace(runtime, settings=named), check)) == []


def test_the_command_writes_one_file_each(
    file_kit: "Kit", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYC_DATA_DIR", str(tmp_path))
    for name, value in (("S3_ENDPOINT_URL", "http://127.0.0.1:1"), ("S3_ACCESS_KEY", "a")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("S3_SECRET_KEY", "b")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("KYC_KEK_DIR", str(tmp_path / "kek"))
    answer = CliRunner().invoke(kyc, ["privacy", "documents", "-o", str(tmp_path / "out")])
    assert answer.exit_code == 0, answer.output
    assert {path.stem for path in (tmp_path / "out").iterdir()} >= TITLES.keys()
    assert "The documents are not complete" in answer.stderr
    printed = CliRunner().invoke(kyc, ["privacy", "documents"]).stdout
    assert (tmp_path / "out" / "measures.md").read_text(encoding="utf-8") in printed
