"""Owns the measurement of the offline verifier: events a second over a synthetic export.

    python benchmarks/bench_audit_verify.py [EVENTS]

The log is made in a temporary directory: events with a case, an object and two details (about
340 bytes a line), signed every 1,000. Only the verifier is timed, as a process of its own, with
its start, so the figure is what an auditor sees.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import rfc8785

from kyc.audit import verify
from kyc.audit.signer import load_or_make_signer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def write_log(directory: Path, events: int) -> None:
    signer = load_or_make_signer(directory / "audit.pem")
    tree, prev, notes = verify.Tree(), verify.GENESIS, []
    with (directory / "events-000000000001.jsonl").open("wb") as log:
        for pos in range(1, events + 1):
            body = event(pos)
            prev = verify.link(prev, body)
            tree.append(prev)
            log.write(b'{"event":%s,"hash":"%s","pos":%d}\n' % (body, prev.hex().encode(), pos))
            if pos % 1000 == 0 or pos == events:
                notes.append(signer.sign(pos, tree.root(), NOW))
    (directory / "checkpoints.jsonl").write_text("".join(json.dumps(n) + "\n" for n in notes))
    (directory / "checkpoint").write_text(notes[-1])


def event(number: int) -> bytes:
    return rfc8785.dumps(
        {
            "action": "system:artifact:redacted",
            "actor": "system:worker",
            "at": f"2026-03-01T12:00:00.{number % 1_000_000:06d}Z",
            "case": f"vs_{number:030x}",
            "detail": {"bytes": number, "reasons": ["mrz_missing"]},
            "object": f"art_{number:030x}",
            "v": 1,
        }
    )


def main(events: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_log(directory, events)
        command = [sys.executable, "-I", verify.__file__, name, name + "/audit.pem.pub"]
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - started
    print(done.stdout.strip())
    print(f"{events / seconds:,.0f} events/s ({seconds:.2f} s, process start included)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
