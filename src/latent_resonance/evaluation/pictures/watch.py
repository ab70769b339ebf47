"""The pictures of a performance, kept as they are shown."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PictureStage
from latent_resonance.contracts.values import ByteArray, Frame, Spec
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.setup import Setup


class _Kept(PictureStage):
    """Keeps every picture that it is shown."""

    accepts = (PictureFormat,)

    def __init__(self) -> None:
        self.pictures: list[ByteArray] = []

    def prepare(self, spec: Spec) -> None:
        """Pictures of any size are kept."""

    def show(self, frame: Frame) -> None:
        self.pictures.append(frame.pixels)


def watch(
    source: Path,
    *,
    recipe: str = "vision",
    size: int = 128,
    seconds: float | None = None,
    setup: Setup | None = None,
) -> ByteArray:
    """What a recipe of pictures shows for a file, uint8 ``[frames, size, size, 3]``.

    Args:
        source: sound, or whatever the recipe's senses read.
        recipe: a name or a TOML file.
        size: of the pictures, in pixels.
        seconds: how long; as long as the source if not given.
        setup: what was chosen beside the recipe.

    Raises:
        ResonanceError: something given cannot be used.
    """
    chosen, given = load_recipe(recipe), setup or Setup()
    sized: dict[str, Any] = {"width": size, "height": size, **given.render}
    kept = _Kept()
    setup = sense_file(chosen, replace(given, render=sized), source)
    with assemble(chosen, setup) as performance:
        performance.of_pictures()[0].stages.append(kept)
        # The sound that passes through is not needed.
        performance.chains = performance.of_pictures()
        count(performance, seconds)
    return np.stack(kept.pictures)
