"""Real pictures for the discriminator: windows of spectrograms, or images."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.corpus import SourceCount, count_sources, read_mono, read_rows
from latent_resonance.data.held_out import is_held_out
from latent_resonance.data.synthetic.pictures.corpus import make_pictures
from latent_resonance.data.synthetic.textures import TEXTURES, make_texture
from latent_resonance.sound.codec import encode
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.prepared import (
    PreparedWindow,
    count_owned,
    is_prepared,
    read_prepared,
)

_AUDIBLE_DB = -25.0
_TRIES = 8


class Material(Protocol):
    """What training draws from.

    Attributes:
        labels: classes, sorted; empty when nothing is labelled.
        sources: where it came from, for the bundle.
    """

    labels: list[str]
    sources: list[SourceCount]

    def batch(self, count: int, generator: np.random.Generator) -> tuple[Tensor, Tensor]:
        """``[count, channels, h, w]`` in -1..1, and classes int64 ``[count]``."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """One clip as levels, float16 ``[bins, columns]``, of any length."""

    level_db: np.ndarray
    label: str
    file: str


class Spectrograms:
    """Windows of clips at random times, their loudest at 0 dB, scaled to -1..1."""

    def __init__(self, recipe: AdversarialRecipe) -> None:
        self.layout = layout_of(recipe)
        self.clips: list[Sounding | PreparedWindow] = []
        self.held_out: list[Sounding | PreparedWindow] = []
        self.sources: list[SourceCount] = []
        for folder in recipe.folders:
            if folder.optional and not folder.path.is_dir():
                continue
            if is_prepared(folder.path):
                windows = read_prepared(folder, self.layout)
                for window in windows:
                    (self.held_out if is_held_out(window.file) else self.clips).append(window)
                self.sources += count_owned(windows)
                continue
            rows = read_rows(folder.path, folder.label, folder.keep)
            for row in rows:
                samples = read_mono(folder.path / row["file"], self.layout.sample_rate)
                clip = Sounding(self._levels(samples), row[folder.label], row["file"])
                (self.held_out if is_held_out(row["file"]) else self.clips).append(clip)
            self.sources += count_sources(rows, folder.path.name)
        for index in range(recipe.synthetic):
            family = list(TEXTURES)[index % len(TEXTURES)]
            samples = make_texture(family, seed=recipe.seed * 100_003 + index)
            self.clips.append(Sounding(self._levels(samples), f"synthetic {family}", ""))
        if recipe.synthetic:
            self.sources.append(
                {"source": "synthetic", "licence": "CC0-1.0", "clips": recipe.synthetic}
            )
        if not self.clips:
            raise InputError("the recipe names no sounds: add folders or synthetic = N")
        self.labels = sorted({clip.label for clip in self.clips})
        self._classes = [self.labels.index(clip.label) for clip in self.clips]

    def _levels(self, samples: FloatArray) -> np.ndarray:
        return encode(samples, self.layout).astype(np.float16)

    def batch(self, count: int, generator: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Random windows; see ``Material``."""
        chosen = generator.integers(len(self.clips), size=count)
        windows = [random_window(self.clips[i].level_db, self.layout, generator) for i in chosen]
        pictures = torch.from_numpy(np.stack(windows))[:, None]
        return pictures, torch.tensor([self._classes[i] for i in chosen])


def random_window(
    level: np.ndarray, layout: SpectrogramFormat, generator: np.random.Generator
) -> FloatArray:
    """A window of a clip, -1..1, that can be heard: a short clip whole, anywhere in the window."""
    columns, floor = layout.columns, -layout.range_db
    for _ in range(_TRIES):
        # Windows may hang over the clip's ends, so that attacks are seen at all times.
        spare = columns // 4 if level.shape[1] > columns else columns - level.shape[1]
        first = int(generator.integers(-spare, max(1, level.shape[1] - columns + spare) + 1))
        if level.shape[1] <= columns:
            first = -int(generator.integers(0, spare // 2 + 1))
        window = np.full((layout.bins, columns), floor, np.float32)
        begin, end = max(first, 0), min(first + columns, level.shape[1])
        if end > begin:
            window[:, begin - first : end - first] = level[:, begin:end]
        if window.max() > _AUDIBLE_DB:
            break
    window -= min(0.0, float(window.max()))
    return np.clip(window, floor, 0) * np.float32(2 / layout.range_db) + 1


class Images:
    """Folders of pictures, centre crops, scaled, and synthetic ones beside them; in -1..1."""

    def __init__(self, recipe: AdversarialRecipe) -> None:
        from PIL import Image, UnidentifiedImageError

        height, width = recipe.size
        pictures, labels = [], []
        self.sources = []
        for folder in recipe.folders:
            if folder.optional and not folder.path.is_dir():
                continue
            rows = read_rows(folder.path, folder.label, folder.keep)
            for row in rows:
                path = folder.path / row["file"]
                if is_held_out(row["file"]):
                    continue
                try:
                    with Image.open(path) as image:
                        pictures.append(_fit(image.convert("RGB"), width, height))
                except (OSError, UnidentifiedImageError) as error:
                    raise InputError(f"cannot read the picture {path}: {error}") from error
                labels.append(row[folder.label])
            self.sources += count_sources(rows, folder.path.name)
        for known, drawn in make_pictures(recipe.synthetic, max(height, width), recipe.seed):
            pictures.append(_fit(Image.fromarray(drawn), width, height))
            labels.append(f"synthetic {known.family}")
        if recipe.synthetic:
            self.sources.append(
                {"source": "synthetic", "licence": "CC0-1.0", "clips": recipe.synthetic}
            )
        if not pictures:
            raise InputError("the recipe names no pictures: add folders or synthetic = N")
        self._pictures = np.stack(pictures)
        self.labels = sorted(set(labels))
        self._classes = [self.labels.index(label) for label in labels]

    def batch(self, count: int, generator: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Random pictures; see ``Material``."""
        chosen = generator.integers(len(self._pictures), size=count)
        pictures = torch.from_numpy(self._pictures[chosen]).permute(0, 3, 1, 2)
        return pictures.float() / 127.5 - 1, torch.tensor([self._classes[i] for i in chosen])


def _fit(image: object, width: int, height: int) -> np.ndarray:
    from PIL import Image, ImageOps

    fitted = ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)  # type: ignore[arg-type]
    return np.asarray(fitted, np.uint8)


def gather_material(recipe: AdversarialRecipe) -> Spectrograms | Images:
    """What the recipe trains on.

    Raises:
        InputError: nothing, or something that cannot be read.
    """
    return Spectrograms(recipe) if recipe.material == "spectrogram" else Images(recipe)


def layout_of(recipe: AdversarialRecipe) -> SpectrogramFormat:
    """The codec of a spectrogram as high and wide as the recipe's."""
    height, width = recipe.size
    return SpectrogramFormat(n_fft=2 * height, hop=recipe.hop, columns=width)
