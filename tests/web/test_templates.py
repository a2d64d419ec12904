"""Owns the rules that every template, sheet and module must keep, read from their sources."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "kyc" / "web" / "static"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
SHEETS = sorted((STATIC / "css").glob("*.css"))
MODULES = sorted((STATIC / "js").glob("*.js"))
EMITTED_WITH_FIELDS = re.compile(r"\{\{ csrf\(\) \}\}")
FILTERS_OF_THE_APPLICATION = ("ago", "dateformat", "timeformat")


class Rules(HTMLParser):
    """Walks one page and notes what breaks a rule of the content security policy or of CSRF."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open_forms: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.faults += [f"inline handler {name}" for name in values if name.startswith("on")]
        if "style" in values:
            self.faults.append(f"style attribute on {tag}")
        if tag in {"script", "style"} and values.get("nonce") != "NONCE":
            self.faults.append(f"{tag} without nonce")
        if any(re.match(r"(https?:)?//|javascript:", value) for value in values.values()):
            self.faults.append(f"foreign origin on {tag}")
        if tag == "form":
            self.open_forms.append(values.get("method") == "post")
        if tag == "input" and values.get("name") == "csrf_token" and self.open_forms:
            self.open_forms[-1] = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.open_forms.pop():
            self.faults.append("post form without csrf field")


def faults_of(source: str) -> list[str]:
    """What is wrong with a template, each `{{ }}` read as a harmless value."""
    plain = re.sub(r"\{#.*?#\}", "", source, flags=re.S)
    plain = EMITTED_WITH_FIELDS.sub('<input name="csrf_token">', plain)
    plain = plain.replace("{{ csp_nonce }}", "NONCE")
    plain = re.sub(r"\{%.*?%\}", " ", plain, flags=re.S)
    plain = re.sub(r"\{\{.*?\}\}", "x", plain, flags=re.S)
    rules = Rules()
    rules.feed(plain)
    return rules.faults


@pytest.fixture(scope="module")
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.filters.update(dict.fromkeys(FILTERS_OF_THE_APPLICATION, str))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name: str, environment: Environment) -> None:
    assert environment.get_template(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_every_template_that_is_extended_or_included_exists(
    name: str, environment: Environment
) -> None:
    tree = environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))
    assert {found for found in meta.find_referenced_templates(tree) if found} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_template_keeps_the_rules(name: str) -> None:
    assert faults_of((TEMPLATES / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('<a onclick="go()">', "inline handler onclick"),
        ('<p style="color: red">', "style attribute on p"),
        ("<script>go()</script>", "script without nonce"),
        ('<script src="/static/js/once.js"></script>', "script without nonce"),
        ("<style>p {}</style>", "style without nonce"),
        ('<img src="https://example.org/a.png">', "foreign origin on img"),
        ('<img src="//example.org/a.png">', "foreign origin on img"),
        ('<a href="javascript:go()">', "foreign origin on a"),
        ('<form method="post"><input name="a"></form>', "post form without csrf field"),
        (
            '<form method="post">{{ csrf() }}</form><form method="post"></form>',
            "post form without csrf field",
        ),
    ],
)
def test_it_finds_a_broken_rule(source: str, fault: str) -> None:
    assert faults_of(source) == [fault]


def test_a_search_form_needs_no_csrf_field() -> None:
    assert faults_of('<form method="get"><input name="q"></form>') == []


@pytest.mark.parametrize("name", NAMES)
def test_every_static_file_that_a_template_names_exists(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    named = re.findall(r"filename='([^']+\.\w+)'\)", source)
    for folder, listed in re.findall(r"in (\[[^\]]+\]) %\}.*?filename='(\w+)/'", source, re.S):
        suffix = {"css": "css", "js": "js"}[listed]
        named += [f"{listed}/{part}.{suffix}" for part in re.findall(r'"([\w-]+)"', folder)]
    assert [part for part in named if not (STATIC / part).is_file()] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_every_import_of_a_module_exists(module: Path) -> None:
    imported = re.findall(r'from "([^"]+)"', module.read_text(encoding="utf-8"))
    assert [part for part in imported if not (module.parent / part).is_file()] == []


@pytest.mark.parametrize("file", SHEETS + MODULES, ids=lambda path: path.name)
def test_every_sheet_and_module_says_what_it_owns_and_stays_small(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert re.match(r"/\*\*? Owns ", lines[0])
    assert len(lines) < 250


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_sheet_loads_anything_from_elsewhere(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    assert "@import" not in text
    assert [url for url in re.findall(r"url\([\"']?([^\"')]+)", text) if url[:5] != "data:"] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_module_makes_markup_or_code_from_text(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text) == []
    assert re.findall(r"setAttribute\(\s*[\"']style", text) == []
