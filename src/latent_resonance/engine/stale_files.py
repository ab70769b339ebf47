"""What commands that were killed left behind: removed, or kept where it is a performance."""

import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.files import is_being_written, wanted_path
from latent_resonance.sound.recordings.reader import Recording
from latent_resonance.stage.audio_file import SOUND_FILES
from latent_resonance.stage.metadata.wav_info import mend_wav

# Another machine may write on a shared disk, and Windows does not tell who still runs.
_QUIET_SECONDS = 600.0
_FILMS = {".mp4", ".mkv", ".webm"}
_PERFORMANCES = {*SOUND_FILES, *_FILMS}


@dataclass(frozen=True, slots=True)
class Leftover:
    """A partial file or folder of a process that is no more.

    Attributes:
        path: where it lies.
        size: in bytes.
        kept: the name that it has now, where it holds sound or pictures that were played.
        seconds: of them.
        problem: why it is still there; empty where it is not.
    """

    path: Path
    size: int
    kept: Path | None = None
    seconds: float = 0.0
    problem: str = ""


def program_folders() -> list[Path]:
    """Where this program keeps things for its user."""
    from platformdirs import user_cache_path, user_config_path, user_data_path

    found = [user_data_path, user_cache_path, user_config_path]
    return [path("latent-resonance", appauthor=False) for path in found]


def clean(folders: Sequence[Path], here: Path | None = None) -> list[Leftover]:
    """Remove what is stale in ``folders`` and all in them, and beside ``here`` in its own folder.

    A sound or a film that was cut short is kept, as ``NAME.recovered`` with its ending;
    links are not followed.
    """
    return [_clear(path) for path in _stale(folders, here)]


def _stale(folders: Iterable[Path], here: Path | None) -> Iterator[Path]:
    seen = set()
    walks = [entry for folder in folders for entry in os.walk(folder)]
    if here is not None:
        walks += list(os.walk(here))[:1]
    for root, subfolders, files in walks:
        for name in sorted([*subfolders, *files]):
            path = Path(root, name)
            # Downloads that go on have no number in their names: they are none.
            if path in seen or wanted_path(path) is None or path.is_symlink():
                continue
            seen.add(path)
            with suppress(OSError):
                quiet = time.time() - path.stat().st_mtime > _QUIET_SECONDS
                if quiet and not is_being_written(path):
                    yield path


def _clear(path: Path) -> Leftover:
    size = sum(one.stat().st_size for one in [path, *path.rglob("*")] if one.is_file())
    wanted = wanted_path(path) or path
    try:
        if wanted.suffix.lower() in _PERFORMANCES and path.is_file():
            kept = _keep_played(path, wanted)
            if kept is not None:
                return Leftover(path, size, *kept)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        return Leftover(path, size, problem=error.strerror or str(error))
    return Leftover(path, size)


def _keep_played(path: Path, wanted: Path) -> tuple[Path, float] | None:
    """Give a cut recording a name, if it holds anything; the name and its seconds."""
    seconds = _seconds_of_sound(path, wanted)
    if wanted.suffix.lower() in _FILMS:
        seconds = seconds or _seconds_of_pictures(path)
    if seconds <= 0:
        return None
    number, name = 1, f"{wanted.stem}.recovered{wanted.suffix}"
    while wanted.with_name(name).exists():
        number += 1
        name = f"{wanted.stem}.recovered-{number}{wanted.suffix}"
    path.rename(wanted.with_name(name))
    return wanted.with_name(name), seconds


def _seconds_of_sound(path: Path, wanted: Path) -> float:
    try:
        if wanted.suffix.lower() == ".wav":
            mend_wav(path)
        recording = Recording(path)
        return recording.announced or recording.count_seconds()
    except ResonanceError:
        return 0.0


def _seconds_of_pictures(path: Path) -> float:
    from latent_resonance.sense.face_tracking.clips_apart import ClipApart

    try:
        with closing(ClipApart(str(path))) as film:
            return film.duration_seconds or 0.0
    except ResonanceError:
        return 0.0
