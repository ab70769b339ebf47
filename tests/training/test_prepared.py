"""Recipes whose folder is what ``resonance data prepare`` made."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyarrow", reason="prepared data needs the extra latent-resonance[data]")

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.data.prepare.options import make_options
from latent_resonance.data.prepare.run import prepare
from latent_resonance.data.synthetic.corpus import make_sounds
from latent_resonance.training.families import family_of
from latent_resonance.training.prepared import is_prepared, read_prepared
from latent_resonance.training.recipe import CorpusFolder
from manifests import write_manifest


@pytest.fixture(scope="module")
def sounds(tmp_path_factory) -> Path:
    import soundfile

    folder = tmp_path_factory.mktemp("sounds")
    rows = []
    for sound, samples in make_sounds(8, seconds=1.5, seed=3):
        soundfile.write(folder / sound.file, samples, 16_000)
        rows.append({
            "file": sound.file,
            "label": "flute" if sound.family == "flute" else "other",
            "family": sound.family,
            "midi_pitch": sound.midi_pitch,
            "velocity": 90,
            "licence": "CC0-1.0",
            "source_repo": "here",
        })  # fmt: skip
    return write_manifest(folder, rows)


def prepared(sounds: Path, folder: Path, layout: SpectrogramFormat) -> Path:
    options = make_options(
        codec="linear",
        sample_rate=layout.sample_rate,
        n_fft=layout.n_fft,
        hop=layout.hop,
        columns=layout.columns,
    )
    prepare(sounds, folder, options, label=None, keep={}, workers=1)
    return folder


LAYOUTS = {
    "stylegan2": SpectrogramFormat(n_fft=64, hop=16, columns=32),
    "autoencoder": SpectrogramFormat(),
    "note_autoencoder": SpectrogramFormat(n_fft=1024, hop=128, columns=384),
}


@pytest.mark.parametrize("family", LAYOUTS)
def test_every_kind_of_family_trains_from_shards(family, sounds, small, tmp_path: Path) -> None:
    folder = prepared(sounds, tmp_path / "prepared", LAYOUTS[family])
    assert is_prepared(folder)
    recipe = small(
        family, synthetic=0, folders=[{"path": folder, "label": "family"}], steps=2, batch=2
    )
    steps = family_of(recipe)
    trained = steps.train(recipe, tmp_path / "run")
    assert trained.steps == 2
    told = steps.describe(steps.gather(recipe))
    assert "flute" in told


def test_levels_are_those_of_the_shards_and_facts_come_along(sounds, small, tmp_path) -> None:
    folder = prepared(sounds, tmp_path / "prepared", LAYOUTS["stylegan2"])
    windows = read_prepared(CorpusFolder(path=folder, label="family"), LAYOUTS["stylegan2"])
    assert {window.licence for window in windows} == {"CC0-1.0"}
    assert {window.source for window in windows} == {"here"}
    assert windows[0].level_db.shape == (32, 32)
    kept = CorpusFolder(path=folder, label="label", keep={"family": ["flute"]})
    flutes = read_prepared(kept, LAYOUTS["stylegan2"])
    assert {window.label for window in flutes} == {"flute"}
    assert 0 < len(flutes) < len(windows)
    recipe = small("stylegan2", synthetic=0, folders=[kept.model_dump()])
    material = family_of(recipe).gather(recipe)
    pictures, _ = material.batch(3, np.random.default_rng(0))
    # A window of a shard is taken as it is: the loudest at 0 dB is 1.
    assert pictures.shape == (3, 1, 32, 32)
    assert float(pictures.max()) == pytest.approx(1, abs=0.01)
    stored = {round(float((w.level_db / 40 + 1).sum()), 1) for w in flutes}
    assert all(round(float(p.sum()), 1) in stored for p in pictures)
    files = {window.file for window in flutes}
    assert len(files) < len(flutes), "windows of a sound are one clip"
    (here,) = material.sources
    assert (here["source"], here["licence"], here["clips"]) == ("here", "CC0-1.0", len(files))


def test_another_layout_says_how_to_prepare(sounds, small, tmp_path: Path) -> None:
    folder = prepared(sounds, tmp_path / "prepared", LAYOUTS["stylegan2"])
    recipe = small("autoencoder", synthetic=0, folders=[{"path": folder}])
    with pytest.raises(InputError, match=r"--n-fft 512 --hop 128 --columns 256"):
        family_of(recipe).gather(recipe)
    none = CorpusFolder(path=folder, keep={"family": ["kazoo"]})
    with pytest.raises(InputError, match="no window passes"):
        read_prepared(none, LAYOUTS["stylegan2"])
