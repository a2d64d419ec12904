"""Owns what the worker tests share."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
from tests.workers.hands import Outbox, open_house

if TYPE_CHECKING:
    from tests.core.kit import Kit
    from workers.house import House

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


@pytest.fixture
def post() -> Outbox:
    return Outbox()


@pytest.fixture
def house(kit: "Kit", tmp_path: Path, post: Outbox) -> "House":
    return open_house(kit, tmp_path, post)
