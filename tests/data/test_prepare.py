"""Folders of sounds become shards: what is in them, what is left out, and what a cut run leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.errors import InputError, MediaError, OutputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.data.prepare.levels import cut_windows, window_level, window_starts
from latent_resonance.data.prepare.options import MelFormat, Options, make_options
from latent_resonance.data.prepare.run import prepare
from latent_resonance.data.prepare.sources import find_sources, parse_keep
from latent_resonance.data.shards import open_shards
from latent_resonance.data.synthetic.sustained import sustain
from latent_resonance.sound.codec import encode, full_scale
from manifests import write_manifest

pytest.importorskip("pyarrow")

SMALL = make_options(n_fft=256, hop=64, columns=64, sample_rate=8000)  # windows of 0.512 s


def tone(seconds: float, pitch: float = 57, rate: int = 8000) -> np.ndarray:
    return sustain("pad", pitch, seconds, rate, seed=1)


def corpus(folder: Path) -> Path:
    """Six good sounds in three classes, and one of each kind of trouble."""
    for label, pitch in (("low", 40), ("mid", 52), ("high", 64)):
        (folder / label).mkdir(parents=True)
        for number in range(2):
            soundfile.write(folder / label / f"{number}.wav", tone(1.2, pitch + number), 8000)
    (folder / "low" / "notes.txt").write_text("no sound")
    (folder / "text.wav").write_text("no sound " * 100)
    (folder / "empty.flac").touch()
    soundfile.write(folder / "blip.wav", tone(0.06), 8000)
    soundfile.write(folder / "hush.wav", np.zeros(8000, np.float32), 8000)
    broken = tone(1.0).copy()
    broken[100] = np.nan
    soundfile.write(folder / "nan.wav", broken, 8000, subtype="FLOAT")
    whole = folder / "cut.flac"
    soundfile.write(whole, np.random.default_rng(0).normal(0, 0.1, 48_000), 8000)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 3])
    (folder / ".hidden.wav").write_text("not looked at")
    return folder


def state(output: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in (output / "shards").iterdir()
    }


def test_every_file_is_taken_or_reported(tmp_path: Path) -> None:
    report = prepare(corpus(tmp_path / "in"), tmp_path / "out", SMALL)
    assert report.files == 6
    assert report.skipped == {
        "not audio": 1,
        "not finite": 1,
        "silent": 1,
        "too short": 1,
        "shortened": 1,
        "unreadable": 2,
    }
    why = {one.file: one.detail for one in report.skipped_files}
    assert set(why) == {
        "low/notes.txt", "text.wav", "empty.flac", "blip.wav", "hush.wav", "nan.wav", "cut.flac",
    }  # fmt: skip
    assert "0 bytes" in why["empty.flac"]
    assert "damaged" in why["cut.flac"]
    assert "announced" in why["cut.flac"]
    assert "0.060 s" in why["blip.wav"]
    assert json.loads((tmp_path / "out" / "report.json").read_text())["files"] == 6
    # 1.2 s: two windows of 0.512 s, and one that ends with the sound would lose less than half.
    assert report.windows == 12
    assert report.labels == {"high": 4, "low": 4, "mid": 4}
    shards = open_shards(tmp_path / "out")
    assert len(shards) == 12
    assert shards.labels == ("high", "low", "mid")
    np.testing.assert_array_equal(shards.label_indices, [0] * 4 + [1] * 4 + [2] * 4)
    assert np.isnan(shards.pitch).all()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        ".lock", "jobs", "manifest.parquet", "prepared.json", "report.json", "shards",
    ]  # fmt: skip


def test_a_window_is_the_codecs_own_level(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    sound = tone(1.0)
    soundfile.write(tmp_path / "in" / "a.wav", sound, 8000, subtype="FLOAT")
    for levels, within in (("float16", 0.04), ("uint8", 0.5 * 80 / 255 + 2e-3)):
        options = SMALL.model_copy(update={"levels": levels, "reference": "file"})
        prepare(tmp_path / "in", tmp_path / levels, options)
        shards = open_shards(tmp_path / levels)
        layout = shards.layout
        assert isinstance(layout, SpectrogramFormat)
        # The first window begins with the file, as the codec's; the second has sound before it.
        top = 10 ** (shards.row(0)["reference_db"] / 20) * full_scale(layout)
        whole = encode(sound, layout, reference=top)
        np.testing.assert_allclose(shards[0], whole[:, :64], atol=within)
        start = round(shards.row(1)["start_seconds"] * 8000 / 64)
        assert start > 0
        np.testing.assert_allclose(shards[1], whole[:, start : start + 64], atol=within)
        assert max(shards[0].max(), shards[1].max()) == pytest.approx(0, abs=1e-3)
        assert shards[0].dtype == np.float32
        np.testing.assert_array_equal(shards.batch([1, 0])[1], shards[0])


def test_mel_is_the_codecs_own_level() -> None:
    layout = MelFormat(8000, 512, 128, 40, 32, 80.0)
    options = Options(
        codec="mel", sample_rate=8000, n_fft=512, hop=128, columns=32, bands=40, levels="float16"
    )
    assert options.layout == layout
    sound = tone(1.0)
    (first, *_) = cut_windows(sound[: 32 * 128], options)
    assert first is not None
    librosa = pytest.importorskip("librosa")
    power = librosa.feature.melspectrogram(
        y=sound[: 32 * 128].astype(np.float64), sr=8000, n_fft=512, hop_length=128, n_mels=40
    )
    wanted = librosa.power_to_db(power, ref=np.max)
    np.testing.assert_allclose(first.stored, wanted[:, :32], atol=0.04)
    # Absolute: a sinusoid twice as loud is 6 dB up in every band that it reaches.
    louder = window_level(sound, 3, layout)
    np.testing.assert_allclose(louder - window_level(sound / 2, 3, layout), 6.0206, atol=1e-2)


def test_windows_lie_inside_and_lose_little() -> None:
    options = SMALL
    assert window_starts(1, options) == [0]
    assert window_starts(64 * 64, options) == [0]
    assert window_starts(64 * 64 + 1, options) == [0]  # a column more is not worth a window
    assert window_starts(96 * 64, options) == [0, 32]
    assert window_starts(128 * 64, options) == [0, 64]
    half = SMALL.model_copy(update={"overlap": 0.5})
    assert window_starts(128 * 64, half) == [0, 32, 64]
    assert window_starts(150 * 64, half) == [0, 32, 64, 86]


@given(samples=st.integers(1, 100_000), columns=st.integers(4, 200), overlap=st.floats(0, 0.95))
def test_windows_cover_the_sound(samples: int, columns: int, overlap: float) -> None:
    options = SMALL.model_copy(update={"columns": columns, "overlap": overlap})
    starts = window_starts(samples, options)
    have = -(-samples // 64)
    stride = max(1, round(columns * (1 - overlap)))
    assert starts[0] == 0
    steps = np.diff(starts)
    assert ((steps > 0) & (steps <= stride)).all()
    if have > columns:
        assert have - stride / 2 < starts[-1] + columns <= have
    else:
        assert starts == [0]


def test_silence_inside_a_sound_is_left_out_and_short_sounds_are_filled() -> None:
    sound = np.concatenate([tone(0.512), np.zeros(2 * 4096, np.float32), tone(0.512)])
    windows = list(cut_windows(sound, SMALL))
    assert [window is None for window in windows] == [False, True, True, False]
    (only,) = cut_windows(tone(0.2), SMALL)
    assert only is not None
    assert only.seconds == pytest.approx(0.2)
    assert (only.stored[:, 32:] == 0).all(), "after the sound there is silence"
    assert only.stored.max() == 255
    (mirrored,) = cut_windows(tone(0.2), SMALL.model_copy(update={"fill": "mirror"}))
    assert mirrored is not None
    assert mirrored.seconds == pytest.approx(0.2)
    assert (mirrored.stored[:, 32:].max(axis=0) > 128).mean() > 0.8


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".mp3", ".aiff", ".m4a"])
@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (8000, 1)])
def test_any_format_rate_and_channels(
    tmp_path: Path, suffix: str, rate: int, channels: int
) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / f"a{suffix}"
    sound = np.stack([tone(1.0, 57, rate)] * channels, axis=1)
    if suffix == ".m4a":
        write_m4a(path, sound, rate)
    else:
        soundfile.write(path, sound, rate)
    prepare(tmp_path / "in", tmp_path / "out", SMALL)
    shards = open_shards(tmp_path / "out")
    assert len(shards) == 2
    spectrum = shards[0].mean(axis=1)
    assert abs(spectrum.argmax() - 220 / (8000 / 256)) <= 1, "A3 lies where it should"
    assert shards.row(0)["reference_db"] == pytest.approx(-12, abs=8)


def write_m4a(path: Path, sound: np.ndarray, rate: int) -> None:
    import av

    layout = "stereo" if sound.shape[1] == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=rate, layout=layout)
        for start in range(0, len(sound), 1024):
            planes = np.ascontiguousarray(sound[start : start + 1024].T.astype(np.float32))
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
            frame.sample_rate = rate
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_long_sounds_are_cut_and_shards_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    noise = np.random.default_rng(0).normal(0, 0.1, 8000 * 60)
    soundfile.write(tmp_path / "in" / "long.wav", noise, 8000)
    options = SMALL.model_copy(update={"overlap": 0.8, "shard_megabytes": 1, "most_seconds": 40.0})
    report = prepare(tmp_path / "in", tmp_path / "out", options)
    assert report.cut_files == ["long.wav"]
    each = 128 * 64
    assert options.windows_per_shard == (1 << 20) // each
    assert report.windows == pytest.approx(40 / (0.512 * 13 / 64), abs=6)
    assert report.shards == -(-report.windows // options.windows_per_shard) > 1
    for path in (tmp_path / "out" / "shards").iterdir():
        assert path.stat().st_size <= (1 << 20) + 4096
    shards = open_shards(tmp_path / "out")
    starts = shards.facts("start_seconds")
    assert starts == sorted(starts)
    assert len(set(starts)) == len(shards)


def listed(folder: Path) -> Path:
    """A folder with a manifest.csv in the project's columns."""
    folder.mkdir()
    rows = []
    for number, (family, instrument) in enumerate(
        [("reed", "oboe"), ("reed", "clarinet"), ("brass", "tuba"), ("string", "cello")]
    ):
        soundfile.write(folder / f"{instrument}.wav", tone(0.6, 50 + number), 8000)
        rows.append(
            {
                "file": f"{instrument}.wav",
                "instrument": instrument,
                "family": family,
                "midi_pitch": 50 + number,
                "velocity": 60 if number else "",
                "licence": "CC0-1.0",
                "source_repo": "some/where",
                "attribution": "Someone",
            }
        )
    rows.append({**rows[0], "file": "gone.wav"})
    return write_manifest(folder, rows)


