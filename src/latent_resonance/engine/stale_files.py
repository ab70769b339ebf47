"""What commands that were killed left behind: removed, or kept where it is a performance."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.files import (
    free_name,
    is_being_written,
    partial_path,
    wanted_path,
)
from latent_resonance.sense.performances.csv_file import read_performance
from latent_resonance.sound.recordings.reader import Recording
from latent_resonance.stage.audio_file import SOUND_FILES
from latent_resonance.stage.metadata.wav_info import mend_wav
from latent_resonance.stage.video.codecs import CONTAINERS

# Another machine may write on a shared disk, and Windows does not tell who still runs.
_QUIET_SECONDS = 600.0
_SCRATCH = "resonance-"
_FILMS = set(CONTAINERS)
_SENSED = ".csv"
_PERFORMANCES = {*SOUND_FILES, *_FILMS, _SENSED}


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


@contextmanager
def scratch_folder(name: str) -> Iterator[Path]:
    """A folder among the machine's temporary ones that only its owner reads, and that goes when
    the block ends; where its process is killed instead, ``clean_scratch`` finds it by its name.
    """
    ending = f".{os.getpid()}.partial"
    with tempfile.TemporaryDirectory(ending, f".{_SCRATCH}{name}-") as folder:
        yield Path(folder)


def clean_scratch() -> list[Leftover]:
    """Remove the scratch folders of this user whose process was killed."""
    found = Path(tempfile.gettempdir()).glob(f".{_SCRATCH}*")
    return [_clear(path) for path in sorted(found) if _is_ours(path) and _is_stale(path)]


def clean(folders: Sequence[Path], here: Path | None = None) -> list[Leftover]:
    """Remove what is stale in ``folders`` and all in them, and beside ``here`` in its own folder.

    A sound, a film or what was sensed that was cut short is kept, as ``NAME.recovered`` with its
    ending;
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
            if path not in seen and _is_stale(path):
                seen.add(path)
                yield path


def _is_stale(path: Path) -> bool:
    # Downloads that go on have no number in their names: they are none.
    if wanted_path(path) is None or path.is_symlink():
        return False
    with suppress(OSError):
        quiet = time.time() - path.stat().st_mtime > _QUIET_SECONDS
        return quiet and not is_being_written(path)
    return False


def _is_ours(path: Path) -> bool:
    with suppress(OSError):
        return os.name == "nt" or path.lstat().st_uid == os.getuid()
    return False


def _clear(path: Path) -> Leftover:
    size = sum(one.stat().st_size for one in [path, *path.rglob("*")] if one.is_file())
    wanted = wanted_path(path) or path
    try:
        if wanted.suffix.lower() in _PERFORMANCES and path.is_file():
            kept = _keep_played(path, wanted)
            if kept is not None:
                return Leftover(path, size, *kept)
        if path.is_dir():
            # Windows refuses this where a process has a file of it open, and nothing is lost.
            shutil.rmtree(path.rename(partial_path(wanted)))
        else:
            path.unlink()
    except OSError as error:
        return Leftover(path, size, problem=error.strerror or str(error))
    return Leftover(path, size)


def _keep_played(path: Path, wanted: Path) -> tuple[Path, float] | None:
    """Give a cut recording a name, if it holds anything; the name and its seconds."""
    kind = wanted.suffix.lower()
    seconds = _seconds_sensed(path) if kind == _SENSED else _seconds_of_sound(path, wanted)
    if kind in _FILMS:
        seconds = seconds or _seconds_of_pictures(path)
    if seconds <= 0:
        return None
    kept = free_name(wanted.with_name(f"{wanted.stem}.recovered{wanted.suffix}"))
    path.rename(kept)
    return kept, seconds


def _seconds_sensed(path: Path) -> float:
    """Of a saved performance, whose last line may have been cut on the way: it goes."""
    whole = path.read_bytes().rpartition(b"\n")[0]
    path.write_bytes(whole + b"\n")
    try:
        return read_performance(path)[-1].time_seconds
    except ResonanceError:
        return 0.0


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
