"""Owns that docs/access.md shows the permissions as they are."""

from pathlib import Path

from kyc.access import PERMISSIONS, Permission, Role

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


def _shown() -> dict[str, set[Role]]:
    """Each permission of the table with the roles that have it there."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    head = next(line for line in lines if line.startswith("| permission "))
    titles = [cell.strip().replace(" ", "_") for cell in head.strip("|").split("|")]
    roles = [Role(title) for title in titles[2:]]
    rows = lines[lines.index(head) + 2 :]
    table = rows[: rows.index("")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    return {
        row[0].strip("`"): {
            role for role, cell in zip(roles, row[2:], strict=True) if cell == "yes"
        }
        for row in cells
    }


def test_the_table_of_the_page_is_that_of_the_program() -> None:
    meant = {str(p): {role for role in Role if p in PERMISSIONS[role]} for p in Permission}
    assert _shown() == meant


def test_only_those_who_review_see_images() -> None:
    for permission in (Permission.LOOK, Permission.REVIEW, Permission.BREAK_GLASS):
        for role in (Role.PRIVACY, Role.AUDITOR, Role.ADMINISTRATOR):
            assert permission not in PERMISSIONS[role]
