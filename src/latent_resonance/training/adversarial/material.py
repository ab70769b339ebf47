"""Real pictures for the discriminator: windows of spectrograms, or images."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from latent_resonance.bundles.find import open_bundle
from latent_resonance.bundles.manifest import hop_fault
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.data.corpus import (
    SourceCount,
    count_sources,
    read_mono,
    read_rows,
    synthetic_source,
)
from latent_resonance.data.held_out import is_held_out
from latent_resonance.data.synthetic.pictures.corpus import make_pictures
from latent_resonance.data.synthetic.textures import TEXTURES, make_texture
from latent_resonance.sound.codec import encode
from latent_resonance.training.adversarial.drawn import draw_pictures
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.missing_material import demand_labels, nothing_to_see
from latent_resonance.training.prepared import (
    PreparedWindow,
    count_owned,
    is_prepared,
    read_prepared,
)
from latent_resonance.training.recipe import CorpusFolder

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
        self.layout = playable_layout(recipe)
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
            self.sources.append(synthetic_source(recipe.synthetic))
        if not self.clips:
            raise InputError(nothing_to_see("sounds", len(self.held_out)))
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
    window, floor = cut_anywhere(level, layout, generator), -layout.range_db
    window -= min(0.0, float(window.max()))
    return np.clip(window, floor, 0) * np.float32(2 / layout.range_db) + 1


def cut_anywhere(
    level: np.ndarray, layout: SpectrogramFormat, generator: np.random.Generator
) -> FloatArray:
    """The same window in dB, as loud as it is in the clip."""
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
    return window


class Images:
    """Folders of pictures, centre crops, scaled, synthetic and drawn ones beside them; in -1..1."""

    def __init__(self, recipe: AdversarialRecipe) -> None:
        self._size, self._mirror = recipe.size, recipe.mirror
        self.sources: list[SourceCount] = []
        found: list[tuple[np.ndarray, str]] = []
        self._kept_back = 0
        for folder in recipe.folders:
            if not folder.optional or folder.path.is_dir():
                found += self._of_folder(folder)
        for known, drawn in make_pictures(recipe.synthetic, max(recipe.size), recipe.seed):
            found.append((_fit_pixels(drawn, self._size), f"synthetic {known.family}"))
        if recipe.synthetic:
            self.sources.append(synthetic_source(recipe.synthetic))
        for other in recipe.drawn:
            source = f"drawn by {other.bundle}"
            for pixels in draw_pictures(other.bundle, other.count, self._size, recipe.seed):
                found.append((_fit_pixels(pixels, self._size), source))
            licence = open_bundle(other.bundle).facts.get("provenance", {}).get("licence", "")
            self.sources.append(
                {"source": source, "licence": licence, "attribution": "", "clips": other.count}
            )
        if not found:
            raise InputError(nothing_to_see("pictures", self._kept_back))
        self._pictures = np.stack([picture for picture, _ in found])
        self.labels = sorted({label for _, label in found})
        self._classes = [self.labels.index(label) for _, label in found]

    def _of_folder(self, folder: CorpusFolder) -> list[tuple[np.ndarray, str]]:
        from PIL import Image, UnidentifiedImageError

        found = []
        rows = read_rows(folder.path, folder.label, folder.keep, "pictures")
        for row in rows:
            path = folder.path / row["file"]
            if is_held_out(row["file"]):
                self._kept_back += 1
                continue
            try:
                with Image.open(path) as image:
                    found.append((_fit(image.convert("RGB"), self._size), row[folder.label]))
            except (OSError, UnidentifiedImageError) as error:
                raise InputError(f"cannot read the picture {path}: {error}") from error
        self.sources += count_sources(rows, folder.path.name)
        return found

    def batch(self, count: int, generator: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Random pictures; see ``Material``."""
        chosen = generator.integers(len(self._pictures), size=count)
        shown = self._pictures[chosen]
        if self._mirror:
            turned = generator.random(count) < 0.5
            shown[turned] = shown[turned, :, ::-1]
        pictures = torch.from_numpy(shown).permute(0, 3, 1, 2)
        return pictures.float() / 127.5 - 1, torch.tensor([self._classes[i] for i in chosen])


def _fit(image: Any, size: tuple[int, int]) -> np.ndarray:
    """A PIL image as uint8 ``[height, width, 3]``, its middle where the shape is another."""
    from PIL import Image, ImageOps

    fitted = ImageOps.fit(image, (size[1], size[0]), Image.Resampling.LANCZOS)
    return np.asarray(fitted, np.uint8)


def _fit_pixels(pixels: ByteArray, size: tuple[int, int]) -> np.ndarray:
    from PIL import Image

    return pixels if pixels.shape[:2] == size else _fit(Image.fromarray(pixels), size)


def gather_material(recipe: AdversarialRecipe) -> Spectrograms | Images:
    """What the recipe trains on.

    Raises:
        InputError: nothing, something that cannot be read, or no label where labels are asked for.
    """
    found = Spectrograms(recipe) if recipe.material == "spectrogram" else Images(recipe)
    if recipe.conditional:
        demand_labels(found.labels, "conditional = true")
    return found


def layout_of(recipe: AdversarialRecipe) -> SpectrogramFormat:
    """The codec of a spectrogram as high and wide as the recipe's."""
    height, width = recipe.size
    return SpectrogramFormat(n_fft=2 * height, hop=recipe.hop, columns=width)


def playable_layout(recipe: AdversarialRecipe) -> SpectrogramFormat:
    """``layout_of``, where a bundle can have it.

    Raises:
        InputError: the hop does not fit the recipe's size.
    """
    layout = layout_of(recipe)
    fault = hop_fault(layout.n_fft, layout.hop)
    if fault:
        raise InputError(f"the recipe '{recipe.name}': {fault}, twice the height of its windows")
    return layout
