"""Places of recorded notes in a bundle: of each family a few, of training alone, all else stays."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxscript", reason="training needs the extra latent-resonance[train]")

import soundfile

from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.data.held_out import is_held_out
from latent_resonance.data.synthetic.corpus import make_sounds
from latent_resonance.training.notes.examples import (
    MOST_OF_A_FAMILY,
    add_examples,
    choose_examples,
    sounds_an_octave_up,
)
from latent_resonance.training.notes.material import LAYOUT, Note
from latent_resonance.training.run import train_bundle
from manifests import write_manifest

# Exporters warn of their own future; nothing here can change that.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture
def bundle(tmp_path: Path, small_toml) -> Path:
    recipe = small_toml(tmp_path / "a.toml", "note_autoencoder", steps=2)
    return Path(train_bundle(recipe, tmp_path / "a" / "a.resonance")["bundle"])


def notes_of(folder: Path, families: list[str]) -> Path:
    """Tones named so that one of them is kept from training."""
    folder.mkdir()
    names = [f"{number}.wav" for number in range(200)]
    kept = next(name for name in names if is_held_out(name))
    seen = [name for name in names if not is_held_out(name)][: len(families) - 1]
    sounds = make_sounds(len(families), seconds=1.0, seed=3)
    rows = []
    for file, family, (sound, samples) in zip([kept, *seen], families, sounds, strict=False):
        soundfile.write(folder / file, samples, 16_000)
        rows.append({
            "file": file, "instrument": "one", "family": family, "midi_pitch": sound.midi_pitch,
            "velocity": 90, "licence": "CC0-1.0", "source_repo": "here",
        })  # fmt: skip
    return write_manifest(folder, rows)


def test_a_bundle_gets_places_of_the_notes_of_training(bundle: Path, tmp_path: Path) -> None:
    before = read_bundle(bundle)
    # Those of training are there from the start.
    assert len(before.space.examples) > 0
    families = before.space.conditioning["family"]
    data = notes_of(tmp_path / "notes", [families[0], families[1], families[0], "kazoo"])
    output = tmp_path / "near.resonance"
    assert add_examples(bundle, output, [data])["places"] == 2
    after = read_bundle(output)
    changed = {name for name in after.members if after.members[name] != before.members[name]}
    assert changed == {"latent.safetensors"}
    assert after.space.examples.shape == (2, before.latent_size)
    latent = len(before.space.conditioning["timbre"])
    slots = after.space.examples[:, latent:]
    np.testing.assert_array_equal(np.sort(slots[:, :-2].argmax(axis=1)), [0, 1])
    np.testing.assert_allclose(slots[:, -2:], [[0, 0.8]] * 2)
    np.testing.assert_array_equal(after.space.mean, before.space.mean)
    assert after.space.places.keys() == before.space.places.keys()
    with pytest.raises(InputError, match="no note is of a family"):
        add_examples(bundle, output, [notes_of(tmp_path / "others", ["kazoo"] * 3)])


def test_of_a_large_family_some_are_chosen_from_end_to_end() -> None:
    w = np.zeros((MOST_OF_A_FAMILY * 3 + 2, 5), np.float32)
    w[:, 0] = np.arange(len(w))
    w[:-2, 1] = w[-2:, 2] = 1
    chosen = choose_examples(w, 1)
    large, small = chosen[chosen[:, 1] == 1], chosen[chosen[:, 2] == 1]
    assert (len(large), len(small)) == (MOST_OF_A_FAMILY, 2)
    assert (large[0, 0], large[-1, 0]) == (0, len(w) - 3)
    assert np.ptp(np.diff(large[:, 0])) <= 1


@pytest.mark.parametrize(
    ("partials", "up"), [((1, 2, 3, 4, 5), False), ((2, 4, 6), True), ((1, 3, 5), False)]
)
@pytest.mark.parametrize("midi", [40, 60, 84])
def test_what_has_no_odd_partials_is_heard_above_its_key(midi, partials, up) -> None:
    step = 440 * 2 ** ((midi - 69) / 12) * LAYOUT.n_fft / LAYOUT.sample_rate
    away = np.arange(LAYOUT.bins)[:, None] - step * np.array(partials)
    levels = np.maximum(-6 * away**2, -80).max(axis=1)
    level = np.repeat(levels[:, None], LAYOUT.columns, axis=1).astype(np.float16)
    note = Note(level, "string_plucked", "sitar", midi, 0, 0.8, "")
    assert sounds_an_octave_up(note) is up
