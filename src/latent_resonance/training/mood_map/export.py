"""A trained map as a small file, with figures on what it has not seen."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.files import whole_output
from latent_resonance.sense.listening.mood_map import LAYERS, MoodMap
from latent_resonance.training.mood_map.aims import references
from latent_resonance.training.mood_map.loop import TrainedMoodMap
from latent_resonance.training.mood_map.recipe import MoodMapRecipe

_Doubles = npt.NDArray[np.float64]


def export_mood_map(
    trained: TrainedMoodMap, recipe: MoodMapRecipe, command: str, path: Path
) -> Path:
    """Write ``path`` (a ``.safetensors`` file), which ``mood_map`` of the senses of sound takes.

    Raises:
        OutputError: it cannot be written.
    """
    from safetensors.numpy import save

    state = trained.network.state_dict()
    tensors = {
        f"{name}.{part}": state[f"{name}.{part}"].numpy().astype(np.float32)
        for name in LAYERS
        for part in ("weight", "bias")
    }
    tensors["middle"] = trained.music.middle.astype(np.float32)
    tensors["spread"] = trained.music.spread.astype(np.float32)
    told = {
        "format": "mood-map",
        "version": "1",
        "command": command,
        "figures": json.dumps(measure_mood_map(MoodMap.of(tensors), trained)),
        "attributions": json.dumps(recipe.attributions),
    }
    with whole_output(path) as partial:
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(save(tensors, told))
    return path


def measure_mood_map(found: MoodMap, trained: TrainedMoodMap) -> dict[str, float]:
    """Figures on the ends of the songs, which training has not seen.

    Returns:
        ``between_over_within``: mean distance of points of different songs over that of one song;
        ``energy_order``, ``light_order``: rank correlation with how driving and how bright it is;
        ``per_second``: mean way in a second.
    """
    from scipy.stats import spearmanr

    music = trained.music
    songs = [song for song in music.unseen if len(song) > 1] or list(music.seen)
    points = [_points(found, music.middle + song * music.spread) for song in songs]
    every, wanted = np.concatenate(points), references(np.concatenate(songs))
    ways = [np.linalg.norm(one[4:] - one[:-4], axis=1) for one in points]
    return {
        "between_over_within": round(_between_over_within(points), 3),
        "energy_order": round(float(spearmanr(every[:, 0], wanted[:, 0]).statistic), 3),
        "light_order": round(float(spearmanr(every[:, 1], wanted[:, 1]).statistic), 3),
        "per_second": round(float(np.concatenate(ways).mean()), 3),
    }


def _points(found: MoodMap, measures: _Doubles) -> _Doubles:
    return np.array([found.point(one) for one in measures])


def _between_over_within(songs: Sequence[_Doubles]) -> float:
    every = np.concatenate(songs)
    whose = np.concatenate([np.full(len(one), k) for k, one in enumerate(songs)])
    distance = np.linalg.norm(every[:, None] - every[None], axis=-1)
    same = whose[:, None] == whose[None]
    others = ~np.eye(len(every), dtype=bool)
    return float(distance[~same].mean() / max(float(distance[same & others].mean()), 1e-9))
