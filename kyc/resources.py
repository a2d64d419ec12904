"""Owns where an installation keeps things: packaged files, and the command itself."""

import shutil
import sys
from pathlib import Path

_PACKAGE = Path(__file__).parent


def data_path(name: str) -> Path:
    """The directory `templates` or `migrations`, wherever this installation keeps it."""
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def schema_of_bundles() -> str:
    """The JSON Schema of docs/formats/bundle.md, which every bundle brings along."""
    return (_PACKAGE / "desk" / "bundle.schema.json").read_text(encoding="utf-8")


def font_path(name: str) -> Path:
    """A packaged font; its licence stands beside it."""
    return _PACKAGE / "specimens" / "fonts" / name


def command_name() -> str:
    """How `kyc` is called from here: by its name where it is on the path, else by its place."""
    beside = Path(sys.executable).parent / "kyc"
    if shutil.which("kyc") == str(beside) or not beside.exists():
        return "kyc"
    here = Path.cwd()
    return str(beside.relative_to(here)) if beside.is_relative_to(here) else str(beside)
