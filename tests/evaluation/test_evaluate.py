"""The whole command on a bundle whose notes are exact, and on the drone."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from latent_resonance.cli.evaluate import evaluate as command
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import (
    BundleError,
    InputError,
    OutputError,
)
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.evaluation import run
from latent_resonance.evaluation.chapters.table_of_contents import NAMES
from latent_resonance.evaluation.chapters.training_curves import draw_run
from latent_resonance.evaluation.encode import Rebuilder, free_size
from latent_resonance.evaluation.generate import generate_like, generate_windows, note_place
from latent_resonance.evaluation.real_sounds import RealWindow
from latent_resonance.evaluation.report import plain, whole_folder
from latent_resonance.evaluation.run import Request, evaluate
from latent_resonance.models.engines.member import Member
from latent_resonance.sound.codec import decode
from manifests import write_manifest

pytest.importorskip("matplotlib", reason="needs the extra latent-resonance[evaluate]")


@pytest.fixture(scope="module")
def real_notes(tmp_path_factory, exact_bundle: Bundle, tone_levels) -> Path:
    """Notes of the bundle's own two families, as a recording would have them."""
    folder = tmp_path_factory.mktemp("real")
    random = np.random.default_rng(0)
    rows = []
    for number in range(72):
        family = ("dark", "bright")[number % 2]
        midi = int(random.integers(45, 78))
        slope = {"dark": 9, "bright": 3}[family] + random.uniform(-1, 1)
        sound = decode(Spectrogram(tone_levels(midi, slope), exact_bundle.format))
        file = f"{family}_{number}.wav"
        soundfile.write(folder / file, 0.5 * sound / np.abs(sound).max(), 16_000)
        rows.append({"file": file, "instrument": file, "family": family, "midi_pitch": midi})
    return write_manifest(folder, rows)


