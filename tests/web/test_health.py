"""Owns the promise that alive depends on nothing, and ready on what cannot be done without."""

from kyc.access import Role
from tests.web.test_error_pages import take_away_the_database
from tests.web.world import World


def ready(world: World) -> tuple[int, dict[str, str]]:
    answer = world.browser().get("/readyz")
    assert answer.json is not None
    return answer.status_code, answer.json


def test_it_is_ready_when_all_is_there_and_the_queue_server_is_not(world: World) -> None:
    status, parts = ready(world)
    assert (status, parts["status"], parts["queue"]) == (200, "ready", "down")


def test_it_is_not_ready_without_the_database(world: World) -> None:
    take_away_the_database(world)
    status, parts = ready(world)
    assert (status, parts["database"], parts["storage"]) == (503, "down", "up")


def test_it_is_not_ready_without_the_object_store(world: World) -> None:
    world.objects.go_down()
    status, parts = ready(world)
    assert (status, parts["database"], parts["storage"]) == (503, "up", "down")


def test_it_is_not_ready_when_others_can_read_the_keys(world: World) -> None:
    world.runtime.settings.kek_dir.chmod(0o755)
    assert ready(world)[0] == 503


def test_it_is_not_ready_when_nobody_signs_the_audit_log(world: World) -> None:
    assert ready(world)[1]["audit"] == "up"
    world.clock.passes(minutes=9)
    status, parts = ready(world)
    assert (status, parts["audit"], parts["database"]) == (503, "down", "up")


def test_it_is_alive_when_everything_else_is_away(world: World) -> None:
    take_away_the_database(world)
    world.objects.go_down()
    answer = world.browser().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_it_answers_a_probe_without_a_cookie(world: World) -> None:
    assert not world.browser().get("/healthz").headers.getlist("Set-Cookie")
    assert not world.browser().get("/readyz").headers.getlist("Set-Cookie")


def test_it_tells_a_probe_nothing_more(world: World) -> None:
    assert set(ready(world)[1]) == {"status", "database", "audit", "storage", "queue"}
    assert world.colleague(Role.ADMINISTRATOR).browser.get("/readyz").json == ready(world)[1]
