"""The prototypes that a texture bundle ships: each from real clips, synthetic ones, or both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.navigate.latent_space.prototypes import find_prototype
from latent_resonance.sound.loudest_window import loudest_window
from latent_resonance.training.directions.by_example import synthetic_places
from latent_resonance.training.directions.workshop import Workshop

_MOST_CLIPS, _SYNTHETIC = 16, 8


@dataclass(frozen=True, slots=True)
class Kind:
    """What a prototype is made of.

    Attributes:
        labels: of real clips.
        synthetic: family to parameters that are fixed.
    """

    labels: tuple[str, ...] = ()
    synthetic: Mapping[str, Mapping[str, float]] | None = None


KINDS: Mapping[str, Kind] = {
    "hit": Kind(("impact_thud",), {"impact": {"rate": 0.1}}),
    "scratch": Kind(("scrape_scratch",), {"scrape": {}}),
    "rain": Kind(("rain_thunder",), {"rain": {}}),
    "pouring": Kind(("pouring",), {"pouring": {}}),
    "water": Kind(("water",)),
    "fire": Kind(("fire_crackle",)),
    "dog_bark": Kind(("dog_bark",)),
    "animals": Kind(("animals", "birds", "insects")),
    "engine": Kind(("engine_motor",)),
    "bell": Kind(("bell_chime",)),
    "wind": Kind(("wind_air",)),
    "glass": Kind(("glass",)),
    "wood": Kind(("wood",)),
    "metal": Kind(("metal",)),
    "steps": Kind(("footsteps",)),
    "paper": Kind(("paper_card", "tearing")),
}


def find_prototypes(
    workshop: Workshop,
    data: Sequence[Path],
    show: Callable[[float], None] = lambda share: None,
) -> dict[str, FloatArray]:
    """All kinds that there are examples of, ``[w_dim]`` each; clips kept back are left alone.

    Where no folder has a kind's clips, the bundle's own mean of that label is its one example.
    """
    centre = workshop.bundle.landmarks["w_avg"]
    clips = _clips(data)
    found = {}
    for index, (name, kind) in enumerate(KINDS.items()):
        places: list[FloatArray] = []
        for label in kind.labels:
            paths = clips.get(label, [])
            places += [w for path in paths[:_MOST_CLIPS] for w in _encoded(workshop, path)]
            mean = workshop.bundle.landmarks.get(f"label/{label}")
            if not paths and mean is not None:
                places.append(mean)
        for family, parameters in (kind.synthetic or {}).items():
            places += list(synthetic_places(workshop, family, parameters, _SYNTHETIC, 9_000))
        if places:
            found[name] = find_prototype(np.array(places), centre)
        show((index + 1) / len(KINDS))
    return found


def _clips(data: Sequence[Path]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for folder in data:
        for row in read_rows(folder, "label", {}):
            if not is_held_out(row["file"]):
                found.setdefault(row["label"], []).append(folder / row["file"])
    return found


def _encoded(workshop: Workshop, path: Path) -> list[FloatArray]:
    samples = read_mono(path, workshop.layout.sample_rate)
    if not np.abs(samples).max(initial=0) > 1e-5:
        return []
    return [workshop.encode(loudest_window(samples, workshop.layout))]