def test_a_notes_bundle_is_measured_right(
    exact_notes: Path, real_notes: Path, tmp_path: Path
) -> None:
    from PIL import Image

    output = tmp_path / "report"
    arguments = [str(exact_notes), "--data", str(real_notes), "--output", str(output)]
    done = CliRunner().invoke(
        command, [*arguments, "--count", "26", "--compare", str(exact_notes), "--json"]
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    # Its partials lie where they are asked to: what is off is the phase's and the estimator's.
    assert found["pitch"]["sure_share"] > 0.95
    assert found["pitch"]["within_5_cents_share"] > 0.95
    assert found["pitch"]["octave_slip_share"] == 0
    assert found["pitch"]["real"]["within_5_cents_share"] > 0.9
    assert found["kinds"]["judge_accuracy_on_unseen_real"] > 0.9
    assert found["kinds"]["recognised_share"] > 0.9
    assert found["kinds"]["rebuilt_recognised_share"] > 0.9
    assert found["distribution"]["halves"]["frechet_ratio"] > 1
    assert found["reconstruction"]["bundles"]["exact"]["windows"] >= 3
    # Given pitch and family, a tone comes back but for its slope; two components do far worse.
    assert found["reconstruction"]["better_than_components_db"] > 3
    assert json.loads((output / "metrics.json").read_text()) == {
        key: value for key, value in found.items() if key != "report"
    }
    page = (output / "report.md").read_text()
    pictures = sorted(path.name for path in output.glob("*.png"))
    assert len(pictures) >= 9
    for name in pictures:
        assert f"]({name})" in page
        with Image.open(output / name) as picture:
            assert picture.width > 300
            assert len(picture.convert("RGB").getcolors(1 << 20)) > 3
    assert sorted(output.iterdir()) == sorted(
        output / name for name in [*pictures, "metrics.json", "report.md"]
    )
    # A second report takes the first one's place.
    again = [arguments[0], *arguments[3:], "--count", "4", "--only", "pitch", "--quiet"]
    assert CliRunner().invoke(command, again).output == ""
    assert json.loads((output / "metrics.json").read_text())["pitch"]["notes"] == 4


def test_notes_are_asked_for_as_recordings_are(exact_bundle: Bundle) -> None:
    silent = np.full((512, 96), -80, np.float16)
    known = RealWindow(silent, "a", "bright", "a", 50, 50.25, 0.5, False, 70)
    strange = RealWindow(silent, "b", "brass", "b", 60, 60.0, 0.5, False, 96)
    made = generate_like(exact_bundle, [known, strange], 3, 0, lambda _: None)
    assert [(one.midi, one.label) for one in made] == [(50.25, "bright")] * 3
    for one in made:
        loudest = one.level_db.max(axis=0)
        assert loudest[:70] == pytest.approx(loudest[0], abs=0.1)
        assert -8 < loudest[76] < -4
        assert loudest[83:].max() == -80
    assert generate_like(exact_bundle, [strange], 3, 0, lambda _: None) == []


def test_a_bundle_that_is_out_of_tune_is_caught(exact_bundle: Bundle, tmp_path: Path) -> None:
    from latent_resonance.evaluation.chapters.pitch import measure_pitch
    from latent_resonance.evaluation.generate import MadeWindow
    from latent_resonance.evaluation.material import Material

    made = generate_windows(exact_bundle, 12, 0, 1.0, lambda _: None)
    off = [
        MadeWindow(one.level_db, one.midi + (0.3 if k < 6 else -12), one.label)
        for k, one in enumerate(made)
    ]
    nothing = np.zeros((0, 4))
    material = Material(exact_bundle, exact_bundle.format, [], off, nothing, nothing, 0)
    metrics = measure_pitch(material, tmp_path, lambda _: None).metrics
    assert metrics["within_20_cents_share"] == 0
    assert metrics["within_50_cents_share"] == pytest.approx(0.5)
    assert metrics["octave_slip_share"] == pytest.approx(0.5)


def test_the_drone_without_data(tmp_path: Path) -> None:
    shown: list[float] = []
    found = evaluate(
        Request("drone", count=3), tmp_path / "out", lambda _, share: shown.append(share)
    )
    assert found["generated"] == 3
    assert found["real"] == 0
    assert "distribution" not in found
    assert shown == sorted(shown)
    assert shown[-1] == 1
    page = (tmp_path / "out" / "report.md").read_text()
    assert "no real sounds were given" in page


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_chapters_that_others_measure_make_the_same_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What travels to other processes can be pickled, and no chapter waits for another."""
    request = Request("drone", count=3, only=["sounds", "reconstruction", "training"])
    evaluate(request, tmp_path / "alone")

    def others(work, jobs, workers, files_of, cluster):
        assert (workers, cluster) == (3, "auto")
        for job in reversed(jobs):
            yield job, pickle.loads(pickle.dumps(work))(job)

    monkeypatch.setattr(run, "share_out", others)
    shown: list[float] = []
    evaluate(request, tmp_path / "shared", lambda _, n: shown.append(n), workers=3, cluster="auto")
    assert _files(tmp_path / "alone") == _files(tmp_path / "shared")
    assert shown == sorted(shown)
    assert shown[-1] == 1


@pytest.mark.slow
def test_processes_make_the_same_report(
    exact_notes: Path, real_notes: Path, tmp_path: Path
) -> None:
    request = Request(str(exact_notes), [real_notes], count=26)
    evaluate(request, tmp_path / "alone")
    evaluate(request, tmp_path / "shared", workers=2)
    assert _files(tmp_path / "alone") == _files(tmp_path / "shared")


@pytest.mark.slow
def test_the_drone_beside_real_notes(shared_data: Path, tmp_path: Path) -> None:
    request = Request(
        "drone",
        [shared_data / "notes"],
        count=40,
        label="instrument",
        keep={"instrument": ["alto_sax", "soprano_sax", "violin"]},
        only=["distribution", "copies", "reconstruction"],
    )
    found = evaluate(request, tmp_path)
    # Draws of independent latents are less varied than recordings, and no copies.
    assert found["distribution"]["halves"]["frechet_ratio"] > 2
    spread = found["distribution"]["diversity"]
    assert spread["spread_generated"] < spread["spread_real"]
    assert found["copies"]["generated_nearer_than_first_percentile_share"] < 0.1
    assert "no encoder" in (tmp_path / "report.md").read_text()


def test_bad_requests_leave_nothing_behind(exact_notes: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    for request, says in (
        (Request("dron"), "did you mean 'drone'"),
        (Request("drone", count=1), "at least 2"),
        (Request("drone", [tmp_path / "gone"]), "no folder"),
        (Request("drone", count=2, run=tmp_path), "progress.csv"),
    ):
        with pytest.raises(InputError, match=says):
            evaluate(request, output)
    assert list(tmp_path.iterdir()) == []
    output.write_text("in the way")
    with pytest.raises(OutputError, match="cannot write"), whole_folder(output):
        pass
    assert list(tmp_path.iterdir()) == [output]
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in ("report.md", "metrics.json"):
        (mine / name).write_text('{"my": "notes"}')
        with pytest.raises(OutputError, match=f"holds another {name}"), whole_folder(mine):
            raise AssertionError("nothing is measured for it")
        assert (mine / name).read_text() == '{"my": "notes"}'
        (mine / name).unlink()
    done = CliRunner().invoke(command, ["drone", "--keep", "family"])
    assert isinstance(done.exception, InputError)


def test_members_are_checked(exact_bundle: Bundle) -> None:
    encoder = Member(exact_bundle, "encoder.onnx")
    assert encoder.inputs["level_db"] == (1, 512, 96)
    with pytest.raises(BundleError, match="takes level_db, pitch, family, not level_db"):
        encoder.run(level_db=np.zeros((512, 96), np.float32))
    with pytest.raises(BundleError, match="of shape"):
        encoder.run(level_db=np.zeros(3), pitch=np.zeros(1), family=np.zeros(2))
    with pytest.raises(BundleError, match=r"has no mapping\.onnx"):
        Member(exact_bundle, "mapping.onnx")
    with pytest.raises(BundleError, match="6 latents, its parts 5"):
        note_place(exact_bundle, np.zeros(1), np.zeros(2), 60, 1)
    assert free_size(exact_bundle) == 2
    rebuilder = Rebuilder(exact_bundle)
    rebuilder.close()


def test_training_curves_are_drawn(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    lines = ["step,kimg,seconds,images_per_second,generator_loss,discriminator_loss,sharpness"]
    lines += [
        f"{k},{k / 10},{k * 3},20,{1 / (k + 1)},{k},{'' if k < 5 else k / 50}" for k in range(50)
    ]
    (run / "progress.csv").write_text("\n".join(lines))
    found = draw_run(run, tmp_path)
    assert sorted(found.pictures) == [
        "training-losses.png",
        "training-phases-of-training.png",
        "training-speed.png",
    ]
    assert all((tmp_path / name).is_file() for name in found.pictures)
    assert found.metrics["last"]["sharpness"] == pytest.approx(0.98)
    for text, says in (("a,b\n1,2\n", "no column 'step'"), ("", "no column 'step'")):
        (run / "progress.csv").write_text(text)
        with pytest.raises(InputError, match=says):
            draw_run(run, tmp_path)


def test_numbers_are_plain() -> None:
    assert plain({"a": float("nan"), "b": [np.float32(1.5), True, "x"]}) == {
        "a": None,
        "b": [1.5, True, "x"],
    }


def test_chapters_can_be_chosen(tmp_path: Path) -> None:
    choices = next(option for option in command.params if option.name == "only").type.choices
    assert tuple(choices) == NAMES
    found = evaluate(Request("drone", count=2, only=["copies"]), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "metrics.json",
        "report.md",
    ]
    assert set(found) & set(NAMES) == set()


def no_sound(path: Path) -> None:
    path.write_bytes(b"no sound at all")


def silence(path: Path) -> None:
    soundfile.write(path, np.zeros(16_000), 16_000)


def no_numbers(path: Path) -> None:
    samples = np.sin(np.arange(16_000) / 9)
    samples[8_000] = np.nan
    soundfile.write(path, samples, 16_000, subtype="FLOAT")


@pytest.mark.parametrize("damage", [no_sound, no_numbers, silence])
def test_a_sound_that_cannot_be_read_is_left_out_and_told(
    exact_notes: Path, real_notes: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "with_a_bad_one"
    folder.mkdir()
    rows = (real_notes / "manifest.csv").read_text().splitlines()
    for path in real_notes.glob("*.wav"):
        (folder / path.name).symlink_to(path)
    bad = rows[1].split(",")[rows[0].split(",").index("file")]
    (folder / bad).unlink()
    damage(folder / bad)
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    output = tmp_path / "out"
    arguments = [str(exact_notes), "--data", str(folder), "--count", "4", "--only", "copies"]
    done = CliRunner().invoke(command, [*arguments, "--quiet", "--output", str(output)])
    assert done.exit_code == 0
    metrics = json.loads((output / "metrics.json").read_text())
    assert list(metrics["refused"]) == [bad]
    assert metrics["real"] == len(rows) - 2
    why = f"{bad} is silent" if damage is silence else f"cannot use {folder / bad}: it "
    assert f"- left out: {why}" in (output / "report.md").read_text()
    done = CliRunner().invoke(command, [*arguments, "--output", str(tmp_path / "again")])
    assert f"left out: {why}" in done.stdout
    for path in folder.glob("*.wav"):
        path.unlink()
        damage(path)
    with pytest.raises(InputError, match="silent" if damage is silence else "cannot use"):
        evaluate(Request(str(exact_notes), [folder], count=4), tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_kinds_that_the_model_does_not_know_are_counted(
    exact_notes: Path, real_notes: Path, tmp_path: Path
) -> None:
    renamed = tmp_path / "renamed"
    renamed.mkdir()
    for path in real_notes.glob("*.wav"):
        (renamed / path.name).symlink_to(path)
    table = (real_notes / "manifest.csv").read_text()
    (renamed / "manifest.csv").write_text(
        table.replace(",dark,", ",dull,").replace(",bright,", ",sharp,")
    )
    found = evaluate(
        Request(str(exact_notes), [renamed], count=10, only=["kinds"]), tmp_path / "out"
    )
    assert found["kinds"]["generated_share_by_kind"] == {"dull": 0.5, "sharp": 0.5}
    assert found["kinds"]["evenness"]["generated"] == 1
    # The encoder knows no family of that name.
    assert "rebuilt_recognised_share" not in found["kinds"]
