"""One reader of sound: what a file announces is held against what comes, and nothing waits."""

import os
import shutil
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import MediaError
from latent_resonance.data.decode import AntiphaseError, ShortenedError, decode_mono
from latent_resonance.sound.recordings.reader import Recording

RATE = 16_000
TONE = (0.4 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)


def hertz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * RATE / len(samples))


def wav(path: Path, riff_size: int | None = None, data_size: int | None = None) -> Path:
    """A WAV file of the tone, with the sizes that a recorder wrote into its header."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((TONE * 32767).astype("<i2").tobytes())
    data = bytearray(path.read_bytes())
    if riff_size is not None:
        data[4:8] = struct.pack("<I", riff_size)
    if data_size is not None:
        data[40:44] = struct.pack("<I", data_size)
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize("name", ["unknown_length.flac", "stream_zero.wav"])
def test_given_streams_hold_two_seconds(shared_cases: Path, name: str) -> None:
    samples = decode_mono(shared_cases / "audio" / name, RATE).samples
    assert len(samples) == pytest.approx(2 * RATE, abs=2)
    assert hertz(samples) == pytest.approx(440, abs=1)


def test_the_given_hole_is_listed_with_both_lengths(shared_cases: Path) -> None:
    with pytest.raises(ShortenedError, match=r"1\.23 s can be read of 2\.00 s announced"):
        decode_mono(shared_cases / "audio" / "hole.mp3", RATE)


def test_the_given_rate_of_1_hz_is_refused(shared_cases: Path) -> None:
    with pytest.raises(MediaError, match="1 channels at 1 Hz"):
        decode_mono(shared_cases / "audio" / "rate1.wav", RATE)


@pytest.mark.parametrize(
    ("riff", "data"),
    [(0, 0), (0xFFFFFFFF, 0xFFFFFFFF), (36, 0), (0x7FFFFFFF, 0x7FFFFFFF - 36), (0, None)],
)
def test_streams_of_no_known_length_are_read_to_their_end(
    tmp_path: Path, riff: int, data: int | None
) -> None:
    path = wav(tmp_path / "a.wav", riff, data)
    samples = decode_mono(path, RATE).samples
    assert len(samples) == pytest.approx(2 * RATE, abs=2)
    assert hertz(samples) == pytest.approx(440, abs=1)


@pytest.mark.parametrize("suffix", ["wav", "aiff", "au", "w64", "flac", "mp3", "m4a", "mka"])
def test_what_was_cut_off_is_told_with_both_lengths(tmp_path: Path, suffix: str) -> None:
    whole = tmp_path / f"whole.{suffix}"
    if suffix in {"mp3", "m4a", "mka"}:
        write_with_ffmpeg(whole, {"mp3": "libmp3lame"}.get(suffix, "aac"))
    else:
        soundfile.write(whole, TONE, RATE)
    assert len(decode_mono(whole, RATE).samples) == pytest.approx(2 * RATE, abs=2500)
    cut = tmp_path / f"cut.{suffix}"
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    with pytest.raises(ShortenedError, match=r"s can be read of 2\.[01]\d s announced"):
        decode_mono(cut, RATE)


def write_with_ffmpeg(path: Path, codec: str) -> None:
    import av

    options = {"movflags": "faststart"} if path.suffix == ".m4a" else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        for start in range(0, len(TONE), 1024):
            piece = np.ascontiguousarray(TONE[None, start : start + 1024])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_a_stream_whose_length_is_a_guess_is_not_held_against_it(tmp_path: Path) -> None:
    write_with_ffmpeg(tmp_path / "a.aac", "aac")
    assert Recording(tmp_path / "a.aac").announced is None
    assert len(decode_mono(tmp_path / "a.aac", RATE).samples) == pytest.approx(2 * RATE, abs=2500)


@pytest.mark.parametrize("rate", [1, 12, 999, 768_001, 4_000_000])
def test_rates_beyond_reason_are_refused(tmp_path: Path, rate: int) -> None:
    soundfile.write(tmp_path / "a.wav", TONE, rate)
    with pytest.raises(MediaError, match=f"1 channels at {rate} Hz"):
        decode_mono(tmp_path / "a.wav", RATE)


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile other.wav\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:2,\nother.wav\n#EXT-X-ENDLIST\n",
        "#EXTM3U\nother.wav\n",
        "[playlist]\nFile1=other.wav\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=audio 5004 RTP/AVP 0\n",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    ],
)
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a"])
def test_playlists_that_name_other_files_are_refused(tmp_path: Path, text: str, name: str) -> None:
    wav(tmp_path / "other.wav")
    (tmp_path / name).write_text(text)
    with pytest.raises(MediaError, match="no sound that can be read") as caught:
        decode_mono(tmp_path / name, RATE)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["pipe", "terminal", "folder", "link to a pipe", "zero", "gone"])
def test_only_regular_files_are_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.wav"
    if kind == "folder":
        path.mkdir()
    elif kind == "terminal":
        leader, follower = os.openpty()
        path.symlink_to(os.ttyname(follower))
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "gone":
        path.symlink_to(tmp_path / "nowhere")
    else:
        os.mkfifo(tmp_path / "pipe" if kind.startswith("link") else path)
        if kind.startswith("link"):
            path.symlink_to(tmp_path / "pipe")
    with pytest.raises(MediaError, match="cannot be opened"):
        decode_mono(path, RATE)
    if kind == "terminal":
        os.close(leader)
        os.close(follower)


def test_channels_that_cancel_out_are_named_and_one_can_be_taken(tmp_path: Path) -> None:
    for gain in (-1.0, -0.995):
        both = np.stack([TONE, gain * TONE], axis=1)
        soundfile.write(tmp_path / "a.wav", both, RATE, subtype="FLOAT")
        with pytest.raises(AntiphaseError, match="antiphase"):
            decode_mono(tmp_path / "a.wav", RATE)
        left = decode_mono(tmp_path / "a.wav", RATE, channel="left").samples
        np.testing.assert_allclose(left, TONE, atol=1e-6)
        right = decode_mono(tmp_path / "a.wav", RATE, channel="right").samples
        np.testing.assert_allclose(right, gain * TONE, atol=1e-6)
    for both in ([TONE, TONE], [TONE, 0 * TONE], [TONE, -0.5 * TONE], [0 * TONE, 0 * TONE]):
        soundfile.write(tmp_path / "b.wav", np.stack(both, axis=1), RATE, subtype="FLOAT")
        decode_mono(tmp_path / "b.wav", RATE)
    soundfile.write(tmp_path / "c.wav", TONE, RATE, subtype="FLOAT")
    np.testing.assert_array_equal(
        decode_mono(tmp_path / "c.wav", RATE, channel="right").samples, TONE
    )


@pytest.mark.parametrize(
    "name",
    [
        b"lat\xe9n", b"two\nlines", "\u202egnp".encode(), b"n" * 250, b"-y", b"concat:a|b",
        b"http:", b" ", "\U0001f3b5".encode(),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [b".wav", b".mp3"])
def test_any_name_of_a_file_is_only_a_name(tmp_path: Path, name: bytes, suffix: bytes) -> None:
    made = tmp_path / f"a{suffix.decode()}"
    write_with_ffmpeg(made, "libmp3lame") if suffix == b".mp3" else wav(made)
    path = tmp_path / os.fsdecode(name + suffix)
    shutil.copyfile(made, path)
    assert len(decode_mono(path, RATE).samples) == pytest.approx(2 * RATE, abs=10)
