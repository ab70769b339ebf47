"""How programs of training that are run by ``python -m`` end."""

import sys
from collections.abc import Callable

from latent_resonance.contracts.errors import ResonanceError


def end_in_one_line(act: Callable[[], str]) -> int:
    """Say what ``act`` has to say, 0; where it raises ResonanceError, that on stderr, 1."""
    try:
        told = act()
    except ResonanceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{told}\n")
    return 0
