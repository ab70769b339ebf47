"""Sounds of a bundle to measure, each with what was asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, BundleError
from latent_resonance.contracts.members import MAPPING
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import FloatArray, Latent, Spec, Spectrogram
from latent_resonance.evaluation.real_sounds import RealWindow, faded_out
from latent_resonance.models.engines.member import Member
from latent_resonance.navigate.keys.known_timbres import KnownTimbres
from latent_resonance.sound.hush import loudest_at_zero

LOWEST_MIDI, HIGHEST_MIDI = 40, 80
USUAL_VELOCITY = 80 / 127
"""Of notes that nobody told the velocity of; what the trainer takes."""
_SOFTEST = 0.3


@dataclass(frozen=True, slots=True)
class MadeWindow:
    """One generated window.

    Attributes:
        level_db: float16 ``[bins, columns]``, the loudest at 0 dB.
        midi: pitch that was asked, NaN for models that take none.
        label: family or class that was asked, empty for models that take none.
    """

    level_db: npt.NDArray[np.float16]
    midi: float
    label: str


@dataclass(frozen=True, slots=True)
class _Asked:
    w: FloatArray
    midi: float
    label: str
    heard: int | None = None


def generate_windows(
    bundle: Bundle,
    count: int,
    seed: int,
    truncation: float,
    on_progress: Callable[[float], None],
) -> list[MadeWindow]:
    """``count`` random windows of the bundle.

    Notes get whole pitches of 40 to 80, all families in turn, random timbre and velocity. A
    StyleGAN-like bundle maps standard normal z; any other gets w from a normal distribution with
    the bundle's ``w_avg`` and ``w_std``.

    Args:
        bundle: that makes sound.
        count: at least 1.
        seed: of everything random.
        truncation: 1 as trained; below 1 places are drawn towards ``w_avg``.
        on_progress: gets the share that is done.

    Raises:
        AssemblyError: the bundle makes no sound.
        BundleError: its networks do not fit together.
    """
    return list(_made(bundle, _places(bundle, count, seed, truncation), count, on_progress))


def generate_like(
    bundle: Bundle,
    recorded: Sequence[RealWindow],
    count: int,
    seed: int,
    on_progress: Callable[[float], None],
) -> list[MadeWindow]:
    """Notes of random timbre, each asked for as a recording is.

    So that two sets of notes differ by how they sound, not by which families and keys there are
    more of: family, pitch and velocity are those of a recording that is drawn by chance, and what
    was cut after three seconds fades out there.

    Args:
        bundle: that plays notes.
        recorded: what is drawn from; notes of a family that the bundle lacks, or of unknown pitch,
            are left out. Without any there are no notes.
        count: at least 1.
        seed: of everything random.
        on_progress: gets the share that is done.
    """
    families = bundle.space.conditioning["family"]
    known = [one for one in recorded if one.label in families and np.isfinite(one.midi)]
    if not known:
        return []
    random, timbres = np.random.default_rng(seed), _Timbres(bundle)

    def asked() -> Iterator[_Asked]:
        for _ in range(count):
            one = known[random.integers(len(known))]
            chosen = families.index(one.label)
            family = np.eye(len(families), dtype=np.float32)[chosen]
            velocity = one.velocity if np.isfinite(one.velocity) else USUAL_VELOCITY
            timbre = timbres.draw(chosen, random)
            w = note_place(bundle, timbre, family, one.tuned, velocity)
            yield _Asked(w, one.tuned, one.label, one.heard)

    return list(_made(bundle, asked(), count, on_progress))


def _made(
    bundle: Bundle, places: Iterable[_Asked], count: int, on_progress: Callable[[float], None]
) -> Iterator[MadeWindow]:
    player: Model = find_part("models", "openvino").make({"threads": 1}, bundle)
    player.prepare(Spec())
    try:
        for index, asked in enumerate(places):
            window = player.generate(Latent(asked.w))
            if not isinstance(window, Spectrogram):
                raise AssemblyError(f"the bundle '{bundle.name}' makes no sound")
            level = loudest_at_zero(window.level_db, window.format.range_db)
            if asked.heard is not None:
                level = faded_out(level, window.format, asked.heard)
            yield MadeWindow(level.astype(np.float16), asked.midi, asked.label)
            on_progress((index + 1) / count)
    finally:
        player.close()


def note_place(
    bundle: Bundle, timbre: FloatArray, family: FloatArray, midi: float, velocity: float
) -> FloatArray:
    """``w`` of a note, float32 ``[latent_size]``; see the conditioning of the bundle.

    Raises:
        BundleError: the parts are not as long as the latent.
    """
    w = np.concatenate([timbre, family, [(midi - 60) / 12, velocity]]).astype(np.float32)
    if len(w) != bundle.latent_size:
        raise BundleError(
            f"the bundle '{bundle.name}' has {bundle.latent_size} latents, its parts {len(w)}"
        )
    return w


def _places(bundle: Bundle, count: int, seed: int, truncation: float) -> Iterator[_Asked]:
    random = np.random.default_rng(seed)
    if bundle.space.plays_notes:
        yield from _note_places(bundle, count, random)
        return
    centre, spread = bundle.space.mean, bundle.space.spread
    if MAPPING in bundle.members:
        places = _mapped(bundle, count, random)
    else:
        places = (
            _Asked(centre + spread * _normal(random, bundle.latent_size), np.nan, "")
            for _ in range(count)
        )
    for asked in places:
        yield _Asked(centre + np.float32(truncation) * (asked.w - centre), np.nan, asked.label)


def _note_places(bundle: Bundle, count: int, random: np.random.Generator) -> Iterator[_Asked]:
    timbres, families = _Timbres(bundle), bundle.space.conditioning["family"]
    for index in range(count):
        chosen = index % len(families)
        family = np.eye(len(families), dtype=np.float32)[chosen]
        midi = float(random.integers(LOWEST_MIDI, HIGHEST_MIDI + 1))
        timbre = timbres.draw(chosen, random)
        w = note_place(bundle, timbre, family, midi, float(random.uniform(_SOFTEST, 1)))
        yield _Asked(w, midi, families[chosen])


class _Timbres:
    """Random timbres as players have them: near recorded ones, else the family's normal."""

    def __init__(self, bundle: Bundle) -> None:
        space = bundle.space
        self._size = len(space.conditioning["timbre"])
        self._known = KnownTimbres(space) if len(space.examples) else None

    def draw(self, family: int, random: np.random.Generator) -> FloatArray:
        if self._known is not None and family in self._known.families:
            return self._known.draw(family, random)
        return _normal(random, self._size)


