"""Owns the sentences of failures that a customer may read, marked for translation.

They are raised in English wherever a rule is broken and translated at the edge (`kyc.web.errors`);
failures that are answered by fixed words there need no entry.
"""


def _l(text: str) -> str:
    return text


TROUBLES: tuple[str, ...] = (
    _l("A box has x, y, width and height."),
    _l("A box has x, y, width and height in pixels."),
    _l("A box is at least one pixel wide and high."),
    _l("Documents from this country are not accepted here."),
    _l("Draw at least one box."),
    _l("Every number must be covered before you go on."),
    _l("It took too long to store the picture."),
    _l("Not every item is confirmed."),
    _l("The details can no longer be changed."),
    _l("The document can no longer be changed."),
    _l("The picture is not ready."),
    _l("The picture was changed in another tab."),
    _l("The pictures were sent for review already."),
    _l("The privacy notice comes before the first upload."),
    _l("The session takes no uploads now."),
    _l("There is no statement."),
    _l("This kind of document is not accepted here."),
)
