"""Owns filling the demonstration: a living queue within a minute."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from kyc.audit import OPERATOR, Action, record
from kyc.demo.accounts import DemoAccount, demo_accounts, make_accounts, require_demo
from kyc.demo.cast import STORIES, Story
from kyc.demo.controller import say_who_is_responsible
from kyc.demo.customer import confirm_and_submit, send_pictures
from kyc.demo.desk import ask
from kyc.models import Staff, VerificationSession
from kyc.policy.checklist import KEYS
from kyc.resources import command_name
from kyc.review.claims import claim_named
from kyc.review.deciding import Outcome, Verdict, give_verdict
from kyc.review.settling import settle_verdict
from kyc.review.taking_back import TAKE_BACK
from kyc.runtime import Runtime

Say = Callable[[str], None]

HOUR = timedelta(hours=1)


def fill(runtime: Runtime, say: Say) -> None:
    """Accounts, verifications, decisions, requests; one filled before is only told the way in."""
    require_demo(runtime)
    with runtime.reading() as db:
        filled = bool(db.scalar(select(func.count()).select_from(Staff)))
    if not filled:
        say_who_is_responsible(runtime)
        make_accounts(runtime)
        _play(runtime, say)
    _tell(runtime, demo_accounts(runtime), say)


def _play(runtime: Runtime, say: Say) -> None:
    say(f"Drawing and sending {len(STORIES)} invented verifications, about a minute…")
    now = runtime.now()
    sent = [
        (story, *send_pictures(runtime, story, now - (story.hours + 1) * HOUR)) for story in STORIES
    ]
    for story, session_id, uploads in sent:
        if story.stops_at:
            continue
        moment = now - story.hours * HOUR
        confirm_and_submit(runtime, session_id, uploads, moment)
        if story.outcome is not None:
            _decide(runtime, story, session_id)
    ask(runtime)
    with runtime.transaction() as db:
        record(db, Action.OPERATOR_DEMO_FILLED, actor=OPERATOR, now=runtime.now())


def _decide(runtime: Runtime, story: Story, session_id: str) -> None:
    assert story.outcome is not None
    approves = story.outcome == Outcome.APPROVE
    now = runtime.now() - story.hours * HOUR + 2 * HOUR
    with runtime.transaction() as db:
        login = "selma" if story.seed % 2 else "rita"
        reviewer = db.scalars(select(Staff.id).where(Staff.login == login)).one()
        taken = now - timedelta(minutes=3 + story.seed % 7)
        claim_named(db, session_id, reviewer, HOUR, taken)
        session = db.get_one(VerificationSession, session_id)
        verdict = Verdict(
            outcome=story.outcome,
            version=session.version,
            checked=KEYS if approves else frozenset(),
            items=frozenset(story.items),
            reasons=frozenset(story.reasons),
        )
        given = give_verdict(
            db,
            runtime.vault,
            session_id,
            reviewer,
            verdict,
            attempts=runtime.settings.attempts,
            now=now,
        )
        settle_verdict(
            db,
            runtime.vault,
            given.id,
            key=runtime.lookup.key,
            lasts=timedelta(days=runtime.settings.session_days),
            now=now + TAKE_BACK,
        )


def _tell(runtime: Runtime, accounts: list[DemoAccount], say: Say) -> None:
    say("")
    say(f"Sign in at {runtime.settings.base_url}/staff/ with one of:")
    for account in accounts:
        say(f"    {account.login:8} {account.password}")
    directory = runtime.settings.data_dir
    say(f"The six-digit codes: KYC_DATA_DIR={directory} {command_name()} demo codes")
