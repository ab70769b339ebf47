"""Files as loud as they are asked to be, judged by FFmpeg's own meter."""

import math
from pathlib import Path

import av
import av.filter
import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.report import levels_in_file, measure_sound, write_sound
from latent_resonance.engine.results import Sound


def heard(path: Path) -> tuple[float, float]:
    """LUFS and dBTP by the filter ``ebur128``."""
    last: dict[str, str] = {}
    with av.open(str(path)) as file:
        graph = av.filter.Graph()
        source = graph.add_abuffer(template=file.streams.audio[0])
        meter = graph.add("ebur128", "peak=true:metadata=1:framelog=quiet")
        sink = graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in [*file.decode(audio=0), None]:
            graph.push(frame)
            while True:
                try:
                    last.update(graph.pull().metadata)
                except (av.error.BlockingIOError, av.error.EOFError):
                    break
    peak = 20 * math.log10(float(last["lavfi.r128.true_peak"]))
    return float(last["lavfi.r128.I"]), peak


def lufs(sound: np.ndarray, path: Path) -> float | None:
    return levels_in_file(sound, 16_000, path)["loudness_lufs"]


def struck() -> Sound:
    """Bright decaying hits above what lies between them, in two channels."""
    rate, random = 48_000, np.random.default_rng(3)
    sound = 0.004 * random.standard_normal((rate, 2))
    hit = np.exp(-np.arange(rate // 4) / 2000)[:, None] * random.standard_normal((rate // 4, 2))
    for begin in range(0, rate, rate // 4):
        sound[begin : begin + len(hit)] += 0.05 * hit
    return Sound(sound.astype(np.float32), rate)


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".opus", ".mp3"])
def test_a_file_is_as_loud_as_asked_and_peaks_below_one_decibel(
    tmp_path: Path, suffix: str
) -> None:
    path = struck().save(tmp_path / f"a{suffix}", loudness=-16, fade_in=0.1, fade_out=0.5)
    loudness, peak = heard(path)
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -0.95  # the meter tells hundredths


def test_opus_of_a_low_rate_peaks_below_one_decibel_as_it_is_played(tmp_path: Path) -> None:
    rate, length = 16_000, 12_000
    noise = np.random.default_rng(0).standard_normal(length)
    noise *= np.exp(-(np.arange(length) % 4_000) / 800)
    sound = Sound((0.1 * noise).astype(np.float32), rate)
    loudness, peak = heard(sound.save(tmp_path / "a.opus", loudness=-16))
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -0.95


def test_a_rate_that_a_format_does_not_take_is_one_line(tmp_path: Path) -> None:
    sound = Sound(struck().samples, 44_100)
    with pytest.raises(OutputError, match=r"Opus takes .*, not 44100: use a rate of 48000"):
        sound.save(tmp_path / "a.opus", loudness=-16)
    assert list(tmp_path.iterdir()) == []


def test_a_sound_stays_as_it_was_where_nothing_is_asked(tmp_path: Path) -> None:
    sound = struck()
    for options in ({}, {"bits": 24}):
        path = sound.save(tmp_path / "a.wav", **options)
        np.testing.assert_allclose(soundfile.read(path)[0], sound.samples, atol=2**-23)


def test_what_is_missed_is_said() -> None:
    click = np.zeros((32_000, 1), np.float32)
    click[9_000] = 0.5
    asked = Mastering(-16)
    for sound, says in (
        (click, "peaks hold"),
        (0 * click, "silent"),
        (np.ones((100, 1), np.float32), "too short"),
    ):
        made = asked(sound, 16_000, Path("a.wav"))
        assert says in asked.remark(made, lufs(made, Path("a.wav")))["note"]
    tone = np.sin(np.arange(32_000) / 3).astype(np.float32)[:, None]
    made = asked(tone, 16_000, Path("a.wav"))
    assert asked.remark(made, lufs(made, Path("a.wav"))) == {}


@pytest.mark.parametrize("name", ["a.wav", "a.ogg", "a.opus", "a.mp3"])
def test_a_report_is_of_what_the_file_plays(tmp_path: Path, name: str) -> None:
    # Opus takes 2 dB of what lies next to 8 kHz.
    noise = np.random.default_rng(3).normal(size=(64_000, 1)).astype(np.float32)
    noise = 0.1 * np.diff(noise, axis=0, prepend=0)
    path, asked = tmp_path / name, Mastering(-18)
    made = asked(noise, 16_000, path)
    write_sound(path, made, 16_000)
    told = measure_sound(made, 16_000, path)
    loudness, peak = heard(path)
    assert told["loudness_lufs"] == pytest.approx(loudness, abs=0.15)
    assert told["true_peak_db"] == pytest.approx(peak, abs=0.5)
    assert asked.remark(made, told["loudness_lufs"]) == {}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"loudness": -3}, "--loudness -3"),
        ({"loudness": math.nan}, "--loudness nan"),
        ({"fade_in": -1}, "--fade-in -1"),
        ({"fade_out": math.inf}, "--fade-out inf"),
        ({"bits": 12}, "--bits 12"),
        ({"dither": True}, "--bits 16"),
    ],
)
def test_values_beyond_reason_are_refused(options: dict[str, float], says: str) -> None:
    with pytest.raises(InputError, match=says):
        Mastering(**options)


@pytest.mark.parametrize("name", ["a.mp4", "a.png", "frames"])
def test_pictures_have_no_loudness(name: str) -> None:
    Mastering().check_output(Path(name))
    with pytest.raises(InputError, match="no sound file"):
        Mastering(-16).check_output(Path(name))
