"""Owns the list of all tables, so that metadata is complete wherever models are imported."""

from kyc.models.artifact import Artifact
from kyc.models.audit_checkpoint import AuditCheckpoint
from kyc.models.audit_event import AuditEvent
from kyc.models.audit_shipment import AuditShipment
from kyc.models.audit_verification import AuditVerification
from kyc.models.base import Base, new_id
from kyc.models.bundle import Bundle
from kyc.models.certificate import Certificate
from kyc.models.claim import Claim
from kyc.models.clock_mark import ClockMark
from kyc.models.customer_access import (
    CustomerBrowser,
    CustomerLink,
    CustomerText,
    CustomerView,
)
from kyc.models.decision import Decision
from kyc.models.disclosure import Disclosure, DisclosureCase
from kyc.models.evidence_pack import EvidencePack
from kyc.models.flow_version import FlowVersion
from kyc.models.given_verdict import GivenVerdict
from kyc.models.incident import Incident, IncidentEntry
from kyc.models.intake_key import IntakeKey
from kyc.models.key_epoch import KeyEpoch
from kyc.models.legal_hold import LegalHold
from kyc.models.looking import BreakGlass, Conflict, ImageLook, StaffAlarm
from kyc.models.notice_in_force import NoticeInForce
from kyc.models.notice_text import NoticeText
from kyc.models.outgoing_mail import OutgoingMail
from kyc.models.owed_job import OwedJob
from kyc.models.privacy_request import CorrectionItem, PrivacyRequest, RightsCode
from kyc.models.processor_list import ProcessorList
from kyc.models.purge_run import PurgeRun
from kyc.models.receipt import Receipt
from kyc.models.regulatory import RegulatoryAccess, RegulatoryHold
from kyc.models.restriction import Restriction
from kyc.models.seen_hash import SeenHash
from kyc.models.staff import (
    RecoveryCode,
    SecurityKey,
    Staff,
    StaffInvitation,
    StaffMail,
    StaffSession,
)
from kyc.models.tombstone import Tombstone
from kyc.models.upload import Upload
from kyc.models.verification_session import VerificationSession

__all__ = [
    "Artifact",
    "AuditCheckpoint",
    "AuditEvent",
    "AuditShipment",
    "AuditVerification",
    "Base",
    "BreakGlass",
    "Bundle",
    "Certificate",
    "Claim",
    "ClockMark",
    "Conflict",
    "CorrectionItem",
    "CustomerBrowser",
    "CustomerLink",
    "CustomerText",
    "CustomerView",
    "Decision",
    "Disclosure",
    "DisclosureCase",
    "EvidencePack",
    "FlowVersion",
    "GivenVerdict",
    "ImageLook",
    "Incident",
    "IncidentEntry",
    "IntakeKey",
    "KeyEpoch",
    "LegalHold",
    "NoticeInForce",
    "NoticeText",
    "OutgoingMail",
    "OwedJob",
    "PrivacyRequest",
    "ProcessorList",
    "PurgeRun",
    "Receipt",
    "RecoveryCode",
    "RegulatoryAccess",
    "RegulatoryHold",
    "Restriction",
    "RightsCode",
    "SecurityKey",
    "SeenHash",
    "Staff",
    "StaffAlarm",
    "StaffInvitation",
    "StaffMail",
    "StaffSession",
    "Tombstone",
    "Upload",
    "VerificationSession",
    "new_id",
]
