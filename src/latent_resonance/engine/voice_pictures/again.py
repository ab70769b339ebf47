"""Paints the picture of a recipe that a picture carries."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.text_files import first_fault
from latent_resonance.engine.voice_pictures.embedded import EmbeddedModel, open_painter
from latent_resonance.engine.voice_pictures.paint import KIND, VoicePicture, paint_noise
from latent_resonance.engine.voice_pictures.spelling import read_numbers
from latent_resonance.models.text_to_image.contract import OnStep
from latent_resonance.navigate.voices.noise import Directions, Mode, VoiceNoise
from latent_resonance.navigate.voices.shapes import BASE
from latent_resonance.navigate.voices.statistics import load_statistics
from latent_resonance.stage.metadata.recipe_of import read_recipe


class _Recipe(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    kind: Literal["voice picture"]
    model: str
    prompt: str
    mode: Mode
    size: int | None
    steps: int
    guidance: float
    seal: str = ""
    mix: float = Field(0.0, ge=0, le=1)
    statistics: str = ""
    voice: str = ""
    words: str = ""
    noise: str = ""


def is_voice_picture(path: Path) -> bool:
    """Whether a file carries the recipe of such a picture; raises MediaError."""
    return (read_recipe(path) or {}).get("kind") == KIND


def paint_again(
    path: Path,
    *,
    bundle: str | None = None,
    device: str = "cpu",
    on_step: OnStep | None = None,
) -> VoicePicture:
    """The picture of a file once more, from the recipe that it carries.

    Args:
        path: a picture that ``paint_voice`` made.
        bundle: its model, where its name finds another one. A model that only the file names is
            not fetched.
        device: of a real model: ``cpu``, ``cuda`` or ``mps``.
        on_step: told after each step.

    Raises:
        MediaError: it carries no such recipe, or a damaged one.
        InputError: it was made by another model, or other statistics.
    """
    found = read_recipe(path)
    if found is None or found.get("kind") != KIND:
        raise MediaError(f"{path} carries no recipe of a voice's picture")
    try:
        recipe = _Recipe.model_validate(found)
        plain: Mapping[str, Any] = found
        return _paint(recipe, plain, bundle, device, on_step)
    except ValidationError as error:
        where, _ = first_fault(error)
        raise MediaError(f"{path}: its recipe is damaged ('{where}')") from error
    except MediaError as error:
        raise MediaError(f"{path}: {error}") from error


def _paint(
    recipe: _Recipe,
    plain: Mapping[str, Any],
    bundle: str | None,
    device: str,
    on_step: OnStep | None,
) -> VoicePicture:
    name, size = bundle or recipe.model, recipe.size
    with_size = None if size is None else (size, size)
    maker = VoiceNoise(load_statistics())
    statistics = maker.statistics
    if recipe.mode != "exact" and recipe.statistics != statistics.name:
        raise InputError(
            "it was made with other statistics of voices "
            f"('{recipe.statistics}', here are '{statistics.name}')"
        )
    # A picture is somebody's file: what it names is not fetched.
    model = open_painter(name, with_size, device=device, fetch=bundle is not None)
    try:
        if isinstance(model, EmbeddedModel) and recipe.seal != model.seal:
            raise InputError(f"it was made by another model than '{name}': name it with --bundle")
        if recipe.mode == "exact":
            noise = read_numbers(recipe.noise, 4096).reshape(BASE)
        else:
            voice = read_numbers(recipe.voice, statistics.voice.weight.shape[1])
            words = read_numbers(recipe.words, statistics.words.weight.shape[1])
            at = Directions(voice, words)
            noise = maker.noise(at, recipe.mode, recipe.mix, model.noise_shape)
        pixels = paint_noise(model, noise, plain, on_step)
        return VoicePicture(pixels, plain, model.read(recipe.prompt))
    finally:
        model.close()
