"""Owns bringing the database to the newest revision, and telling where it stands."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from kyc.resources import data_path


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrades to `revision`; on SQLite everything happens in one transaction."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def unmigrate(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def revision_of(connection: Connection) -> str | None:
    """Where the tables stand; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        stands = revision_of(connection)
    return stands == ScriptDirectory(str(data_path("migrations"))).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(data_path("migrations")))
    config.attributes["connection"] = connection
    return config
