"""``resonance play`` of a recipe that paints recordings: ENTER, a voice, ENTER, a picture.

In a pseudo-terminal; the monitor of a null sink of PulseAudio is the microphone.
"""

import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import soundfile
from diffusion_forge import parts
from PIL import Image
from scipy.signal import correlate
from typed import Typed

from latent_resonance.bundles.write import write_bundle
from latent_resonance.engine.voice_pictures.paint import Take, paint_voice

pty = pytest.importorskip("pty", reason="pseudo-terminals are of Unix")

RATE = 48_000
RECIPE = """
name = "singer"
bundle = "{bundle}"
sense = "microphone"
[navigate]
part = "voice_noise"
prompt = "red"
[render]
part = "frames"
[[stage]]
part = "picture_file"
path = "shown.png"
"""
PATIENCE_SECONDS = 60


def sung(seconds: float = 1.5) -> np.ndarray:
    """A gliding tone that begins and ends, unlike itself at any other moment."""
    at = np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * (150 * at + 60 * at**2)
    tone = sum(np.sin(k * phase) / k for k in range(1, 10))
    return 0.2 * tone * np.sin(np.pi * at / seconds) ** 0.5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bundle = write_bundle(tmp_path / "tiny.resonance", *parts())
    (tmp_path / "singer.toml").write_text(RECIPE.format(bundle=bundle))
    return tmp_path


