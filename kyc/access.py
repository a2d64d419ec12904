"""Owns the roles, the permissions, and the one table that joins them."""

from enum import StrEnum


class Role(StrEnum):
    REVIEWER = "reviewer"
    SENIOR = "senior_reviewer"
    PRIVACY = "privacy_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    OWN_ACCOUNT = "account.own"
    SEE_QUEUE = "queue.see"
    REVIEW = "case.review"
    LOOK = "image.look"
    MANAGE_STAFF = "staff.manage"
    MANAGE_FLOWS = "flow.manage"
    SEE_RETENTION = "retention.see"
    SEE_AUDIT = "audit.see"
    END_RELATIONSHIPS = "relationship.end"
    MANAGE_HOLDS = "hold.manage"
    BREAK_GLASS = "glass.ask"
    ANSWER_GLASS = "glass.answer"
    OVERSEE_LOOKS = "look.oversee"
    SEE_STATISTICS = "statistics.see"
    MANAGE_PRIVACY = "privacy.manage"
    RELEASE_BUNDLES = "bundle.release"
    SEE_REGISTERS = "register.see"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REVIEWER: frozenset(
        {Permission.OWN_ACCOUNT, Permission.SEE_QUEUE, Permission.REVIEW, Permission.LOOK}
    ),
    Role.SENIOR: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.SEE_QUEUE,
            Permission.REVIEW,
            Permission.LOOK,
            Permission.BREAK_GLASS,
            Permission.ANSWER_GLASS,
            Permission.SEE_STATISTICS,
            Permission.RELEASE_BUNDLES,
        }
    ),
    Role.PRIVACY: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.SEE_RETENTION,
            Permission.SEE_AUDIT,
            Permission.END_RELATIONSHIPS,
            Permission.MANAGE_HOLDS,
            Permission.ANSWER_GLASS,
            Permission.OVERSEE_LOOKS,
            Permission.MANAGE_PRIVACY,
            Permission.RELEASE_BUNDLES,
            Permission.SEE_REGISTERS,
            Permission.SEE_STATISTICS,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.SEE_RETENTION,
            Permission.SEE_AUDIT,
            Permission.SEE_REGISTERS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {Permission.OWN_ACCOUNT, Permission.MANAGE_STAFF, Permission.MANAGE_FLOWS}
    ),
}
"""An administrator hands out access and never looks; only reviewers look, under a claim.

docs/access.md shows this table to people, and a test compares the two.
"""

KEY_ROLES = frozenset({Role.SENIOR, Role.PRIVACY, Role.ADMINISTRATOR})
"""Where security keys are required, these roles need one; a code from an app can be phished."""


def may(role: str, permission: Permission) -> bool:
    return permission in PERMISSIONS[Role(role)]
