"""Owns the table of the house's own programs and what each is told."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from kyc.embedded.child import Part
from kyc.settings import child_environment

Command = tuple[str, ...]

# -P keeps the directory of the call out of the import path.
_PYTHON = (sys.executable, "-P", "-m")


@dataclass(frozen=True)
class Programs:
    """Command lines: what runs once, and what keeps running, in the order of its start."""

    migrate: Command = (*_PYTHON, "kyc", "db", "upgrade")
    fill_demo: Command = (*_PYTHON, "kyc", "demo", "fill")
    web: Command = (*_PYTHON, "kyc.wsgi")
    others: Mapping[str, Command] = field(
        default_factory=lambda: {
            "worker": (*_PYTHON, "workers"),
            "scheduler": (*_PYTHON, "workers.schedule"),
        }
    )

    def migration(self, variables: Mapping[str, str]) -> Part:
        return Part("migrate", self.migrate, child_environment(variables), start_within=600.0)

    def demo(self, variables: Mapping[str, str]) -> Part:
        environment = child_environment(variables)
        return Part("demo", self.fill_demo, environment, start_within=900.0, is_shown=True)

    def serving(self, variables: Mapping[str, str]) -> list[Part]:
        """The web server first. A request or a redaction under way gets time to end by itself."""
        environment = child_environment(variables)
        commands = {"web": self.web, **self.others}
        return [
            Part(name, command, environment, stop_within=25.0) for name, command in commands.items()
        ]
