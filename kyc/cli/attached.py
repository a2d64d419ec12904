"""Owns the runtime of a command: the settings, completed by a `kyc up` that is running."""

from collections.abc import Iterator
from contextlib import contextmanager

from kyc.embedded.attach import attached
from kyc.errors import ConfigurationError
from kyc.migration import is_current
from kyc.runtime import Runtime, open_runtime
from kyc.settings import load_settings


@contextmanager
def attached_runtime(*, any_revision: bool = False) -> Iterator[Runtime]:
    """Raises ConfigurationError when there is no database of this version yet.

    With `any_revision` it is taken as it stands: the audit log can be checked all the same.
    """
    settings = attached(load_settings())
    runtime = open_runtime(settings)
    try:
        if not any_revision and not is_current(runtime.engine):
            raise ConfigurationError(
                f"{settings.data_dir} has no database of this version: run `kyc up`, or"
                " `kyc db upgrade` if DATABASE_URL is set."
            )
        yield runtime
    finally:
        runtime.engine.dispose()
