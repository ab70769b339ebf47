"""Seeds lead near places of clips, grain and all; the weights that are fine-tuned go along."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra latent-resonance[train]")

from texture_forge import EVENTS, SIZE, forge_texture, two_kinds_of_clips

from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import rewrite_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import WEIGHTS
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.models.engines.weights import read_weights
from latent_resonance.networks.nearby import NearbyMapping
from latent_resonance.training.bundling import pack_weights
from latent_resonance.training.directions.add import Effort, add_controls, add_seeds
from latent_resonance.training.directions.known_places import leads_near_known_places, with_known
from latent_resonance.training.directions.workshop import Workshop
from latent_resonance.training.encoder.real_clips import Heard, RealClips

LITTLE = Effort(places=240, slopes=4, axes=8, rounds=0, hidden=8, known=24)
KEPT = 16


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A bundle with the weights of a mapping to places, all of them 0."""
    path = forge_texture(tmp_path / "bare.resonance", toy=EVENTS)
    bundle = read_bundle(path)
    mapping = NearbyMapping(SIZE, 1, 0.35, KEPT)
    state = {f"mapping.{name}": one.numpy() for name, one in mapping.state_dict().items()}
    facts = {"family": "stylegan2", "settings": {"mapping_kwargs": {"blur": 0.35}}}
    members = {**bundle.members, WEIGHTS: pack_weights(facts, state, {})}
    rewrite_bundle(path, bundle, members)
    return path


def with_grain(bundle: Bundle) -> Bundle:
    """As ``models controls`` makes it, without what that takes."""
    space = replace(
        bundle.space,
        mean=np.append(bundle.space.mean, 0).astype(np.float32),
        spread=np.append(bundle.space.spread, 1).astype(np.float32),
        size=SIZE + 1,
        beside=("grain",),
    )
    return replace(bundle, latent_size=SIZE + 1, space=space)


def test_seeds_lead_near_known_places_and_have_their_grain(bare: Path) -> None:
    bundle = with_grain(read_bundle(bare))
    assert leads_near_known_places(bundle)
    random = np.random.default_rng(0)
    two = np.stack([np.full(SIZE, 3.0), np.full(SIZE, -3.0)])
    kind = random.integers(2, size=KEPT)
    # What is of the first kind is rough.
    places = two[kind] + 0.1 * random.standard_normal((KEPT, SIZE))
    places = np.c_[places, np.where(kind == 0, 2.0, -1.0)].astype(np.float32)
    made = with_known(bundle, places)
    seeds = np.array([seeded_place(made, seed) for seed in range(60)])
    assert seeds.shape == (60, SIZE + 1)
    assert len(np.unique(seeds, axis=0)) == 60
    first = seeds[:, 0] > 0
    assert 0.2 < first.mean() < 0.8
    apart = np.linalg.norm(seeds[:, None] - places, axis=2).min(axis=1)
    assert np.median(apart) < 0.25 * np.linalg.norm(two[0] - two[1])
    assert seeds[first, SIZE].mean() > 1 > -0.2 > seeds[~first, SIZE].mean()
    with Workshop(made) as workshop:
        drawn = workshop.draw(8, random)
    assert drawn.shape == (8, SIZE + 1)
    weights = read_weights(made)
    assert weights.facts["settings"] == {"mapping_kwargs": {"blur": 0.35}}
    np.testing.assert_allclose(weights.tensors["mapping.places"], places[:, :SIZE], atol=2e-3)
    assert weights.tensors["mapping.root"].shape == (SIZE, SIZE)


def test_seeds_alone_are_found_from_clips_and_all_else_stays(bare: Path, tmp_path: Path) -> None:
    before = read_bundle(bare)
    clips = two_kinds_of_clips(tmp_path / "clips")
    output = tmp_path / "near.resonance"
    made = add_seeds(bare, output, [clips], effort=LITTLE)
    assert made["places"] == LITTLE.known
    after = read_bundle(output)
    changed = {name for name in after.members if after.members[name] != before.members[name]}
    assert changed == {"mapping.onnx", WEIGHTS}
    kept = read_weights(after).tensors["mapping.places"]
    assert kept.std(axis=0).max() > 0.1
    again = add_seeds(bare, tmp_path / "again.resonance", [clips], effort=LITTLE)
    assert (
        read_bundle(Path(again["bundle"])).members["mapping.onnx"] == after.members["mapping.onnx"]
    )


def test_controls_with_clips_let_seeds_lead_near_them(bare: Path, tmp_path: Path) -> None:
    clips = two_kinds_of_clips(tmp_path / "clips")
    output = tmp_path / "whole.resonance"
    add_controls(bare, output, data=[clips], effort=LITTLE)
    bundle = read_bundle(output)
    assert bundle.space.beside == ("grain", "warp")
    grains = np.array([seeded_place(bundle, seed)[SIZE] for seed in range(12)])
    assert grains.std() > 0.01


def test_other_mappings_are_left_alone(tmp_path: Path) -> None:
    path = forge_texture(tmp_path / "bare.resonance", toy=EVENTS)
    assert not leads_near_known_places(read_bundle(path))
    with pytest.raises(InputError, match="do not lead near known places"):
        add_seeds(path, path, [two_kinds_of_clips(tmp_path / "clips")])


def test_long_recordings_count_for_several_windows_and_silence_stays_silent(tmp_path: Path) -> None:
    layout = read_bundle(forge_texture(tmp_path / "bare.resonance", toy=EVENTS)).sound_format
    clips = RealClips([], layout)
    quiet = np.full((layout.bins, 4 * layout.columns), -30, np.float16)
    half = layout.bins // 2
    quiet[half:] = -layout.range_db
    clips.clips = [Heard(quiet, "long"), Heard(quiet[:, : layout.columns // 2], "short")]
    windows = list(clips.spread(8, 3, np.random.default_rng(0)))
    assert all(window.max() == 0 for window in windows)
    assert all((window[half:] == -layout.range_db).all() for window in windows)
    # A short clip leaves half of its window empty; of each four windows three are the long one's.
    empty = [(window.max(axis=0) == -layout.range_db).mean() > 0.4 for window in windows]
    assert sum(empty[:4]) == sum(empty[4:]) == 1
