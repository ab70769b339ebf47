"""Sound files of every kind are read, and whatever else they hold ends in one clear line."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import MediaError
from latent_resonance.data.decode import decode_mono
from latent_resonance.data.synthetic.sustained import sustain
from latent_resonance.sound.recordings.reader import NoSoundError

SOUND = sustain("pad", 57, 0.7, 44_100)


def encoded(suffix: str) -> bytes:
    kind = {".oga": "OGG", ".aif": "AIFF"}.get(suffix, suffix[1:].upper())
    file = io.BytesIO()
    soundfile.write(file, SOUND, 44_100, format=kind)
    return file.getvalue()


def test_channels_are_averaged_and_rates_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    both = np.stack([SOUND, np.zeros_like(SOUND)], axis=1)
    soundfile.write(path, both, 44_100, subtype="FLOAT")
    np.testing.assert_allclose(decode_mono(path, 44_100).samples, SOUND / 2, atol=1e-6)
    import soxr

    changed = decode_mono(path, 16_000).samples
    assert len(changed) == pytest.approx(0.7 * 16_000, abs=2)
    whole = soxr.resample(SOUND / 2, 44_100, 16_000)
    size = min(len(changed), len(whole))
    np.testing.assert_allclose(changed[:size], whole[:size], atol=1e-4)


def test_a_long_sound_is_cut_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, np.tile(SOUND, 20), 44_100)
    cut = decode_mono(path, 16_000, most_seconds=2.0)
    assert cut.was_cut
    assert len(cut.samples) == pytest.approx(32_000, abs=2)
    assert not decode_mono(path, 16_000, most_seconds=20.0).was_cut


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3", ".aiff", ".caf", ".w64"])
def test_damage_is_said_in_one_line_and_nothing_else_happens(
    tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    content = encoded(suffix)
    generator = np.random.Generator(np.random.PCG64(0))
    path = tmp_path / f"a{suffix}"
    refused = 0
    for trial in range(60):
        data = bytearray(content)
        if trial % 3 == 0:
            data = data[: generator.integers(0, len(data))]
        last = len(data) if trial % 2 else min(len(data), 200)
        for _ in range(10 if data else 0):
            data[generator.integers(0, last)] = generator.integers(0, 256)
        path.write_bytes(data)
        try:
            sound = decode_mono(path, 16_000, most_seconds=5.0)
        except MediaError as error:
            assert len(str(error).splitlines()) == 1
            refused += 1
        else:
            assert sound.samples.dtype == np.float32
            assert len(sound.samples) <= 5 * 16_000 + 16
    assert refused > 0
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


def test_what_is_no_sound(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "picture.mp3"
    Image.new("L", (8, 8)).save(path, "png")
    with pytest.raises(MediaError, match="no sound"):
        decode_mono(path, 16_000)
    import av

    film = tmp_path / "film.mp4"
    with av.open(str(film), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(NoSoundError):
        decode_mono(film, 16_000)
    with pytest.raises(MediaError, match="cannot be opened"):
        decode_mono(tmp_path / "gone.wav", 16_000)
    with pytest.raises(MediaError, match=r"cannot be opened|no sound"):
        decode_mono(tmp_path, 16_000)