@pytest.fixture
def sound_server() -> Iterator[dict[str, str]]:
    """An environment in which all sound goes through a server without hardware."""
    tools = ("pulseaudio", "pactl", "paplay")
    missing = [name for name in tools if shutil.which(name) is None]
    if missing:
        pytest.skip(f"this machine has no {', '.join(missing)}")
    # A socket's path is short.
    with tempfile.TemporaryDirectory(prefix="lr") as place:
        socket = Path(place) / "native"
        script = Path(place) / "start.pa"
        script.write_text(
            f"load-module module-native-protocol-unix socket={socket}\n"
            "load-module module-null-sink sink_name=stage rate=48000\n"
            "set-default-sink stage\nset-default-source stage.monitor\n"
        )
        own = {**os.environ, "XDG_RUNTIME_DIR": place, "HOME": place}
        own["PULSE_SERVER"] = f"unix:{socket}"
        server = subprocess.Popen(
            ["pulseaudio", "-n", "-F", script, "--use-pid-file=no", "--exit-idle-time=-1"],
            env=own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            ready = ["pactl", "list", "short", "sources"]
            until = time.monotonic() + 10
            while (
                b"stage.monitor"
                not in subprocess.run(ready, env=own, capture_output=True, check=False).stdout
            ):
                if server.poll() is not None or time.monotonic() > until:
                    pytest.skip("PulseAudio does not start here")
                time.sleep(0.05)
            asked = "import sounddevice as s; print([d['name'] for d in s.query_devices()])"
            found = subprocess.run(
                [sys.executable, "-c", asked], env=own, capture_output=True, text=True, check=False
            )
            if "pulse" not in found.stdout:
                pytest.skip("PortAudio does not reach PulseAudio here")
            yield own
        finally:
            server.terminate()
            server.wait(60)


class Terminal:
    """A command in a pseudo-terminal."""

    def __init__(self, folder: Path, own: dict[str, str], *arguments: str) -> None:
        outer, inner = pty.openpty()
        self._outer, self.text = outer, ""
        command = [sys.executable, "-m", "latent_resonance", *arguments]
        self.process = subprocess.Popen(
            command, cwd=folder, env=own, stdin=inner, stdout=inner, stderr=inner, close_fds=True
        )
        os.close(inner)

    def press(self, key: str) -> None:
        os.write(self._outer, key.encode())

    def wait(self, pattern: str) -> re.Match[str]:
        """What comes from now on until it holds ``pattern``."""
        until = time.monotonic() + PATIENCE_SECONDS
        while (found := re.search(pattern, self.text)) is None:
            assert time.monotonic() < until, self.text
            if select.select([self._outer], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self._outer, 4096).decode(errors="replace")
                except OSError:  # the other end was closed
                    pytest.fail(f"it ended: {self.text}")
        self.text = self.text[found.end() :]
        return found

    def drop(self) -> None:
        """Forget what has come so far."""
        while select.select([self._outer], [], [], 0)[0]:
            os.read(self._outer, 4096)
        self.text = ""

    def seconds(self) -> float:
        return float(self.wait(r"(\d+\.\d) s  \[").group(1))

    def close(self) -> int:
        code = self.process.wait(PATIENCE_SECONDS)
        os.close(self._outer)
        return code


def test_it_records_what_was_played_and_paints_it(folder: Path, sound_server) -> None:
    source = sung()
    soundfile.write(folder / "source.wav", source, RATE)
    terminal = Terminal(
        folder,
        sound_server,
        "play",
        "singer.toml",
        "--microphone",
        "pulse",
        "--output",
        "mine",
        "--keep",
    )
    try:
        terminal.wait("ENTER records")
        terminal.press("\n")
        assert terminal.seconds() >= 0, "sound comes"
        subprocess.run(["paplay", folder / "source.wav"], env=sound_server, check=True)
        terminal.drop()
        over = terminal.seconds() + 0.5
        while terminal.seconds() < over:
            pass
        terminal.press("\n")
        terminal.wait("take-001.png")
        terminal.press("\x1b")
        assert terminal.close() == 0
    finally:
        terminal.process.kill()
    take, rate = soundfile.read(folder / "mine" / "take-001.wav")
    if rate != RATE:
        import soxr

        take = soxr.resample(take, rate, RATE)
    products = correlate(take, source, "valid")
    start = int(np.abs(products).argmax())
    part = take[start : start + len(source)]
    assert float(part @ source) / np.linalg.norm(part) / np.linalg.norm(source) >= 0.9
    with Image.open(folder / "mine" / "take-001.png") as image:
        assert image.size == (256, 256)
        assert "recipe" in image.info["Comment"]
    with Image.open(folder / "shown.png") as image:
        assert image.size == (256, 256)


class Played:
    """In place of the recorder: one take after another."""

    rate, level, seconds = RATE, 0.5, 1.0

    def __init__(self, takes: list[np.ndarray]) -> None:
        self._takes, self.recording = iter(takes), False
        self._started = 0

    @property
    def lost(self) -> bool:
        """The third take ends by itself."""
        return self.recording and self._started == 3

    def start(self) -> None:
        self.recording = True
        self._started += 1

    def stop(self) -> np.ndarray:
        self.recording = False
        return next(self._takes).astype(np.float32)

    def close(self) -> None: ...


def test_takes_are_painted_one_by_one_and_their_sound_is_not_kept(
    typed: Typed, folder: Path, monkeypatch
) -> None:
    place = "latent_resonance.engine.voice_pictures.takes"
    played = Played([sung(), np.zeros(RATE), sung(1.0)])
    keys = iter([*"\n\n\n\n\n", ""])
    monkeypatch.setattr(f"{place}.TakeRecorder", lambda device: played)
    monkeypatch.setattr(f"{place}.need_terminal", lambda: None)
    monkeypatch.setattr(
        f"{place}.terminal_characters", lambda: nullcontext(lambda: next(keys, "\x1b"))
    )
    made = ("play", "singer.toml", "--prompt", "red circels", "--steps", "2")
    code, out, err = typed(*made)
    assert (code, out) == (0, "")
    told = err.splitlines()[1:]
    assert told[0].endswith("take-001.png: 256 x 256; understood: red")
    assert told[1] == "'circels' says nothing to the model: try 'circles'"
    assert told[2] == "no picture: the recording is silent: check the microphone and its level"
    assert told[3] == "the sound input is gone"
    assert "take-002.png" in told[4]
    files = sorted(path.name for path in (folder / "takes").iterdir())
    assert files == ["take-001.png", "take-002.png"]
    typed.refused("add --live", *made, "--set", "hue=1")
    typed.refused("do nothing to takes", *made, "--calibrate")
    typed.refused("takes go to a folder", *made, "--output", "me.png")
    assert typed(*made, "--output", "nothing")[0] == 0
    assert not (folder / "nothing").exists()


def test_who_ends_in_the_middle_of_a_take_has_taken_it(
    typed: Typed, folder: Path, monkeypatch
) -> None:
    place = "latent_resonance.engine.voice_pictures.takes"
    played = Played([np.zeros(RATE), sung(1.0)])
    keys = iter("\n\n\n")
    monkeypatch.setattr(f"{place}.TakeRecorder", lambda device: played)
    monkeypatch.setattr(f"{place}.need_terminal", lambda: None)
    monkeypatch.setattr(
        f"{place}.terminal_characters", lambda: nullcontext(lambda: next(keys, "\x1b"))
    )
    code, _, err = typed("play", "singer.toml", "--keep", "--steps", "2", "--output", "mine")
    assert code == 0, err
    # What is silent leaves no sound either.
    files = sorted(path.name for path in (folder / "mine").iterdir())
    assert files == ["take-001.png", "take-001.wav"]
    assert soundfile.info(folder / "mine" / "take-001.wav").duration == pytest.approx(1.0)


def test_a_take_gives_the_picture_of_its_file(tmp_path: Path, folder: Path) -> None:
    take = Take(sung().astype(np.float32), RATE)
    soundfile.write(tmp_path / "take.wav", take.samples, RATE, subtype="FLOAT")
    one, other = (
        paint_voice(sound, "red", bundle=str(folder / "tiny.resonance"), steps=1, snap=False)
        for sound in (take, tmp_path / "take.wav")
    )
    assert dict(one.recipe) == dict(other.recipe)
    assert np.array_equal(one.pixels, other.pixels)


def test_without_a_terminal_or_a_microphone_it_says_so(
    typed: Typed, folder: Path, monkeypatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    typed.refused("no terminal", "play", "singer.toml")
    monkeypatch.setattr("latent_resonance.engine.voice_pictures.takes.need_terminal", lambda: None)
    code, out, err = typed("play", "singer.toml", "--microphone", "nobody's")
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "sound input" in err or "PortAudio" in err
    assert not (folder / "takes").exists()