def test_manifests_bring_labels_pitches_licences_and_filters(tmp_path: Path) -> None:
    folder = listed(tmp_path / "in")
    report = prepare(folder, tmp_path / "out", SMALL, label="family")
    assert report.skipped == {"missing": 1}
    shards = open_shards(tmp_path / "out")
    assert shards.labels == ("brass", "reed", "string")
    assert shards.facts("file") == ["cello.wav", "clarinet.wav", "oboe.wav", "tuba.wav"]
    np.testing.assert_array_equal(shards.pitch, [53, 51, 50, 52])
    np.testing.assert_array_equal(shards.velocity, [60, 60, np.nan, 60])
    assert shards.facts("instrument") == ["cello", "clarinet", "oboe", "tuba"]
    assert shards.licences() == [("some/where", "CC0-1.0", "Someone", 4)]
    assert len(shards.row(0)["sha256"]) == 64
    before = state(tmp_path / "out")
    # Another label needs no new shard.
    report = prepare(folder, tmp_path / "out", SMALL, label="instrument")
    assert report.stale_jobs == 0
    assert state(tmp_path / "out") == before
    assert open_shards(tmp_path / "out").labels == ("cello", "clarinet", "oboe", "tuba")
    kept = find_sources(folder, "family", parse_keep(["family=reed, brass"]))
    assert [source.label for source in kept.sources] == ["reed", "reed", "brass"]
    assert [one.reason for one in kept.skipped] == ["filtered", "missing"]


