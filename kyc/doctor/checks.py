"""Owns the list of checks: to add one, write a function beside its siblings and name it here."""

from kyc.doctor import service_checks, settings_checks
from kyc.doctor.findings import Check

CHECKS: dict[str, Check] = {
    "address": settings_checks.address,
    "demonstration": settings_checks.demonstration,
    "business": settings_checks.business,
    "controller": settings_checks.controller,
    "time zone": settings_checks.time_zone,
    "mails": settings_checks.mails,
    "key store": settings_checks.key_store,
    "key files": settings_checks.key_files,
    "data directory": settings_checks.data_directory,
    "parts": settings_checks.embedded_parts,
    "database": service_checks.migrations,
    "flow": service_checks.flows,
    "administrators": service_checks.administrators,
    "bucket": service_checks.bucket,
    "purge": service_checks.purge,
    "audit log": service_checks.audit_log,
    "backups": service_checks.backups,
}