def _mapped(bundle: Bundle, count: int, random: np.random.Generator) -> Iterator[_Asked]:
    """Places of z; a class is asked in turn where the mapping takes one."""
    mapping = Member(bundle, MAPPING)
    shapes = dict(mapping.inputs)
    z_name = next((name for name in shapes if name in {"z", "w", "latent"}), next(iter(shapes)))
    z_size = int(np.prod(shapes.pop(z_name)))
    if len(shapes) > 1:
        raise BundleError(f"{MAPPING} of '{bundle.name}' takes {', '.join(mapping.inputs)}")
    conditioning = bundle.space.conditioning
    for index in range(count):
        inputs, label = {z_name: _normal(random, z_size)}, ""
        for name, shape in shapes.items():
            classes = int(np.prod(shape))
            inputs[name] = np.eye(classes, dtype=np.float32)[index % classes]
            names = next((texts for texts in conditioning.values() if len(texts) == classes), None)
            label = names[index % classes] if names else str(index % classes)
        w = mapping.run(**inputs).reshape(-1)
        if not bundle.takes(w):
            raise BundleError(
                f"{MAPPING} of '{bundle.name}' gives {len(w)} numbers, the latent has "
                f"{bundle.latent_size}"
            )
        yield _Asked(bundle.space.whole(w), np.nan, label)


def _normal(random: np.random.Generator, size: int) -> FloatArray:
    return random.standard_normal(size).astype(np.float32)
