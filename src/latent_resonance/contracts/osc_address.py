"""What an address of Open Sound Control may be; source: the OSC 1.0 specification (Wright 2002)."""

_PATTERNS = " #*,?[]{}"


def check_address(address: str) -> None:
    """Raises ValueError where it names no single place: a pattern, or no address at all."""
    if not address.startswith("/") or not address.isascii() or not address.isprintable():
        raise ValueError(f"an OSC address begins with /: '{address}' does not name a place")
    if any(letter in _PATTERNS for letter in address):
        raise ValueError(f"'{address}' has one of the letters that OSC keeps for patterns")
