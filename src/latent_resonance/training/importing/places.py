"""The latent space of an imported generator: where its middle is, how wide, some places in it."""

from typing import Any

import numpy as np
import torch

from latent_resonance.contracts.values import FloatArray

_SAMPLES = 4096
_BATCH = 512
_NAMED = 8
_EXAMPLES = 64
_DIRECTIONS = 16
_MOST_CLASSES = 64
_NEAR = 0.7  # truncation of the named places: 1 is the network's whole range


def find_places(generator: Any, seed: int = 0) -> dict[str, FloatArray]:
    """``w_avg``, ``w_std``, examples, principal directions, and named places, float32.

    ``anchor/tone`` is the average, where an instrument rests. ``anchor/label_K`` is the average of
    class K of a conditional network; others get ``anchor/place_1`` and on, far from each other.

    Args:
        generator: with ``mapping`` and its ``w_avg``, ``z_dim``, ``c_dim``.
        seed: of the samples.
    """
    w_avg = generator.mapping.w_avg.numpy().astype(np.float32)
    ws, labels = _sample(generator, seed)
    spread = ws - ws.mean(axis=0)
    _, scale, axes = np.linalg.svd(spread, full_matrices=False)
    width = scale[:_DIRECTIONS, None] / np.sqrt(len(ws) - 1)
    found = {
        "w_avg": w_avg,
        "w_std": ws.std(axis=0),
        "examples": ws[:_EXAMPLES],
        "directions": axes[:_DIRECTIONS] * width,
        "anchor/tone": w_avg,
    }
    if generator.c_dim:
        for label in range(min(generator.c_dim, _MOST_CLASSES)):
            found[f"anchor/label_{label}"] = ws[labels == label].mean(axis=0)
    else:
        for index, place in enumerate(_far_apart(ws[:512], w_avg), 1):
            found[f"anchor/place_{index}"] = w_avg + _NEAR * (place - w_avg)
    return {name: np.ascontiguousarray(value, np.float32) for name, value in found.items()}


@torch.no_grad()
def _sample(generator: Any, seed: int) -> tuple[FloatArray, np.ndarray]:
    """Places ``[samples, w_dim]`` of random z, and their classes."""
    random = torch.Generator().manual_seed(seed)
    classes = min(generator.c_dim, _MOST_CLASSES)
    pieces = []
    labels = torch.arange(_SAMPLES) % max(1, classes)
    for start in range(0, _SAMPLES, _BATCH):
        z = torch.randn(_BATCH, generator.z_dim, generator=random)
        c = torch.zeros(_BATCH, generator.c_dim)
        if classes:
            c[torch.arange(_BATCH), labels[start : start + _BATCH]] = 1
        pieces.append(generator.mapping(z, c if classes else None)[:, 0].numpy())
    return np.concatenate(pieces), labels.numpy()


def _far_apart(ws: FloatArray, first: FloatArray) -> list[FloatArray]:
    """Each the farthest from all before it (Gonzalez 1985)."""
    chosen: list[FloatArray] = []
    distance = np.linalg.norm(ws - first, axis=1)
    for _ in range(_NAMED):
        place = ws[int(distance.argmax())]
        chosen.append(place)
        distance = np.minimum(distance, np.linalg.norm(ws - place, axis=1))
    return chosen
