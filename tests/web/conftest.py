"""Owns the fixtures of the web edge's tests: one installation for each test, or for a module."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from kyc.access import Role
from tests.web.people import Browser, Colleague, Customer
from tests.web.world import Kept, World, furnish, opened

Furnished = tuple[Path, dict[Role, Kept]]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """A data directory with a colleague of each role, which each test gets a copy of."""
    directory = tmp_path_factory.mktemp("furnished") / "data"
    return directory, furnish(directory)


@contextmanager
def moved_in(furnished: Furnished, directory: Path, **changes: Any) -> Iterator[World]:
    shutil.copytree(furnished[0], directory)
    with opened(directory, **changes) as world:
        world.kept = furnished[1]
        world.clock.passes(minutes=1)
        yield world


@pytest.fixture
def world(furnished: Furnished, tmp_path: Path) -> Iterator[World]:
    with moved_in(furnished, tmp_path / "data") as one:
        yield one


@pytest.fixture
def a_world(furnished: Furnished, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a world with settings of the test's own."""
    with ExitStack() as stack:

        def make(**changes: Any) -> World:
            return stack.enter_context(moved_in(furnished, tmp_path / "data", **changes))

        yield make


@pytest.fixture(scope="module")
def shared_world(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for a whole module whose tests leave it as they found it."""
    with moved_in(furnished, tmp_path_factory.mktemp("shared") / "data") as one:
        yield one


@pytest.fixture
def browser(world: World) -> Browser:
    return world.browser()


@pytest.fixture
def customer(world: World) -> Customer:
    """Started, with details and document given: the front is asked for next."""
    return world.customer().ready_to_upload()


@pytest.fixture(scope="module")
def waiting(shared_world: World) -> Customer:
    """As `customer`, for a whole module: for what is refused and leaves nothing behind."""
    return shared_world.customer().ready_to_upload()


@pytest.fixture
def reviewer(world: World) -> Colleague:
    return world.colleague(Role.REVIEWER)


@pytest.fixture
def case(world: World) -> str:
    """The id of a case that waits for review."""
    return world.customer().submitted()
