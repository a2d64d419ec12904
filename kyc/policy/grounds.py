"""Owns the legal grounds on which a request about personal data may be refused, or a part of it."""

from dataclasses import dataclass

from kyc.policy.rights import Right


@dataclass(frozen=True)
class Ground:
    """`label` is for staff, in English; `text` tells the customer, in their language."""

    code: str
    article: str
    label: str
    text: str
    rights: frozenset[Right]


def _l(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


_COPIES = frozenset({Right.ACCESS, Right.PORTABILITY})
_EVERY = frozenset(Right) - {Right.COMPLAINT}

GROUNDS: dict[str, Ground] = {
    ground.code: ground
    for ground in (
        Ground("legal_obligation", "GDPR Art. 17(3)(b)",
               "A law obliges the business to keep it",
               _l("A law obliges us to keep this data until the day that it names."),
               frozenset({Right.ERASURE})),
        Ground("legal_claims", "GDPR Art. 17(3)(e)",
               "Needed to establish, exercise or defend legal claims",
               _l("We need this data to make, pursue or defend a legal claim."),
               frozenset({Right.ERASURE})),
        Ground("kept_for_you", "GDPR Art. 18(1)(b) and (c)",
               "The person asked for keeping it restricted in place of erasure",
               _l("You asked us to keep this data and not to use it. Tell us if you want it deleted"
                  " all the same."),
               frozenset({Right.ERASURE})),
        Ground("claims_objected", "GDPR Art. 21(1)",
               "Needed for legal claims, so that an objection does not stop it",
               _l("We need this data to make, pursue or defend a legal claim."),
               frozenset({Right.OBJECTION})),
        Ground("still_needed", "GDPR Art. 17(1)(a)",
               "Still necessary for the purpose, and no other reason to erase",
               _l("We still need this data for the purpose that you gave it for, and no other"
                  " reason to delete it applies."),
               frozenset({Right.ERASURE})),
        Ground("accurate", "GDPR Art. 16",
               "What is held is accurate",
               _l("As far as we can establish, what we hold is right as it is."),
               frozenset({Right.CORRECTION})),
        Ground("no_restriction", "GDPR Art. 18(1)",
               "None of the four cases of restriction applies",
               _l("None of the cases in which the law restricts the use of data applies."),
               frozenset({Right.RESTRICTION})),
        Ground("compelling", "GDPR Art. 21(1)",
               "Compelling legitimate grounds override the person's interests",
               _l("We have weighed your reasons against ours: ours are compelling and weigh more."),
               frozenset({Right.OBJECTION})),
        Ground("not_objectable", "GDPR Art. 21(1)",
               "The processing rests on neither Art. 6(1)(e) nor (f)",
               _l("This use of your data rests on your contract or on a law, and the right to"
                  " object does not extend to that."),
               frozenset({Right.OBJECTION})),
        Ground("rights_of_others", "GDPR Art. 15(4) and 20(4)",
               "It would harm the rights and freedoms of others",
               _l("What we leave out would reveal something about other people."),
               _COPIES),
        Ground("not_portable", "GDPR Art. 20(1)",
               "Not provided by the person, or processed on another basis",
               _l("The right to take data elsewhere extends only to what you gave us yourself, for"
                  " a contract or with your consent."),
               frozenset({Right.PORTABILITY})),
        Ground("not_identified", "GDPR Art. 11(2) and 12(6)",
               "The person could not be identified",
               _l("We could not establish that the request comes from the person whom the data is"
                  " about."),
               _EVERY),
        Ground("nothing_held", "GDPR Art. 11 and 15(1)",
               "Nothing is held about this person any more",
               _l("We hold nothing about you any more, or cannot tell that it is about you."),
               _EVERY),
        Ground("unfounded", "GDPR Art. 12(5)(b)",
               "Manifestly unfounded; the business must be able to show it",
               _l("The request is manifestly unfounded."),
               _EVERY),
        Ground("excessive", "GDPR Art. 12(5)(b)",
               "Excessive, in particular repetitive; the business must be able to show it",
               _l("The request repeats earlier ones so often that the law calls it excessive."),
               _EVERY),
        Ground("restricted_by_law", "GDPR Art. 23",
               "A law of the Union or a Member State restricts this right",
               _l("A law restricts this right in your case."),
               _EVERY),
        Ground("rules_kept", "GDPR Art. 5(2) and 24(1)",
               "Looked into, and the rules were kept",
               _l("We have looked into your complaint and found that the rules were kept."),
               frozenset({Right.COMPLAINT})),
    )
}  # fmt: skip


def grounds_for(right: Right) -> list[Ground]:
    """Those that can carry a refusal of such a request, the special ones first."""
    return [ground for ground in GROUNDS.values() if right in ground.rights]
