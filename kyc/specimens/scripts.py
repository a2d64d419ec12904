"""Owns writing a Latin name or address in the script of a language: Greek or Cyrillic."""

_CYRILLIC = (
    ("sht", "щ"), ("zh", "ж"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("yu", "ю"), ("ya", "я"),
    ("yo", "йо"),
    *zip("abvgdeziyklmnoprstufh", "абвгдезийклмнопрстуфх", strict=True),
)  # fmt: skip
_GREEK = (
    ("th", "θ"), ("ch", "χ"), ("ps", "ψ"), ("ou", "ου"), ("ei", "ει"), ("h", "χ"),
    *zip("avgdeziklmnxoprstufyjcwq", "αβγδεζικλμνξοπρστυφυισκωκ", strict=False),
)  # fmt: skip
_TABLES = {"bg": _CYRILLIC, "el": _GREEK}


def in_script(language: str, text: str) -> str:
    """The text in the language's script; unchanged where that is Latin."""
    written = text.lower()
    for latin, own in _TABLES.get(language, ()):
        written = written.replace(latin, own)
    return written if language in _TABLES else text
