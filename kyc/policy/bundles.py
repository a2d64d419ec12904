"""Owns the rules of bundles: how long each waits for whom (GDPR Art. 15 and 20)."""

from datetime import timedelta

BUNDLE = "bundle"
"""The rule that receipts name for a bundle; it has a clock of its own, whatever the case's say."""

MADE_WITHIN = timedelta(days=1)
"""What no worker could make in so long is given up, and may be asked for again."""

RELEASED_WITHIN = timedelta(days=7)
"""So long a bundle waits for the second person; then it is destroyed and is made anew."""

FETCHED_WITHIN = timedelta(days=7)
"""So long after its release the customer may fetch it, once."""

FORMAT = "kyc/bundle/v1"
