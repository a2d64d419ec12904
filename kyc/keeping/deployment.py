"""Owns what work on keys in many transactions asks of a deployment; kyc.runtime.Runtime has it."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from storage.vault import Vault


class Deployment(Protocol):
    """Keys are moved in batches, each with a transaction of its own."""

    @property
    def vault(self) -> Vault: ...
    def now(self) -> datetime: ...
    def real_now(self) -> datetime: ...
    def transaction(self) -> AbstractContextManager[Session]: ...
    def reading(self) -> AbstractContextManager[Session]: ...
