"""Owns the words of mails to staff, in English as their console is; they name no case."""

from kyc.delivery.composing import Letter

WORDS = {
    "factor_added": (
        "A way to sign in was added to your account",
        "A security key or an authenticator app was added to your account for identity"
        " verification.",
    ),
    "factor_removed": (
        "A way to sign in was removed from your account",
        "A security key or an authenticator app was removed from your account for identity"
        " verification.",
    ),
    "codes_renewed": (
        "Your recovery codes were replaced",
        "New recovery codes were made for your account; those from before work no more.",
    ),
    "code_used": (
        "A recovery code opened your account",
        "Somebody gave one of your recovery codes in place of your second factor.",
    ),
    "password_changed": (
        "Your password was changed",
        "The password of your account for identity verification was changed.",
    ),
    "email_changed": (
        "Your address was changed",
        "The e-mail address of your account for identity verification is this one from now on.",
    ),
    "email_left": (
        "Your address was changed to another one",
        "Mails about your account for identity verification go to another address from now on.",
    ),
    "renewed": (
        "Your account was set up anew",
        "An invitation gave your account a new password and a new second factor.",
    ),
    "reinvited": (
        "A link to set up your account anew was made",
        "An administrator made a link with which somebody gives your account a new password and"
        " a new second factor. If you did not ask for it, speak with your privacy officer now.",
    ),
    "compromised_own": (
        "Your account is shut",
        "It was reported that somebody else may be able to use your account. It opens nothing"
        " until an administrator has sent you a new invitation.",
    ),
    "compromised": (
        "An account was reported as compromised",
        "A colleague's account was reported as compromised and is shut. Speak with them, then send"
        " them a new invitation from the page People.",
    ),
    "alarm": (
        "Somebody's use of the console needs your attention",
        "The page Looks lists it: a person opened very many images, or a case that nobody may"
        " open.",
    ),
    "purge_halted": (
        "Nothing is destroyed until somebody has looked",
        "Very much is due for destruction at once, or a clock is in doubt, so the service has"
        " stopped destroying anything. The page Retention says why. If all is right, let it go on"
        " with “kyc purge --resume”; if a clock is wrong, set it right.",
    ),
    "purge_overdue": (
        "Personal data is kept for longer than it may be",
        "Pictures or details should have been destroyed and are not, for a quarter of an hour or"
        " more. The page Retention says how many. Whoever runs the service should see why: is a"
        " worker running, and what does its log say?",
    ),
    "purge_kept": (
        "The object store does not give up what was destroyed",
        "Nobody can read it any more, for its key is destroyed, but the store has kept it for more"
        " than a day. The page Retention names what is left there and why: a lock, a policy, or a"
        " missing right.",
    ),
    "request_due": (
        "Requests about personal data wait for an answer",
        "One or more have waited for 14, 25 or 30 days, or their extended time comes to its end."
        " The page Requests lists them, those that are due first.",
    ),
    "glass_asked": (
        "A colleague asks to see images outside of the queue",
        "Their reason stands on the page Looks. Grant or refuse it there; it lapses after a day.",
    ),
    "incident": (
        "A personal data breach was entered",
        "A colleague entered a personal data breach. Its clock runs: the page Registers says what"
        " is known, and by when the authority or the controller must be told.",
    ),
    "incident_soon": (
        "The time to report a breach ends soon",
        "A personal data breach has not been reported yet, and its time ends within a day. The page"
        " Registers says when, and has a draft of the report.",
    ),
    "incident_over": (
        "The time to report a breach is over",
        "A personal data breach should have been reported by now. Report it at once, with the"
        " reasons for the delay: the page Registers has a draft.",
    ),
    "glass": (
        "Somebody saw images outside of the queue",
        "A request to see the images of a case was granted. Please look at it on the page Looks.",
    ),
}
"""Subject and first sentence of each kind."""

OWN = frozenset(
    {
        "factor_added",
        "factor_removed",
        "codes_renewed",
        "code_used",
        "password_changed",
        "email_changed",
        "email_left",
        "renewed",
    }
)
"""Of these, who did not do it themselves must act at once."""


def staff_letter(kind: str, to: str, name: str, business: str, base_url: str) -> Letter:
    """Raises KeyError for an unknown kind."""
    subject, said = WORDS[kind]
    parts = [f"Good day, {name},", said]
    if kind in OWN:
        parts.append(
            "Was that you? Then there is nothing to do. If not, report it now, under “My account"
            f" may be compromised”:\n\n{base_url}/staff/account\n\nIf you cannot sign in, call an"
            " administrator."
        )
    else:
        parts.append(f"{base_url}/staff/")
    return Letter(to, f"{business}: {subject}", "\n\n".join([*parts, business]) + "\n")
