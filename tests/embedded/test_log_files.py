"""Owns the logs that the program writes itself: one a day, and none older than it may be."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kyc.embedded.log_files import LOG_LIMIT, LogFile


class Days:
    """A clock that is told to go on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 7, 1, 23, 59, tzinfo=UTC)

    def __call__(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def days() -> Days:
    return Days()


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_each_day_has_a_log_of_its_own_and_none_gets_too_old(tmp_path: Path, days: Days) -> None:
    path = tmp_path / "web.log"
    log = LogFile(path, 3, days)
    with path.open("a", buffering=1) as appended:
        for number in range(6):
            appended.write(f"day {number}\n")
            log.bound()
            days.at += timedelta(days=1)
            log.bound()
    assert names(tmp_path) == [
        "web.log", "web.log.2026-07-05", "web.log.2026-07-06",
    ]  # fmt: skip
    assert (tmp_path / "web.log.2026-07-06").read_text() == "day 5\n"
    assert path.read_text() == ""


def test_what_a_former_run_left_is_of_the_day_it_was_written_last(
    tmp_path: Path, days: Days
) -> None:
    path = tmp_path / "web.log"
    path.write_text("left\n")
    long_ago = days() - timedelta(days=2).total_seconds()
    os.utime(path, (long_ago, long_ago))
    LogFile(path, 14, days).bound()
    assert names(tmp_path) == ["web.log", "web.log.2026-06-29"]


def test_the_overflow_goes_in_time_too(tmp_path: Path, days: Days) -> None:
    path = tmp_path / "web.log"
    log = LogFile(path, 2, days)
    path.write_text("x" * LOG_LIMIT)
    log.bound()
    assert names(tmp_path) == ["web.log", "web.log.1"]
    days.at += timedelta(days=1)
    log.bound()
    assert "web.log.1" in names(tmp_path)
    days.at += timedelta(days=1)
    log.bound()
    assert names(tmp_path) == ["web.log"]


def test_logs_of_others_are_left_alone(tmp_path: Path, days: Days) -> None:
    (tmp_path / "worker.log.2020-01-01").write_text("x")
    path = tmp_path / "web.log"
    path.write_text("x")
    LogFile(path, 1, days).bound()
    assert "worker.log.2020-01-01" in names(tmp_path)


def test_an_empty_log_leaves_nothing_behind(tmp_path: Path, days: Days) -> None:
    path = tmp_path / "web.log"
    path.touch()
    log = LogFile(path, 14, days)
    days.at += timedelta(days=1)
    log.bound()
    assert names(tmp_path) == ["web.log"]
