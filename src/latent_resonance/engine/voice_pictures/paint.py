"""Paints the picture of a recording."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.data.decode import check_sound_file, decode_mono
from latent_resonance.engine.voice_pictures.embedded import EmbeddedModel, is_bundle, open_painter
from latent_resonance.engine.voice_pictures.spelling import spell_numbers
from latent_resonance.models.text_to_image.contract import OnStep, PromptReading, TextToImage
from latent_resonance.navigate.voices.enrolled import KnownVoices, voices_folder
from latent_resonance.navigate.voices.noise import VOICE_SHARE, Directions, Mode, VoiceNoise
from latent_resonance.navigate.voices.shapes import BASE
from latent_resonance.navigate.voices.statistics import load_statistics
from latent_resonance.sound.voice.clip import RATE, take_voice
from latent_resonance.sound.voice.mel_square import RATE as SQUARE_RATE

KIND = "voice picture"
BUNDLE = "voice"
_LARGEST = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A recording that is in memory alone.

    Attributes:
        samples: mono, float32 ``[samples]``.
        rate: in Hz.
        name: what messages call it.
    """

    samples: FloatArray
    rate: int
    name: str = "the recording"


@dataclass(frozen=True, slots=True)
class VoicePicture:
    """A painted recording.

    Attributes:
        pixels: uint8 ``[height, width, 3]``.
        recipe: what makes it again, as plain values; see ``paint_again``. It has the place of the
            voice in numbers, of which no recording can be made.
        reading: what the model made of the prompt.
        voice: the known voice that it was taken for.
        part: which part of a long recording was used; empty for all of it.
    """

    pixels: ByteArray
    recipe: Mapping[str, Any]
    reading: PromptReading
    voice: str | None = None
    part: str = ""

    @property
    def understood(self) -> tuple[str, ...]:
        """Words of the prompt that move the picture."""
        return self.reading.understood

    @property
    def unknown(self) -> dict[str, str | None]:
        """Words that say nothing to the model, and one to try in their place."""
        return {word: self.reading.tries.get(word) or None for word in self.reading.unknown}


def paint_voice(
    sound: Path | Take,
    prompt: str,
    *,
    bundle: str = BUNDLE,
    model: TextToImage | None = None,
    mode: Mode = "mix",
    mix: float = VOICE_SHARE,
    steps: int | None = None,
    guidance: float | None = None,
    size: int | None = None,
    snap: bool = True,
    device: str = "cpu",
    fetch: bool = True,
    on_step: OnStep | None = None,
    on_fetch: Callable[[float, float], None] | None = None,
) -> VoicePicture:
    """A recording's picture; the same recording, the same picture.

    Args:
        sound: a file of sound or video, or a take.
        prompt: what to see; may be empty.
        bundle: a bundle's name or file, or a real model's folder or name.
        model: one that is open already, in its place; stays open.
        mode: what of the voice the noise is made of.
        mix: the voice's share of ``mix``, 0..1.
        steps: of the sampler; the model's own where not given.
        guidance: how strongly the prompt pulls; the model's own where not given.
        size: pixels a side; the model's own where not given.
        snap: whether a voice that is near a known one is taken for it.
        device: of a real model: ``cpu``, ``cuda`` or ``mps``.
        fetch: whether a real model that is not here may be fetched.
        on_step: told after each step; what it raises ends the picture.
        on_fetch: told how many bytes of a model have come, of how many.

    Raises:
        MediaError: no usable recording.
        InputError: something asked for is out of range, or no word of the prompt is known.
        ResonanceError: the model cannot be used.
    """
    maker = VoiceNoise(load_statistics())

    def hear() -> _Heard:
        return _hear(sound, maker, mode, mix, snap=snap)

    def opened() -> TextToImage:
        sides = None if size is None else (size, size)
        return open_painter(bundle, sides, device=device, fetch=fetch, on_fetch=on_fetch)

    # A real model is not fetched for a recording that cannot be used.
    beside = model is None and is_bundle(bundle)
    heard, own = _side_by_side(hear, opened) if beside else (hear(), model or opened())
    try:
        shape = own.noise_shape
        noise = heard.noise
        if noise is None:
            noise = maker.noise(heard.at, mode, mix, shape)
        elif shape != BASE:
            raise InputError(f"the mode 'exact' is for noise of 4x32x32, not that of {own.name}")
        asked = {
            "steps": own.steps if steps is None else steps,
            "guidance": own.guidance if guidance is None else guidance,
        }
        recipe = {
            "kind": KIND,
            "model": own.name,
            "prompt": prompt,
            "mode": mode,
            "size": size,
            **asked,
            **heard.start,
        }
        if isinstance(own, EmbeddedModel):
            recipe["seal"] = own.seal
        return VoicePicture(
            paint_noise(own, noise, recipe, on_step),
            recipe,
            own.read(prompt),
            heard.known,
            heard.part,
        )
    finally:
        if model is None:
            own.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """What a recording gives.

    Attributes:
        at: where it lies; for nothing with ``exact``.
        noise: of the mode ``exact``.
        start: the same for a recipe.
        known: the known voice that it was taken for.
        part: which part of a long recording was used.
    """

    at: Directions
    noise: FloatArray | None
    start: Mapping[str, Any]
    known: str | None
    part: str


