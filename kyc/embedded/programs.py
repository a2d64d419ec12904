"""Owns the table of the house's own programs and what each is told."""

import sys
from collections.abc import Mapping

from kyc.embedded.child import Part
from kyc.settings import child_environment

# -P keeps the directory of the call out of the import path.
_PYTHON = (sys.executable, "-P", "-m")

MIGRATE = (*_PYTHON, "kyc", "db", "upgrade")
FILL_DEMO = (*_PYTHON, "kyc", "demo", "fill")
SERVING = {
    "web": (*_PYTHON, "kyc.wsgi"),
    "worker": (*_PYTHON, "workers"),
    "scheduler": (*_PYTHON, "workers.schedule"),
}
"""What keeps running, in the order of its start."""

STOP_WITHIN = {"web": 15.0, "worker": 25.0, "scheduler": 10.0}
"""Seconds: a request or a redaction under way may end by itself."""


def migration(variables: Mapping[str, str]) -> Part:
    return Part("migrate", MIGRATE, child_environment(variables), start_within=600.0)


def demo(variables: Mapping[str, str]) -> Part:
    environment = child_environment(variables)
    return Part("demo", FILL_DEMO, environment, start_within=900.0, is_shown=True)


def serving(variables: Mapping[str, str]) -> list[Part]:
    environment = child_environment(variables)
    return [
        Part(name, command, environment, stop_within=STOP_WITHIN[name])
        for name, command in SERVING.items()
    ]
