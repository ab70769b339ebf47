"""What a network gives, by the format of its bundle: levels of a sound, or a picture."""

from typing import Protocol

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.space import ATTACK, GRAIN, WARP
from latent_resonance.contracts.values import ByteArray, FloatArray, Frame, Spectrogram
from latent_resonance.models.engines.fine_envelope import envelope_of
from latent_resonance.sound.attack import with_attack
from latent_resonance.sound.fine_envelope import FineEnvelope
from latent_resonance.sound.grain import with_grain
from latent_resonance.sound.warp import with_warp


class OutputForm(Protocol):
    """The shape of a network's output, and the value that players make of it."""

    @property
    def shape(self) -> list[int]:
        """Of the output, with the 1 of the batch."""
        ...

    @property
    def gives(self) -> SpectrogramFormat | PictureFormat:
        """What it is laid out as."""
        ...

    def value(self, output: FloatArray, beside: FloatArray) -> Spectrogram | Frame:
        """The value of one output without the batch; whatever its numbers are, it is in range.

        ``beside`` are the numbers of w that the network does not take.
        """
        ...


def output_form(bundle: Bundle, gives: SpectrogramFormat | PictureFormat) -> OutputForm:
    """That of the bundle's network: the bundle's own format, or another size of its pictures."""
    if isinstance(gives, SpectrogramFormat):
        return _Levels(gives, envelope_of(bundle), bundle.space.beside)
    return _Picture(gives, int(bundle.facts.get("picture", {}).get("channels", 3)))


class _Levels:
    """``[1, bins, columns]`` in dB, their grain and warp, and the bundle's envelope of them."""

    def __init__(
        self, layout: SpectrogramFormat, envelope: FineEnvelope | None, names: tuple[str, ...]
    ) -> None:
        self.gives, self._envelope, self._names = layout, envelope, names
        self.shape = [1, layout.bins, layout.columns]

    def value(self, output: FloatArray, beside: FloatArray) -> Spectrogram:
        floor = -self.gives.range_db
        level = np.asarray(np.clip(output, floor, 0), np.float32)
        named = dict(zip(self._names, beside.tolist(), strict=True))
        grain = named.get(GRAIN, 0.0)
        if grain != 0:
            level = with_grain(level, grain, self.gives.hop_seconds, floor)
        if np.isnan(level.sum()):
            level[np.isnan(level)] = floor
        level = with_warp(level, named.get(WARP, 0.0), self.gives)
        if self._envelope is None:
            return Spectrogram(level, self.gives)
        return _Shaped(level, self.gives, self._envelope, named.get(ATTACK, 0.0))


class _Shaped(Spectrogram):
    """A window whose envelope is worked out when it is first asked for: many are only measured."""

    __slots__ = ("_attack", "_envelope", "_gains_db")
    _envelope: FineEnvelope
    _attack: float
    _gains_db: FloatArray | None

    def __init__(
        self,
        level_db: FloatArray,
        layout: SpectrogramFormat,
        envelope: FineEnvelope,
        attack: float,
    ) -> None:
        for name, value in (
            ("level_db", level_db),
            ("format", layout),
            ("_envelope", envelope),
            ("_attack", attack),
            ("_gains_db", None),
        ):
            object.__setattr__(self, name, value)

    @property
    def envelope_db(self) -> FloatArray:
        """Worked out by the first who asks, in dB ``[columns * n]``."""
        gains = self._gains_db
        if gains is None:
            gains = self._envelope.gains_db(self.level_db)
            if self._attack != 0:
                gains = with_attack(gains, self._attack)
            object.__setattr__(self, "_gains_db", gains)
        return gains

    def __reduce__(self) -> tuple[type[Spectrogram], tuple[object, ...]]:
        """Copied, and sent to another process, as a plain window with its envelope worked out."""
        return Spectrogram, (self.level_db, self.format, self.envelope_db)


class _Picture:
    """``[1, channels, height, width]`` in -1..1: grey, grey and alpha, RGB, or RGB and alpha."""

    def __init__(self, form: PictureFormat, channels: int) -> None:
        self.gives = form
        self.shape = [1, channels, form.height, form.width]

    def value(self, output: FloatArray, beside: FloatArray) -> Frame:
        return Frame(to_pixels(output), 0.0)


def to_pixels(picture: FloatArray) -> ByteArray:
    """Float ``[channels, height, width]`` in -1..1 => uint8 ``[height, width, 3]``.

    Rounded as in NVIDIA's ``gen_images.py``. Grey is repeated, what is not opaque lies over black,
    and NaN is black.
    """
    value: FloatArray = np.nan_to_num(picture, nan=-1.0, posinf=1.0, neginf=-1.0)
    if len(value) in {2, 4}:
        opaque = np.clip(value[-1:] / 2 + 0.5, 0, 1)
        value = np.asarray((np.clip(value[:-1], -1, 1) + 1) * opaque - 1, np.float32)
    pixels = np.clip(value * 127.5 + 128, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(pixels, (3, *pixels.shape[1:])).transpose(1, 2, 0))
