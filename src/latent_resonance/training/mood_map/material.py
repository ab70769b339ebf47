"""What the music of some folders is like over time, as it is heard when it plays."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.files import is_hidden
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.rhythms import RHYTHMS, make_rhythm
from latent_resonance.sense.audio_file import Part as AudioFile
from latent_resonance.sense.listening.character import MEASURES
from latent_resonance.sense.listening.files import SoundFile
from latent_resonance.sense.listening.listener import Listener
from latent_resonance.sense.listening.mood_map import AXES, MoodMap
from latent_resonance.training.mood_map.recipe import MoodMapRecipe

_Doubles = npt.NDArray[np.float64]

STEP_SECONDS = 0.25
_WARM_UP_SECONDS, _SHORTEST_SECONDS = 4.0, 12.0
_SYNTHETIC_SECONDS, _SYNTHETIC_RATE = 16.0, 44_100
_AT_ONCE = 1 << 16
_LEAST_SPREAD = 1e-4
_UNTRAINED = MoodMap(
    np.zeros(len(MEASURES)),
    np.ones(len(MEASURES)),
    ((np.zeros((len(AXES), len(MEASURES))), np.zeros(len(AXES))),),
)


@dataclass(frozen=True, slots=True)
class Music:
    """Measures of songs.

    Attributes:
        names: of the files.
        songs: measures of each, standardised, ``[steps, measures]``, a step every 0.25 s.
        middle: mean of each measure over all songs, and
        spread: deviation, above 0.
        held_out: share at the end of each song that training does not see.
    """

    names: Sequence[str]
    songs: Sequence[_Doubles]
    middle: _Doubles
    spread: _Doubles
    held_out: float

    @property
    def seen(self) -> list[_Doubles]:
        """What training sees of each song."""
        return [song[: self._cut(song)] for song in self.songs]

    @property
    def unseen(self) -> list[_Doubles]:
        """What it does not see."""
        return [song[self._cut(song) :] for song in self.songs]

    def _cut(self, song: _Doubles) -> int:
        return len(song) - round(self.held_out * len(song))


def gather_music(recipe: MoodMapRecipe) -> Music:
    """Listen to all sound files in the recipe's folders and those inside of them.

    Files that cannot be read, or are shorter than 12 s, are left out. Synthetic tracks come beside
    them, as many as the recipe says.

    Raises:
        InputError: a folder is missing, or there are fewer than two songs.
    """
    names, songs = [], []
    for path in _files(recipe):
        try:
            file = SoundFile(path)
        except MediaError:
            continue
        with closing(file):
            measured = measure_song(_blocks(file), file.rate)
        if len(measured) * STEP_SECONDS >= _SHORTEST_SECONDS - _WARM_UP_SECONDS:
            names.append(path.name)
            songs.append(measured)
    kinds = list(RHYTHMS.items())
    for number in range(recipe.synthetic):
        name, rhythm = kinds[number % len(kinds)]
        track = make_rhythm(rhythm, _SYNTHETIC_SECONDS, _SYNTHETIC_RATE, recipe.seed + number)
        names.append(name)
        songs.append(measure_song([track.samples], _SYNTHETIC_RATE))
    if len(songs) < 2:
        raise InputError(
            f"a map from music to moods is learned from the differences of songs: the recipe's "
            f"folders hold {len(songs)} of at least {_SHORTEST_SECONDS:g} s, it needs two"
        )
    middle = np.mean([song.mean(0) for song in songs], axis=0)
    every = np.concatenate(songs)
    spread = np.maximum(every.std(0), _LEAST_SPREAD)
    return Music(names, [(one - middle) / spread for one in songs], middle, spread, recipe.held_out)


def measure_song(sound: Iterable[FloatArray], rate: int) -> _Doubles:
    """What a sound is like, ``[steps, measures]``, every 0.25 s from 4 s on.

    Args:
        sound: its pieces, float32 ``[samples]``.
        rate: in Hz.
    """
    listener = Listener(rate, mood_map=_UNTRAINED)
    every = max(1, round(STEP_SECONDS / listener.step_seconds))
    hop = round(listener.step_seconds * rate)
    rows: list[_Doubles] = []
    steps = 0
    for piece in sound:
        for start in range(0, len(piece), hop):
            updates = listener.feed(piece[start : start + hop])
            steps += len(updates)
            heard = bool(updates) and updates[-1].present
            if heard and steps % every == 0 and steps * hop > _WARM_UP_SECONDS * rate:
                rows.append(listener.measures.copy())
    return np.array(rows).reshape(-1, len(MEASURES))


def _blocks(file: SoundFile) -> Iterator[FloatArray]:
    while len(sound := file.read(_AT_ONCE)):
        yield sound.mean(axis=1)


def _files(recipe: MoodMapRecipe) -> list[Path]:
    found: list[Path] = []
    for folder in recipe.folders:
        if not folder.path.is_dir():
            if folder.optional:
                continue
            raise InputError(f"{folder.path} is not a folder")
        found += [
            path
            for path in folder.path.rglob("*")
            if path.suffix.lower() in AudioFile.reads and not is_hidden(path, folder.path)
        ]
    return sorted(found)
