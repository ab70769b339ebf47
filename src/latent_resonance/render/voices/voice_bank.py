"""Voices that sound together: each has a playhead over its note's window.

A tick gives one hop of sound. In it every voice makes one column: magnitudes read at its playhead
and shaped (level, brightness, transposition), phase from ``VoicePhases``, a frame overlap-added
at the voice's own offset, so that notes begin on their sample. Nothing is cross-faded: a note
that is released falls on its magnitudes, and a voice that is taken away stops making frames, whose
overlap dies within half a window.

A note begins without delay: all frames that reach its first sample are made at once. What of
them lies before that sample is cut; the rest is divided by the part of the overlap-add that is
there.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.render.voices.note_window import NEPER_DB, SILENCE
from latent_resonance.render.voices.overlap_add import OverlapAdd
from latent_resonance.render.voices.phases import VoicePhases
from latent_resonance.render.voices.voice import Voice
from latent_resonance.sound.full_band.fitted import Doubles, fitted
from latent_resonance.sound.phase_streaming import PhasePlan
from latent_resonance.sound.transposition import Stretch, lobe_level

_Indices = npt.NDArray[np.intp]
# Below this in dB re full scale a voice is silent and free again.
_INAUDIBLE_DB = -84.0
# Partials closer than this many bins cannot be separated by their lobes.
_CLOSE_BINS = 6.0
# Brightness acts above a note's fundamental, which carries the level; of unknown pitch, above this.
_PIVOT_HZ = 500.0
TILTS_TO_HZ = 8000.0
"""Brightness acts up to here; above, as here: laws of it were measured on recordings at 16 kHz.
What velocity does above, a voice's ``upper`` says."""
# A released note loses its high partials first: dB per octave, per dB of release.
_RELEASE_TILT = 0.12
_LEAST_RATIO, _MOST_RATIO = 1 / 16, 16.0


