"""From a folder of voices to the file of statistics."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import count_sources, read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.navigate.voices.statistics import (
    LinearMap,
    VoiceStatistics,
    statistics_from,
    tensors_of,
)
from latent_resonance.sound.voice.clip import RATE, take_voice
from latent_resonance.sound.voice.described import describe_voice
from latent_resonance.sound.voice.mel_square import RATE as SQUARE_RATE
from latent_resonance.sound.voice.mel_square import square_of_recording
from latent_resonance.sound.voice.speaker import SPEAKER_SIZE
from latent_resonance.sound.voice.words import describe_words
from latent_resonance.training.voices.augment import record_again
from latent_resonance.training.voices.discriminant import fit_discriminants
from latent_resonance.training.voices.recipe import VoiceRecipe

_Doubles = npt.NDArray[np.float64]
_STRANGERS_LET_IN = 0.01
_PARTS = (2, 3)  # a clip's halves and thirds: the same voice, other words


@dataclass(frozen=True, slots=True)
class _Material:
    rows: list[dict[str, str]]
    kept_back: list[dict[str, str]]


def build_statistics(
    recipe: VoiceRecipe,
    output: Path,
    on_progress: Callable[[float, float], None] | None = None,
) -> dict[str, Any]:
    """Learn statistics and write them, whole or not at all.

    Args:
        recipe: corpus, takes, sizes.
        output: the file, safetensors.
        on_progress: gets clips done and clips in all.

    Returns:
        ``bytes``, ``clips``, ``held_back``, and the facts that the file carries.

    Raises:
        InputError: no corpus, or too little of it.
        MediaError: a recording cannot be used; names it.
        OutputError: the file cannot be written.
    """
    from safetensors.numpy import save

    tell = on_progress or (lambda done, of: None)
    material = _divide(recipe)
    used, unseen = material.rows, material.kept_back
    whole = len(used) + len(unseen)
    random = np.random.Generator(np.random.PCG64(recipe.seed))
    sounds = [_read(recipe.folder / row["file"]) for row in used]
    voices, pieces, words, squares = [], [], [], []
    for done, sound in enumerate(sounds):
        tell(done, whole)
        takes = [record_again(sound, sounds, random) for _ in range(recipe.takes)]
        voices.append([_voice(one) for one in (sound, *takes)])
        parts = (part for count in _PARTS for part in np.array_split(sound, count))
        pieces.append([_voice(part) for part in parts])
        aligned = [record_again(sound, sounds, random, cuts=False) for _ in range(recipe.takes)]
        words.append([_words(one) for one in (sound, *aligned)])
        squares.append(_square(recipe.folder / used[done]["file"]))
    heard, said = np.asarray(voices, np.float64), np.asarray(words, np.float64)
    try:
        scale = _balance(heard[:, 0], recipe.timbre)
        voice = fit_discriminants(
            heard[:, 0] * scale,
            heard[:, 1:] * scale,
            recipe.voice_size,
            recipe.voice_ridge,
            recipe.emphasis,
            (np.asarray(pieces, np.float64) * scale, recipe.other_words),
        )
        course = fit_discriminants(said[:, 0], said[:, 1:], recipe.words_size, recipe.ridge)
    except ValueError as error:
        raise InputError(f"{recipe.folder} is too small a corpus: {error}") from error
    mean = _mean_of_speakers(heard[:, 0], used, recipe.speaker_column)
    voice = LinearMap(mean, (voice.weight * scale[:, None]).astype(np.float32))
    deviation = np.std(squares, axis=0)
    deviation[deviation == 0] = 1.0
    facts = _threshold(
        voice, recipe, unseen or used, sounds, random, lambda n: tell(len(used) + n, whole)
    )
    facts |= {
        "clips": len(used),
        "held_back": [row["file"] for row in unseen],
        "sources": count_sources(used, recipe.folder.name),
        "recipe": recipe.model_dump(mode="json", exclude={"folder"}),
    }
    digest = hashlib.sha256(voice.weight.tobytes() + course.weight.tobytes()).hexdigest()[:12]
    made = VoiceStatistics(
        voice,
        course,
        np.mean(squares, axis=0).astype(np.float32),
        deviation.astype(np.float32),
        facts,
        digest,
    )
    tensors, told = tensors_of(made)
    statistics_from(tensors, told)
    content = save(tensors, told)
    with whole_output(output) as partial:
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
    return {"bytes": len(content), "name": digest, **facts, "held_back": len(unseen)}


def _divide(recipe: VoiceRecipe) -> _Material:
    rows = read_rows(recipe.folder, recipe.speaker_column or "file", recipe.keep)
    kept: list[dict[str, str]] = []
    back: list[dict[str, str]] = []
    for row in rows:
        # By speaker: nobody is on both sides.
        held = is_held_out(_who(row, recipe.speaker_column), recipe.hold_back_one_in)
        (back if held else kept).append(row)
    if not kept:
        raise InputError(f"{recipe.folder} has no voice that is not held back")
    return _Material(kept, back)


def _who(row: dict[str, str], column: str) -> str:
    """The speaker of a clip; a clip without one is a voice of its own."""
    return row.get(column) or row["file"]


def _read(path: Path) -> _Doubles:
    return take_voice(read_mono(path, RATE), path.name).samples.astype(np.float64)


def _voice(sound: _Doubles) -> _Doubles:
    return describe_voice(sound.astype(np.float32)).astype(np.float64)


def _balance(features: _Doubles, timbre: float) -> _Doubles:
    """Factors ``[VOICE_SIZE]`` that give each number of the timbre its share of the spread.

    Args:
        features: ``describe_voice`` of clips, ``[n, VOICE_SIZE]``.
        timbre: deviation of each of them, as a share of the mean one of the speaker's numbers.
    """
    deviation = features.std(axis=0)
    scale = np.ones(features.shape[1])
    spread = timbre * deviation[:SPEAKER_SIZE].mean()
    scale[SPEAKER_SIZE:] = spread / np.maximum(deviation[SPEAKER_SIZE:], 1e-9)
    return scale


def _words(sound: _Doubles) -> _Doubles:
    return describe_words(sound.astype(np.float32)).astype(np.float64)


def _square(path: Path) -> _Doubles:
    square = square_of_recording(read_mono(path, SQUARE_RATE), path.name)
    return square.astype(np.float64)


def _mean_of_speakers(
    features: _Doubles, rows: Sequence[dict[str, str]], column: str
) -> FloatArray:
    """The mean over speakers, however many clips each has."""
    groups: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(_who(row, column), []).append(index)
    means = [features[members].mean(axis=0) for members in groups.values()]
    return np.asarray(np.mean(means, axis=0), np.float32)


def _threshold(
    voice: LinearMap,
    recipe: VoiceRecipe,
    rows: Sequence[dict[str, str]],
    others: Sequence[_Doubles],
    random: np.random.Generator,
    tell: Callable[[int], None],
) -> dict[str, Any]:
    """From which cosine on a voice is known: where one stranger in a hundred would be let in."""
    clips, again, halves = [], [], []
    for done, row in enumerate(rows):
        tell(done)
        sound = _read(recipe.folder / row["file"])
        take = record_again(sound, others, random, cuts=False)
        half = len(sound) // 2
        placed = [
            voice.direction(_voice(one).astype(np.float32))
            for one in (sound, take, sound[:half], sound[half:])
        ]
        clips.append(placed[0])
        again.append(float(placed[0] @ placed[1]))
        halves.append(float(placed[2] @ placed[3]))
    cosines = np.asarray(clips) @ np.asarray(clips).T
    who = np.array([_who(row, recipe.speaker_column) for row in rows])
    strange = cosines[who[:, None] != who[None]]
    if not strange.size:
        raise InputError(f"{recipe.folder} needs at least two voices to tell them apart")
    threshold = float(np.quantile(strange, 1 - _STRANGERS_LET_IN))
    return {
        "threshold": round(threshold, 4),
        "strangers_let_in": round(float(np.mean(strange >= threshold)), 4),
        "takes_turned_away": round(float(np.mean(np.asarray(again) < threshold)), 4),
        "other_halves_turned_away": round(float(np.mean(np.asarray(halves) < threshold)), 4),
    }
