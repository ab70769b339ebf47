"""The command line as others script against it: names, exit codes, one clear line, nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import midi_bytes
import numpy as np
import pytest
import soundfile
from typed import Typed

from latent_resonance.engine import demo
from latent_resonance.engine.demo import DEMOS

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
COMMAND = [sys.executable, "-c", "from latent_resonance.cli.main import main; main()"]
# Ctrl-C as in a terminal: in the background, where tests may run, a shell lets it be ignored.
HEED = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
HEEDING = [sys.executable, "-c", f"{HEED}; from latent_resonance.cli.main import main; main()"]


def resonance(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        cwd=cwd,
        timeout=240,
    )


def refused(done: subprocess.CompletedProcess[str], says: str) -> None:
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("resonance: ")
    assert says in lines[0]
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.fixture
def take(tmp_path: Path) -> Path:
    rows = ["time,present,mouth,yaw_degrees,yaw_velocity,brow,stillness"]
    for k in range(50):
        t = k / 25
        rows.append(f"{t},1,{max(0, np.sin(3 * t)):.3f},{20 * np.sin(2 * t):.2f},0,0,{int(t < 1)}")
    path = tmp_path / "take.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_help_is_quick_and_names_every_command() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = resonance("--help")
    assert done.returncode == 0
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2.0  # 0.05 s unloaded
    for name in (
        "demo",
        "play",
        "render",
        "models",
        "data",
        "train",
        "benchmark",
        "devices",
        "doctor",
    ):
        assert f"  {name} " in done.stdout
        assert resonance(name, "--help").returncode == 0
    heavy = "import sys, latent_resonance.cli.main as m; print({'numpy','torch','openvino','av'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


def test_wrong_usage_is_2_with_a_hint(typed: Typed) -> None:
    done = resonance("rendr")
    assert done.returncode == 2
    assert "Did you mean 'render'" in done.stderr
    assert typed("render", "face")[0] == 2
    assert typed("render", "face", "--no-such")[0] == 2


def test_render_from_a_saved_performance(take: Path, tmp_path: Path, typed: Typed) -> None:
    files = [tmp_path / name for name in ("a.wav", "a.png", "again.csv")]
    done = resonance(
        "render",
        "face",
        "--controls",
        take,
        "--output",
        files[0],
        "--spectrogram",
        files[1],
        "--record-controls",
        files[2],
        "--seed",
        1,
        "--seconds",
        1.9871,  # between two frames, as most clips end
        "--json",
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["duration_seconds"] == pytest.approx(2.0, abs=0.02)
    assert report["clicks"] == 0
    samples, rate = soundfile.read(files[0])
    assert soundfile.info(files[0]).subtype == "PCM_24"
    assert rate == 16_000
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() > 0.05
    assert files[1].read_bytes()[:4] == b"\x89PNG"
    other, again = tmp_path / "b.wav", ("render", "face", "--controls", files[2], "--output")
    assert resonance(*again, other, "--seed", 1).returncode == 0
    assert other.read_bytes() == files[0].read_bytes(), "a replay is the same bytes"
    flac = tmp_path / "c.flac"
    assert typed(*again, flac, "--set", "mouth=1")[0] == 0
    assert not np.allclose(soundfile.read(flac)[0], samples)
    assert not list(tmp_path.glob(".*partial"))


def test_bad_input_is_one_line_and_leaves_nothing(
    take: Path, tmp_path: Path, typed: Typed, monkeypatch, tmp_path_factory
) -> None:
    home = tmp_path_factory.mktemp("home")  # libraries keep things there
    for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    out = tmp_path / "out.wav"
    text, empty = tmp_path / "text.mp4", tmp_path / "empty.mp4"
    text.write_text("no film " * 100)
    empty.touch()
    before = {path.name for path in tmp_path.iterdir()}
    for arguments, says in (
        (("render", "fase", "--output", out), "did you mean 'face'"),
        (("render", "face", "--input", "gone.mp4", "--output", out), "no file gone.mp4"),
        (("render", "face", "--input", text, "--output", out), "not a video"),
        (("render", "face", "--input", empty, "--output", out), "empty"),
        (("render", "face", "--controls", take, "--output", "/proc/x.wav"), "cannot write"),
        (
            ("render", "face", "--controls", take, "--output", tmp_path / "no" / "x.wav"),
            "no folder",
        ),
        (("render", "face", "--controls", take, "--output", tmp_path / "x.aac"), ".wav"),
        (("render", "face", "--controls", take, "--output", out, "--bundle", "dron"), "'drone'"),
        (
            ("render", "face", "--controls", take, "--output", out, "--set", "mouth"),
            "CONTROL=NUMBER",
        ),
        (("render", "face", "--controls", take, "--output", out, "--set", "moth=1"), "'mouth'"),
        (("render", "face", "--controls", take, "--input", take, "--output", out), "not both"),
        (
            ("render", "face", "--controls", take, "--output", out, "--set", "mouth=2"),
            "mouth=2 is out of range: from 0 to 1",
        ),
        (
            ("render", "face", "--controls", take, "--output", out, "--record-controls", take),
            "it is what is read",
        ),
        (
            ("play", "face", "--input", take, "--record-controls", take, "--stage", "silent"),
            "it is what is read",
        ),
        (
            ("render", "face", "--controls", take, "--output", out, "--spectrogram", out),
            "another result's file",
        ),
        (("render", "vision", "--controls", take, "--output", tmp_path / "x.avi"), ".mp4"),
        (
            (
                "render",
                "vision",
                "--sense",
                "recording",
                "--controls",
                take,
                "--seconds",
                0.1,
                "--output",
                tmp_path / "x.mp4",
                "--spectrogram",
                tmp_path / "x.png",
            ),
            "gives no sound here",
        ),
        (("play", "face", "--stage", "silent", "--speaker", "x"), "--speaker needs the stage"),
        (
            ("render", "face", "--input", "gone.csv", "--input", take, "--output", out),
            "--input gone.csv and --input",
        ),
        (("room", "--replicas", 3), "--replicas is of a room on several machines"),
        (("demo", "--output", tmp_path / "demo", "--loudness", 0), "--loudness 0"),
        (("models", "moods", "fields", "--prompt", "red"), "'fields' ships with the program"),
        (("models", "encoder", "texture"), "'texture' ships with the program"),
        (("models", "show", "nothing"), "no bundle"),
        (("models", "check", text), "not a bundle"),
        (("train", tmp_path / "no.toml"), "cannot read the recipe"),
        (("benchmark", "nothing"), "no benchmark"),
    ):
        typed.refused(says, *arguments)
        assert {path.name for path in tmp_path.iterdir()} == before, arguments
    # The same from a process of its own.
    refused(resonance("render", "fase", "--output", out), "did you mean 'face'")


def test_a_film_without_a_face_still_renders(tmp_path: Path) -> None:
    from PIL import Image

    still = tmp_path / "grey.png"
    Image.new("RGB", (64, 48), (90, 90, 90)).save(still)
    out = tmp_path / "rest.wav"
    done = resonance("render", "face", "--input", still, "--output", out, "--json")
    if "face models are missing" in done.stderr:
        pytest.skip("the face models were not obtained")
    assert done.returncode == 0, done.stderr
    assert "warning: no face" in done.stderr
    assert json.loads(done.stdout)["faces_found_ratio"] == 0
    assert out.exists()


def test_a_cut_render_leaves_no_partial_file(tmp_path: Path) -> None:
    take = tmp_path / "long.csv"
    take.write_text("time,present,mouth\n0,1,0\n600,1,1\n")
    files = [tmp_path / "long.wav", tmp_path / "long.png", tmp_path / "copy.csv"]
    process = subprocess.Popen(
        [
            *HEEDING,
            "render",
            "face",
            "--controls",
            str(take),
            "--output",
            str(files[0]),
            "--spectrogram",
            str(files[1]),
            "--record-controls",
            str(files[2]),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    until = time.monotonic() + 60
    while not list(tmp_path.glob(".long.wav*")) and time.monotonic() < until:
        time.sleep(0.05)
    # One may be lost inside a library's callback: people press again.
    for _ in range(20):
        time.sleep(0.5)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert stderr.strip() == "resonance: stopped"
    assert [path.name for path in tmp_path.iterdir()] == ["long.csv"]


BREAKS = """
import signal
from latent_resonance.cli import main

