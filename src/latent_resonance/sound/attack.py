"""How sudden a sound's attacks are: a number beside its place that makes its envelope steeper.

A bundle's fine envelope (``sound.fine_envelope``) makes attacks as sudden as recordings' are on
the whole; what a single place is like decides little of it. So a place may say how far its own
envelope goes: in dB ``2 ** amount`` times as far.
"""

import numpy as np

from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.sound.codec import decode, envelope_gains
from latent_resonance.sound.fine_envelope import MOST_DB

LEAST, MOST = -2.0, 2.25
"""The amounts between which it is kept; 0 leaves the envelope as it is."""

_STEP, _NEAR_DB = 0.25, 0.5
_MEAN_SECONDS, _WITHIN_SECONDS = 0.0015, 0.004
_FLOOR_DB, _HEARD_DB = -75.0, -30.0


def with_attack(envelope_db: FloatArray, amount: float) -> FloatArray:
    """Gains in dB that go ``2 ** amount`` times as far; what is no number leaves them."""
    kept = min(max(amount, LEAST), MOST) if np.isfinite(amount) else 0.0
    made = np.clip(envelope_db * np.float32(2.0**kept), -MOST_DB, MOST_DB)
    return np.asarray(made, np.float32)


def steepest_rise_db(sound: FloatArray, rate: int) -> float:
    """By how much the level of 1.5 ms rises within 4 ms, at most; quiet moments do not count."""
    length = max(1, round(_MEAN_SECONDS * rate))
    within = max(1, round(_WITHIN_SECONDS * rate))
    if len(sound) < length + within:
        return 0.0
    power = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=np.float64))])
    mean = np.maximum(power[length:] - power[:-length], 0) / length
    least = mean.max() * 10 ** (_FLOOR_DB / 10) + 1e-20
    level = 10 * np.log10(mean + least)
    rise = level[within:] - level[:-within]
    return float(rise[level[within:] > level.max() + _HEARD_DB].max(initial=0.0))


def find_attack(made: Spectrogram, wanted_db: float) -> float:
    """The amount at which a window's sound rises as steeply as is wanted; 0 without an envelope.

    Args:
        made: the window, its envelope at amount 0.
        wanted_db: as ``steepest_rise_db`` tells it.
    """
    envelope = made.envelope_db
    if envelope is None:
        return 0.0
    plain = decode(Spectrogram(made.level_db, made.format))
    amounts = np.arange(LEAST, MOST + _STEP / 2, _STEP)
    off = np.array(
        [
            abs(steepest_rise_db(plain * gains, made.format.sample_rate) - wanted_db)
            for gains in (envelope_gains(with_attack(envelope, a), len(plain)) for a in amounts)
        ]
    )
    # Of those that come as near, the one that changes least.
    near = amounts[off <= off.min() + _NEAR_DB]
    return float(near[np.abs(near).argmin()])