def _hear(sound: Path | Take, maker: VoiceNoise, mode: Mode, mix: float, *, snap: bool) -> _Heard:
    if mode == "exact":
        samples = _read(sound, SQUARE_RATE)
        noise = maker.exact(samples, sound.name)
        part = take_voice(samples, sound.name, SQUARE_RATE).part
        nowhere = Directions(noise[:0, 0, 0], noise[:0, 0, 0])
        return _Heard(nowhere, noise, {"noise": spell_numbers(noise)}, None, part)
    at, known = maker.directions(_read(sound, RATE), sound.name), None
    part = at.part
    if snap and mode != "words":
        at, known = KnownVoices(voices_folder()).snap(at, maker)
    start = {
        "mix": mix,
        "statistics": maker.statistics.name,
        "voice": spell_numbers(at.voice),
        "words": spell_numbers(at.words),
    }
    return _Heard(at, None, start, known, part)


def _side_by_side(
    hear: Callable[[], _Heard], opened: Callable[[], TextToImage]
) -> tuple[_Heard, TextToImage]:
    """Both at once, of which each is a part of a cold start; what is wrong with the sound first."""
    with ThreadPoolExecutor(1) as pool:
        hearing = pool.submit(hear)
        try:
            model = opened()
        except Exception:
            hearing.result()
            raise
        try:
            return hearing.result(), model
        except BaseException:
            model.close()
            raise


def paint_noise(
    model: TextToImage, noise: FloatArray, recipe: Mapping[str, Any], on_step: OnStep | None
) -> ByteArray:
    """The picture of a noise, as a recipe says.

    Raises:
        InputError: a size that no picture has, and as the model.
    """
    size = recipe["size"]
    if size is not None and not 16 <= size <= _LARGEST:
        raise InputError(
            f"--size {size}: a painted picture has from 16 to {_LARGEST} pixels a side"
        )
    steps, guidance = int(recipe["steps"]), float(recipe["guidance"])
    made = model.paint(noise, recipe["prompt"], steps=steps, guidance=guidance, on_step=on_step)
    if size is None or made.shape[:2] == (size, size):
        return made
    return _resized(made, size)


def _resized(pixels: ByteArray, size: int) -> ByteArray:
    import numpy as np
    from PIL import Image

    made = Image.fromarray(pixels).resize((size, size), Image.Resampling.LANCZOS)
    return np.asarray(made, np.uint8)


def _read(path: Path | Take, rate: int) -> FloatArray:
    if isinstance(path, Take):
        import soxr

        # As a file of it is read, so that it gives the same picture.
        through = soxr.ResampleStream(path.rate, rate, 1, dtype="float32")
        samples: FloatArray = through.resample_chunk(path.samples, last=True)
        return samples
    check_sound_file(path)
    try:
        return decode_mono(path, rate).samples
    except MediaError as error:
        raise MediaError(f"{path} {error}") from error
