"""Owns the rough name of a browser, for the list of one's own sessions."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def client_of(untrusted_agent: str) -> str:
    """Such as `Firefox on Linux`; never a word that the browser sent itself."""
    browser = next((name for sign, name in _BROWSERS if sign in untrusted_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in untrusted_agent), "")
    return " on ".join(part for part in (browser, system) if part)
