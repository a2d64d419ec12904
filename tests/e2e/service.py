"""Owns one running `kyc up` and the commands an operator would type beside it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class Service:
    """`kyc up` in a process group of its own; its output goes to a file that tests read."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir = data_dir
        self.port = port
        self.base_url = f"http://127.0.0.1:{port}"
        self._output = data_dir.parent / "output.txt"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str, **variables: str) -> None:
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kyc", "up", *options],
                env=self._environment(variables),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_for("kyc is ready", seconds=90)

    def stop(self) -> int:
        """Ctrl-C; returns the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(60)

    def wait_for(self, words: str, seconds: float) -> None:
        assert self._process is not None
        until = time.monotonic() + seconds
        while words not in self.said():
            assert self._process.poll() is None, self.said() + self.logs()
            assert time.monotonic() < until, self.said() + self.logs()
            time.sleep(0.2)

    def said(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def logs(self) -> str:
        """The end of every child's log."""
        files = sorted((self.data_dir / "log").glob("*.log"))
        return "\n".join(f"--- {f.name}\n{f.read_text(errors='replace')[-3000:]}" for f in files)

    def command(self, *words: str, **variables: str) -> str:
        """The output of a `kyc` command on this service's data directory."""
        done = subprocess.run(
            [sys.executable, "-m", "kyc", *words],
            env=self._environment(variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        mine = {"KYC_DATA_DIR": str(self.data_dir), "KYC_PORT": str(self.port)}
        return {"PATH": os.defpath, "HOME": str(self.data_dir.parent), **mine, **variables}
