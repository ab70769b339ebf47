"""The named places that a texture bundle ships: of real clips, synthetic ones, or both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.data.synthetic.textures import make_texture
from latent_resonance.sound.codec import encode, fit_columns
from latent_resonance.sound.loudest_window import loudest_window
from latent_resonance.training.directions.typical import describe, typical
from latent_resonance.training.directions.workshop import Workshop

_MOST_CLIPS, _SYNTHETIC, _FIRST_SEED = 16, 8, 9_000


@dataclass(frozen=True, slots=True)
class Kind:
    """What a named place is chosen from.

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
    clips: Mapping[str, list[Path]],
    show: Callable[[float], None] = lambda share: None,
) -> dict[str, FloatArray]:
    """All kinds that there are examples of, ``[w_dim]`` each; clips kept back are left alone.

    A kind's place is its most typical example (``typical.py``). Where no folder has a kind's clips,
    the bundle's own mean of that label is its one example.
    """
    found: dict[str, list[_Example]] = {}
    for index, (name, kind) in enumerate(KINDS.items()):
        examples = [
            _Example(workshop, window)
            for label in kind.labels
            for path in clips.get(label, [])[:_MOST_CLIPS]
            if (window := _window(workshop, path)) is not None
        ]
        for family, parameters in (kind.synthetic or {}).items():
            windows = _synthetic_windows(workshop.layout, family, parameters)
            examples += [_Example(workshop, window) for window in windows]
        for label in kind.labels:
            mean = _label_mean(workshop, label)
            if not examples and mean is not None:
                examples.append(_Example(workshop, workshop.levels(mean), mean))
        if examples:
            found[name] = examples
        show((index + 1) / len(KINDS))
    if not found:
        return {}
    chosen = typical(
        [np.array([one.like for one in examples]) for examples in found.values()],
        [np.array([one.lost for one in examples]) for examples in found.values()],
    )
    return {
        name: examples[index].place
        for (name, examples), index in zip(found.items(), chosen, strict=True)
    }


class _Example:
    """A window, its place, and what the place sounds like."""

    def __init__(self, workshop: Workshop, window: FloatArray, w: FloatArray | None = None) -> None:
        self.place = workshop.encode(window) if w is None else w
        made = workshop.levels(self.place)
        self.like = describe(made, workshop.layout)
        self.lost = float(np.abs(self.like - describe(window, workshop.layout)).mean())


def _label_mean(workshop: Workshop, label: str) -> FloatArray | None:
    """The bundle's own mean of a label; under its full name where a prototype took the plain."""
    for place in map(workshop.bundle.space.places.get, (label, f"label/{label}")):
        if place is not None and place.kind == "label":
            return place.w
    return None


def labelled_clips(data: Sequence[Path]) -> dict[str, list[Path]]:
    """Files by their label, of folders with a manifest.csv or with sub-folders for labels.

    Raises:
        InputError: a folder cannot be read, or holds no sound.
    """
    found: dict[str, list[Path]] = {}
    for folder in data:
        for row in read_rows(folder, "label", {}):
            if not is_held_out(row["file"]):
                found.setdefault(row["label"], []).append(folder / row["file"])
    return found


def _window(workshop: Workshop, path: Path) -> FloatArray | None:
    samples = read_mono(path, workshop.layout.sample_rate)
    if not np.abs(samples).max(initial=0) > 1e-5:
        return None
    return loudest_window(samples, workshop.layout)


def _synthetic_windows(
    layout: SpectrogramFormat, family: str, parameters: Mapping[str, float]
) -> list[FloatArray]:
    """Levels ``[bins, columns]`` of synthetic sounds whose other parameters are drawn."""
    seconds = layout.columns * layout.hop_seconds
    return [
        fit_columns(encode(samples, layout), layout)
        for samples in (
            make_texture(
                family,
                parameters,
                seconds=seconds,
                sample_rate=layout.sample_rate,
                seed=_FIRST_SEED + index,
            )
            for index in range(_SYNTHETIC)
        )
    ]
