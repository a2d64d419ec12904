"""Owns the facts that the privacy documents state, each read from what the program runs by."""

from collections.abc import Iterator
from gettext import NullTranslations
from typing import Any
from urllib.parse import urlsplit

from kyc.access import KEY_ROLES, PERMISSIONS, Permission, Role
from kyc.documents import jail
from kyc.documents.model_files import PINNED
from kyc.policy.flow import Flow
from kyc.policy.redaction import hides_less, load_policy
from kyc.policy.retention import CLOCKS
from kyc.policy.rights import KEPT_YEARS
from kyc.privacy.controller import PARTICULARS, Missing, controller_of
from kyc.privacy.notice_words import span_said
from kyc.settings import Settings

KEY_PLACES = {
    "file": "in files on the machine itself (mode 0600)",
    "awskms": "in files that only a root key in AWS KMS opens",
    "vault+https": "in a transit engine of Vault or OpenBao, reached over TLS",
    "vault+http": "in a transit engine of Vault or OpenBao on the machine itself",
}
"""By the scheme of KYC_KEYS_URL."""

CLASSES = {
    "raw": "unredacted upload",
    "review": "redacted copy for the review",
    "retained": "narrowed copy",
    "record": "details",
}


def facts_of(flow: Flow, settings: Settings) -> dict[str, Any]:
    """What the templates may name. Raises ConfigurationError for a controller out of form."""
    controller = controller_of(settings)
    return {
        "controller": controller,
        "particulars": [(what, controller.particulars[name]) for name, what in PARTICULARS.items()],
        "processors": controller.engaged,
        "former_processors": controller.former,
        "nobody_named": Missing("processors, or that there is none"),
        "services": list(_services(settings)),
        "settings": settings,
        "flow": flow,
        "countries": ", ".join(sorted(flow.countries)) or "every country",
        "basis": _basis(flow),
        "keys_at": KEY_PLACES.get(urlsplit(settings.keys_url).scheme, "in a key service"),
        "audit_copied": bool(settings.audit_bucket),
        "retention": list(_retention(flow, settings)),
        "roles": [role.replace("_", " ") for role in Role],
        "access": [
            (permission, ["yes" if permission in PERMISSIONS[role] else "no" for role in Role])
            for permission in Permission
        ],
        "lookers": [r.replace("_", " ") for r in Role if Permission.LOOK in PERMISSIONS[r]],
        "key_roles": [role.replace("_", " ") for role in Role if role in KEY_ROLES],
        **_redaction(flow),
        "models": sorted(PINNED.items()),
        "jail": {"memory_mb": jail.MEMORY >> 20, "seconds": jail.CPU_SECONDS},
        "filtered_on": sorted(jail.DENIED),
    }


def _basis(flow: Flow) -> str:
    if hides_less(flow.redaction_profile, flow.redaction_options):
        return f"legal obligation (GDPR Art. 6(1)(c): {flow.statute})"
    return "the contract about to be made, and preventing fraud (GDPR Art. 6(1)(b) and (f))"


def _services(settings: Settings) -> Iterator[tuple[str, str]]:
    """Where data lie or pass; hosts alone, never a name or password."""
    yield "database: sealed details, sealed keys, audit log", _host(settings.database_url)
    yield "object store: sealed pictures", _host(settings.s3_endpoint_url)
    yield "queue: identifiers of work to do", _host(settings.redis_url)
    yield "mail: addresses, outcomes, links", _host(settings.smtp_url)
    yield "keys", _host(settings.keys_url)
    if settings.audit_bucket:
        yield "copy of the audit log", _host(settings.audit_s3_endpoint_url)


def _host(url: str) -> str:
    if urlsplit(url).scheme in {"awskms"}:
        return "AWS KMS"
    return urlsplit(url).hostname or "this machine"


def _retention(flow: Flow, settings: Settings) -> Iterator[dict[str, str]]:
    for name, clock in CLOCKS.items():
        rule = flow.retention[name]
        yield {
            "class": CLASSES[clock.of],
            "what": clock.what,
            "start": rule.start,
            "period": span_said(rule, settings.record_years, NullTranslations()),
            "basis": rule.legal_basis,
            "reason": rule.reason or "–",
        }
    yield {
        "class": "request",
        "what": "that somebody asked about their data, and the words of request and answer",
        "start": "the answer",
        "period": f"{KEPT_YEARS} years",
        "basis": "GDPR Art. 5(2) and 12(3); Art. 17(3)(e)",
        "reason": "–",
    }


def _redaction(flow: Flow) -> dict[str, Any]:
    policy = load_policy("", "", flow.redaction_profile, flow.redaction_options)
    return {
        "redaction": [
            (cls.replace("_", " "), rule.replace("_", " ")) for cls, rule in policy.rules.items()
        ],
        "policy": policy,
        "policy_sources": policy.sources,
        "narrowed": [cls.replace("_", " ") for cls in policy.on_retention],
    }
