"""Owns the whole start: embedded servers, migration, web, worker, scheduler, welcome, watch."""

import http.client
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from kyc.embedded import attach, places, ports, valkey
from kyc.embedded.credentials import load_or_make
from kyc.embedded.places import Places
from kyc.embedded.programs import Programs
from kyc.embedded.seaweedfs import REGION, SeaweedFs
from kyc.embedded.supervisor import StoppedError, Supervisor
from kyc.errors import ConfigurationError
from kyc.settings import DEMO_MARK, Settings, child_environment, load_settings

Say = Callable[[str], None]
Welcome = Callable[[Settings], list[str]]


@dataclass(frozen=True)
class _House:
    settings: Settings
    places: Places
    supervisor: Supervisor
    programs: Programs
    welcome: Welcome
    say: Say


def keep_house(
    settings: Settings,
    *,
    is_demo: bool,
    welcome: Welcome,
    say: Say,
    programs: Programs | None = None,
) -> None:
    """Runs everything until SIGINT, SIGTERM or SIGHUP; then stops it and returns.

    `welcome` is called once all is ready, with the settings that the programs got; its lines are
    shown. Raises ConfigurationError when a setting must change first, PartFailedError when a part
    does not start.
    """
    places.make_private(settings.data_dir)
    with places.locked(settings.data_dir) as lock:
        ports.require_free(settings.host, settings.port)
        if is_demo:
            _mark_demo(settings)
        where = places.prepare(settings.data_dir)
        with Supervisor(where.log, say, (lock,), settings.log_days) as supervisor:
            supervisor.remove_at_end(where.run)
            house = _House(settings, where, supervisor, programs or Programs(), welcome, say)
            with suppress(StoppedError):
                _live(house, is_demo=is_demo)
            say("Stopping.")
    say("Everything has stopped.")


def _live(house: _House, *, is_demo: bool) -> None:
    variables = _start_servers(house)
    house.supervisor.run(house.programs.migration(variables))
    house.say("database   migrated")
    _start_programs(house, variables)
    for line in house.welcome(load_settings(child_environment(variables))):
        house.say(line)
    if is_demo:
        house.supervisor.run(house.programs.demo(variables))
    house.supervisor.watch()


def _start_servers(house: _House) -> dict[str, str]:
    """Starts what no setting gives from outside; the variables by which it is reached."""
    settings = house.settings
    if settings.s3_access_key and not settings.s3_endpoint_url:
        raise ConfigurationError(
            "S3_ACCESS_KEY is set, but S3_ENDPOINT_URL is not. Set it to your object store's"
            " address, or unset both to use the embedded one."
        )
    variables: dict[str, str] = {}
    if not settings.redis_url:
        variables |= _start_valkey(house)
    if not settings.s3_endpoint_url:
        variables |= _start_seaweedfs(house)
    attach.publish(settings.data_dir, variables | {"KYC_BASE_URL": settings.base_url})
    house.supervisor.remove_at_end(attach.file(settings.data_dir))
    return variables | {
        "KYC_DATA_DIR": str(settings.data_dir),
        "KYC_HOST": settings.host,
        "KYC_PORT": str(settings.port),
    }


def _start_valkey(house: _House) -> dict[str, str]:
    part = valkey.part(house.places)
    house.supervisor.start(part)
    seconds = house.supervisor.until_ready(part, partial(valkey.probe, house.places))
    house.say(f"queue      ready in {seconds:.1f} s (embedded Valkey)")
    return {"REDIS_URL": valkey.url(house.places)}


def _start_seaweedfs(house: _House) -> dict[str, str]:
    credentials = load_or_make(house.settings.data_dir / "keys" / "embedded.json")
    server = SeaweedFs(house.places, credentials)
    for path in server.left_sockets():
        path.unlink(missing_ok=True)
        house.supervisor.remove_at_end(path)
    part = server.part()
    house.supervisor.start(part)
    bucket = house.settings.s3_bucket
    seconds = house.supervisor.until_ready(part, partial(server.probe, bucket))
    server.require_fsync()
    house.say(f"objects    ready in {seconds:.1f} s (embedded SeaweedFS)")
    return {
        "S3_ENDPOINT_URL": server.endpoint_url,
        "S3_BUCKET": bucket,
        "S3_REGION": REGION,
        "S3_ACCESS_KEY": server.credentials.access_key,
        "S3_SECRET_KEY": server.credentials.secret_key,
        "S3_ACCESS_KEY_FILE": "",  # it would win over the value
        "S3_SECRET_KEY_FILE": "",
    }


def _start_programs(house: _House, variables: dict[str, str]) -> None:
    parts = house.programs.serving(variables)
    for part in parts:
        house.supervisor.start(part)
    web = parts[0]
    seconds = house.supervisor.until_ready(web, partial(_ask_web, house.settings))
    house.say(f"web        ready in {seconds:.1f} s (with worker and scheduler)")


def _ask_web(settings: Settings) -> None:
    """Raises until the web server says that it and all it needs are ready."""
    connection = http.client.HTTPConnection(_reachable(settings.host), settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            text = answer.read(500).decode("utf-8", "replace")
            raise ConnectionError(f"/readyz answers {answer.status}: {text}")
    finally:
        connection.close()


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - looked up, not bound


def _mark_demo(settings: Settings) -> None:
    """Marks a new data directory as one of invented people; refuses one that may hold real ones."""
    if settings.is_demo:
        return
    if (settings.data_dir / "keys").exists():
        raise ConfigurationError(
            f"{settings.data_dir} already belongs to a service without --demo, which fills in"
            " invented people. Choose another directory with KYC_DATA_DIR or --data-dir."
        )
    (settings.data_dir / DEMO_MARK).touch(mode=0o600)
