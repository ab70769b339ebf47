"""What the Frechet distance of notes consists of: which there are, how they end, how they sound.

Sets of notes against recordings that training never saw, as ``resonance evaluate notes --only
distribution`` measures it (the same features, axes and sizes of sets), beside other recordings.

    python benchmarks/note_distance.py DATA
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.single_note import NotePlayer
from latent_resonance.evaluation.distribution import Space, frechet_distance
from latent_resonance.evaluation.embedding import embed
from latent_resonance.evaluation.encode import Rebuilder
from latent_resonance.evaluation.generate import (
    HIGHEST_MIDI,
    LOWEST_MIDI,
    generate_like,
    generate_windows,
)
from latent_resonance.evaluation.real_sounds import (
    Choice,
    RealWindow,
    faded_out,
    loudest_at_zero,
    read_real,
)
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.sound.codec import encode, fit_columns
from latent_resonance.sound.hush import hush

_Points = npt.NDArray[np.float64]

_COUNT, _SEED, _DRAWS, _AXES = 300, 0, 20, 32
_NEAREST = 5
_NOTES_OF_A_TIMBRE = 5
_USUAL_VELOCITY, _KEYS = 100, (28, 96)
_SECONDS = 3.3


def run(data_dir: Path, bundle_name: str = "notes") -> dict[str, dict[str, float]]:
    """Name of a set of notes to its distance, and how much of that is between means."""
    bundle = open_bundle(bundle_name)
    layout = bundle.format
    assert isinstance(layout, SpectrogramFormat)
    folder = data_dir / "notes" if (data_dir / "notes").is_dir() else data_dir
    real = read_real([folder], layout, "note", Choice("family", {}), _SEED, _quiet)
    points = _embedded([one.level_db for one in real], layout)
    kept = np.array([one.held_out for one in real])
    seen = [one for one in real if not one.held_out]
    families = bundle.space.conditioning["family"]
    random = np.random.default_rng(_SEED)
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    asked = [
        one
        for one in seen
        if one.label in families
        and f"instrument/{rows[one.file]['instrument']}" in bundle.space.places
        and _KEYS[0] <= one.midi <= _KEYS[1]
    ]
    asked = [asked[at] for at in random.permutation(len(asked))[:_COUNT]]
    made = generate_windows(bundle, _COUNT, _SEED, 1.0, _quiet)
    cut = round(float(np.median([one.heard for one in seen if one.heard < layout.columns])))
    alike = generate_like(bundle, seen, _COUNT, _SEED, _quiet)
    rebuilder = Rebuilder(bundle)
    rebuilt = [
        faded_out(loudest_at_zero(rebuilder.rebuild(one), layout.range_db), layout, one.heard)
        for one in asked
    ]
    rebuilder.close()
    sets = {
        "other recordings": points[~kept],
        "the recordings that the last three below are asked for as": _of(asked, layout),
        "random notes": _embedded([one.level_db for one in made], layout),
        "the same, ended where recordings are": _embedded(
            [faded_out(one.level_db.astype(np.float32), layout, cut) for one in made], layout
        ),
        "recordings, drawn as random notes are": points[~kept][_in_turn(seen, families, random)],
        "asked for as recordings are": _embedded([one.level_db for one in alike], layout),
        "through encoder and decoder": _embedded(rebuilt, layout),
        "played by their instruments' names": _embedded(
            _played(_by_name(asked, rows), rows, bundle_name, layout), layout
        ),
        "played by random timbres of their families": _embedded(
            _played(_by_chance(asked, bundle), rows, bundle_name, layout), layout
        ),
    }
    space = Space.fit(points, _AXES)
    return {name: _distance(space, one, points[kept]) for name, one in sets.items()}


def _quiet(share: float) -> None:
    del share


def _of(windows: Sequence[RealWindow], layout: SpectrogramFormat) -> _Points:
    return _embedded([one.level_db for one in windows], layout)


def _embedded(levels: Sequence[npt.NDArray[Any]], layout: SpectrogramFormat) -> _Points:
    return embed((one.astype(np.float32) for one in levels), layout)


def _in_turn(
    seen: Sequence[RealWindow], families: Sequence[str], random: np.random.Generator
) -> list[int]:
    """Recordings whose families and keys come as those of random notes do."""
    of: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(seen):
        if np.isfinite(one.midi):
            of[one.label].append(index)
    found = []
    for number in range(_COUNT):
        there = of[families[number % len(families)]]
        key = random.integers(LOWEST_MIDI, HIGHEST_MIDI + 1)
        near = sorted(there, key=lambda at: abs(seen[at].midi - key))[:_NEAREST]
        found.append(near[random.integers(len(near))])
    return found


def _by_name(
    asked: Sequence[RealWindow], rows: Mapping[str, Mapping[str, str]]
) -> dict[str, list[RealWindow]]:
    of: dict[str, list[RealWindow]] = defaultdict(list)
    for one in asked:
        of[rows[one.file]["instrument"]].append(one)
    return of


def _by_chance(asked: Sequence[RealWindow], bundle: Bundle) -> dict[str, list[RealWindow]]:
    """Each note to a random timbre that is most of its family, five to each."""
    left: dict[str, list[RealWindow]] = defaultdict(list)
    for one in asked:
        left[one.label].append(one)
    instruments, found, seed = Instruments(bundle.space), {}, 0
    while any(left.values()):
        name, seed = f"random {seed}", seed + 1
        shares = instruments.find(name).w[instruments.timbre_size : -2]
        there = left[instruments.families[int(shares.argmax())]]
        if there:
            found[name] = [there.pop() for _ in range(min(_NOTES_OF_A_TIMBRE, len(there)))]
    return found


def _played(
    of: Mapping[str, Sequence[RealWindow]],
    rows: Mapping[str, Mapping[str, str]],
    bundle_name: str,
    layout: SpectrogramFormat,
) -> list[FloatArray]:
    """What is heard of the instruments, read back as recordings are."""
    found = []
    for instrument, there in sorted(of.items()):
        setup = Setup(
            navigate={"instrument": instrument}, render={"channels": 1}, bundle=bundle_name
        )
        with NotePlayer(load_recipe("notes"), setup) as player:
            found += [_heard(player, one, rows[one.file], layout) for one in there]
    return found


def _heard(
    player: NotePlayer, one: RealWindow, row: Mapping[str, str], layout: SpectrogramFormat
) -> FloatArray:
    velocity = round(127 * one.velocity) if np.isfinite(one.velocity) else _USUAL_VELOCITY
    ends = one.heard == layout.columns
    seconds = float(row["duration_s"]) if ends else _SECONDS
    sound = player.play(one.tuned, velocity, seconds, tail=ends).samples[:, 0]
    level = encode(np.asarray(sound / max(float(np.abs(sound).max()), 1e-6), np.float32), layout)
    shown = loudest_at_zero(hush(fit_columns(level, layout), layout.range_db), layout.range_db)
    return faded_out(shown, layout, one.heard)


def _distance(space: Space, points: _Points, held_out: _Points) -> dict[str, float]:
    random = np.random.default_rng(_SEED)
    count = min(len(points), len(held_out))
    space = space.carried_by(count)
    found, between = [], []
    for _ in range(_DRAWS):
        one, other = (
            space.place(those[random.permutation(len(those))[:count]])
            for those in (points, held_out)
        )
        found.append(frechet_distance(one, other))
        between.append(float(((one.mean(axis=0) - other.mean(axis=0)) ** 2).sum()))
    return {"frechet": float(np.mean(found)), "between_means": float(np.mean(between))}


if __name__ == "__main__":
    result = run(Path(sys.argv[1]), *sys.argv[2:3])
    for name, one in result.items():
        print(f"{one['frechet']:.3f} ({one['between_means']:.3f} between means): {name}")