class VoiceBank:
    """Up to ``voices`` voices, one hop of sound per tick.

    Args:
        layout: of all windows.
        voices: how many can sound at once.
        channels: 1 or 2.
    """

    def __init__(self, layout: SpectrogramFormat, voices: int, channels: int = 2) -> None:
        if channels not in {1, 2} or voices < 1:
            raise ValueError(f"{voices} voices on {channels} channels cannot be")
        self.layout = layout
        self.channels = channels
        self.capacity = voices
        self.voices: list[Voice] = []
        self._free = list(range(voices - 1, -1, -1))
        plan = PhasePlan.build(layout.n_fft, layout.hop, layout.window, layout.range_db)
        self._phases = VoicePhases(plan, voices, layout.bins)
        self._before = layout.n_fft // (2 * layout.hop)
        self._sound = OverlapAdd(layout, voices, channels, plan.window)
        hz = np.maximum(np.arange(layout.bins), 0.5) * layout.sample_rate / layout.n_fft
        self._upper = _upper_bands(hz)
        hz = np.minimum(hz, TILTS_TO_HZ)
        self._octave = np.log2(hz).astype(np.float32)
        self._goes_above = layout.sample_rate > 2 * TILTS_TO_HZ
        self._above = np.zeros((voices, layout.bins), np.float32)
        self._shapes = np.zeros((voices, layout.bins), np.float32)
        self._shape_of: list[tuple[object, ...]] = [()] * voices

    @property
    def full(self) -> bool:
        """Whether no voice is free."""
        return not self._free

    def start(self, voice: Voice, offset: int, seed: int) -> None:
        """Begin a note ``offset`` samples (below one hop) into the next tick.

        Raises:
            ValueError: no voice is free, or the offset is outside the tick.
        """
        if not self._free or not 0 <= offset < self.layout.hop:
            raise ValueError(f"cannot start a voice at {offset} with {len(self._free)} free")
        voice.row = self._free.pop()
        voice.offset = offset
        pivot = np.float32(math.log2(voice.hz or _PIVOT_HZ))
        np.maximum(self._octave - pivot, 0, out=self._above[voice.row])
        self._shape_of[voice.row] = ()
        if voice.tilt:
            # Brightness does not change the level.
            tilted = np.float32(voice.tilt) * self._above[voice.row]
            voice.louder, voice.below = voice.window.tilted(tilted)
            voice.gain -= voice.louder
        voice.chance.seed(seed)
        self._phases.restart(voice.row, seed)
        self.voices.append(voice)

    def tilt(self, voice: Voice, nepers_per_octave: float) -> None:
        """Make a voice brighter or darker, about as loud as it was."""
        louder, below = voice.window.tilted(np.float32(nepers_per_octave) * self._above[voice.row])
        voice.gain += voice.louder - louder
        voice.louder, voice.below, voice.tilt = louder, below, nepers_per_octave

    def stop(self, voice: Voice) -> None:
        """Take a voice away: it makes no more frames; those it made die within half a window."""
        self.voices.remove(voice)
        self._free.append(voice.row)
        voice.row = -1

    def tick(self) -> FloatArray:
        """The next hop of sound, float32 ``[hop, channels]``."""
        hop = self.layout.hop
        new = [voice for voice in self.voices if voice.age == 0]
        if new:
            for column in range(self._before):
                self._make_columns(new, (column - self._before) * hop)
        if self.voices:
            self._make_columns(self.voices, 0)
        for voice in [v for v in self.voices if self._is_over(v)]:
            self.stop(voice)
        return self._sound.take()

    def _make_columns(self, voices: Sequence[Voice], at: int) -> None:
        """One column of each, overlap-added ``at`` samples from the tick's first."""
        layout = self.layout
        rows = np.array([voice.row for voice in voices])
        ratio = np.array([min(max(voice.ratio, _LEAST_RATIO), _MOST_RATIO) for voice in voices])
        level, slope, over = self._read(voices, rows, ratio)
        bins_per_hz = layout.n_fft / layout.sample_rate
        spaces = [voice.hz * bins_per_hz for voice in voices]
        spacing = np.array([space if space < _CLOSE_BINS else 0 for space in spaces]) * ratio
        phase = self._phases.propagate(rows, level, slope, over, ratio, spacing)
        spectrum = np.empty((len(voices), layout.bins + 1), np.complex64)
        magnitude = np.exp(level, out=level)
        magnitude[:, 0] = 0
        np.multiply(magnitude, np.cos(phase), out=spectrum.real[:, :-1])
        np.multiply(magnitude, np.sin(phase, out=phase), out=spectrum.imag[:, :-1])
        spectrum[:, -1] = 0
        self._sound.add(voices, spectrum, at)
        for voice in voices:
            voice.advance()

    def _read(
        self, voices: Sequence[Voice], rows: _Indices, ratio: npt.NDArray[np.float64]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Shaped log-magnitudes, their change per hop, and their slope over frequency before."""
        shape = (len(voices), self.layout.bins)
        level, slope = np.empty(shape, np.float32), np.empty(shape, np.float32)
        gains, trends = [], []
        for voice, by, here, change in zip(voices, ratio.tolist(), level, slope, strict=True):
            gain, power_db = self._mix(voice, here, change)
            released = voice.released or 0.0
            gain += voice.gain + voice.level - released
            voice.power_db = power_db + NEPER_DB * (voice.gain - released)
            if by != 1:
                layout = self.layout
                gain += lobe_level(by, layout.window, layout.n_fft, layout.hop)
            gains.append(gain)
            trends.append(0.0 if voice.held else -voice.release_rate)
            self._shape(voice, released)
        slope *= np.float32(0.5)
        over = np.empty(shape, np.float32)
        np.subtract(level.ravel()[2:], level.ravel()[:-2], out=over.ravel()[1:-1])
        over[:, 0] = over[:, -1] = 0
        over *= np.float32(0.5)
        moved = np.flatnonzero(ratio != 1)
        if len(moved) == len(voices):
            stretched = Stretch(ratio, self.layout.bins)
            level, slope, over = stretched(level, SILENCE), stretched(slope, 0), stretched(over, 0)
        elif len(moved):
            stretched = Stretch(ratio[moved], self.layout.bins)
            level[moved] = stretched(level[moved], SILENCE)
            slope[moved] = stretched(slope[moved], 0.0)
            over[moved] = stretched(over[moved], 0.0)
        level += np.array(gains, np.float32)[:, None]
        level += self._shapes.take(rows, axis=0)
        if any(trends):
            slope += np.array(trends, np.float32)[:, None]
        return level, slope, over

    def _shape(self, voice: Voice, released: float) -> None:
        """What brightness and velocity add to a voice's columns, found again where it changed."""
        tilt = voice.tilt - released * _RELEASE_TILT
        row, last = voice.row, self._shape_of[voice.row]
        if last and last[0] == tilt and last[1] is voice.upper and last[2] == voice.below:
            return
        self._shape_of[row] = (tilt, voice.upper, voice.below)
        shape = np.multiply(self._above[row], np.float32(tilt), out=self._shapes[row])
        if self._goes_above and (voice.upper is not None or voice.below):
            upper = np.float32(voice.below) + (0 if voice.upper is None else voice.upper)
            first = self.layout.bins - self._upper.shape[1]
            shape[first:] += np.broadcast_to(upper, len(self._upper)) @ self._upper

    @staticmethod
    def _mix(voice: Voice, level: FloatArray, change: FloatArray) -> tuple[float, float]:
        """Read a voice's column at its playhead, and twice its change; gives gain, power in dB."""
        index = voice.window_index
        one, head, age = voice.windows[index], voice.head, voice.age
        last, on = len(one.log_magnitude) - 1, voice.direction
        before, after = min(max(head - on, 0), last), min(max(head + on, 0), last)
        one.read((before, min(head, last), after), age, level, change)
        gain, power_db = one.gain, one.level_db(head, age)
        part = voice.place - index
        if part > 0 and index + 1 < len(voice.windows):
            two = voice.windows[index + 1]
            others = np.empty_like(level), np.empty_like(change)
            last = len(two.log_magnitude) - 1
            two.read((min(before, last), min(head, last), min(after, last)), age, *others)
            for row, other in zip((level, change), others, strict=True):
                np.add(row, np.float32(part) * (other - row), out=row)
            gain += part * (two.gain - gain)
            power_db += part * (two.level_db(head, age) - power_db)
        return gain, power_db

    @staticmethod
    def _is_over(voice: Voice) -> bool:
        window = voice.window
        fading = not voice.held or (window.decay is not None and voice.age > window.held[0])
        return fading and voice.power_db < _INAUDIBLE_DB


def _upper_bands(hz: Doubles) -> FloatArray:
    """Weights of the bands above 8 kHz ``[bands, rows]``, for rows from 4 kHz on."""
    rows = np.log2(hz[hz > TILTS_TO_HZ / 2])
    centres = np.log2(fitted().centres_hz)
    weights = [np.interp(rows, centres, one) for one in np.eye(len(centres))]
    begin = np.clip(rows - math.log2(TILTS_TO_HZ) + 1, 0, 1)
    return np.asarray(weights * begin, np.float32)
