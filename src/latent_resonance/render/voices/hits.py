"""Strikes that sound: whole sounds, each played once from its sample on."""

import math
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import FloatArray, Hit, Tone

_CHOKE_SECONDS = 0.008
_MOST = 32
# What the softest strike has less of above its drum's own middle.
_SOFTEST_DB = 12.0


@dataclass(frozen=True, slots=True)
class HitKey:
    """What a strike's sound is made of: its place in the kit, and its shape."""

    place: bytes
    hit: Hit


def hit_want(tone: Tone, *, ahead: bool = False) -> Want:
    """The request for the sound of a drum; ``ahead`` if not needed yet."""
    assert tone.hit is not None  # noqa: S101 - the caller looked
    return Want(tone.w, HitKey(tone.w.tobytes(), tone.hit), ahead, tone, of_kit=True)


@dataclass(frozen=True, slots=True)
class Strike:
    """A drum's sound, struck as hard as can be, and what of it is left without its upper part.

    Attributes:
        hard: float32 ``[samples]``.
        dull: the same through a low-pass of second order.
    """

    hard: FloatArray
    dull: FloatArray

    @classmethod
    def of(cls, hard: FloatArray) -> "Strike":
        """Split where half of the power lies below, so that each drum darkens around its own."""
        from scipy.signal import lfilter

        power = np.cumsum(np.abs(np.fft.rfft(hard)) ** 2)
        middle = np.searchsorted(power, power[-1] / 2) / max(len(hard), 1)
        pole = math.exp(-2 * math.pi * middle)
        dull = lfilter([(1 - pole) ** 2], [1, -2 * pole, pole**2], hard)
        return cls(hard, np.asarray(dull, np.float32))

    def at(self, velocity: float) -> FloatArray:
        """As it sounds at a velocity, 0..1, but for its level: the softer, the darker."""
        share = np.float32(10 ** (_SOFTEST_DB * (min(velocity, 1.0) - 1) / 20))
        return self.dull + share * (self.hard - self.dull)


@dataclass(slots=True)
class _Sounding:
    """A strike under way: sound ``[samples, channels]``, and how much of it was played."""

    sound: FloatArray
    at: int


class Hits:
    """What was struck and still sounds; beyond 32 the oldest ends.

    Args:
        hop: samples of one step.
        channels: 1 or 2.
        rate: in Hz.
    """

    def __init__(self, hop: int, channels: int, rate: int) -> None:
        self._hop, self._channels = hop, channels
        self._choke = max(1, round(_CHOKE_SECONDS * rate))
        self._sounding: dict[int, _Sounding] = {}

    def __len__(self) -> int:
        return len(self._sounding)

    def strike(self, number: int, sound: FloatArray, gain: float, pan: float, offset: int) -> None:
        """Begin one.

        Args:
            number: of its note.
            sound: float32 ``[samples]``.
            gain: nepers.
            pan: 0 left .. 1 right; equal power, 0 dB in the middle.
            offset: samples into the next step.
        """
        for oldest in list(self._sounding)[: max(0, len(self._sounding) - _MOST + 1)]:
            self.end(oldest)
        angle = min(max(pan, 0.0), 1.0) * math.pi / 2
        sides = [1.0] if self._channels == 1 else [math.cos(angle), math.sin(angle)]
        root = math.sqrt(len(sides))
        gains = np.array([root * math.exp(gain) * side for side in sides], np.float32)
        self._sounding[number] = _Sounding(sound[:, None] * gains, -offset)

    def end(self, number: int) -> None:
        """Let one die away within 8 ms, where it still sounds."""
        one = self._sounding.get(number)
        if one is None:
            return
        at = max(one.at, 0)
        left = one.sound[at : at + self._choke].copy()
        left *= np.linspace(1, 0, len(left), dtype=np.float32)[:, None]
        self._sounding[number] = _Sounding(left, min(one.at, 0))

    def add(self, block: FloatArray) -> None:
        """Add the next step of all to ``[hop, channels]``."""
        for number, one in list(self._sounding.items()):
            begin = max(-one.at, 0)
            first = max(one.at, 0)
            part = one.sound[first : first + self._hop - begin]
            block[begin : begin + len(part)] += part
            one.at += self._hop
            if one.at >= len(one.sound):
                del self._sounding[number]
