"""Owns what a customer is told of an erasure: what goes, what stays, why and until when."""

from collections.abc import Iterator
from datetime import UTC
from gettext import NullTranslations

from babel.dates import format_date

from kyc.delivery.catalogues import catalogue, known_locale
from kyc.desk.erasure_plan import Part, Plan
from kyc.policy.erasure import GROUND_OF
from kyc.policy.grounds import GROUNDS
from kyc.policy.reasons import ITEM_TITLES


def _l(text: str) -> str:
    """Marks a text for translation; it is translated when the answer is composed."""
    return text


_NAMES = {
    **{str(kind): title for kind, title in ITEM_TITLES.items()},
    "record": _l("Personal details"),
    "access": _l("Copy of your data"),
    "portability": _l("Your data to take elsewhere"),
}
_ERASED = _l("We have deleted:")
_KEPT = _l("We must keep:")
_UNTIL = _l("%(what)s, until %(date)s. %(why)s")
_NO_DAY = _l("%(what)s. %(why)s")
_LAST = _l(
    "Your details go within the hour after this answer, and with them this page. By mail you get"
    " the receipts."
)
_TOMBSTONE = _l(
    "So that we notice a return, we keep for 12 months a code made of your address, document"
    " number and name under a secret key. Nobody can read them from it. You may object to that."
)


def erasure_words(plan: Plan, locale: str, *, leaves_tombstone: bool) -> str:
    """Plain text in the language of `locale`, or else in English; staff may change it."""
    words = catalogue(locale)
    parts = []
    if plan.erased:
        parts.append("\n".join([words.gettext(_ERASED), *_names(plan.erased, words)]))
    if plan.kept:
        lines = dict.fromkeys(_kept(plan.kept, words, locale))
        parts.append("\n".join([words.gettext(_KEPT), *lines]))
    if plan.is_whole:
        parts.append(words.gettext(_LAST))
        parts += [words.gettext(_TOMBSTONE)] if leaves_tombstone else []
    return "\n\n".join(parts)


def part_name(part: Part, words: NullTranslations) -> str:
    return words.gettext(_NAMES.get(part.kind, part.kind))


def _names(parts: list[Part], words: NullTranslations) -> list[str]:
    names = [part_name(part, words) for part in parts]
    return [f"– {name}" for name in dict.fromkeys(names)]


def _kept(parts: list[Part], words: NullTranslations, locale: str) -> Iterator[str]:
    for part in parts:
        assert part.why is not None
        why = words.gettext(GROUNDS[GROUND_OF[part.why]].text)
        what = part_name(part, words)
        if part.until is None:
            yield "– " + words.gettext(_NO_DAY) % {"what": what, "why": why}
            continue
        day = format_date(part.until.astimezone(UTC), "long", known_locale(locale))
        yield "– " + words.gettext(_UNTIL) % {"what": what, "date": day, "why": why}
