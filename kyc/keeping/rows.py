"""Owns the list of everything that is wrapped by the key of an epoch, a line a column."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from kyc.evidence import sealed_of
from kyc.holds import hold_beyond
from kyc.models import (
    Artifact,
    CustomerView,
    Incident,
    PrivacyRequest,
    Staff,
    StaffInvitation,
    VerificationSession,
)
from kyc.policy.epochs import span_of
from storage.keys import WrappedKey
from storage.vault import Vault

Needs = Callable[[datetime], ColumnElement[bool]]
Rewrap = Callable[[Vault, WrappedKey, Any, str], WrappedKey]


@dataclass(frozen=True)
class WrappedColumn:
    """A column of wrapped keys: where it is, when a row needs it, and how it is wrapped again.

    `clock` is the column with the day of destruction, None for what has none; `session` the
    column that says whose hold counts.
    """

    kind: str
    model: Any
    row_id: InstrumentedAttribute[Any]
    key: InstrumentedAttribute[Any]
    epoch: InstrumentedAttribute[Any]
    needs: Needs
    rewrap: Rewrap
    clock: Any = None
    session: Any = None

    def misplaced(self, epoch: str, now: datetime) -> ColumnElement[bool]:
        """Rows of this epoch that `kyc.policy.epochs.epoch_for` would place in another one."""
        span = span_of(epoch)
        mine = and_(self.epoch == epoch, self.needs(now))
        if span is None or span[1] <= now:
            return mine
        start, end = span
        too_early = self._beyond(end, now)
        if start <= now:
            return and_(mine, too_early)
        return and_(mine, or_(too_early, ~self._beyond(start, now)))

    def _beyond(self, moment: datetime, now: datetime) -> ColumnElement[bool]:
        """Whether it is due, or held, at this future moment or later."""
        due = ~true() if self.clock is None else and_(self.clock.is_not(None), self.clock >= moment)
        held = ~true() if self.session is None else hold_beyond(self.session, moment, now)
        return or_(due, held)


def _artifact(vault: Vault, wrapped: WrappedKey, row: Artifact, epoch: str) -> WrappedKey:
    sealed = replace(sealed_of(row), wrapped_key=wrapped.blob, key_epoch=wrapped.epoch)
    moved = vault.rewrap(sealed, session_id=row.session_id, artifact_id=row.id, epoch=epoch)
    return WrappedKey(moved.key_epoch, moved.wrapped_key)


def _record(vault: Vault, wrapped: WrappedKey, row: VerificationSession, epoch: str) -> WrappedKey:
    return vault.rewrap_field_key(wrapped, row.id, epoch)


def _request(vault: Vault, wrapped: WrappedKey, row: PrivacyRequest, epoch: str) -> WrappedKey:
    return vault.rewrap_field_key(wrapped, row.id, epoch)


def _incident(vault: Vault, wrapped: WrappedKey, row: Incident, epoch: str) -> WrappedKey:
    return vault.rewrap_field_key(wrapped, row.id, epoch)


def _staff(vault: Vault, wrapped: WrappedKey, row: Staff, epoch: str) -> WrappedKey:
    return vault.rewrap_field_key(wrapped, row.id, epoch)


def _invitation(vault: Vault, wrapped: WrappedKey, row: StaffInvitation, epoch: str) -> WrappedKey:
    return vault.rewrap_field_key(wrapped, row.key_owner, epoch)


def _view(vault: Vault, wrapped: WrappedKey, row: CustomerView, epoch: str) -> WrappedKey:
    return vault.rewrap_view_key(wrapped, row.session_id, epoch)


ARTIFACTS = WrappedColumn(
    kind="artifact",
    model=Artifact,
    row_id=Artifact.id,
    key=Artifact.wrapped_key,
    epoch=Artifact.key_epoch,
    needs=lambda _now: Artifact.wrapped_key.is_not(None),
    rewrap=_artifact,
    clock=Artifact.destroy_at,
    session=Artifact.session_id,
)
RECORDS = WrappedColumn(
    kind="record",
    model=VerificationSession,
    row_id=VerificationSession.id,
    key=VerificationSession.field_key,
    epoch=VerificationSession.field_key_epoch,
    needs=lambda _now: VerificationSession.field_key.is_not(None),
    rewrap=_record,
    clock=VerificationSession.record_destroy_at,
    session=VerificationSession.id,
)
COLUMNS: tuple[WrappedColumn, ...] = (
    ARTIFACTS,
    RECORDS,
    WrappedColumn(
        kind="view",
        model=CustomerView,
        row_id=CustomerView.session_id,
        key=CustomerView.wrapped_key,
        epoch=CustomerView.key_epoch,
        needs=lambda _now: true(),
        rewrap=_view,
        session=CustomerView.session_id,
    ),
    WrappedColumn(
        kind="request",
        model=PrivacyRequest,
        row_id=PrivacyRequest.id,
        key=PrivacyRequest.field_key,
        epoch=PrivacyRequest.field_key_epoch,
        needs=lambda _now: PrivacyRequest.field_key.is_not(None),
        rewrap=_request,
        clock=PrivacyRequest.destroy_at,
    ),
    WrappedColumn(
        kind="incident",
        model=Incident,
        row_id=Incident.id,
        key=Incident.field_key,
        epoch=Incident.field_key_epoch,
        needs=lambda _now: Incident.destroyed_at.is_(None),
        rewrap=_incident,
    ),
    WrappedColumn(
        kind="staff",
        model=Staff,
        row_id=Staff.id,
        key=Staff.field_key,
        epoch=Staff.field_key_epoch,
        needs=lambda _now: true(),
        rewrap=_staff,
    ),
    WrappedColumn(
        kind="invitation",
        model=StaffInvitation,
        row_id=StaffInvitation.token_hash,
        key=StaffInvitation.field_key,
        epoch=StaffInvitation.field_key_epoch,
        needs=lambda now: and_(StaffInvitation.used_at.is_(None), StaffInvitation.expires_at > now),
        rewrap=_invitation,
        clock=StaffInvitation.expires_at,
    ),
)
OF_A_CASE = tuple(column for column in COLUMNS if column.session is not None)
