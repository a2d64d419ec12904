"""Owns the register of processors: each list that was in force is kept, with its days."""

from typing import TYPE_CHECKING

import pytest

from kyc.errors import ConfigurationError
from kyc.models import ProcessorList
from kyc.registers.processors import lists, note_processors
from tests.core.test_privacy_documents import LATER, WHOLE

if TYPE_CHECKING:
    from tests.core.kit import Kit


def says(kit: "Kit", text: str) -> bool:
    kit.runtime.settings.controller_file.write_text(text, encoding="utf-8")
    with kit.transaction() as db:
        return note_processors(db, kit.runtime.settings, kit.now)


def test_a_list_is_kept_until_another_one_takes_its_place(kit: "Kit") -> None:
    first = kit.now
    assert says(kit, WHOLE)
    kit.later(days=3)
    assert not says(kit, WHOLE + "\n# a comment is no change\n")
    assert says(kit, WHOLE + LATER)
    with kit.reading() as db:
        latest, former = lists(db)
    assert [one.name for one in latest.processors] == ["Objects | GmbH", "Old Mail OÜ"]
    assert latest.processors[0].subprocessors[0]["name"] == "Disks AB"
    assert (latest.since, latest.until) == (kit.now, None)
    assert (former.since, former.until) == (first, kit.now)
    assert [one.name for one in former.processors] == ["Objects | GmbH"]
    assert kit.actions().count("system:processors:changed") == 2


def test_a_list_that_came_back_has_two_times(kit: "Kit") -> None:
    for text in (WHOLE, "processors = []", WHOLE):
        says(kit, text)
        kit.later(days=1)
    with kit.reading() as db:
        assert [len(one.processors) for one in lists(db)] == [1, 0, 1]


def test_nothing_is_kept_while_nobody_said_anything(kit: "Kit") -> None:
    assert not says(kit, 'address = "Lai 1"')
    assert kit.all(ProcessorList) == []


def test_a_file_out_of_form_changes_no_register(kit: "Kit") -> None:
    says(kit, WHOLE)
    with pytest.raises(ConfigurationError):
        says(kit, "processors = 5")
    assert len(kit.all(ProcessorList)) == 1
