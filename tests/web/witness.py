"""Owns watching that whatever a request changes is told in the audit log, in that transaction."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Connection, Engine, event

LOG = "audit_outbox"
TOUCHED = frozenset({"staff_session"})
"""Written with each page: when somebody was last seen. Its beginning and end have their events."""
WRITES = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)


@dataclass
class Witness:
    """`silent` are changes that no event tells of, as `endpoint: tables`."""

    silent: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    _open: dict[Connection, set[str]] = field(default_factory=dict)

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "after_cursor_execute", self._executed)
        event.listen(engine, "commit", self._committed)
        event.listen(engine, "rollback", self._forgotten)

    def _executed(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        written = WRITES.match(statement)
        if written and cursor.rowcount and has_request_context():
            self._open.setdefault(connection, set()).add(written[1])

    def _committed(self, connection: Connection) -> None:
        changed = self._open.pop(connection, set())
        if LOG in changed:
            self.told.add(str(request.endpoint))
        elif changed - TOUCHED:
            self.silent.add(f"{request.endpoint}: {', '.join(sorted(changed))}")

    def _forgotten(self, connection: Connection) -> None:
        self._open.pop(connection, None)
