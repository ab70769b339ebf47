"""The two networks of the image-text tower; `navigate/prompts/tower.py` runs them in NumPy."""

import itertools

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

EMBEDDING = 64
_LEAST_DEVIATION = 0.03
_NORM_EPSILON = 1e-5


class PictureTower(nn.Module):
    """Pictures ``[n, 3, 64, 64]`` in -1..1 to ``[n, 64]`` of length 1.

    Every size of form counts: means and maxima of all layers go to the end, with the colours'
    means and deviations, and how far the picture is from its two mirror images.
    """

    def __init__(self, channels: tuple[int, ...] = (16, 40, 64, 80), hidden: int = 96) -> None:
        super().__init__()
        sizes = [4, *channels]
        pairs = list(itertools.pairwise(sizes))
        self.layers = nn.ModuleList(nn.Conv2d(one, other, 3, 2, 1) for one, other in pairs)
        self.norms = nn.ModuleList(nn.BatchNorm2d(size, eps=_NORM_EPSILON) for size in channels)
        self.hidden = nn.Linear(12 + 2 * sum(channels), hidden)
        self.out = nn.Linear(hidden, EMBEDDING)

    def forward(self, x: Tensor) -> Tensor:
        """Embeddings of length 1, ``[n, EMBEDDING]``."""
        return normalize(self.out(self.features(x)), dim=1)

    def features(self, x: Tensor) -> Tensor:
        """``[n, hidden]``, before the last layer."""
        sides = (x - x.flip(3)).abs().mean((2, 3))
        ends = (x - x.flip(2)).abs().mean((2, 3))
        parts = [x.mean((2, 3)), x.std((2, 3), unbiased=False), sides, ends]
        x = torch.cat([x, _even_light(x)], 1)
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = norm(layer(x)).relu()
            parts += [x.mean((2, 3)), x.amax((2, 3))]
        features: Tensor = self.hidden(torch.cat(parts, 1)).relu()
        return features

    @torch.no_grad()
    def folded(self) -> dict[str, Tensor]:
        """The weights, with the normalisation inside the convolutions (as after training)."""
        found = {}
        for index, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            inner, outer = layer.state_dict(), norm.state_dict()
            gain = outer["weight"] / (outer["running_var"] + _NORM_EPSILON).sqrt()
            offset = (inner["bias"] - outer["running_mean"]) * gain + outer["bias"]
            found[f"layers.{index}.weight"] = inner["weight"] * gain[:, None, None, None]
            found[f"layers.{index}.bias"] = offset
        for name in ("hidden", "out"):
            found[f"{name}.weight"] = getattr(self, name).weight
            found[f"{name}.bias"] = getattr(self, name).bias
        return {name: value.detach().clone() for name, value in found.items()}


def _even_light(x: Tensor) -> Tensor:
    """Lightness ``[n, 1, h, w]`` at one mean and deviation: forms, whatever their contrast."""
    light = x.mean(1, keepdim=True)
    deviation = light.std((2, 3), unbiased=False, keepdim=True)
    return (light - light.mean((2, 3), keepdim=True)) / (deviation + _LEAST_DEVIATION)


class TextTower(nn.Module):
    """Rows of words, and where each text begins among them, to ``[texts, 64]`` of length 1.

    Each word has its say and the sum counts (Zaheer et al. 2017, "Deep sets").
    """

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(words, EMBEDDING, mode="sum")
        nn.init.normal_(self.words.weight, std=0.1)

    def forward(self, rows: Tensor, starts: Tensor) -> Tensor:
        """Embeddings of length 1, ``[n, EMBEDDING]``; ``starts``: of phrases, in rows."""
        return normalize(self.words(rows, starts), dim=1)
