"""The named places that a texture bundle ships: of real clips, synthetic ones, or both."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.data.corpus import read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.data.synthetic.textures import make_texture
from latent_resonance.sound.codec import encode, fit_columns
from latent_resonance.sound.loudest_window import loudest_window
from latent_resonance.training.directions.kin import Kinds, choose, hear
from latent_resonance.training.directions.typical import describe, typical
from latent_resonance.training.directions.workshop import Workshop
from latent_resonance.training.prepared import is_prepared, read_prepared
from latent_resonance.training.recipe import CorpusFolder

_MOST_CLIPS, _SYNTHETIC, _FIRST_SEED = 16, 8, 9_000
# Of places that are tried around an example's: how many, and how far in deviations of the space.
_AROUND, _HOW_FAR = 2, (0.1, 0.6)
_SILENT, _LONGER = 1e-5, 1.25


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
    windows: Mapping[str, Sequence[FloatArray]],
    show: Callable[[float], None] = lambda share: None,
    *,
    own: bool = False,
) -> dict[str, FloatArray]:
    """All kinds that there are examples of, ``[w_dim]`` each.

    A kind's place is its most typical example (``typical.py``). Where no folder has a kind's clips,
    the bundle's own mean of that label is its one example.

    Args:
        workshop: of the bundle.
        windows: of clips by their label, see ``labelled_windows``.
        show: gets the share that is done.
        own: only kinds of these labels, each other label being one of its own.
    """
    kinds = _kinds_of(windows) if own else KINDS
    found: dict[str, list[_Example]] = {}
    for index, (name, kind) in enumerate(kinds.items()):
        examples = [
            _Example(workshop, window.astype(np.float32))
            for label in kind.labels
            for window in windows.get(label, [])
        ]
        for family, parameters in (kind.synthetic or {}).items():
            made = _synthetic_windows(workshop.layout, family, parameters)
            examples += [_Example(workshop, window) for window in made]
        for label in kind.labels:
            mean = _label_mean(workshop, label)
            if not examples and mean is not None:
                examples.append(_Example(workshop, workshop.levels(mean), mean))
        if examples:
            found[name] = examples
        show((index + 1) / len(kinds))
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


def find_kin(
    workshop: Workshop,
    windows: Mapping[str, Sequence[FloatArray]],
    prototypes: Mapping[str, FloatArray],
    show: Callable[[float], None] = lambda share: None,
    *,
    own: bool = False,
) -> dict[str, FloatArray]:
    """Places of other sounds of each prototype's kind, ``[n, w_dim]`` each.

    Tried are the places of the kind's examples and some around them; which are taken: ``kin.py``.
    None without examples of two kinds or more: nothing to tell them apart by.

    Args:
        workshop: of the bundle.
        windows: of clips by their label, see ``labelled_windows``.
        prototypes: name to place, ``[w_dim]``.
        show: gets the share that is done.
        own: kinds as ``find_prototypes`` has them with it.
    """
    layout = workshop.layout
    name_of = names_of_kinds(windows, own=own)
    given: dict[str, list[FloatArray]] = {}
    for label, some in windows.items():
        given.setdefault(name_of.get(label, label), []).extend(
            one.astype(np.float32) for one in some
        )
    if len(given) < 2:
        return {}
    judge = Kinds.learn(
        {name: [hear(Spectrogram(one, layout)) for one in some] for name, some in given.items()}
    )
    random = np.random.default_rng(0)
    spread = workshop.bundle.space.spread
    found = {}
    wanted = [name for name in prototypes if name in given]
    for done, name in enumerate(wanted):
        places = np.array([workshop.encode(one) for one in given[name]], np.float32)
        size = _AROUND * len(places), len(spread)
        moves = random.uniform(*_HOW_FAR, (size[0], 1)) * spread * random.standard_normal(size)
        moved = np.repeat(places, _AROUND, axis=0) + moves
        tried = np.concatenate([places, moved]).astype(np.float32)
        heard = np.array([hear(workshop.window(w)) for w in tried])
        like = judge.placed(hear(workshop.window(prototypes[name]))[None])[0]
        found[name] = tried[choose(judge.sure(heard, name), judge.placed(heard), like)]
        show((done + 1) / len(wanted))
    return found


def names_of_kinds(labels: Iterable[str], *, own: bool = False) -> dict[str, str]:
    """The names of the kinds that labels are of; labels of no kind are left out.

    Args:
        labels: of clips.
        own: kinds as ``find_prototypes`` has them with it.
    """
    kinds = _kinds_of(labels) if own else KINDS
    return {label: name for name, kind in kinds.items() for label in kind.labels}


def _kinds_of(labels: Iterable[str]) -> dict[str, Kind]:
    """Kinds by the names that are usual for these labels, else by the labels themselves."""
    usual = {label: name for name, kind in KINDS.items() for label in kind.labels}
    found: dict[str, tuple[str, ...]] = {}
    for label in filter(None, labels):
        name = usual.get(label) or re.sub(r"\W+", "_", label)
        found[name] = (*found.get(name, ()), label)
    return {name: Kind(own) for name, own in found.items()}


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


def labelled_windows(
    data: Sequence[Path], layout: SpectrogramFormat, *, one_in: int = 20, ends: bool = False
) -> dict[str, list[FloatArray]]:
    """The loudest window of some clips of each label, float16; clips kept back are left alone.

    Args:
        data: folders with a manifest.csv or with sub-folders for labels, or prepared ones.
        layout: of the windows.
        one_in: of how many clips one is kept back.
        ends: of recorded clips longer than a window also the first and the last window.

    Raises:
        InputError: a folder or one of these clips cannot be read, or there is no sound.
    """
    found: dict[str, list[FloatArray]] = {}
    for folder in data:
        if is_prepared(folder):
            clips: Iterable[tuple[str, FloatArray]] = prepared_clips(folder, layout, one_in)
        else:
            clips = _recorded(folder, layout, one_in, ends=ends)
        for label, window in clips:
            own = found.setdefault(label, [])
            if len(own) < _MOST_CLIPS * (3 if ends else 1):
                own.append(window.astype(np.float16))
    return found


def prepared_clips(
    folder: Path, layout: SpectrogramFormat, one_in: int
) -> Iterator[tuple[str, FloatArray]]:
    """Label and first window ``[bins, columns]`` of each clip that is not kept back."""
    seen = set()
    for window in read_prepared(CorpusFolder(path=folder, label="label"), layout):
        if window.file not in seen and not is_held_out(window.file, one_in):
            seen.add(window.file)
            yield window.label, window.level_db


def recorded_clips(
    folder: Path, layout: SpectrogramFormat, one_in: int
) -> Iterator[tuple[str, FloatArray]]:
    """Label and samples of the first clips of each label that sound and are not kept back."""
    read: Counter[str] = Counter()
    for row in read_rows(folder, "label", {}):
        if is_held_out(row["file"], one_in) or read[row["label"]] >= _MOST_CLIPS:
            continue
        samples = read_mono(folder / row["file"], layout.sample_rate)
        if np.abs(samples).max(initial=0) > _SILENT:
            read[row["label"]] += 1
            yield row["label"], samples


def _recorded(
    folder: Path, layout: SpectrogramFormat, one_in: int, *, ends: bool
) -> Iterator[tuple[str, FloatArray]]:
    for label, samples in recorded_clips(folder, layout, one_in):
        for part in [samples, *(_ends(samples, layout) if ends else [])]:
            if np.abs(part).max(initial=0) > _SILENT:
                yield label, loudest_window(part, layout)


def _ends(samples: FloatArray, layout: SpectrogramFormat) -> list[FloatArray]:
    length = layout.columns * layout.hop
    longer = len(samples) > _LONGER * length
    return [samples[:length], samples[-length:]] if longer else []


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
