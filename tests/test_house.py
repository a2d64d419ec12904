"""Owns the rules that hold for every file of the repository."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kyc", "workers", "storage")
LONGEST_FILE = 300
LONGEST_BODY = 40

MAY_BE_LONG = {
    "kyc/audit/verify.py": "auditors take this one file with them",
    "kyc/settings.py load_settings": "a table of the settings, one a line",
}


def _pattern(*words: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern for any of these words; their letters stand apart here, to keep our own rule."""
    return re.compile("|".join(word.replace("_", "") for word in words), flags)


FORBIDDEN = {
    "something unfinished": _pattern(r"\bT_ODO\b", r"\bF_IXME\b", r"\bX_XX\b"),
    "a promise for later": _pattern(r"\bfor n_ow\b", r"\bs_implified\b", r"\bs_tub\b", flags=re.I),
    "a place outside of the repository": _pattern(r"\.\./s_hared/", "/w_ork/", r"\bp_rototypes/"),
    "the host name of a registry": _pattern(
        r"\bp_ypi\.org", r"p_ythonhosted\.org", r"n_pmjs\.org", r"\bdeb\.d_ebian\.org", flags=re.I
    ),
}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [path for name in names if (path := ROOT / name).is_file()]


TRACKED = _tracked()
TEXTS = {
    path.relative_to(ROOT).as_posix(): content.decode()
    for path in TRACKED
    if b"\0" not in (content := path.read_bytes())
}
MODULES = {name: text for name, text in TEXTS.items() if name.endswith(".py") and text}
OURS = {name: text for name, text in MODULES.items() if name.split("/")[0] in PACKAGES}


def test_there_is_something_to_look_at() -> None:
    assert len(OURS) > 50


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if FORBIDDEN[what].search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("something unfinished", "# T_ODO: later"),
        ("a promise for later", "good enough for n_ow"),
        ("a place outside of the repository", "../s_hared/x"),
        ("the host name of a registry", "https://p_ypi.org/simple"),
    ],
)
def test_the_rule_sees_what_it_forbids(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text.replace("_", ""))


def test_each_module_says_first_what_it_owns() -> None:
    assert [name for name, text in MODULES.items() if not text.startswith('"""Owns ')] == []


def test_no_module_is_long() -> None:
    lengths = {name: len(text.splitlines()) for name, text in OURS.items()}
    long = {name for name, length in lengths.items() if length >= LONGEST_FILE}
    assert long - MAY_BE_LONG.keys() == set()


def test_no_function_is_long() -> None:
    long = {
        f"{name} {node.name}"
        for name, text in OURS.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _body_length(node) > LONGEST_BODY
    }
    assert long - MAY_BE_LONG.keys() == set()


def test_no_large_file_is_kept() -> None:
    sizes = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in TRACKED}
    assert {name: size for name, size in sizes.items() if size > 2_000_000} == {}


def _body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last."""
    has_docstring = ast.get_docstring(node) is not None
    body = node.body[1:] if has_docstring else node.body
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1
