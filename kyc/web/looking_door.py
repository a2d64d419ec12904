"""Owns the door to cases and images: budget, honey, one event of each look that is refused."""

from datetime import timedelta

from kyc.alarms import AlarmKind, raise_alarm
from kyc.errors import ConflictError
from kyc.models import Artifact, VerificationSession
from kyc.origins import HONEY
from kyc.review.budget import Allowance, FactorNeededError, SpentError, require_allowance
from kyc.review.honey import alarm_if_honey
from kyc.review.looking import look, record_refusal
from kyc.web.again import Refusal, ask_again
from kyc.web.context import now, require_staff, runtime
from kyc.web.database import reading, transaction


def before_case(session_id: str, *, looks: bool) -> Refusal | None:
    """For the page of a case: what must come first, for who `looks` at its images there.

    Opening an invented case alarms, whether anything of it is shown or not.
    """
    me = require_staff()
    with reading() as db:
        session = db.get(VerificationSession, session_id)
        honey = session is not None and session.origin == HONEY
    if honey:
        with transaction() as db:
            alarm_if_honey(db, session_id, me.id, now())
    if not looks or not _needs_factor():
        return None
    with transaction() as db:
        raise_alarm(db, AlarmKind.VIEWS_HOUR, me.id, now())
    return ask_again("step_up")


def looked_at(artifact_id: str) -> Artifact:
    """The image, with the look on record; a look that is refused is on record too."""
    me, moment = require_staff(), now()
    try:
        with transaction() as db:
            artifact = look(db, artifact_id, me.id, allowance(), moment)
            alarm_if_honey(db, artifact.session_id, me.id, moment)
            return artifact
    except (ConflictError, FactorNeededError) as error:
        with transaction() as db:
            record_refusal(db, artifact_id, me.id, error, moment)
        raise


def allowance() -> Allowance:
    settings, me = runtime().settings, require_staff()
    long_ago = now() - timedelta(days=2)
    return Allowance(settings.views_per_hour, settings.views_per_day, me.factor_at or long_ago)


def _needs_factor() -> bool:
    try:
        with reading() as db:
            require_allowance(db, require_staff().id, allowance(), now())
    except FactorNeededError:
        return True
    except SpentError:
        return False  # each image says so itself
    return False
