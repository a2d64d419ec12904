"""Owns what a worker process has: the runtime, the warm redaction engine, the post."""

from dataclasses import dataclass
from functools import cache

from kyc.audit.signer import Signer, load_or_make_signer
from kyc.delivery.sending import Post, make_post
from kyc.documents.engine import Engine
from kyc.runtime import Runtime, audit_store, open_runtime
from kyc.settings import load_settings
from storage.objects import Objects


@dataclass(frozen=True)
class House:
    runtime: Runtime
    engine: Engine
    post: Post
    signer: Signer
    audit_bucket: Objects | None = None


@cache
def house() -> House:
    """Made once a process: RQ hands a job nothing but its arguments."""
    settings = load_settings()
    return House(
        runtime=open_runtime(settings),
        engine=Engine.load(settings.models_dir),
        post=make_post(settings.smtp_url, settings.mail_dir),
        signer=load_or_make_signer(settings.audit_key_file),
        audit_bucket=audit_store(settings),
    )
