"""Owns the words for refused files and doubtful redactions: what is wrong, what to do."""

from kyc.web.texts import _


def refusal_text(code: str, max_mb: int) -> str:
    """What is wrong with the file, and what to do about it."""
    texts = {
        "too_large": _(
            "The file is larger than %(size)s MB. Take a new photo or choose a smaller file.",
            size=max_mb,
        ),
        "empty": _("The file is empty. Choose it again, or take a new photo."),
        "not_an_image": _("This is not a picture. Send a photo as JPEG, PNG, WebP, HEIC or PDF."),
        "unsupported_type": _(
            "This kind of file is not accepted. Send a photo as JPEG, PNG, WebP, HEIC or PDF."
        ),
        "too_many_pixels": _("The picture is too large to open. Take a photo with your phone."),
        "animated": _("Moving pictures are not accepted. Send a single photo."),
        "broken": _("The file is damaged and cannot be opened. Send it again, or take a new one."),
        "encrypted_pdf": _("The PDF is protected by a password. Send one without, or a photo."),
        "no_such_page": _("The PDF has no such page. Choose another page number."),
        "too_many_pdf_pages": _("The PDF has too many pages. Send a photo instead."),
        "decoder_failed": _("The file could not be opened safely. Take a new photo instead."),
        "timed_out": _("It took too long, so the picture was destroyed. Please send it again."),
        "redaction_failed": _(
            "The numbers could not be covered, so the picture was destroyed. Send a new photo."
        ),
        "storage_failed": _("It could not be stored, so nothing was kept. Please send it again."),
    }
    return texts.get(code, _("The file could not be used. Take a new photo."))


def doubt_text(code: str) -> str:
    """Why a person has to look: one sentence a reason."""
    texts = {
        "nothing_found": _("We found no number at all. Cover by hand any that you see."),
        "mrz_missing": _("We did not find the machine-readable lines that this document has."),
        "still_readable": _("After covering, something still looks like a number."),
        "blurred": _("The picture is not sharp, so a number may have been missed."),
        "glare": _("Light reflects on the picture, so a number may have been missed."),
        "small_text": _("The writing is very small, so a number may have been missed."),
        "perforated": _("There may be a punched number."),
        "overwritten": _(
            "A large word is printed over the document. A pale number may stand under it."
        ),
        "undecodable_code": _("There may be a barcode that we could not read."),
        "screen": _("This looks like a picture of a screen, so a number may have been missed."),
        "several_documents": _(
            "There seems to be more than one document here. Check each of them for numbers."
        ),
        "field_not_located": _(
            "We did not find an address, a birthplace or another personal detail. Cover it by hand."
        ),
    }
    return texts.get(code, _("We are not sure that every number is covered."))
