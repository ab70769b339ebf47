"""Spectra of many voices become sound: transformed, weighted, panned, and added where they begin.

Voices that began on the same sample, as the notes of a chord do, are summed as spectra once their
beginnings are over: one transform for each channel in place of one for each voice.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.render.voices.onset import onset_gains
from latent_resonance.render.voices.voice import Voice
from latent_resonance.sound.stft import synthesis_window

Spectra = npt.NDArray[np.complex64]


class OverlapAdd:
    """Sound of up to ``voices`` voices on its way.

    Args:
        layout: of all windows.
        voices: how many sound at once at most.
        channels: 1 or 2.
        analysis: the analysis window ``[n_fft]``.
    """

    def __init__(
        self, layout: SpectrogramFormat, voices: int, channels: int, analysis: FloatArray
    ) -> None:
        self._layout, self._channels = layout, channels
        synthesis = synthesis_window(layout.window, layout.n_fft, layout.hop)
        self._synthesis = synthesis * np.float32(analysis.sum() / 2)
        self._onset = onset_gains(layout, analysis, synthesis)
        self._pans: list[float] = []
        self._gains = np.zeros((channels, 0), np.float32)
        self._apart = np.eye(channels, dtype=np.float32)
        self._frames = np.zeros((voices, layout.n_fft + layout.hop), np.float32)
        self._sound = np.zeros((channels, layout.n_fft + 2 * layout.hop), np.float32)

    def add(self, voices: Sequence[Voice], spectra: Spectra, at: int) -> None:
        """Add one frame of each voice, ``at`` and its own offset samples from now.

        Args:
            voices: before they move on to their next column.
            spectra: ``[v, n_fft / 2 + 1]``; used up.
            at: above ``-n_fft / 2``, at most 0; what lies before now is left out.
        """
        n_fft = self._layout.n_fft
        pans = [voice.pan for voice in voices]
        if pans != self._pans:
            self._pans, self._gains = pans, self._pan(pans)
        gains = self._gains.copy()
        begun = [self._has_begun(voice) for voice in voices]
        kept = self._sum_up(voices, begun, spectra, gains)
        frames = np.fft.irfft(spectra if len(kept) == len(voices) else spectra[kept], n_fft, axis=1)
        placed = self._frames[: len(kept)]
        for row, frame, v in zip(placed, frames, kept, strict=True):
            offset = voices[v].offset
            row[:offset] = 0
            row[offset + n_fft :] = 0
            there = row[offset : offset + n_fft]
            np.multiply(frame, self._synthesis, out=there, casting="same_kind")
            if not begun[v]:
                self._begin(voices[v], there)
        span = slice(max(at, 0), at + placed.shape[1])
        self._sound[:, span] += (gains[:, kept] @ placed)[:, max(-at, 0) :]

    def take(self) -> FloatArray:
        """The next hop of sound ``[hop, channels]``."""
        hop = self._layout.hop
        out = self._sound[:, :hop].T.copy()
        self._sound[:, :-hop] = self._sound[:, hop:]
        self._sound[:, -hop:] = 0
        return out

    def _pan(self, pans: Sequence[float]) -> FloatArray:
        """Factors ``[channels, v]``: equal power, 0 dB in the middle, left and right 3 dB up."""
        if self._channels == 1:
            return np.ones((1, len(pans)), np.float32)
        angles, root = [pan * math.pi / 2 for pan in pans], math.sqrt(2)
        both = [[root * math.cos(a) for a in angles], [root * math.sin(a) for a in angles]]
        return np.array(both, np.float32)

    def _has_begun(self, voice: Voice) -> bool:
        attack = 0 if voice.window.attack is None else len(voice.window.attack)
        first = voice.age * self._layout.hop - self._layout.n_fft // 2
        return voice.age >= len(self._onset) and first >= attack

    def _begin(self, voice: Voice, frame: FloatArray) -> None:
        """What is particular to a note's first frames ``[n_fft]``."""
        if voice.age < len(self._onset):
            frame *= self._onset[voice.age]
        attack = voice.window.attack
        if attack is not None:
            first = voice.age * self._layout.hop - self._layout.n_fft // 2
            there = attack[max(first, 0) : max(first + len(frame), 0)]
            frame[max(-first, 0) :][: len(there)] *= there

    def _sum_up(
        self, voices: Sequence[Voice], begun: Sequence[bool], spectra: Spectra, gains: FloatArray
    ) -> list[int]:
        """Put sums of spectra, one a channel, in place of those that can be summed.

        Gives the rows that are left to be transformed.
        """
        together: dict[int, list[int]] = {}
        for v, voice in enumerate(voices):
            if begun[v]:
                together.setdefault(voice.offset, []).append(v)
        left = set(range(len(voices)))
        for group in together.values():
            if len(group) > self._channels:
                some = spectra if len(group) == len(voices) else spectra[group]
                sums = gains[:, group] @ some.view(np.float32)
                into = group[: self._channels]
                spectra[into] = sums.view(np.complex64)
                gains[:, into] = self._apart
                left.difference_update(group[self._channels :])
        return sorted(left)
