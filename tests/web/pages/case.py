"""Owns a case page fed from memory: two sides of a document, a photo, reasons, a preview."""

from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page, Request, Route

SIZES = {1: (1000, 640), 2: (1000, 640), 3: (600, 900)}
"""By number, in pixels: the photo was taken upright."""


def picture(kind: str, number: int) -> dict[str, Any]:
    return {
        "artifact_id": f"art_{number}",
        "upload_id": f"u{number}",
        "kind": kind,
        "title": kind.replace("_", " "),
        "url": f"/picture{number}",
        "cover_url": "/cover",
        "width": SIZES[number][0],
        "height": SIZES[number][1],
        "quarantined": False,
        "status": "ready",
        "reasons": [],
    }


def reason(
    code: str, label: str, item: str, retryable: str = "yes", needs_message: str = ""
) -> dict[str, str]:
    told = {
        "needs_message": needs_message,
        "passes_on": "",
        "item_title": item or "Anything else",
        "text": f"We say: {code}.",
    }
    return {"code": code, "label": label, "item": item, "retryable": retryable, **told}


class Field:
    def __init__(self, choices: list[SimpleNamespace] | None = None) -> None:
        self.choices = choices or []
        self.data = None


class DecisionForm(dict[str, Any]):
    errors: dict[str, list[str]] = {}  # noqa: RUF012  # a stand-in for a form without errors
    outcome = Field(
        [
            SimpleNamespace(value="approve", label="Approve"),
            SimpleNamespace(value="request_input", label="Ask again"),
            SimpleNamespace(value="reject", label="Reject"),
            SimpleNamespace(value="escalate", label="To a senior"),
        ]
    )
    check = reason = note = message = Field()


def _drawn(number: int, route: Route, _request: Request) -> None:
    width, height = SIZES[number]
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'/>"
    route.fulfill(body=drawing, content_type="image/svg+xml")


def opened_case(site: Any, moment: datetime) -> Page:
    """The page of a case that the reader holds; `site.previews` are those asked for."""
    for number in (1, 2, 3):
        site.answers[f"/picture{number}"] = partial(_drawn, number)
    kinds = ["document_front", "document_back", "selfie_statement"]
    context: dict[str, Any] = {
        "case": {
            "id": "c",
            "reference": "V-1",
            "version": 7,
            "status": "processing",
            "claimed_until": moment + timedelta(minutes=30),
            "held_until": None,
            "mine": True,
            "submitted_at": moment,
            "attempt": 1,
        },
        "details": [("Name", "Mari Specimen")],
        "statement": {"lines": ["Only for us", "Code KRUMEL"], "code": "KRUMEL"},
        "images": [picture(kind, number) for number, kind in enumerate(kinds, start=1)],
        "facts": [("Check digits", "agree", "ok")],
        "corrections": [],
        "likeness": [
            {
                "label": "Same file",
                "count": "1",
                "cases": [{"reference": "V-2", "url": "/v2"}],
                "is_hit": True,
            }
        ],
        "checklist": [{"key": "a", "label": "Not expired"}, {"key": "b", "label": "Readable"}],
        "form": DecisionForm(items=Field()),
        "reasons": [
            reason("blurred", "It is blurred", "document_front"),
            reason("forged", "It looks forged", "document_front", retryable=""),
            reason("paper", "The paper is cut off", "selfie_statement"),
            reason("name", "The name differs", ""),
            reason("other", "Something else", "", needs_message="yes"),
            reason("unsure", "Unsure of the stamp", "", retryable="") | {"passes_on": "yes"},
        ],
        "notes_for": ["escalate"],
        "dates": {
            "held_until": None,
            "restricted": False,
            "under_order": False,
            "coming": [],
            "gone": [],
        },
        "restricted": False,
        "history": [{"at": moment, "text": "Sent", "asked": ["Front of the document"]}],
        "preview": None,
        "preview_url": "/preview",
        "take_back": None,
        "decide_url": "/decide",
        "release_url": "/release",
        "heartbeat_url": "/heartbeat",
    }
    told = {"language": "en", "subject": "We need more", "body": "Good day", "page": ["Blurred."]}
    site.previews = site.answer_json("/preview", told)
    site.page.clock.install(time=moment)
    opened: Page = site.open("staff/case.html", context)
    return opened


def transforms(page: Page) -> list[str]:
    """How each picture that is shown lies on its stage."""
    found: list[str] = page.eval_on_selector_all(
        ".viewer:not([hidden]) img", "images => images.map((image) => image.style.transform)"
    )
    return found
