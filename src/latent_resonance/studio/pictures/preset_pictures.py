"""What a preset of an instrument of pictures looks like: a strip of its moods."""

import io
from contextlib import ExitStack

import numpy as np

from latent_resonance.contracts.values import ByteArray, Controls, FloatArray
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.prepare import Prepared
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.render.pictures.look import apply_look
from latent_resonance.studio.cards import page_chain, prepare_for_page
from latent_resonance.studio.morph import morphed
from latent_resonance.studio.names import known_recipe
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.store.presets import NewPreset

WIDTH, HEIGHT = 384, 80
_TILES = 4
_STEPS, _STEP_SECONDS = 40, 0.1
# So that the package's own pictures stay small.
_COLOURS = 64


def draw_strip(preset: NewPreset, engine: PartChoice | None, note: str) -> bytes:
    """A PNG of 384 x 80 in 64 colours: each mood that is set, or four of all; ``note`` its comment.

    Raises:
        ResonanceError: the patch cannot be played.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    patch = morphed(preset.patch, preset.other, preset.morph)
    chain = page_chain(known_recipe(patch.instrument))
    with ExitStack() as opening:
        parts = prepare_for_page(chain, patch.bundle, opening)
        explorer = opening.enter_context(Explorer(parts.bundle, engine, threads=1))
        moods = _moods(parts, patch)
        size = (2 * WIDTH // len(moods), 2 * HEIGHT)
        tiles = [_tile(explorer, parts, patch, mood, size) for mood in moods]
    strip = Image.fromarray(np.concatenate(tiles, axis=1)).resize((WIDTH, HEIGHT))
    info = PngInfo()
    info.add_text("Comment", note)
    file = io.BytesIO()
    strip.quantize(_COLOURS, dither=Image.Dither.NONE).save(
        file, "PNG", pnginfo=info, optimize=True
    )
    return file.getvalue()


def _moods(parts: Prepared, patch: Patch) -> list[str | None]:
    """At most four; None for the place that the patch stays at."""
    if patch.place is not None:
        return [None]
    shown = parts.bundle.space.shown
    lit = [name for name in shown if patch.controls.get(name, 0) > 0]
    chosen = lit or [shown[k * len(shown) // _TILES] for k in range(min(_TILES, len(shown)))]
    return list(chosen[:_TILES]) or [None]


def _tile(
    explorer: Explorer, parts: Prepared, patch: Patch, mood: str | None, size: tuple[int, int]
) -> ByteArray:
    from PIL import Image, ImageOps

    moods = parts.bundle.space.places
    values = {n: v for n, v in {**parts.recipe.held, **patch.controls}.items() if n not in moods}
    if mood is not None:
        values[mood] = 1.0
    place: FloatArray | None = None
    if patch.place is not None:
        place = patch.place.found_in(parts.bundle.space)
    state = parts.navigator.start()
    for step in range(_STEPS):
        controls = Controls(step * _STEP_SECONDS, values, place=place)
        latent, state = parts.navigator.step(state, controls, _STEP_SECONDS)
    pixels = apply_look(explorer.picture(latent.w).pixels, {**latent.play, **values})
    return np.asarray(ImageOps.fit(Image.fromarray(pixels), size))
