"""Owns the drawing of invented documents: for the demonstration, tests and benchmarks.

Every drawing is marked SPECIMEN and shows a figure of plain shapes; nobody is depicted.
"""

from kyc.specimens.cards import draw_identity_card, draw_residence_permit
from kyc.specimens.drawing import Drawing, Field, label_json
from kyc.specimens.licences import draw_driving_licence
from kyc.specimens.passports import draw_passport
from kyc.specimens.people import Person, invented_person
from kyc.specimens.photographs import photograph
from kyc.specimens.selfies import draw_selfie
from kyc.specimens.states import STATES

__all__ = [
    "STATES",
    "Drawing",
    "Field",
    "Person",
    "draw_driving_licence",
    "draw_identity_card",
    "draw_passport",
    "draw_residence_permit",
    "draw_selfie",
    "invented_person",
    "label_json",
    "photograph",
]
