"""Owns the upload page's promises: what leaves the browser, how often, and what a failure says."""

import io
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

LIMIT_MB = 2


def jpeg(width: int = 800, height: int = 500) -> bytes:
    picture = Image.new("RGB", (width, height), "white")
    exif = Image.Exif()
    exif[0x010E] = "somewhere private"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def page(site: Any, steps: list[dict[str, str]]) -> Page:
    context = {
        "item": {"kind": "document_front", "title": "Front", "hint": "Lay it down.", "number": 1},
        "statement": None,
        "problem": None,
        "limits": {"max_mb": LIMIT_MB, "tries_left": 3},
        "upload_url": "/upload",
        "steps": steps,
    }
    opened: Page = site.open("customer/item.html", context)
    return opened


def choose(page: Page, content: bytes, name: str = "card.jpg", kind: str = "image/jpeg") -> None:
    page.locator("input[data-upload-file]").set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )
    page.locator("[data-upload-edit]:not([hidden]), [data-upload-problem]:not([hidden])").wait_for()


def parts_of(request: Any) -> dict[str, Message]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + request.post_data_buffer)
    parts = message.get_payload()
    assert isinstance(parts, list)
    named = {}
    for part in parts:
        assert isinstance(part, Message)
        named[str(part.get_param("name", header="content-disposition"))] = part
    return named


def file_of(request: Any) -> bytes:
    content = parts_of(request)["file"].get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def test_an_untouched_picture_is_sent_as_it_is(site: Any, page: Page) -> None:
    seen = site.answer_json("/upload", {"next": "/elsewhere"})
    choose(page, jpeg())
    with page.expect_navigation(url="**/elsewhere"):
        page.get_by_role("button", name="Send this picture").click()
    assert file_of(seen[0]) == jpeg()
    assert seen[0].headers["x-csrftoken"] == "token"


def test_a_covered_part_is_black_in_what_leaves_the_browser(site: Any, page: Page) -> None:
    seen = site.answer_json("/upload", {"next": "/elsewhere"})
    choose(page, jpeg())
    page.get_by_role("button", name="Add a black box").click()
    with page.expect_navigation(url="**/elsewhere"):
        page.get_by_role("button", name="Send this picture").click()
    sent = file_of(seen[0])
    picture = Image.open(io.BytesIO(sent)).convert("RGB")
    assert picture.getpixel((400, 250)) == (0, 0, 0)
    assert picture.getpixel((10, 10)) == (255, 255, 255)
    assert b"somewhere private" not in sent


def test_a_covered_picture_has_at_most_4000_pixels_a_side(site: Any, page: Page) -> None:
    seen = site.answer_json("/upload", {"next": "/elsewhere"})
    choose(page, jpeg(5000, 1000))
    page.get_by_role("button", name="Add a black box").click()
    with page.expect_navigation(url="**/elsewhere"):
        page.get_by_role("button", name="Send this picture").click()
    assert Image.open(io.BytesIO(file_of(seen[0]))).size == (4000, 800)


def test_a_pdf_goes_with_its_page_number(site: Any, page: Page) -> None:
    seen = site.answer_json("/upload", {"next": "/elsewhere"})
    choose(page, b"%PDF-1.4 small", "card.pdf", "application/pdf")
    page.get_by_label("Page of the PDF").fill("3")
    with page.expect_navigation(url="**/elsewhere"):
        page.get_by_role("button", name="Send this picture").click()
    assert file_of(seen[0]) == b"%PDF-1.4 small"
    assert parts_of(seen[0])["page"].get_payload() == "3"


def test_a_file_over_the_limit_is_refused_before_it_is_sent(site: Any, page: Page) -> None:
    seen = site.answer_json("/upload", {"next": "/elsewhere"})
    choose(page, b"%PDF" + bytes(LIMIT_MB * 1_000_000), "card.pdf", "application/pdf")
    expect(page.get_by_role("alert")).to_contain_text("larger than")
    assert seen == []


def test_a_file_of_another_kind_is_refused_before_it_is_sent(site: Any, page: Page) -> None:
    seen = site.answer_json("/upload", {"next": "/elsewhere"})
    choose(page, b"PK", "card.zip", "application/zip")
    expect(page.get_by_role("alert")).to_contain_text("cannot be used")
    assert seen == []


def test_a_lost_connection_is_tried_again_under_the_same_key(site: Any, page: Page) -> None:
    keys: list[str] = []

    def lose(route: Any, request: Any) -> None:
        keys.append(request.headers["idempotency-key"])
        route.abort("connectionreset")

    site.answers["/upload"] = lose
    choose(page, jpeg())
    page.get_by_role("button", name="Send this picture").click()
    expect(page.get_by_role("alert")).to_contain_text("still here")
    seen = site.answer_json("/upload", {"next": "/elsewhere"})
    with page.expect_navigation(url="**/elsewhere"):
        page.get_by_role("button", name="Try again").click()
    assert [request.headers["idempotency-key"] for request in seen] == keys


def test_two_presses_send_one_file(site: Any, page: Page) -> None:
    seen = site.answer_json("/upload", {"next": "/elsewhere"})
    choose(page, jpeg())
    with page.expect_navigation(url="**/elsewhere"):
        page.evaluate(
            "() => { const form = document.querySelector('form[data-upload]');"
            " form.requestSubmit(); form.requestSubmit(); }"
        )
    assert len(seen) == 1


def test_a_refusal_says_what_to_do_next(site: Any, page: Page) -> None:
    refusal = {"code": "broken", "message": "It is damaged.", "action": "Take a new one."}
    site.answer_json("/upload", {"error": refusal}, status=422)
    choose(page, jpeg())
    page.get_by_role("button", name="Send this picture").click()
    expect(page.get_by_role("alert")).to_contain_text("It is damaged. Take a new one.")
    assert page.get_by_role("button", name="Take a photo").is_visible()


def test_too_many_requests_keep_the_picture_for_another_try(site: Any, page: Page) -> None:
    refusal = {"code": "too_many", "message": "Wait a while.", "action": "/"}
    site.answer_json("/upload", {"error": refusal}, status=429)
    choose(page, jpeg())
    page.get_by_role("button", name="Send this picture").click()
    expect(page.locator("[data-upload-problem-text]")).to_have_text("Wait a while.")
    assert page.get_by_role("button", name="Try again").is_visible()
