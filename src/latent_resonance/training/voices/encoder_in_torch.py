"""``sound.voice.speaker.embed`` for many pieces at once, with gradients."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.sound.voice.speaker import BLOCKS, GROUPS

Weights = Mapping[str, Tensor]
Watch = Callable[[str, Tensor], None]


class Encoder:
    """Mel frames ``[n, 80, frames]`` to embeddings ``[n, size]``.

    Args:
        weights: under the names of ``embed``; pairs of thin matrices may be ``NAME.whole``.
        watch: gets the name of each matrix and what it is multiplied with ``[n, inputs, frames]``.
    """

    def __init__(self, weights: Weights, watch: Watch | None = None) -> None:
        self._weights = weights
        self._watch = watch

    def __call__(self, frames: Tensor) -> Tensor:
        """As the class says; all pieces of a batch have one length."""
        own = self._weights
        value = self._rectified("stem", self._linear("stem", _neighbours(frames, 2, 1, 5)))
        found = []
        for block in range(1, BLOCKS + 1):
            value = self._block(value, f"block{block}", block + 1)
            found.append(value)
        gathered = self._linear("gathered", torch.cat(found, 1))
        value = self._rectified("gathered", gathered)
        mean = value.mean(2, keepdim=True)
        deviation = _root(((value - mean) ** 2).mean(2, keepdim=True))
        hidden = self._linear("attend", value)
        hidden = hidden + self._linear("context", torch.cat([mean, deviation], 1))
        hidden = torch.tanh(self._rectified("attend", hidden))
        share = functional.softmax(self._linear("frames", hidden), 2)
        mean = (share * value).sum(2, keepdim=True)
        deviation = _root((share * value**2).sum(2, keepdim=True) - mean**2)
        placed = self._linear("place", torch.cat([mean, deviation], 1))
        return placed[..., 0] + own["place.bias"]

    def _block(self, given: Tensor, name: str, apart: int) -> Tensor:
        own = self._weights
        value = self._rectified(f"{name}.first", self._linear(f"{name}.first", given))
        parts = list(value.chunk(GROUPS, 1))
        for part in range(1, GROUPS):
            came = parts[part] + parts[part - 1] if part > 1 else parts[part]
            inner = f"{name}.group{part}"
            around = self._linear(inner, _neighbours(came, apart, apart, 3))
            parts[part] = self._rectified(inner, around)
        value = self._rectified(f"{name}.last", self._linear(f"{name}.last", torch.cat(parts, 1)))
        mean = self._linear(f"{name}.squeeze", value.mean(2, keepdim=True))
        mean = torch.relu(mean + own[f"{name}.squeeze.bias"][:, None])
        share = self._linear(f"{name}.excite", mean) + own[f"{name}.excite.bias"][:, None]
        return value * torch.sigmoid(share) + given

    def _linear(self, name: str, value: Tensor) -> Tensor:
        for side in ("whole",) if f"{name}.whole" in self._weights else ("right", "left"):
            if self._watch is not None:
                self._watch(f"{name}.{side}", value)
            value = self._weights[f"{name}.{side}"] @ value
        return value

    def _rectified(self, name: str, value: Tensor) -> Tensor:
        bias, gain, shift = (self._weights[f"{name}.{k}"][:, None] for k in _RECTIFIED)
        return torch.relu(value + bias) * gain + shift


_RECTIFIED = ("bias", "gain", "shift")


def _neighbours(value: Tensor, pad: int, apart: int, taps: int) -> Tensor:
    count = value.shape[2]
    padded = functional.pad(value, (pad, pad), mode="reflect")
    return torch.cat([padded[..., tap * apart :][..., :count] for tap in range(taps)], 1)


def _root(square: Tensor) -> Tensor:
    return square.clamp_min(1e-12).sqrt()
