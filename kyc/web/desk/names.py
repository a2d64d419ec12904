"""Owns what the staff's pages call rights, states, fields and acts."""

from kyc.audit import Action
from kyc.policy.rights import Outcome, RequestState, Right
from kyc.web.texts import _l

RIGHT_NAMES = {
    Right.ACCESS: _l("Access"),
    Right.CORRECTION: _l("Correction"),
    Right.ERASURE: _l("Erasure"),
    Right.RESTRICTION: _l("Restriction"),
    Right.OBJECTION: _l("Objection"),
    Right.PORTABILITY: _l("Portability"),
    Right.COMPLAINT: _l("Complaint"),
}
STATE_NAMES = {
    RequestState.OPEN: _l("Open"),
    RequestState.EXTENDED: _l("Extended"),
    RequestState.ANSWERED: _l("Answered"),
    RequestState.REFUSED: _l("Refused"),
    RequestState.WITHDRAWN: _l("Withdrawn"),
}
OUTCOME_NAMES = {Outcome.GRANTED: _l("granted"), Outcome.PARTLY: _l("granted in part")}
FIELD_NAMES = {
    "surname": _l("Surname"),
    "given_names": _l("Given names"),
    "patronymic": _l("Patronymic"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "date_of_birth": _l("Date of birth"),
    "nationality": _l("Nationality"),
    "residence": _l("Country of residence"),
    "entity_name": _l("Name of the organisation"),
    "entity_registry_code": _l("Registry code"),
    "entity_country": _l("Country of registration"),
    "entity_role": _l("Your role"),
}
ITEM_STATES = {
    "asked": _l("not decided"),
    "accepted": _l("corrected"),
    "refused": _l("left as it is"),
}
ACTS = {
    Action.CUSTOMER_REQUEST_MADE: _l("Made on the customer's page"),
    Action.CUSTOMER_REQUEST_WITHDRAWN: _l("Withdrawn by the customer"),
    Action.STAFF_REQUEST_MADE: _l("Entered"),
    Action.STAFF_REQUEST_VIEWED: _l("Opened"),
    Action.STAFF_REQUEST_ASSIGNED: _l("Assigned"),
    Action.STAFF_REQUEST_EXTENDED: _l("Extended by two months"),
    Action.STAFF_REQUEST_ANSWERED: _l("Answered"),
    Action.STAFF_REQUEST_REFUSED: _l("Refused"),
    Action.STAFF_REQUEST_WITHDRAWN: _l("Withdrawn, as the person told"),
    Action.STAFF_CORRECTION_ASKED: _l("A value to correct was added"),
    Action.STAFF_CORRECTION_ACCEPTED: _l("A value was corrected"),
    Action.STAFF_CORRECTION_REFUSED: _l("A value was left as it is"),
    Action.STAFF_RESTRICTION_SET: _l("The case was restricted"),
    Action.STAFF_RESTRICTION_ANNOUNCED: _l("Lifting the restriction was announced"),
    Action.STAFF_RESTRICTION_LIFTED: _l("The restriction was lifted"),
    Action.STAFF_ERASURE_DONE: _l("What can be erased was erased"),
    Action.STAFF_TOMBSTONES_FORGOTTEN: _l("What recognises them was looked for, to be destroyed"),
    Action.STAFF_BUNDLE_ASKED: _l("A copy of the data was asked for"),
    Action.SYSTEM_BUNDLE_MADE: _l("The copy was made"),
    Action.STAFF_BUNDLE_RELEASED: _l("The copy was released"),
    Action.STAFF_BUNDLE_REFUSED: _l("The copy was not released"),
    Action.CUSTOMER_BUNDLE_FETCHED: _l("The customer fetched the copy"),
    Action.SYSTEM_REQUEST_TAKEN_OVER: _l("Sealed under a key of its own"),
    Action.SYSTEM_REQUEST_ALARMED: _l("The officers were reminded"),
    Action.SYSTEM_REQUEST_DESTROYED: _l("Its words were destroyed"),
}
"""Of acts that are not here, the name of the event is shown."""
