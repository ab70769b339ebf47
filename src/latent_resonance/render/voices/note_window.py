"""A model's window of one note, made ready for a playhead: where it holds and how it dies away."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.render.spectral.level import k_weights
from latent_resonance.render.voices.attack import attack_gains
from latent_resonance.render.voices.brightness import brighter
from latent_resonance.render.voices.dying import make_dying
from latent_resonance.render.voices.held_part import find_held_part
from latent_resonance.render.voices.partial_noise import add_partial_noise, noise_bins
from latent_resonance.render.voices.upper_gain import upper_gain
from latent_resonance.sound.full_band.fitted import Doubles
from latent_resonance.sound.full_band.law import BELOW_HZ
from latent_resonance.sound.stft import window

NEPER_DB = 20 / math.log(10)
"""One neper in dB."""
SILENCE = math.log(1e-7)
"""Log-magnitude of what is not there."""

# Loudness of a note played at full velocity, over its loudest 0.4 s.
_FULL_LUFS = -16.0
_LOUD_SECONDS = 0.4
_MOST_GAIN_DB = 24.0


@dataclass(frozen=True, slots=True, eq=False)
class NoteWindow:
    """Levels of one note and the path of a playhead through them.

    Attributes:
        log_magnitude: natural log ``[columns, bins]``; 0 is a sinusoid of full scale.
        power_db: mean square of the sound around each column ``[columns]``, dB re full scale,
            gain included.
        gain: nepers that bring the note to the common loudness.
        held: first and last column between which the playhead goes back and forth, turning
            where chance has it; the level is the same throughout.
        decay: nepers per column and bin ``[bins]``, below 0, that a struck note loses from the
            held part on, None for what holds as long as its key does.
        rate: nepers per column of its level; 0 for what holds.
        loudness: where it is loudest, the share of each bin in it ``[bins]``, None if unknown.
        below: share of each bin in its energy below 7 kHz ``[bins]``, None if unknown.
        attack: factors of its first samples ``[samples]``, None for none.
        release: what is heard when its key goes up ``[samples]``, None for nothing.
    """

    log_magnitude: FloatArray
    power_db: FloatArray
    gain: float
    held: tuple[int, int]
    decay: FloatArray | None = None
    rate: float = 0.0
    loudness: FloatArray | None = None
    below: FloatArray | None = None
    attack: FloatArray | None = None
    release: FloatArray | None = None

    def tilted(self, nepers: FloatArray) -> tuple[float, float]:
        """Nepers of loudness, and of energy below 7 kHz, that such a tilt ``[bins]`` brings."""
        if self.loudness is None or self.below is None:
            return 0.0, 0.0
        factors = np.exp(2 * nepers)
        louder, below = (float(one @ factors) for one in (self.loudness, self.below))
        return 0.5 * math.log(max(louder, 1e-12)), 0.5 * math.log(max(below, 1e-12))

    def read(
        self, way: tuple[int, int, int], age: int, level: FloatArray, change: FloatArray
    ) -> None:
        """Read the log-magnitude at a playhead, for a note of that age.

        Args:
            way: columns that the playhead comes from, is at, and goes to.
            age: of the note, in columns.
            level: where it is written to ``[bins]``.
            change: where twice its change per hop is, from what was before to what follows.
        """
        columns = self.log_magnitude
        come_from, head, go_to = way
        before, here, after = columns[come_from], columns[head], columns[go_to]
        since, decay = age - self.held[0], self.decay
        if decay is None or since < 0:
            level[:] = here
            if head:
                np.subtract(after, before, out=change)
                return
            change[:] = after
        else:
            np.multiply(decay, np.float32(since), out=level)
            level += here
            np.multiply(decay, np.float32(since + 1), out=change)
            change += after
            if since > 1 and head:
                before = decay * np.float32(since - 1) + before
        if not head:
            # A note's first column has none before it: twice the way to the next one.
            before = 2 * level - change
        change -= before

    def level_db(self, head: int, age: int) -> float:
        """Of the sound there, dB re full scale, gain included."""
        here = float(self.power_db[min(head, len(self.power_db) - 1)])
        return here + NEPER_DB * self.rate * max(age - self.held[0], 0)


def prepare_window(
    spectrogram: Spectrogram,
    t60_seconds: float | None = None,
    attack_seconds: float | None = None,
    hz: float = 0.0,
    noise_db: Sequence[float] = (),
    tilt_db: float = 0.0,
    above_db: Doubles | None = None,
) -> NoteWindow:
    """Measure a window.

    Args:
        spectrogram: the model's.
        t60_seconds: of a struck or plucked note, what is usual for its instrument and key: it
            dies (``dying``). None for what holds as long as its key does; a wind instrument is
            held by breath, whatever the recorded player's did.
        attack_seconds: what is usual for its instrument and key (``attack``); None leaves the
            window's own.
        hz: the fundamental.
        noise_db: of the noise between its partials (``partial_noise``); empty for none.
        tilt_db: per octave that recordings of its family and key are brighter (``brightness``).
        above_db: what is known of its bands above 8 kHz (``upper_gain``); None leaves them.

    Levels within 0.5 dB of the codec's floor are silence; what lies a little above it is led
    there smoothly, so that the floor of a note does not hiss.
    """
    layout = spectrogram.format
    # Windows are large: what changes levels changes their squares beside them.
    made, power = _levels(spectrogram)
    decay, rate = None, 0.0
    if t60_seconds is None:
        part = find_held_part(_db(_weights(layout)[1] * power.sum(axis=1)))
        first, last = part.first, part.last
        # Nothing is played after the held part: a steep one would lift that beyond all that is.
        drift = np.clip(np.arange(len(made)) - first, 0, last - first) * (part.slope_db / NEPER_DB)
        made -= drift[:, None].astype(np.float32)
        power *= np.exp(-2 * drift)[:, None].astype(np.float32)
    else:
        dying = make_dying(made, power, layout, t60_seconds)
        made, power, first, last = dying.log_magnitude, dying.power, dying.first, dying.last
        decay, rate = dying.decay, dying.rate
    if tilt_db and hz:
        slope = brighter(power.sum(axis=0), layout, hz, tilt_db)
        made += slope
        power *= np.exp(2 * slope)
    if noise_db:
        power = add_partial_noise(power, layout, hz, noise_db)
        noisy = noise_bins(layout, hz)
        made[:, noisy] = 0.5 * np.log(power[:, noisy])
    attack = None
    if attack_seconds is not None:
        attack = attack_gains(power.sum(axis=1), layout, attack_seconds)
    heard = _heard(attack, len(power), layout.hop).astype(np.float32)
    whole = (heard @ power).astype(np.float64)
    if above_db is not None:
        gain = upper_gain(whole, layout, above_db)
        moved = int(np.argmax(gain != 0))
        made[:, moved:] += gain[moved:]
        power[:, moved:] *= np.exp(2 * gain[moved:])
        whole *= np.exp(2 * gain)
    below = whole * (np.arange(layout.bins) * layout.sample_rate / layout.n_fft < BELOW_HZ)
    weights, scale = _weights(layout)
    played = power if t60_seconds is not None else power[: last + 1]
    loudness = _db(scale * (played @ weights))
    width = max(1, round(_LOUD_SECONDS / layout.hop_seconds))
    ones = np.ones(min(width, len(loudness))) / width
    moving = np.convolve(10 ** (loudness / 10), ones, "valid")
    at = int(moving.argmax())
    loudest = float(moving[at])
    shares = power[at : at + len(ones)].sum(axis=0) * weights
    gain_db = _FULL_LUFS - (-0.691 + 10 * math.log10(max(loudest, 1e-12)))
    gain_db = min(gain_db, _MOST_GAIN_DB)
    made.setflags(write=False)
    return NoteWindow(
        made,
        (_db(scale * power.sum(axis=1)) + gain_db).astype(np.float32),
        gain_db / NEPER_DB,
        (first, last),
        decay,
        rate,
        np.asarray(shares / max(float(shares.sum()), 1e-30), np.float32),
        np.asarray(below / max(float(below.sum()), 1e-30), np.float32),
        attack,
    )


def _levels(spectrogram: Spectrogram) -> tuple[FloatArray, FloatArray]:
    """Natural log of the magnitudes without the floor, and their squares ``[columns, bins]``."""
    made = np.array(spectrogram.level_db.T, np.float32, order="C")
    made *= np.float32(1 / NEPER_DB)
    np.exp(made, out=made)
    made -= np.float32(10 ** ((0.5 - spectrogram.format.range_db) / 20))
    np.maximum(made, np.float32(math.exp(SILENCE)), out=made)
    power = made * made
    return np.log(made, out=made), power


@lru_cache(maxsize=8)
def _weights(layout: SpectrogramFormat) -> tuple[FloatArray, float]:
    """K-weighting per bin, and what turns squared magnitude into mean square samples."""
    analysis = window(layout.window, layout.n_fft).astype(np.float64)
    scale = 2 * (analysis.sum() / 2) ** 2 / (layout.n_fft * float(np.sum(analysis**2)))
    return k_weights(layout.bins, layout.sample_rate), float(scale)


def _heard(attack: FloatArray | None, columns: int, hop: int) -> Doubles:
    """What an attack leaves of the energy of each column ``[columns]``."""
    share = np.ones(columns)
    if attack is not None:
        around = np.pad(attack.astype(np.float64) ** 2, (hop // 2, hop), mode="edge")
        found = around[: len(around) // hop * hop].reshape(-1, hop).mean(axis=1)[:columns]
        share[: len(found)] = found
    return share


def _db(power: FloatArray) -> FloatArray:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-14)), np.float32)
