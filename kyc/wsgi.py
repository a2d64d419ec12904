"""Owns the web process: `python -m kyc.wsgi` by waitress, or `gunicorn kyc.wsgi:application()`."""

import signal
import sys

from flask import Flask
from waitress import serve

from kyc.app import FORM_OVERHEAD, create_app
from kyc.coredumps import refuse_core_dumps
from kyc.errors import KycError
from kyc.flows import check_at_start
from kyc.logs import configure_logging
from kyc.runtime import open_runtime
from kyc.settings import Settings, load_settings


def application(settings: Settings | None = None) -> Flask:
    """Raises ConfigurationError while a safeguard is missing."""
    refuse_core_dumps()
    configure_logging()
    runtime = open_runtime(settings or load_settings(), storage_attempts=1)
    check_at_start(runtime.reading)
    return create_app(runtime)


def main() -> None:
    try:
        serve_until_stopped(load_settings())
    except KycError as error:
        sys.exit(f"kyc: {error}")


def serve_until_stopped(settings: Settings) -> None:
    """Serves until SIGTERM; then closes the database, which empties SQLite's log.

    Raises ConfigurationError while a safeguard is missing.
    """
    app = application(settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    largest = settings.upload_limit_bytes + FORM_OVERHEAD
    serve(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.web_threads,
        max_request_body_size=largest,
        # Above the largest body, so that no upload is spooled to a file in /tmp.
        inbuf_overflow=largest * 2,
        outbuf_overflow=largest * 2,
        channel_timeout=60,
        ident="",
        clear_untrusted_proxy_headers=False,
    )
    app.extensions["kyc"].engine.dispose()


if __name__ == "__main__":
    main()
