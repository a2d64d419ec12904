"""Owns the whole service as `kyc up` starts it, and who walks through it."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.e2e.http_customer import HttpCustomer
from tests.e2e.service import Service
from tests.ports import free_port


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A demonstration, filled in, on a directory of its own."""
    directory = tmp_path_factory.mktemp("service") / "data"
    running = Service(directory, free_port())
    running.start("--demo")
    running.wait_for("demo codes", seconds=240)
    yield running
    running.stop()


@pytest.fixture
def http_customer(chromium: Browser, service: Service) -> Iterator[HttpCustomer]:
    with closing(chromium.new_context()) as context:
        yield HttpCustomer(context.request, service.base_url)