def test_rows_of_a_manifest_that_count_for_nothing_are_told(tmp_path: Path) -> None:
    folder = listed(tmp_path / "in")
    soundfile.write(tmp_path / "beside.wav", tone(0.6, 60), 8000)
    (folder / "notes.txt").write_text("no sound")
    with (folder / "manifest.csv").open("a") as table:
        for file in ("../beside.wav", "oboe.wav", "notes.txt"):
            table.write(f"{file},kazoo,other,60,,CC0-1.0,some/where,Someone\n")
    found = find_sources(folder, "family", {})
    told = {one.file: one.reason for one in found.skipped}
    assert told == {
        "../beside.wav": "outside",
        "gone.wav": "missing",
        "notes.txt": "not audio",
        "oboe.wav": "listed twice",
    }
    assert {one.file: one.label for one in found.sources}["oboe.wav"] == "other"
    with pytest.raises(InputError, match="--keep leaves none of the sounds"):
        find_sources(folder, "family", parse_keep(["family=zither"]))


def test_a_second_run_does_only_what_changed(tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    for label in ("a", "b", "c"):
        (folder / label).mkdir(parents=True)
        for number in range(32):
            soundfile.write(folder / label / f"{number:02}.wav", tone(0.3, 40 + number), 8000)
    assert prepare(folder, output, SMALL).kept_jobs == 0
    before = state(output)
    assert len(before) == 3
    again = prepare(folder, output, SMALL)
    assert (again.kept_jobs, again.stale_jobs, again.windows) == (3, 0, 96)
    assert state(output) == before
    # Touched but the same: nothing to do. Changed: its group is done again, the others are not.
    os.utime(folder / "a" / "00.wav")
    assert prepare(folder, output, SMALL).stale_jobs == 0
    old = open_shards(output)[40]
    soundfile.write(folder / "b" / "08.wav", tone(0.3, 80), 8000)
    changed = prepare(folder, output, SMALL)
    assert (changed.kept_jobs, changed.stale_jobs) == (2, 1)
    after = state(output)
    assert len(after) == 3
    assert len(set(after.items()) & set(before.items())) == 2
    assert not np.array_equal(open_shards(output)[40], old)
    # Added and removed.
    soundfile.write(folder / "a" / "99.wav", tone(0.3), 8000)
    (folder / "c" / "00.wav").unlink()
    last = prepare(folder, output, SMALL)
    assert last.windows == 96
    assert open_shards(output).facts("file") == sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*.wav")
    )
    # A shard that was damaged is noticed and made again.
    shard = min((output / "shards").iterdir())
    shard.write_bytes(shard.read_bytes()[:-1])
    assert prepare(folder, output, SMALL).stale_jobs == 1


