"""Owns what the database itself refuses: changing or deleting a line of the audit log.

The statements go into the migration. They hold against the program and whoever borrows its
database role; who may drop triggers can drop these, and is caught by the signatures instead.
"""

from collections.abc import Sequence

EVENT_COLUMNS = ("id", "at", "action", "actor", "case_id", "body")
"""What of an event never changes; all but the three columns of its place."""

# A place is given once, behind the last one, to no two rows.
_BEHIND = "EXISTS (SELECT 1 FROM audit_outbox WHERE pos = NEW.pos - 1 AND hash = NEW.prev)"
# SQLite's UPDATE OR REPLACE would delete the row in the way without firing a trigger.
_PLACED_SQLITE = f"""
    (NEW.pos = 1 OR {_BEHIND})
    AND NOT EXISTS (SELECT 1 FROM audit_outbox
        WHERE pos = NEW.pos OR prev = NEW.prev OR hash = NEW.hash)"""  # noqa: S608 - constants of this file
# PostgreSQL's unique constraints refuse what is in the way. To look for it here as well was planned
# as a walk through the whole table while that was small, and kept so when it had grown.
_PLACED_POSTGRESQL = f"""
    ((NEW.pos > 1 AND {_BEHIND})
    OR (NEW.pos = 1 AND NOT EXISTS (SELECT 1 FROM audit_outbox WHERE pos = 1)))"""  # noqa: S608 - constants of this file
_PLACED = "NEW.pos IS NOT NULL AND NEW.prev IS NOT NULL AND NEW.hash IS NOT NULL"
_UNPLACED = "NEW.pos IS NULL AND NEW.prev IS NULL AND NEW.hash IS NULL"
_REFUSAL = "the audit log is append-only"

TABLES = ("audit_outbox", "audit_checkpoint")


def guard_statements(dialect_name: str, columns: Sequence[str] = EVENT_COLUMNS) -> list[str]:
    """DDL that makes the log append-only; `dialect_name` is "sqlite" or "postgresql"."""
    return _sqlite(columns) if dialect_name == "sqlite" else _postgresql(columns)


def unguard_statements(dialect_name: str) -> list[str]:
    """DDL that takes the guards away again, for a downgrade."""
    if dialect_name == "sqlite":
        return [f"DROP TRIGGER {name}" for name in _SQLITE_TRIGGERS]
    return [
        statement
        for table in TABLES
        for statement in (
            f"DROP TRIGGER IF EXISTS {table}_insert_guard ON {table}",
            f"DROP TRIGGER {table}_row_guard ON {table}",
            f"DROP TRIGGER {table}_truncate_guard ON {table}",
            f"DROP FUNCTION {table}_guard()",
        )
    ]


def role_statements(role: str) -> list[str]:
    """PostgreSQL grants for the program's own role, which must not own the tables (AUD-04)."""
    return [
        f"REVOKE ALL ON audit_outbox, audit_checkpoint FROM {role}",
        f"GRANT SELECT, INSERT ON audit_outbox, audit_checkpoint TO {role}",
        f"GRANT UPDATE (pos, prev, hash) ON audit_outbox TO {role}",
        f"GRANT USAGE ON SEQUENCE audit_outbox_id_seq, audit_checkpoint_id_seq TO {role}",
    ]


# Conditions under which SQLite refuses. INSERT OR REPLACE deletes silently too, hence the EXISTS.
_SQLITE_TRIGGERS = {
    "audit_outbox_no_delete": ("DELETE ON audit_outbox", "1"),
    "audit_outbox_no_change": ("UPDATE ON audit_outbox", "({placing}) IS NOT 1"),
    "audit_outbox_insert": (
        "INSERT ON audit_outbox",
        f"NOT ({_UNPLACED}) OR NEW.id IN (SELECT id FROM audit_outbox)",  # noqa: S608 - constants of this file
    ),
    "audit_checkpoint_no_delete": ("DELETE ON audit_checkpoint", "1"),
    "audit_checkpoint_no_change": ("UPDATE ON audit_checkpoint", "1"),
    "audit_checkpoint_insert": (
        "INSERT ON audit_checkpoint",
        "EXISTS (SELECT 1 FROM audit_checkpoint WHERE id = NEW.id OR size = NEW.size)",
    ),
}


def _placing(columns: Sequence[str], same: str) -> str:
    """The one change that is let through, but for where: a place for an event that has none."""
    unchanged = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in columns)
    return f"OLD.pos IS NULL AND {_PLACED} AND {unchanged}"


def _sqlite(columns: Sequence[str]) -> list[str]:
    placing = f"{_placing(columns, 'IS')} AND {_PLACED_SQLITE}"
    return [
        f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW"
        f" WHEN {refused.format(placing=placing)}"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for name, (event, refused) in _SQLITE_TRIGGERS.items()
    ]


def _postgresql(columns: Sequence[str]) -> list[str]:
    placing = f"{_placing(columns, 'IS NOT DISTINCT FROM')} AND {_PLACED_POSTGRESQL}"
    placed = f"IF TG_OP = 'UPDATE' THEN IF {placing} THEN RETURN NEW; END IF; END IF;"
    return [
        *_guarded("audit_outbox", placed),
        # An event without a place passes without a call of the function: one comes with every act.
        "CREATE TRIGGER audit_outbox_insert_guard BEFORE INSERT ON audit_outbox"
        f" FOR EACH ROW WHEN (NOT ({_UNPLACED})) EXECUTE FUNCTION audit_outbox_guard()",
        *_guarded("audit_checkpoint", ""),
    ]


def _guarded(table: str, allowed: str) -> list[str]:
    return [
        f"CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN"
        f" {allowed} RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';"
        " END $guard$",
        f"CREATE TRIGGER {table}_row_guard BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {table}_guard()",
        f"CREATE TRIGGER {table}_truncate_guard BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_guard()",
    ]
