"""Owns the report of a redaction as JSON: places and classes, never a recognised text."""

from typing import Any

from kyc.documents.pages import Redaction


def as_report(redaction: Redaction) -> dict[str, Any]:
    """`quad` is four corners in source pixels after EXIF orientation."""
    policy = redaction.policy
    return {
        "source": {"width": redaction.source.width, "height": redaction.source.height},
        "status": redaction.status,
        "reasons": list(redaction.reasons),
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        "regions": [
            {"class": str(region.cls), "quad": region.quad.round(1).tolist()}
            for region in redaction.regions
        ],
        "facts": dict(redaction.facts),
    }
