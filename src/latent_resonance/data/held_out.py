"""Which files training never sees: one rule that training and evaluation share."""

import hashlib


def is_held_out(name: str, one_in: int = 20) -> bool:
    """Whether the file of that name is kept back: one in so many, by the hash of its name.

    A rule on names and not on positions, so that a corpus can grow without a file changing sides.

    Args:
        name: the file as its manifest names it, such as ``wav/cello_060.wav``.
        one_in: of how many; what one in twenty keeps back, one in five does too.
    """
    digest = hashlib.sha1(name.encode("utf-8"), usedforsecurity=False).hexdigest()
    return int(digest, 16) % one_in == 0
