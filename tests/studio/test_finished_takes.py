"""Takes as finished files: another format, a loudness, fades, bits; what cannot be is refused."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.stage.audio_file import SOUND_FILES
from latent_resonance.studio.jobs.requests import FinishJob
from latent_resonance.studio.jobs.work import work
from latent_resonance.studio.jobs.work_order import work_order
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.take_files import read_patch

RATE = 48_000
PATCH = Patch(instrument="face", seed=7)


@pytest.fixture
def take(studio) -> str:
    """A second of 997 Hz in both channels, 40 dB below full scale."""
    name = "11111111-1111-4111-8111-111111111111"
    studio.takes.begin(name, PATCH)
    tone = 0.01 * np.sin(2 * np.pi * 997 * np.arange(RATE) / RATE)
    soundfile.write(studio.takes.path(name), np.stack([tone, tone], 1), RATE, subtype="PCM_24")
    studio.takes.add(name, "", "at the window", 1.0, PATCH)
    return name


def finished(studio, folder: Path, **asked: object) -> tuple[Path, dict[str, object]]:
    request = FinishJob.model_validate(asked)
    order = work_order(request, studio.uploads, studio.takes, studio.presets)
    made = work(order.model_copy(update={"folder": folder}), lambda *_: None)
    (name,) = made["files"]
    return folder / name, made


@pytest.mark.parametrize("form", ["flac", "opus", "mp3"])
def test_a_take_is_brought_to_a_loudness_in_any_format(
    studio, take: str, tmp_path: Path, form: str
) -> None:
    before = studio.takes.path(take).read_bytes()
    path, made = finished(studio, tmp_path, take=take, format=form, mastering={"loudness": -16})
    assert path.name == f"at the window.{form}"
    sound = soundfile.read(path)[0][RATE // 4 : -RATE // 4]
    # Two channels of a sine near 1 kHz: the loudness is that of its amplitude (BS.1770-4).
    loudness = 20 * np.log10(np.sqrt(2) * np.sqrt(np.mean(sound**2)))
    assert loudness == pytest.approx(-16, abs=0.5)
    assert "note" not in made
    assert read_patch(path) == PATCH
    assert studio.takes.path(take).read_bytes() == before


def test_it_is_faded_and_has_the_bits_that_are_asked_for(studio, take: str, tmp_path: Path) -> None:
    finish = {"fade_in": 0.5, "bits": 16, "dither": True}
    path, _ = finished(studio, tmp_path, take=take, mastering=finish)
    assert soundfile.info(path).subtype == "PCM_16"
    sound = np.abs(soundfile.read(path)[0])
    assert sound[: RATE // 50].max() < 0.1 * sound[-RATE // 4 :].max()
    plain, _ = finished(studio, tmp_path, take=take)
    assert np.array_equal(soundfile.read(plain)[0], soundfile.read(studio.takes.path(take))[0])


def test_a_take_at_a_rate_that_opus_lacks_goes_to_48_khz(studio, take: str, tmp_path: Path) -> None:
    length = RATE // 10
    studio.takes.path(take).unlink()
    tone = 0.1 * np.sin(2 * np.pi * 997 * np.arange(length) / 44_100)
    soundfile.write(studio.takes.path(take), tone, 44_100)
    path, made = finished(studio, tmp_path, take=take, format="opus")
    sound, rate = soundfile.read(path)
    assert rate == 48_000
    assert made["duration_seconds"] == pytest.approx(length / 44_100, abs=1e-3)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 16))
    assert spectrum.argmax() * rate / (1 << 16) == pytest.approx(997, abs=3)


def test_what_cannot_be_is_refused_when_it_is_asked_for(served, take: str) -> None:
    def asked(**more: object) -> tuple[int, str]:
        answer = served.ask("POST", "/api/jobs", {"kind": "finish", "take": take, **more})
        return answer.status, str(answer.json.get("detail"))

    assert asked(mastering={"loudness": -80}) == (422, "--loudness -80: from -60 to -6 LUFS")
    assert asked(mastering={"fade_in": 1e300})[0] == 422
    assert asked(mastering={"louder": True})[0] == 422
    status, told = asked(format="aac")
    assert status == 422
    assert all(suffix[1:] in told for suffix in SOUND_FILES)
    assert asked(take="0" * 8 + "-0000-4000-8000-" + "0" * 12)[0] == 404
