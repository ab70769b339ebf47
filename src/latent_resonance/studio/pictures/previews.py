"""Six seconds of a preset as a picture."""

import hashlib
import json

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.sound.stft import stft
from latent_resonance.studio.cards import gives_pictures, page_chain
from latent_resonance.studio.names import bundle_for, known_recipe
from latent_resonance.studio.pictures.log_frequency import as_heard, grey, log_rows, pooled
from latent_resonance.studio.pictures.png import write_png
from latent_resonance.studio.pictures.preset_pictures import draw_strip
from latent_resonance.studio.pictures.preset_sound import preset_sound
from latent_resonance.studio.store.presets import NewPreset

SECONDS = 6.0
WIDTH, HEIGHT = 768, 160
TOP_HZ = 8000.0
"""The highest row's upper end."""

_WINDOW_SECONDS = 0.064
_RANGE_DB = 56.0
_BLUR = (1.2, 2.4)
# Of grey: so that the package's own pictures stay small.
_STEPS = 28
_TOP_SHARE = 99.8
_SOFTEST_DB = 30.0
_VERSION = 1


def made_of(preset: NewPreset) -> str:
    """What its picture depends on, as a hash; raises ResonanceError where the model is missing."""
    sound = preset.model_dump(
        mode="json",
        exclude={"name", "tags", "line", "id", "factory", "created", "updated"},
        exclude_defaults=True,
    )
    chain = page_chain(known_recipe(preset.patch.instrument))
    bundle = bundle_for(preset.patch.bundle, chain.bundle)
    parts = ["preview", _VERSION, bundle.facts.get("seal"), sound]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def draw_preview(preset: NewPreset, engine: PartChoice | None = None) -> bytes:
    """A grey PNG, 768 x 160: time to the right, row 0 the highest, 40 Hz to 8 kHz by pitch.

    Of an instrument of pictures a strip of what it leads through, in colours.

    Raises:
        ResonanceError: the patch cannot be played.
    """
    chain = page_chain(known_recipe(preset.patch.instrument))
    if gives_pictures(chain):
        return draw_strip(preset, engine, made_of(preset))
    samples, rate = preset_sound(preset, SECONDS, engine)
    return write_png(sound_picture(samples.mean(axis=1), rate), made_of(preset))


def sound_picture(samples: FloatArray, rate: int) -> np.ndarray:
    """Grey ``[160, 768]`` of a sound ``[samples]``; a silent one is black."""
    n_fft = 2 ** round(np.log2(_WINDOW_SECONDS * rate))
    hop = max(1, len(samples) // WIDTH)
    magnitude = np.abs(stft(np.asarray(samples, np.float32), n_fft, hop))
    bins = max(1, round(TOP_HZ * n_fft / rate))
    level = 20 * np.log10(np.maximum(magnitude[:bins], 1e-6)).astype(np.float32)
    if len(level) < bins:
        level = np.pad(level, ((0, bins - len(level)), (0, 0)), constant_values=-120)
    rows = as_heard(pooled(log_rows(level, TOP_HZ, HEIGHT), WIDTH), TOP_HZ, _BLUR)
    top = max(float(np.percentile(rows, _TOP_SHARE)), -_SOFTEST_DB)
    steps = np.round(grey(rows, top, _RANGE_DB) / 255 * (_STEPS - 1))
    return np.asarray(np.round(steps * 255 / (_STEPS - 1)), np.uint8)
