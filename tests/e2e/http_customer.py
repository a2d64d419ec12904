"""Owns a customer without a browser: forms and pictures over HTTP."""

import re
import time

from playwright.sync_api import APIRequestContext


class HttpCustomer:
    """A customer without a browser: forms and pictures over HTTP."""

    def __init__(self, http: APIRequestContext, base_url: str) -> None:
        self._http = http
        self._base_url = base_url

    def token(self, path: str) -> str:
        page = self._http.get(self._base_url + path).text()
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, page[:500]
        return found[1]

    def posts(self, path: str, page: str, **form: str | float | bool) -> str:
        answer = self._http.post(
            self._base_url + path, form={"csrf_token": self.token(page), **form}
        )
        assert answer.ok, answer.text()[:800]
        assert "error-summary" not in answer.text(), answer.text()
        return answer.url

    def begins(self) -> None:
        self.posts("/start", "/")
        self.posts(
            "/verify/details",
            "/verify/details",
            surname="Specimen",
            given_names="Sam",
            email="sam@example.com",
            phone="+3725123456",
            date_of_birth="1980-02-03",
            nationality="EE",
            residence="EE",
            acting_for="self",
            notice_seen="y",
        )
        self.posts(
            "/verify/document",
            "/verify/document",
            document_type="passport",
            document_country="EE",
        )

    def sends(self, name: str, content: bytes, key: str = "") -> tuple[int, str]:
        """Status and answer of an upload of the document's front."""
        path = "/verify/item/document_front"
        headers = {"X-CSRFToken": self.token(path), "Accept": "application/json"}
        answer = self._http.post(
            self._base_url + path,
            headers=headers | ({"Idempotency-Key": key} if key else {}),
            timeout=60_000,
            multipart={"file": {"name": name, "mimeType": "image/jpeg", "buffer": content}},
        )
        body = answer.json()
        return answer.status, body.get("next") or body["error"]["message"]

    def state(self, page: str) -> str:
        until = time.monotonic() + 60
        while True:
            state = str(self._http.get(f"{self._base_url}{page}/state").json()["state"])
            if state != "processing":
                return state
            assert time.monotonic() < until
            time.sleep(0.2)

    def picture(self, page: str) -> bytes:
        answer = self._http.get(f"{self._base_url}{page}/image")
        assert answer.ok
        assert answer.headers["cache-control"] == "no-store"
        return answer.body()
