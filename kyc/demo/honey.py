"""Owns making a honey case: an invented person, drawn documents, the way of a real customer."""

from kyc.demo.cast import Story
from kyc.demo.customer import confirm_and_submit, send_pictures
from kyc.origins import HONEY
from kyc.review.honey import set_out
from kyc.runtime import Runtime


def make_honey(runtime: Runtime, story: Story) -> str:
    """The id of the case; workers must run, since they redact its pictures like any others."""
    now = runtime.now()
    session_id, uploads = send_pictures(runtime, story, now, HONEY)
    confirm_and_submit(runtime, session_id, uploads, now, set_out)
    return session_id
