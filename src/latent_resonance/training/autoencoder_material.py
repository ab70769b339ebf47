"""Held sounds as training material: windows at random times, what each is and how high."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import Clip, Folder, held_levels, read_folder
from latent_resonance.data.synthetic.corpus import make_sounds
from latent_resonance.data.synthetic.textures import TEXTURES, make_texture
from latent_resonance.training.missing_material import demand_labels, nothing_to_see
from latent_resonance.training.prepared import Owned, is_prepared, read_prepared
from latent_resonance.training.recipe import TrainingRecipe

LAYOUT = SpectrogramFormat()
_MIDDLE_C = 60.0


class Sound(Owned, Protocol):
    """A clip in memory or a window of a shard."""

    @property
    def level_db(self) -> FloatArray:
        """``[bins, columns]``, at least one window."""

    @property
    def label(self) -> str:
        """Its label in the manifest."""

    @property
    def pitch(self) -> float:
        """MIDI; NaN when not known."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """What a run sees, and what it is kept from.

    Attributes:
        seen: trained on.
        held_out: for the metrics.
        labels: of all, sorted: the order of a conditional network's weights.
        asked: what the network is conditional on, of ``label`` and ``pitch``.
    """

    seen: list[Sound]
    held_out: list[Sound]
    labels: list[str]
    asked: tuple[str, ...] = ()

    @property
    def conditions(self) -> int:
        """Numbers behind the latent."""
        return ("label" in self.asked) * len(self.labels) + ("pitch" in self.asked)

    def conditions_of(self, sounds: list[Sound]) -> Tensor:
        """What is asked of each, ``[sounds, conditions]``: weights of labels, then the pitch in
        octaves from middle C.
        """
        rows = torch.zeros(len(sounds), self.conditions)
        for row, sound in zip(rows, sounds, strict=True):
            if "label" in self.asked:
                row[self.labels.index(sound.label)] = 1
            if "pitch" in self.asked:
                row[-1] = (sound.pitch - _MIDDLE_C) / 12
        return rows


def gather_sounds(recipe: TrainingRecipe) -> Sounds:
    """All training material of a recipe.

    Raises:
        InputError: a folder is missing that is not optional, or there is nothing at all.
    """
    clips: list[Sound] = []
    for folder in recipe.folders:
        if folder.optional and not folder.path.is_dir():
            continue
        if is_prepared(folder.path):
            clips += read_prepared(folder, LAYOUT)
        else:
            clips += read_folder(Folder(folder.path, folder.label, folder.keep), LAYOUT)
    clips += _synthetic(recipe)
    if not clips:
        raise InputError(nothing_to_see("sounds", 0))
    if "label" in recipe.conditions:
        demand_labels((clip.label for clip in clips), 'conditions = ["label"]')
    if "pitch" in recipe.conditions:
        clips = [clip for clip in clips if np.isfinite(clip.pitch)]
        if not clips:
            raise InputError('conditions = ["pitch"] needs sounds whose midi_pitch is known')
    order = np.random.default_rng(recipe.seed).permutation(len(clips))
    kept = round(len(clips) * recipe.held_out)
    if kept == len(clips):
        raise InputError(nothing_to_see("sounds", kept))
    return Sounds(
        [clips[i] for i in order[kept:]],
        [clips[i] for i in order[:kept]],
        sorted({clip.label for clip in clips}),
        tuple(recipe.conditions),
    )


def _synthetic(recipe: TrainingRecipe) -> Iterator[Clip]:
    if recipe.synthetic_sounds == "textures":
        for index in range(recipe.synthetic):
            family = list(TEXTURES)[index % len(TEXTURES)]
            samples = make_texture(family, seed=recipe.seed * 100_003 + index)
            level = held_levels(samples, LAYOUT)
            yield Clip(level, f"synthetic {family}", math.nan, str(index), "synthetic", "CC0-1.0")
        return
    for index, (sound, samples) in enumerate(make_sounds(recipe.synthetic, seed=recipe.seed)):
        level = held_levels(samples, LAYOUT)
        yield Clip(level, sound.family, sound.midi_pitch, str(index), "synthetic", "CC0-1.0")


def draw(
    sounds: Sounds, recipe: TrainingRecipe, generator: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Levels ``[batch, bins, columns]`` at random times, some of them two sounds at once, and what
    is asked of each, ``[batch, conditions]``.
    """
    windows, chosen = [], []
    for _ in range(recipe.batch):
        sound, level = _window(sounds.seen, generator)
        if generator.uniform() < recipe.mixtures:
            _, other = _window(sounds.seen, generator)
            level = _mix(level, other, generator.uniform(-12, 0))
        windows.append(level)
        chosen.append(sound)
    return torch.from_numpy(np.stack(windows)), sounds.conditions_of(chosen)


def first_windows(sounds: list[Sound]) -> FloatArray:
    """The first window of each, ``[sounds, bins, columns]``."""
    return np.stack([sound.level_db[:, : LAYOUT.columns] for sound in sounds])


def _window(sounds: list[Sound], generator: np.random.Generator) -> tuple[Sound, FloatArray]:
    sound = sounds[generator.integers(len(sounds))]
    level = sound.level_db
    start = int(generator.integers(level.shape[1] - LAYOUT.columns + 1))
    return sound, np.asarray(level[:, start : start + LAYOUT.columns])


def _mix(level: FloatArray, other: FloatArray, gain_db: float) -> FloatArray:
    """Two sounds as powers, back at 0 dB; the floor stays the floor."""
    power = 10 ** (level / 10) + 10 ** ((other + np.float32(gain_db)) / 10)
    mixed = 10 * np.log10(power)
    return np.asarray(np.maximum(mixed - mixed.max(), -LAYOUT.range_db), np.float32)