def test_workers_give_the_same_shards(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(70):
        soundfile.write(folder / f"{number:02}.wav", tone(0.6, 40 + number % 30), 8000)
    prepare(folder, tmp_path / "one", SMALL)
    seen: list[tuple[float, float]] = []
    prepare(folder, tmp_path / "two", SMALL, workers=2, on_progress=lambda *at: seen.append(at))
    one, two = state(tmp_path / "one"), state(tmp_path / "two")
    assert {name: data for name, (_, data) in one.items()} == {
        name: data for name, (_, data) in two.items()
    }
    assert seen[0] == (0, 70)
    assert seen[-1] == (70, 70)


@pytest.mark.skipif(os.name == "nt", reason="kills a process group")
def test_a_run_that_is_killed_goes_on_and_is_never_half_visible(tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    noise = np.random.default_rng(0).normal(0, 0.1, 16_000 * 12)
    for number in range(96):
        soundfile.write(folder / f"{number:02}.wav", np.roll(noise, 999 * number), 16_000)
    command = [
        sys.executable, "-c", "from latent_resonance.cli.main import main; main()", "data",
        "prepare", str(folder), "--output", str(output), "--workers", "2", "--json",
    ]  # fmt: skip
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 120
    while not list(output.glob("jobs/*.json")):
        assert time.monotonic() < deadline
        assert run.poll() is None, "finished before it could be killed"
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert not (output / "manifest.parquet").exists()
    with pytest.raises(InputError, match="not finished"):
        open_shards(output)
    finished = {
        shard["file"]
        for path in output.glob("jobs/*.json")
        for shard in json.loads(path.read_text())["shards"]
    }
    before = {name: kept for name, kept in state(output).items() if name in finished}
    assert before
    (output / "shards" / ".x.safetensors.1.partial").write_bytes(b"cut off")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert report["kept_jobs"] >= 1
    assert report["windows"] == len(open_shards(output)) == 96 * 6
    assert before.items() <= state(output).items(), "finished shards are not written again"
    assert not list((output / "shards").glob(".*")), "what was cut off is gone"
    for index in range(0, 576, 97):
        assert open_shards(output)[index].max() == 0


@pytest.mark.skipif(os.name == "nt", reason="bounds the size of files")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_is_one_line_and_the_run_goes_on_later(tmp_path: Path, workers: int) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(40):
        soundfile.write(folder / f"{number:02}.wav", tone(0.5), 8000)
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000));"
        "from latent_resonance.cli.main import main; main()"
    )
    flags = ["--output", str(output), "--workers", str(workers)]
    done = subprocess.run(
        [sys.executable, "-c", code, "data", "prepare", str(folder), *flags],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("resonance: cannot write")
    assert len(done.stderr.splitlines()) == 1
    assert list((output / "shards").iterdir()) == []
    assert prepare(folder, output, make_options()).files == 40


@pytest.mark.skipif(os.name == "nt", reason="kills a process")
def test_a_worker_that_dies_is_one_line_and_the_run_goes_on_later(tmp_path: Path) -> None:
    import multiprocessing

    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(96):
        soundfile.write(folder / f"{number:02}.wav", tone(0.5), 8000)

    def kill(done: float, total: float) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(MediaError, match=r"a worker died.*run again"):
        prepare(folder, output, SMALL, workers=2, on_progress=kill)
    report = prepare(folder, output, SMALL)
    assert report.files == 96
    assert report.kept_jobs >= 1


def test_wrong_folders_and_options_are_refused(tmp_path: Path) -> None:
    folder = listed(tmp_path / "in")
    output = tmp_path / "out"
    prepare(folder, output, SMALL)
    with pytest.raises(OutputError, match="prepared with n_fft 256"):
        prepare(folder, output, SMALL.model_copy(update={"n_fft": 512}))
    with pytest.raises(OutputError, match="holds other things"):
        prepare(folder, folder.parent, SMALL)
    with pytest.raises(InputError, match="lies inside"):
        prepare(folder, folder / "out", SMALL)
    with pytest.raises(InputError, match=r"no column 'x'; there is: .*family"):
        prepare(folder, tmp_path / "new", SMALL, label="x")
    with pytest.raises(InputError, match="no folder"):
        prepare(tmp_path / "gone", tmp_path / "new", SMALL)
    (tmp_path / "bare").mkdir()
    with pytest.raises(InputError, match="no sound"):
        prepare(tmp_path / "bare", tmp_path / "new", SMALL)
    (tmp_path / "bare" / "a.wav").write_text("x")
    with pytest.raises(InputError, match="can be used: 1 unreadable"):
        prepare(tmp_path / "bare", tmp_path / "new", SMALL)
    for wrong, says in (
        ({"n_fft": 255}, "even"),
        ({"n_fft": 512, "hop": 300}, "hop must divide"),
        ({"overlap": 1.0}, "--overlap"),
        ({"bands": 40}, "mel"),
    ):
        with pytest.raises(InputError, match=says):
            make_options(**wrong)
    with pytest.raises(InputError, match="COLUMN=VALUE"):
        parse_keep(["reed"])


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    folder, output = listed(tmp_path / "in"), tmp_path / "out"
    prepare(folder, output, SMALL)
    with (output / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another run"):
            prepare(folder, output, SMALL)


def test_without_pyarrow_there_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latent_resonance.contracts.errors import MissingPartError

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPartError, match=r"pip install 'latent-resonance\[data\]'"):
        prepare(listed(tmp_path / "in"), tmp_path / "out", SMALL)
    assert not (tmp_path / "out").exists()


def test_real_textures(shared_data: Path, tmp_path: Path) -> None:
    report = prepare(
        shared_data / "textures",
        tmp_path / "out",
        make_options(),
        keep=parse_keep(["label=water,glass"]),
    )
    assert report.files == 37
    shards = open_shards(tmp_path / "out")
    assert shards.labels == ("glass", "water")
    assert shards[0].shape == (256, 256)
    assert all(licence for _, licence, _, _ in shards.licences())
