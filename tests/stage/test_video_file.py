"""Video files: as long as they should be, the same again, playable, whole or not there."""

import shutil
import subprocess
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from latent_resonance.contracts import parts
from latent_resonance.contracts.errors import AssemblyError, MissingPartError, OutputError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import AudioBlock, Frame, Spec
from latent_resonance.stage import video_file
from latent_resonance.stage.metadata.recipe_of import KEY, read_recipe, spell_recipe
from latent_resonance.stage.video import codecs
from latent_resonance.stage.video.tracks import exact_rate

KINDS = [".mp4", ".mov", ".webm", ".mkv"]
PICTURE = PictureFormat(64, 48, 25)


def picture(k: int, height: int = 48, width: int = 64) -> np.ndarray:
    """A grey ramp whose brightness says which picture it is."""
    pixels = np.full((height, width, 3), 40 + 2 * (k % 90), np.uint8)
    pixels[:, : width // 2, 0] = 200
    return pixels


def tone(samples: int, rate: int, channels: int = 1) -> np.ndarray:
    sine = 0.4 * np.sin(2 * np.pi * 440 * np.arange(samples) / rate)
    return np.repeat(sine[:, None], channels, 1).astype(np.float32)


def prepared(path: Path, *, crf: int = 18, **spec: Any) -> video_file.Part:
    stage = video_file.Part(video_file.Options(path=path, crf=crf))
    stage.prepare(Spec(**{"picture": PICTURE, **spec}))
    return stage


def write(
    path: Path, frames: int = 50, seconds: float = 2.0, rate: int = 16_000, **spec: Any
) -> Path:
    stage = prepared(path, sample_rate=rate, **spec)
    sound = tone(round(seconds * rate), rate, spec.get("channels", 1))
    step = rate // 25
    for k in range(max(frames, len(sound) // step + 1)):
        if k < frames:
            stage.show(Frame(picture(k), k / 25))
        block = sound[k * step : (k + 1) * step]
        if len(block):
            stage.play(AudioBlock(block, rate, k * step))
    stage.close()
    return path


def pictures(path: Path) -> tuple[list[float], np.ndarray]:
    with av.open(str(path)) as file:
        found = [(f.time, f.to_ndarray(format="rgb24")) for f in file.decode(video=0)]
    return [round(time, 3) for time, _ in found], np.array([pixels for _, pixels in found])


def sound(path: Path) -> tuple[np.ndarray, int]:
    """Mono, as a player gives it: from time 0, within the track's length."""
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        pieces = []
        for frame in file.decode(stream):
            samples = frame.to_ndarray().astype(np.float64)
            if not frame.format.is_planar:
                samples = samples.reshape(-1, frame.layout.nb_channels).T
            if frame.format.name.startswith("s32"):
                samples /= 2**31
            pieces.append((frame.time, samples[0]))
        rate = stream.rate
        limit = stream.duration
        most = round(float(limit * stream.time_base) * rate) if limit else None
    first = round(pieces[0][0] * rate)
    assert first in {0, -round(0.0065 * rate)}
    return np.concatenate([piece for _, piece in pieces])[:most], rate


@pytest.mark.parametrize("suffix", KINDS)
def test_pictures_and_sound_are_exactly_as_long(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a{suffix}", frames=53, seconds=2.12)
    times, pixels = pictures(path)
    assert times == [round(k / 25, 3) for k in range(53)]
    grey = pixels[:, 24, 48].mean(1)
    np.testing.assert_allclose(grey, [40 + 2 * (k % 90) for k in range(53)], atol=4)
    samples, rate = sound(path)
    assert len(samples) == round(2.12 * rate)
    middle = slice(rate // 4, rate)
    assert np.abs(samples - tone(len(samples), rate)[:, 0])[middle].max() < 0.02
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("fps", [5, 25])
def test_what_is_played_live_has_both_tracks_from_the_first_moment(
    tmp_path: Path, suffix: str, fps: int
) -> None:
    stage = prepared(
        tmp_path / f"a{suffix}",
        picture=PictureFormat(64, 48, fps),
        sample_rate=48_000,
        live=True,
    )
    for k in range(2 * fps):
        stage.show(Frame(picture(k), k / fps))
        first, end = 48_000 * k // fps, 48_000 * (k + 1) // fps
        stage.play(AudioBlock(tone(end, 48_000)[first:], 48_000, first))
    stage.close()
    times, _ = pictures(tmp_path / f"a{suffix}")
    assert times == [round(k / fps, 3) for k in range(2 * fps)]
    samples, rate = sound(tmp_path / f"a{suffix}")
    assert abs(len(samples) - 2 * rate) < 1024
    assert np.abs(samples - tone(len(samples), rate)[:, 0])[rate // 4 : rate].max() < 0.02


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (29.97, Fraction(30_000, 1001)),
        (23.976, Fraction(24_000, 1001)),
        (23.98, Fraction(24_000, 1001)),
        (59.94, Fraction(60_000, 1001)),
        (30_000 / 1001, Fraction(30_000, 1001)),
        (29.9, Fraction(299, 10)),
        (30.0, Fraction(30)),
        (0.5, Fraction(1, 2)),
    ],
)
def test_a_rate_of_broadcast_is_the_exact_one(given: float, meant: Fraction) -> None:
    assert exact_rate(given) == meant


@pytest.mark.parametrize("suffix", KINDS)
def test_the_same_performance_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    one, two = write(tmp_path / f"a{suffix}"), write(tmp_path / f"b{suffix}")
    assert one.read_bytes() == two.read_bytes()


def test_moving_pictures_of_any_width_are_the_same_each_time(tmp_path: Path) -> None:
    y, x = np.mgrid[:96, :96]
    waves = [
        np.stack(
            [100 * np.sin(x / 9 + k / 7 + c) * np.cos(y / 7 - k / 11 + c) for c in range(3)], 2
        )
        for k in range(66)
    ]
    made = set()
    for turn in range(8):
        path = tmp_path / f"{turn}.mp4"
        stage = prepared(path, picture=PictureFormat(96, 96, 30))
        for k, wave in enumerate(waves):
            stage.show(Frame((128 + wave).astype(np.uint8), k / 30))
        stage.close()
        made.add(path.read_bytes())
    assert len(made) == 1


def test_blocks_of_any_size_give_the_same_sound(tmp_path: Path) -> None:
    made = []
    for cuts in ([], [1, 2, 5000], range(64, 20_000, 480)):
        stage = prepared(tmp_path / "a.webm", sample_rate=22_050, picture=None)
        for piece in np.split(tone(20_000, 22_050), list(cuts)):
            stage.play(AudioBlock(piece, 22_050))
        stage.close()
        made.append(sound(tmp_path / "a.webm")[0])
    np.testing.assert_allclose(made[0], made[1], atol=1e-4)
    np.testing.assert_allclose(made[0], made[2], atol=1e-4)


def test_an_mp4_is_what_browsers_play(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4")
    with av.open(str(path)) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert video.codec_context.pix_fmt == "yuv420p"
        assert video.codec_context.colorspace == 1
        assert video.average_rate == 25
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "a browser begins before it has all"


@pytest.mark.parametrize("suffix", KINDS)
def test_what_is_cut_while_it_is_played_live_can_be_played(tmp_path: Path, suffix: str) -> None:
    stage = prepared(tmp_path / f"a{suffix}", sample_rate=16_000, channels=1, live=True)
    for k in range(150):
        stage.show(Frame(picture(k), k / 25))
        stage.play(AudioBlock(tone(640, 16_000), 16_000, k * 640))
    (partial,) = tmp_path.glob(".*.partial")
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(partial.read_bytes())
    with av.open(str(cut)) as file:
        assert sum(1 for _ in file.decode(video=0)) >= 75
    stage.close()
    with av.open(str(tmp_path / f"a{suffix}")) as file:
        assert sum(1 for _ in file.decode(video=0)) == 150


@pytest.mark.parametrize("suffix", KINDS)
def test_colours_come_back(tmp_path: Path, suffix: str) -> None:
    wanted = [
        [220, 40, 40],
        [40, 200, 60],
        [50, 60, 210],
        [128, 128, 128],
        [250, 250, 250],
        [0, 0, 0],
    ]
    stage = prepared(tmp_path / f"a{suffix}", sample_rate=0, crf=4)
    for k, colour in enumerate(wanted):
        stage.show(Frame(np.full((48, 64, 3), colour, np.uint8), k / 25))
    stage.close()
    with av.open(str(tmp_path / f"a{suffix}")) as file:
        for frame, colour in zip(file.decode(video=0), wanted, strict=True):
            planes = frame.to_ndarray().astype(float)  # 48 rows of Y, 12 of U, 12 of V
            y, u, v = planes[:48].mean(), planes[48:60].mean(), planes[60:].mean()
            r, _, b = colour
            luma = np.dot([0.2126, 0.7152, 0.0722], colour)  # ITU-R BT.709, limited range
            np.testing.assert_allclose(y, 16 + 219 / 255 * luma, atol=2)
            np.testing.assert_allclose(u, 128 + 224 / 255 * (b - luma) / 1.8556, atol=2)
            np.testing.assert_allclose(v, 128 + 224 / 255 * (r - luma) / 1.5748, atol=2)


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("rate", [7_000, 44_100, 96_000])
def test_any_sample_rate_keeps_its_length_and_pitch(tmp_path: Path, suffix: str, rate: int) -> None:
    path = write(
        tmp_path / f"a{suffix}", frames=0, seconds=1.0, rate=rate, channels=2, picture=None
    )
    samples, written = sound(path)
    assert abs(len(samples) - written) <= 1
    heard = np.argmax(np.abs(np.fft.rfft(samples[: written // 2]))) * 2
    assert heard == 440


def test_sound_or_pictures_alone(tmp_path: Path) -> None:
    only_sound = write(tmp_path / "a.mp4", frames=0)
    only_pictures = prepared(tmp_path / "b.mp4", sample_rate=0, channels=0)
    announced = prepared(tmp_path / "c.mp4")  # sound was announced, none came
    for k in range(50):
        only_pictures.show(Frame(picture(k), k / 25))
        announced.show(Frame(picture(k), k / 25))
    only_pictures.close()
    announced.close()
    for path, tracks in (
        (only_sound, (0, 1)),
        (tmp_path / "b.mp4", (1, 0)),
        (tmp_path / "c.mp4", (1, 0)),
    ):
        with av.open(str(path)) as file:
            assert (len(file.streams.video), len(file.streams.audio)) == tracks
            assert file.duration == pytest.approx(2e6, abs=1)


def test_dropped_pictures_hold_the_one_before_and_late_twins_are_left_out(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.mp4", sample_rate=0)
    for k in (2, 3, 3, 7, 5, 8):  # the first comes late, 5 comes after 7
        stage.show(Frame(picture(k), k / 25))
    stage.close()
    times, _ = pictures(tmp_path / "a.mp4")
    assert times == [0.0, 0.12, 0.28, 0.32]


def test_the_last_picture_is_held_and_silence_added_to_the_same_end(tmp_path: Path) -> None:
    long_sound = write(tmp_path / "a.mp4", frames=10, seconds=2.0)
    times, pixels = pictures(long_sound)
    assert times[-2:] == [0.36, 1.96]
    np.testing.assert_allclose(pixels[-1].astype(int), pixels[-2], atol=4)
    short_sound = write(tmp_path / "b.mp4", frames=50, seconds=0.5)
    samples, rate = sound(short_sound)
    assert len(samples) == 2 * rate
    assert np.abs(samples[rate:]).max() < 1e-3


def test_a_still_and_a_sound(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.mp4", picture=PictureFormat(64, 48))
    stage.show(Frame(picture(0), 0.0))
    stage.play(AudioBlock(tone(32_000, 16_000), 16_000))
    stage.close()
    times, _ = pictures(tmp_path / "a.mp4")
    assert times == [0.0, 1.96]


def test_odd_sizes_get_one_more_row_and_column(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.mp4", sample_rate=0, picture=PictureFormat(63, 47, 25))
    stage.show(Frame(picture(3, 47, 63), 0.0))
    stage.close()
    _, pixels = pictures(tmp_path / "a.mp4")
    assert pixels.shape == (1, 48, 64, 3)
    np.testing.assert_allclose(pixels[0, 46].astype(int), pixels[0, 47], atol=4)


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("rate", [24, 25, 30, 50, 60])
def test_every_rate_ends_with_its_sound(tmp_path: Path, suffix: str, rate: int) -> None:
    seconds, sample_rate = 1.73, 44_100
    stage = prepared(
        tmp_path / f"a{suffix}", sample_rate=sample_rate, picture=PictureFormat(64, 48, rate)
    )
    stage.play(AudioBlock(tone(round(seconds * sample_rate), sample_rate), sample_rate))
    for k in range(round(seconds * rate)):
        stage.show(Frame(picture(k), k / rate))
    stage.close()
    times, pixels = pictures(tmp_path / f"a{suffix}")
    assert times == pytest.approx([k / rate for k in range(len(times))], abs=1e-3)
    assert len(times) == round(seconds * rate)
    np.testing.assert_allclose(
        pixels[:, 24, 48].mean(1), [40 + 2 * (k % 90) for k in range(len(times))], atol=4
    )
    samples, written = sound(tmp_path / f"a{suffix}")
    assert len(samples) == pytest.approx(seconds * written, abs=1)
    assert abs(len(samples) / written - len(times) / rate) <= 1 / rate
    with av.open(str(tmp_path / f"a{suffix}")) as file:
        assert file.streams.video[0].average_rate == rate


def test_pictures_of_4k(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.mp4", sample_rate=0, picture=PictureFormat(3840, 2160, 60))
    for k in range(3):
        stage.show(Frame(picture(10 * k, 2160, 3840), k / 60))
    stage.close()
    times, pixels = pictures(tmp_path / "a.mp4")
    assert pixels.shape == (3, 2160, 3840, 3)
    assert times == pytest.approx([0, 1 / 60, 2 / 60], abs=1e-3)
    np.testing.assert_allclose(pixels[:, 1000, 3000].mean(1), [40, 60, 80], atol=4)


def test_a_film_rate_is_kept(tmp_path: Path) -> None:
    stage = prepared(
        tmp_path / "a.mp4", sample_rate=0, picture=PictureFormat(64, 48, 30_000 / 1001)
    )
    for k in range(30):
        stage.show(Frame(picture(k), k * 1001 / 30_000))
    stage.close()
    with av.open(str(tmp_path / "a.mp4")) as file:
        assert file.streams.video[0].average_rate == Fraction(30_000, 1001)
        assert len(list(file.decode(video=0))) == 30


@pytest.mark.parametrize("suffix", KINDS)
def test_the_recipe_travels_in_the_file(tmp_path: Path, suffix: str) -> None:
    recipe = {"w": "x" * 9000, "name": "Größe; a: b", "list": [1, 2.5, None]}
    path = write(tmp_path / f"a{suffix}", meta={"made": "tests", KEY: spell_recipe(recipe)})
    assert read_recipe(path) == recipe
    assert read_recipe(write(tmp_path / f"b{suffix}")) is None


def test_two_threads_may_write_at_once(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.mp4")
    blocks = np.array_split(tone(32_000, 16_000), 250)

    def show() -> None:
        for k in range(50):
            stage.show(Frame(picture(k), k / 25))

    def play() -> None:
        for block in blocks:
            stage.play(AudioBlock(block, 16_000))

    threads = [threading.Thread(target=work) for work in (show, play)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stage.close()
    times, _ = pictures(tmp_path / "a.mp4")
    assert len(times) == 50
    assert len(sound(tmp_path / "a.mp4")[0]) == 32_000
    alone = write(tmp_path / "b.mp4")
    np.testing.assert_array_equal(pictures(alone)[1], pictures(tmp_path / "a.mp4")[1])


@pytest.mark.parametrize(
    ("name", "spec", "kind", "says"),
    [
        ("a.avi", {}, OutputError, "use one of .mp4, .mov, .webm, .mkv"),
        ("folder.mp4", {}, OutputError, "it is a folder"),
        ("text/a.mp4", {}, OutputError, "Not a directory|No such file"),
        ("none/a.mp4", {}, OutputError, "No such file"),
        ("a" * 300 + ".mp4", {}, OutputError, "too long"),
        ("a.mp4", {"channels": 6}, AssemblyError, "one or two channels, not 6"),
        ("a.mp4", {"sample_rate": 0, "picture": None}, AssemblyError, "pictures or sound"),
    ],
)
def test_refused_before_the_first_picture(
    tmp_path: Path, name: str, spec: dict[str, Any], kind: type[Exception], says: str
) -> None:
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "text").write_text("a file, not a folder")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(kind, match=says) as caught:
        prepared(tmp_path / name, **spec)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_encoder_is_replaced_or_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, missing = av.codec.Codec, {"libx264", "libvpx-vp9"}

    def codec(name: str, mode: str = "r") -> Any:
        if name in missing:
            raise av.codec.codec.UnknownCodecError(name)
        return real(name, mode)

    monkeypatch.setattr(av.codec, "Codec", codec)
    assert codecs.choose_encoder(codecs.CONTAINERS[".mp4"].pictures, "mp4") == "mpeg4"
    path = write(tmp_path / "a.mp4")
    with av.open(str(path)) as file:
        assert file.streams.video[0].codec_context.name == "mpeg4"
    missing.update({"libvpx", "mpeg4"})
    with pytest.raises(MissingPartError, match=r"no encoder for webm files \(libvpx-vp9, libvpx\)"):
        prepared(tmp_path / "a.webm")
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", KINDS)
@pytest.mark.parametrize("given", ["nothing", "pictures", "both"])
def test_an_aborted_file_is_not_there(tmp_path: Path, suffix: str, given: str) -> None:
    (tmp_path / f"a{suffix}").write_text("from before")
    stage = prepared(tmp_path / f"a{suffix}")
    if given != "nothing":
        for k in range(20):
            stage.show(Frame(picture(k), k / 25))
    if given == "both":
        stage.play(AudioBlock(tone(9000, 16_000), 16_000))
    assert len(list(tmp_path.iterdir())) == 2
    stage.abort()
    stage.abort()
    stage.close()
    assert [item.read_text() for item in tmp_path.iterdir()] == ["from before"]


def test_a_stage_that_got_nothing_leaves_nothing(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.mp4")
    stage.close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(AssemblyError, match="not prepared"):
        stage.show(Frame(picture(0), 0.0))


@pytest.mark.parametrize("suffix", KINDS)
def test_a_full_disk_is_said_in_one_line(tmp_path: Path, suffix: str) -> None:
    resource = pytest.importorskip("resource")
    rng = np.random.default_rng(0)
    stage = prepared(tmp_path / f"a{suffix}", sample_rate=0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(OutputError, match="File too large") as caught:
            for k in range(40):
                stage.show(Frame(rng.integers(0, 255, (48, 64, 3), np.uint8), k / 25))
            stage.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
    stage.close()


@pytest.mark.parametrize("suffix", KINDS)
def test_what_was_recorded_before_the_disk_was_full_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path, real = tmp_path / f"a{suffix}", shutil.disk_usage
    path.write_text("from before")
    free = 33 * 2**20

    def usage(folder: Path) -> Any:
        written = sum(item.stat().st_size for item in tmp_path.iterdir() if item.name[0] == ".")
        return real(folder)._replace(free=free - 100 * written)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    stage = prepared(path)
    rng, shown = np.random.default_rng(0), 0
    with pytest.raises(OutputError, match=r"the disk is full: .* has the first \d+\.\d s$") as full:
        for k in range(2000):
            stage.show(Frame(rng.integers(0, 255, (48, 64, 3), np.uint8), k / 25))
            stage.play(AudioBlock(tone(640, 16_000), 16_000, 640 * k))
            shown = k + 1
    with pytest.raises(OutputError, match="the disk is full"):
        stage.play(AudioBlock(tone(640, 16_000), 16_000))
    stage.abort()
    stage.close()
    assert sorted(tmp_path.iterdir()) == [path]
    times, _ = pictures(path)
    assert times == pytest.approx([k / 25 for k in range(len(times))], abs=1e-3)
    assert len(times) in {shown, shown + 1}
    assert f"{len(times) / 25:.1f} s" in str(full.value)
    samples, rate = sound(path)
    assert len(samples) / rate == pytest.approx(len(times) / 25, abs=0.0401)


def test_a_full_disk_is_said_before_the_performance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    with pytest.raises(OutputError, match=r"cannot write .*a\.mp4: the disk is full$"):
        prepared(tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_picture_of_another_size_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.mp4", sample_rate=0)
    stage.show(Frame(picture(0), 0.0))
    with pytest.raises(AssemblyError, match="64x48 was agreed"):
        stage.show(Frame(picture(0, 50, 64), 0.04))
    assert list(tmp_path.iterdir()) == []


def test_it_is_a_stage_for_both() -> None:
    stage = find_part("stage", "video_file").make({})
    assert isinstance(stage, parts.SoundStage)
    assert isinstance(stage, parts.PictureStage)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs ffprobe")
@pytest.mark.parametrize("suffix", KINDS)
def test_another_program_reads_the_same_lengths(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a{suffix}", frames=75, seconds=3.0)
    asked = ["-show_entries", "format=duration", "-of", "csv=p=0"]
    said = subprocess.run(
        ["ffprobe", "-v", "error", *asked, str(path)], capture_output=True, text=True, check=True
    )
    assert float(said.stdout) == pytest.approx(3.0, abs=0.02)
    assert said.stderr == ""


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PAGE = """<video id=v muted preload=auto src="{name}"></video><p id=said>nothing</p><script>
v.onerror = () => {{ said.textContent = "error " + v.error.message }};
v.onloadeddata = () => {{
  const c = document.createElement("canvas"); c.width = 64; c.height = 48;
  const d = c.getContext("2d"); d.drawImage(v, 0, 0);
  const pixel = d.getImageData(48, 24, 1, 1).data;
  said.textContent = [v.duration, v.videoWidth, v.videoHeight, pixel[1]].join(" ");
}};
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm"])
def test_a_browser_opens_it_and_shows_its_first_picture(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a{suffix}", frames=75, seconds=3.0)
    (tmp_path / "page.html").write_text(PAGE.format(name=path.name))
    # The page is loaded when the video has its first picture.
    how = ["--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    page = subprocess.run(
        [CHROMIUM, *how, profile, "--dump-dom", (tmp_path / "page.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = page.stdout.split('<p id="said">')[1].split("<")[0].split()
    duration, width, height, green = map(float, said)
    assert duration == pytest.approx(3.0, abs=0.04)
    assert (width, height) == (64, 48)
    assert green == pytest.approx(40, abs=4)
