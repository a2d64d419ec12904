"""Owns the documents that a controller must keep, written from settings and flow."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kyc.errors import NotFoundError
from kyc.policy.flow import Flow
from kyc.privacy.facts import facts_of
from kyc.privacy.markdown import literal
from kyc.privacy.notice_words import notice_said
from kyc.resources import data_path
from kyc.settings import Settings

TITLES = {
    "record-of-processing": "Record of processing activities (GDPR Art. 30)",
    "impact-assessment": "Outline of a data protection impact assessment (GDPR Art. 35)",
    "retention-schedule": "Retention schedule",
    "measures": "Technical and organisational measures (GDPR Art. 32)",
    "no-biometrics": "Statement that no biometric processing takes place",
}
NOTICE = "privacy-notice"


@dataclass(frozen=True)
class Document:
    """`text` is Markdown; its last line names the SHA-256 of all that stands above that line."""

    name: str
    title: str
    text: str
    sha256: str


def documents(flow: Flow, settings: Settings) -> Iterator[Document]:
    """All of them; the notice once in each language of the flow."""
    for name in names(flow):
        yield document(name, flow, settings)


def names(flow: Flow) -> tuple[str, ...]:
    return (*TITLES, *(f"{NOTICE}-{language}" for language in flow.languages))


def title_of(name: str) -> str:
    if name in TITLES:
        return TITLES[name]
    return f"Privacy notice (GDPR Art. 13 and 14), {name.removeprefix(NOTICE + '-')}"


def document(name: str, flow: Flow, settings: Settings) -> Document:
    """Raises NotFoundError for an unknown name."""
    if name not in names(flow):
        raise NotFoundError("there is no privacy document of this name")
    facts = facts_of(flow, settings)
    template = name
    if name not in TITLES:
        template = NOTICE
        facts["notice"] = notice_said(flow, settings, name.removeprefix(NOTICE + "-"))
    title = title_of(name)
    text = templates().get_template(f"{template}.md").render(title=title, **facts).strip() + "\n"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(name, title, f"{text}\nVersion {sha256}\n", sha256)


@cache
def templates() -> Environment:
    """The documents' templates. What a value holds is text, never Markdown (`literal`)."""
    return Environment(
        loader=FileSystemLoader(data_path("templates") / "privacy"),
        autoescape=False,  # noqa: S701 - Markdown; the page that shows it escapes
        finalize=literal,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
