"""Owns the rate limits by address; they count in the queue server, in memory while it is away."""

from flask import request
from flask_limiter import Limiter


def _address() -> str:
    return request.remote_addr or "unknown"


limiter = Limiter(
    key_func=_address,
    strategy="moving-window",
    in_memory_fallback_enabled=True,
    headers_enabled=False,
)

STARTS = "30 per hour"
LINKS = "120 per hour"
RESUMES = "6 per hour"
UPLOADS = "120 per hour"
RECEIPTS = "60 per hour"
CODES = "60 per hour"
SIGN_INS = "60 per 5 minutes"


def storage_uri(redis_url: str) -> str:
    """The same server under the name that the limits library gives to a unix socket."""
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url else "memory://"


def storage_patience(redis_url: str) -> dict[str, float]:
    """Seconds to wait for a queue server that does not answer, before counting in memory."""
    return {"socket_connect_timeout": 1, "socket_timeout": 1} if redis_url else {}
