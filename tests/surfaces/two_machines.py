"""Owns a deployment on two machines: one for customers with nothing to open, one for workers."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from kyc.audit.signer import load_or_make_signer
from kyc.intake.redacting import announce_copy, finish_redaction, plan_redaction
from kyc.jobs import OwedJobName
from kyc.leases import settle, take
from kyc.migration import migrate
from kyc.models import OwedJob
from kyc.runtime import Runtime, open_runtime
from kyc.settings import Settings, load_settings
from storage.keys_file import FileKeys
from tests.ports import free_port
from tests.web.pictures import MULTIPART, multipart, redacted
from tests.workers.hands import Outbox, plain_engine
from workers.house import House
from workers.owed import run
from workers.taking_over import publish_keys

TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


@dataclass
class TwoMachines:
    """`customers` is a real process on a machine without key store; workers run in the test."""

    house: House
    machine: Path
    variables: dict[str, str] = field(repr=False)
    port: int

    @property
    def runtime(self) -> Runtime:
        return self.house.runtime

    def machine_settings(self) -> Settings:
        """Everything that the customers' process was told."""
        return load_settings(self.variables)

    def work(self, *, redacting: bool = True) -> None:
        """What workers do: redact (the picture is a drawn one), take over, send mails."""
        with self.runtime.reading() as db:
            jobs = list(db.scalars(select(OwedJob).where(OwedJob.state == "owed")))
        for job in jobs:
            if job.name != OwedJobName.REDACT:
                run(self.house, job.id)
            elif redacting:
                self._redact(job)

    def _redact(self, job: OwedJob) -> None:
        runtime, now = self.runtime, self.runtime.now()
        with runtime.transaction() as db:
            lease = take(db, job.id, now)
            plan = plan_redaction(db, runtime.vault, job.subject_id, "Example", now)
        assert lease is not None
        assert plan is not None
        assert plan.claimed is not None
        with runtime.transaction() as db:
            copy = announce_copy(db, runtime.vault, plan, redacted(), now)
        runtime.vault.store(copy.object_name, copy.ciphertext)
        with runtime.transaction() as db:
            settle(db, lease, now)
            finish_redaction(db, plan, redacted(), copy.artifact_id, now, document=None)


@dataclass
class Person:
    """A customer's browser, without one: cookies, forms, files."""

    port: int
    jar: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask(path)

    def post(self, path: str, **form: str) -> tuple[int, bytes]:
        return self.submit(path, self.token(path), **form)

    def submit(self, path: str, token: str, **form: str) -> tuple[int, bytes]:
        """A form whose page has another address than what it is sent to; `token` is that page's."""
        return self._ask(path, urlencode({"csrf_token": token, **form}).encode())

    def send(self, path: str, content: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": MULTIPART, "X-CSRFToken": self.token(path)}
        body = multipart(content, "picture.jpg")
        return self._ask(path, body, headers)

    def begins(self, surname: str) -> None:
        assert self.post("/start")[0] == 200
        status, page = self.post(
            "/verify/details",
            surname=surname,
            given_names="Liisi",
            email=f"{surname}@example.com",
            phone="+372 5123 4567",
            date_of_birth="1990-04-12",
            nationality="EE",
            residence="EE",
            acting_for="self",
            notice_seen="y",
        )
        assert status == 200, page
        self.post("/verify/document", document_type="passport", document_country="EE")

    def cover(self, page: str, boxes: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token(page)}
        return self._ask(f"{page}/cover", boxes, headers)

    @property
    def secret(self) -> str:
        """What is in the cookie, which nobody but this person has."""
        cookie = next(str(cookie.value) for cookie in self.jar if cookie.name == "kyc")
        _known, payload = URLSafeTimedSerializer("").loads_unsafe(cookie)
        return str(payload["customer"])

    def token(self, path: str) -> str:
        # A page that does not exist shows itself to everybody, and carries a token too.
        page = self.get("/no-such-page" if path == "/start" else path)[1]
        found = TOKEN.search(page.decode())
        assert found, page[:400]
        return found[1]

    def _ask(
        self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        base = f"http://127.0.0.1:{self.port}"
        headers = {"Origin": base, **(headers or {})}
        request = urllib.request.Request(base + path, body, headers)  # noqa: S310 - loopback
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def set_up(directory: Path, s3: dict[str, str]) -> TwoMachines:
    """Keys, database and bucket for workers; for customers a look-up key and nothing more."""
    private, machine = directory / "private", directory / "machine"
    for data_dir in (private, machine):
        (data_dir / "keys").mkdir(mode=0o700, parents=True)
    shared = {"DATABASE_URL": f"sqlite:///{directory / 'kyc.db'}", **s3}
    runtime = open_runtime(load_settings({"KYC_DATA_DIR": str(private), **shared}))
    FileKeys(runtime.settings.kek_dir).prepare()
    migrate(runtime.engine)
    shutil.copy2(private / "keys" / "lookup.key", machine / "keys" / "lookup.key")
    signer = load_or_make_signer(runtime.settings.audit_key_file)
    house = House(runtime, plain_engine(), Outbox(), signer)
    publish_keys(house)
    port = free_port()
    variables = {
        "KYC_DATA_DIR": str(machine),
        "KYC_SURFACE": "customer",
        "KYC_PORT": str(port),
        "KYC_BASE_URL": f"http://127.0.0.1:{port}",
        **shared,
    }
    return TwoMachines(house, machine, variables, port)


def serve_customers(machines: TwoMachines, log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "kyc", "web"],
            env={"PATH": os.defpath, **machines.variables},
            stdout=output,
            stderr=output,
        )


def await_start(process: "subprocess.Popen[bytes]", machines: TwoMachines, log: Path) -> None:
    end = time.monotonic() + 60
    person = Person(machines.port)
    while True:
        try:
            if person.get("/readyz")[0] == 200:
                return
        except OSError:
            pass
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)
