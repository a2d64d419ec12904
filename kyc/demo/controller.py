"""Owns what the demonstration says of its controller: an invented business and its processors."""

from kyc.demo.accounts import require_demo
from kyc.runtime import Runtime

SAID = """\
# Who is responsible, as the privacy documents and the customers' notice name them. All invented.
address = "Example Hosting OÜ, Lai 1, 10133 Tallinn, Estonia"
contact = "privacy@example.org"
data_protection_officer = "dpo@example.org"
authority = "Andmekaitse Inspektsioon, Tatari 39, 10134 Tallinn"

[[processors]]
name = "Example Objects GmbH"
purpose = "object storage"
country = "Germany"
contract = "2026-05-04"
transfer = "none"
since = "2026-05-04"

[[processors]]
name = "Example Post AB"
purpose = "sending mail"
country = "Sweden"
contract = "2026-06-01"
transfer = "none"
since = "2026-06-01"
"""


def say_who_is_responsible(runtime: Runtime) -> None:
    """Writes the file of the controller unless there is one. Raises ForbiddenError, OSError."""
    require_demo(runtime)
    path = runtime.settings.controller_file
    if not path.exists():
        path.write_text(SAID, encoding="utf-8")