signal.signal(signal.SIGINT, signal.default_int_handler)

def imports(**_):
    try:
        if {pressed}:
            signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        pass  # as C code swallows it
    raise {error}

main.cli.main = imports
main.main()
"""


@pytest.mark.parametrize(
    ("error", "pressed", "last"),
    [
        ("ImportError('initialization failed')", True, "resonance: stopped"),
        (
            "main.ResonanceError('needs it') from ImportError('initialization failed')",
            True,
            "resonance: stopped",
        ),
        ("main.ResonanceError('the disk is full')", True, "resonance: the disk is full"),
        ("ImportError('no such name')", False, "ImportError: no such name"),
    ],
)
def test_an_import_that_ctrl_c_breaks_off_is_stopped(error: str, pressed: bool, last: str) -> None:
    code = BREAKS.format(error=error, pressed=pressed)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, timeout=120
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == last
    if last == "resonance: stopped":
        assert done.stderr.strip() == last


def test_no_sound_card_is_one_line(take: Path, tmp_path: Path) -> None:
    # Without a sound server and its settings, a machine without cards has nothing to play on.
    environment = {**ENVIRONMENT, "HOME": str(tmp_path), "PULSE_SERVER": "unix:/nonexistent"}
    done = subprocess.run(
        [*COMMAND, "play", "face", "--input", str(take), "--stage", "speaker", "--seconds", "1"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )
    if sys.platform != "linux" or done.returncode == 0:
        pytest.skip("this machine's sound card cannot be hidden")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("resonance: ")
    assert "sound" in last


def test_live_on_the_silent_stage_reports_its_meters(take: Path) -> None:
    done = resonance(
        "play",
        "face",
        "--input",
        take,
        "--stage",
        "silent",
        "--seconds",
        1,
        "--json",
        "--buffer-ms",
        200,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["seconds"] == pytest.approx(1.0, abs=0.3)
    assert report["generation_ms"]["count"] >= 1
    assert {"underruns", "control_to_sample_ms", "errors"} <= report.keys()


def test_any_sense_plays_it(tmp_path: Path) -> None:
    done = resonance(
        "play", "face", "--sense", "sliders", "--set", "mouth=0.8", "--set", "yaw_degrees=20",
        "--stage", "audio_file", "--output", tmp_path / "live.wav", "--seconds", 1, "--json",
        "--buffer-ms", 200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    samples, _ = soundfile.read(tmp_path / "live.wav")
    assert np.abs(samples).max() > 0.02
    assert json.loads(done.stdout)["stage"] == "audio_file"


def test_models_devices_doctor_and_synthesize(tmp_path: Path, typed: Typed) -> None:
    assert "drone" in typed.json("models", "list")["bundles"]
    shown = typed("models", "show", "drone")[1]
    assert "CC0-1.0" in shown
    assert "tone" in shown
    assert typed.json("models", "check", "drone")["good"]
    assert set(typed.json("devices")) == {
        "speakers",
        "microphones",
        "cameras",
        "midi inputs",
        "midi outputs",
        "engines",
        "text to image",
    }
    # What the doctor finds, and whether it ends well, is this machine's own.
    checks = json.loads(typed("doctor", "--json")[1])["checks"]
    assert {"Python", "face models", "bundle drone"} <= {check["what"] for check in checks}
    synthesize = ("data", "synthesize", "--output", tmp_path / "s")
    assert typed.json(*synthesize, "--count", 3, "--seconds", 0.5)["sounds"] == 3
    assert len(list((tmp_path / "s").glob("*.flac"))) == 3
    typed.refused("already", *synthesize)


def test_doctor_cleans_what_killed_commands_left(
    tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What others left among this machine's temporary files is none of the test's.
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = tmp_path / "runs"
    folder.mkdir()
    # No machine has so many processes.
    left = folder / ".a.resonance.99999999.partial"
    left.write_bytes(b"half")
    os.utime(left, (1e9, 1e9))
    assert typed.json("doctor", "--clean", folder)["removed"] == [str(left)]
    assert not left.exists()
    code, out, _ = typed("doctor", "--clean", folder)
    assert (code, out) == (0, "nothing to clean\n")
    code, _, err = typed("doctor", folder)
    assert code == 2
    assert "--clean" in err


def test_pictures_are_synthesized_by_the_same_command(tmp_path: Path, typed: Typed) -> None:
    folder, synthesize = tmp_path / "pictures", ("data", "synthesize")
    given = (*synthesize, "pictures", "--output", folder, "--size", 32)
    assert typed.json(*given, "--count", 9) == {"folder": str(folder), "pictures": 9}
    assert len(list(folder.glob("*.png"))) == 9
    typed.refused("already", *given)
    typed.refused("not for pictures", *given, "--seconds", 2)
    typed.refused("not for sounds", *synthesize, "--output", tmp_path / "s", "--size", 9)
    typed.refused("at least 1", *synthesize, "pictures", "--output", tmp_path / "p", "--count", 0)
    assert not (tmp_path / "p").exists()


def test_demo_says_where_it_put_what(tmp_path: Path, typed: Typed, monkeypatch) -> None:
    """All of it, from the first seconds of what the package carries."""
    face = demo.performance_path("face").read_text().splitlines()
    (tmp_path / "face.csv").write_text("\n".join(face[:60]) + "\n")
    (tmp_path / "notes.mid").write_bytes(midi_bytes.song([(0, 0.5, 60, 90), (0.5, 1.5, 67, 70)]))
    monkeypatch.setattr(demo, "performance_path", lambda name: tmp_path / DEMOS[name].performance)
    monkeypatch.setitem(DEMOS, "texture", replace(DEMOS["texture"], seconds=3.0))
    code, told, errors = typed("demo", "--output", tmp_path / "demo")
    assert code == 0, errors
    assert (tmp_path / "demo" / "vision.mp4").stat().st_size > 1000
    for name in ("face.wav", "face.png", "texture.wav", "texture.png", "notes.wav"):
        assert str(tmp_path / "demo" / name) in told
        assert (tmp_path / "demo" / name).stat().st_size > 1000


def test_products_of_arrays_leave_the_other_cores_to_the_model() -> None:
    pytest.importorskip("threadpoolctl")
    told = (
        "import sys; from latent_resonance.cli.main import main\n"
        "sys.argv[1:] = ['--version']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "import numpy, threadpoolctl\n"
        "print([one['num_threads'] for one in threadpoolctl.threadpool_info()])"
    )
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[1]", done.stderr
