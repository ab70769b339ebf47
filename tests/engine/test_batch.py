"""A folder of inputs, a file each; a run that was cut goes on."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.engine.batch import render_batch
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.setup import Setup

TAKE = "time,present,mouth\n0,1,{}\n0.2,1,0.5\n"


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    folder = tmp_path / "takes"
    (folder / "b").mkdir(parents=True)
    (folder / "a.csv").write_text(TAKE.format(0.1))
    (folder / "b" / "a.csv").write_text(TAKE.format(0.9))
    (folder / "bad.csv").write_text("no performance\n")
    return folder


def test_each_file_is_as_if_rendered_alone_and_is_not_made_again(takes: Path) -> None:
    recipe, output = load_recipe("face"), takes.parent / "out"
    report = render_batch(recipe, takes, output, ".wav")
    assert (report.rendered, report.kept, list(report.refused)) == (2, 0, ["bad.csv"])
    assert "saved performance" in report.refused["bad.csv"]
    alone = takes.parent / "alone.wav"
    render_file(recipe, alone, source=takes / "b" / "a.csv", setup=Setup(threads=1))
    assert (output / "b" / "a.wav").read_bytes() == alone.read_bytes()
    assert (output / "a.wav").read_bytes() != alone.read_bytes()

    # Cut, and one file more.
    (output / "a.wav").unlink()
    (takes / "bad.csv").unlink()
    kept = (output / "b" / "a.wav").stat().st_mtime_ns
    report = render_batch(recipe, takes, output, ".wav")
    assert (report.rendered, report.kept, dict(report.refused)) == (1, 1, {})
    assert (output / "b" / "a.wav").stat().st_mtime_ns == kept
    with pytest.raises(OutputError, match="other options"):
        render_batch(recipe, takes, output, ".wav", setup=Setup(seed=1))


def test_folders_that_cannot_be_a_batch_are_refused(takes: Path) -> None:
    recipe = load_recipe("face")
    with pytest.raises(InputError, match="inside"):
        render_batch(recipe, takes, takes / "out", ".wav")
    with pytest.raises(InputError, match="no folder"):
        render_batch(recipe, takes / "a.csv", takes.parent / "out", ".wav")
    with pytest.raises(InputError, match="ending"):
        render_batch(recipe, takes, takes.parent / "out", "wav")
    (takes / "a.mid").write_bytes(b"")
    with pytest.raises(InputError, match="both become a"):
        render_batch(recipe, takes, takes.parent / "out", ".wav")
    assert not (takes.parent / "out").exists()


def test_only_what_is_hidden_within_the_folder_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / ".songs" / "takes"
    (folder / ".kept").mkdir(parents=True)
    (folder / "a.csv").write_text(TAKE.format(0.1))
    (folder / ".kept" / "b.csv").write_text(TAKE.format(0.2))
    report = render_batch(load_recipe("face"), folder, tmp_path / "out", ".wav")
    assert (report.rendered, dict(report.refused)) == (1, {})
    assert not (tmp_path / "out" / ".kept").exists()


def test_what_a_file_warns_of_is_told_of_that_file(tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    sound = 0.3 * np.sin(np.arange(16_000) * 0.2, dtype=np.float32)
    soundfile.write(folder / "whole.wav", sound, 16_000)
    sound[4000:4010] = np.nan
    soundfile.write(folder / "holes.wav", sound, 16_000, subtype="FLOAT")
    report = render_batch(load_recipe("texture"), folder, tmp_path / "out", ".wav")
    assert report.rendered == 2
    assert list(report.warned) == ["holes.wav"]
    assert "10 samples that are not numbers" in report.warned["holes.wav"]
    told = report.lines(tmp_path / "out")
    assert told[1].startswith("warning: holes.wav: ")
    assert len(told) == 2
