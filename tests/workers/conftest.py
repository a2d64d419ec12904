"""Owns what the worker tests share."""

from tests.core.databases import (
    database_url,
    empty_url,
    file_kit,
    kit,
    make,
    postgres_migrated,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "database_url",
    "empty_url",
    "file_kit",
    "kit",
    "make",
    "postgres_migrated",
    "sqlite_template",
    "sqlite_url",
]
