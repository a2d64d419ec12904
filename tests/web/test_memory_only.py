"""Owns the promise that what a customer sends never touches a disk in clear (UP-09)."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import request

from kyc.app import MemoryRequest
from kyc.web.auth import public
from tests.web.people import Customer
from tests.web.pictures import MULTIPART, multipart, picture
from tests.web.world import World

_opened: list[str] = []
_watching = [False]
WRITING = os.O_WRONLY | os.O_RDWR


def _notice(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: which files are opened to be written, unnamed ones included."""
    if event != "open" or not _watching[0]:
        return
    flags = arguments[2]
    if isinstance(flags, int) and flags & WRITING:
        _opened.append(str(arguments[0]))


@pytest.fixture(scope="module", autouse=True)
def _hook() -> None:
    sys.addaudithook(_notice)  # there is no way to take one off again


@contextmanager
def watched() -> Iterator[list[str]]:
    _opened.clear()
    _watching[0] = True
    try:
        yield _opened
    finally:
        _watching[0] = False


def photo() -> bytes:
    """A picture of five megabytes, as a phone makes them."""
    return picture() + bytes(5_000_000)


def test_the_watch_sees_a_file_without_a_name() -> None:
    with watched() as opened, tempfile.TemporaryFile():
        assert opened


def test_it_opens_no_file_for_a_picture_of_five_megabytes(world: World, customer: Customer) -> None:
    customer.sent("document_front")  # the key of this month is made with the first one
    with watched() as opened:
        answer = customer.send("document_front", photo())
    assert answer.status_code == 302
    assert not opened


def test_it_keeps_the_parts_of_a_form_in_memory(world: World) -> None:
    seen: list[tuple[bool, str]] = []

    @public
    def look() -> str:
        stream = request.files["file"].stream
        kind = isinstance(request._get_current_object(), MemoryRequest)  # type: ignore[attr-defined]  # a proxy
        seen.append((kind, type(stream).__name__))
        return ""

    world.app.add_url_rule("/look", "look", look, methods=["POST"])
    body = multipart(photo(), "picture")
    world.browser().post("/look", body, content_type=MULTIPART)
    assert seen == [(True, "BytesIO")]


def test_it_leaves_the_files_name_behind(world: World, customer: Customer) -> None:
    customer.send("document_front", name="my passport 4567.jpg")
    world.runtime.engine.dispose()
    directory = world.runtime.settings.data_dir
    kept = b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())
    assert b"my passport" not in kept
    assert not [name for name in world.objects.list_names() if "passport" in name]
