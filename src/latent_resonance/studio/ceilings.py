"""How much the studio takes on: more is refused with a line, and what it does goes on."""

from latent_resonance.contracts.errors import ResonanceError

MOST_WAITING_JOBS = 100
MOST_KEPT_BYTES = 16 << 30
"""Of all uploads together."""


class TooMuchError(ResonanceError):
    """As much as the studio takes on is there already; the message says what to do."""
