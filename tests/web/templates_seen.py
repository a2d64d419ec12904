"""Owns knowing which templates a page was made of, and which a person can see at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from jinja2 import BaseLoader, Environment, meta, nodes

import kyc

TEMPLATES = Path(kyc.__file__).parents[1] / "templates"
Source = tuple[str, str | None, Callable[[], bool] | None]


def all_templates() -> set[str]:
    """Every template of a page or of a part of one."""
    return {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}


class _Telling(BaseLoader):
    """Gives each template a first line that tells its name whenever a page is made of it."""

    def __init__(self, behind: BaseLoader) -> None:
        self.behind = behind

    def get_source(self, environment: Environment, template: str) -> Source:
        source, path, is_fresh = self.behind.get_source(environment, template)
        return f"{{% set _told = tell_template('{template}') %}}{source}", path, is_fresh


@dataclass
class Noted:
    """The templates of the page that is made now, and of all that were looked at."""

    environment: Environment
    now: set[str] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)
    imports: dict[str, set[str]] = field(default_factory=dict)

    def begin(self) -> None:
        self.now.clear()

    def keep(self) -> frozenset[str]:
        """What is imported is made once and used often: it is taken to be where it is named."""
        made_of = frozenset(self.now).union(*(self._imported(name) for name in self.now))
        self.looked_at |= made_of
        return made_of

    def _imported(self, name: str) -> set[str]:
        if name not in self.imports:
            tree = self.environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))
            tree.body = list(tree.find_all((nodes.FromImport, nodes.Import)))
            self.imports[name] = {one for one in meta.find_referenced_templates(tree) if one}
        return self.imports[name]


def note_templates(app: Flask) -> Noted:
    """From here on the templates of each page that `app` makes are noted."""
    environment = app.jinja_env
    assert environment.loader is not None
    assert not environment.cache, "templates that were made before would tell nothing"
    noted = Noted(environment)
    environment.loader = _Telling(environment.loader)
    environment.globals["tell_template"] = noted.now.add
    return noted
