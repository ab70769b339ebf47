"""A take of pictures becomes a film of the same places, with its own sound."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.studio.jobs.film import make_film
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.take_pictures import PictureRecorder, TakePictures

RATE = 48_000


def recorded(path: Path) -> TakePictures:
    space = open_bundle("fields").space
    recorder = PictureRecorder("vision", "fields", limited=True, start_seconds=2.0)
    recorder.add(1.9, space.mean, {})  # before the take began
    for step, name in enumerate(("calm", "vibrant")):
        recorder.add(2.0 + 0.25 * step, space.place(name), {"picture_mirror": float(step)})
    assert recorder.keep(path)
    return TakePictures.read(path)


def test_what_was_shown_is_read_as_it_was_kept(tmp_path: Path) -> None:
    found = recorded(tmp_path / "take.npz")
    assert (found.instrument, found.bundle, found.limited) == ("vision", "fields", True)
    assert found.seconds.tolist() == [0, 0.25]
    assert [found.played(row)["picture_mirror"] for row in (0, 1)] == [0, 1]
    assert found.played(0)["picture_gain"] == 1


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "take.npz"
    path.write_bytes(b"PK nothing")
    with pytest.raises(InputError, match="gone or damaged"):
        TakePictures.read(path)
    recorder = PictureRecorder("vision", "fields", limited=True, start_seconds=0.0)
    assert not recorder.keep(tmp_path / "none.npz")
    assert not (tmp_path / "none.npz").exists()


def test_the_film_is_as_long_as_its_sound_and_changes_where_the_take_did(tmp_path: Path) -> None:
    import av

    sound = tmp_path / "take.wav"
    tone = 0.3 * np.sin(np.arange(RATE // 2) * 0.05)
    soundfile.write(sound, np.stack([tone, tone], 1), RATE)
    told: list[float] = []
    pictures = recorded(tmp_path / "take.npz")
    film = tmp_path / "film.mp4"
    patch = Patch(instrument="vision")
    made = make_film(sound, pictures, patch, film, 64, lambda done, _: told.append(done))
    assert made == {"pictures": 15, "width": 114, "height": 64}
    assert told == sorted(told)
    with av.open(str(film)) as container:
        audio = container.streams.audio[0]
        assert abs(float(audio.duration * audio.time_base) - 0.5) < 1 / 30
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(shown) == 15
    steps = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(shown)]
    assert int(np.argmax(steps)) == 7  # a quarter of a second in
    assert max(steps[:6]) < 3
    mirrored = shown[-1][:, ::-1].astype(int)
    assert np.abs(shown[-1] - mirrored).mean() < 6
