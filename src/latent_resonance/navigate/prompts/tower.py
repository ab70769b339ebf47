"""The image-text tower: texts and pictures as vectors whose product tells how well they fit.

Trained on synthetic pictures with known captions (`training/tower`); after the contrastive towers
of Radford et al. 2021, "Learning transferable visual models from natural language supervision".
It runs in NumPy: 7 million products a picture need no engine.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.navigate.prompts.judge import Reading
from latent_resonance.navigate.prompts.read_words import read_words
from latent_resonance.navigate.prompts.words import WordTable

PICTURE_SIDE = 64
_LEAST_DEVIATION = 0.03


def shrink_pictures(pictures: ByteArray, to: int = PICTURE_SIDE) -> FloatArray:
    """Pictures uint8 ``[n, h, w, 3]`` as float32 ``[n, 3, to, to]`` in -1..1, averaged by areas.

    Raises:
        ValueError: another shape or type, or fewer than ``to`` pixels a side.
    """
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] != 3:
        raise ValueError("pictures are uint8 [n, height, width, 3]")
    height, width = pictures.shape[1:3]
    if min(height, width) < to:
        raise ValueError(f"pictures have at least {to} pixels a side")
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = pictures[:, top : top + side, left : left + side].astype(np.float32)
    edges = np.arange(to) * side // to
    sizes = np.diff(np.append(edges, side)).astype(np.float32)
    summed = np.add.reduceat(np.add.reduceat(square, edges, axis=1), edges, axis=2)
    mean = summed / (sizes[:, None, None] * sizes[:, None])
    return np.asarray(mean.transpose(0, 3, 1, 2) / 127.5 - 1, np.float32)


def _halve(x: FloatArray, weight: FloatArray, bias: FloatArray) -> FloatArray:
    """A 3 by 3 convolution with a step of 2 and a ReLU: ``[n, c, h, w]`` to half the size."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = sliding_window_view(padded, (3, 3), axis=(2, 3))[:, :, ::2, ::2]
    out = np.tensordot(windows, weight, axes=((1, 4, 5), (1, 2, 3)))
    return np.asarray(np.maximum(out.transpose(0, 3, 1, 2) + bias[:, None, None], 0), np.float32)


def _unit(x: FloatArray) -> FloatArray:
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-8), np.float32)


@dataclass(frozen=True, slots=True)
class PromptTower:
    """See the module.

    Attributes:
        words: the vectors of words.
        weights: of the picture network, by the names of `networks/tower.py`.
        identity: another for other weights.
    """

    words: WordTable
    weights: Mapping[str, FloatArray]
    identity: str = "tower"

    @property
    def side(self) -> int:
        """Pixels a side that it looks at."""
        return PICTURE_SIDE

    def read(self, prompt: str) -> Reading:
        """Each word of a prompt that says something.

        Raises:
            InputError: it is empty or too long, or no word is known.
        """
        return read_words(self.words, prompt)

    def embed_text(self, text: str) -> FloatArray:
        """``[size]`` of length 1.

        Raises:
            InputError: the text has no word.
        """
        vector = self.words.encode(text)
        if vector is None:
            raise InputError("a prompt needs at least one word")
        return _unit(vector)

    def embed_pictures(self, pictures: ByteArray) -> FloatArray:
        """``[n, size]`` of length 1 for pictures uint8 ``[n, h, w, 3]``, from 64 pixels a side.

        Raises:
            ValueError: no pictures.
        """
        x = shrink_pictures(pictures)
        sides = np.abs(x - x[..., ::-1]).mean((2, 3))
        ends = np.abs(x - x[..., ::-1, :]).mean((2, 3))
        parts = [x.mean((2, 3)), x.std((2, 3)), sides, ends]
        light = x.mean(1, keepdims=True)
        even = light - light.mean((2, 3), keepdims=True)
        even /= light.std((2, 3), keepdims=True) + _LEAST_DEVIATION
        x = np.concatenate([x, even], 1)
        index = 0
        while f"layers.{index}.weight" in self.weights:
            x = _halve(
                x,
                self.weights[f"layers.{index}.weight"],
                self.weights[f"layers.{index}.bias"],
            )
            parts += [x.mean((2, 3)), x.max((2, 3))]
            index += 1
        hidden = np.maximum(self._linear(np.concatenate(parts, 1), "hidden"), 0)
        return _unit(self._linear(hidden, "out"))

    def fit(self, text: str, pictures: ByteArray) -> FloatArray:
        """How well each of some pictures fits a text, ``[n]`` in -1..1; raises as the two above."""
        return np.asarray(self.embed_pictures(pictures) @ self.embed_text(text), np.float32)

    def _linear(self, x: FloatArray, name: str) -> FloatArray:
        out = x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return np.asarray(out, np.float32)


def load_tower(path: Path | None = None) -> PromptTower:
    """The tower of a file, or the one that is shipped.

    Raises:
        InputError: the file cannot be read, or holds no tower.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    source = path or files("latent_resonance.navigate.prompts") / "tower.safetensors"
    try:
        content = source.read_bytes()
        return tower_from(load(content), f"tower-{hashlib.sha256(content).hexdigest()[:16]}")
    except OSError as error:
        raise InputError(
            f"cannot read the prompt tower {source}: {error.strerror or error}"
        ) from error
    except (SafetensorError, KeyError, ValueError) as error:
        raise InputError(f"{source} is no prompt tower: {error}") from error


def tower_from(tensors: Mapping[str, np.ndarray], identity: str = "tower") -> PromptTower:
    """A tower from the tensors of its file; ``identity`` tells it from others.

    Raises:
        KeyError: one is missing.
        ValueError: one has another shape.
    """
    words = tensors["words"].tobytes().decode("utf-8").split("\n")
    if len(words) != len(tensors["vectors"]):
        raise ValueError("it has not as many vectors as words")
    steps = tensors["steps"]
    table = WordTable(
        {word: row for row, word in enumerate(words)},
        tensors["vectors"],
        tensors["pieces"],
        float(steps[0]),
        float(steps[1]),
        int(tensors["known"][0]),
    )
    prefix = "picture."
    weights = {
        name.removeprefix(prefix): value.astype(np.float32)
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
    for needed in ("layers.0.weight", "hidden.weight", "hidden.bias", "out.weight", "out.bias"):
        if needed not in weights:
            raise KeyError(needed)
    return PromptTower(table, weights, identity)
