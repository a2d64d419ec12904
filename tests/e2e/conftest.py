"""Owns the whole service as `kyc up` starts it, and who walks through it."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.e2e.http_customer import HttpCustomer
from tests.e2e.service import Service


@pytest.fixture(scope="session")
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def service(free_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A demonstration, filled in, on a directory of its own."""
    directory = tmp_path_factory.mktemp("service") / "data"
    running = Service(directory, free_port)
    running.start("--demo")
    running.wait_for("demo codes", seconds=240)
    yield running
    running.stop()


@pytest.fixture
def http_customer(chromium: Browser, service: Service) -> Iterator[HttpCustomer]:
    with closing(chromium.new_context()) as context:
        yield HttpCustomer(context.request, service.base_url)
