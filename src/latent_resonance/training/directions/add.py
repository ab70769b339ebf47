"""Adds sliders, prototypes and axes to a texture bundle: measure, fit, calibrate, write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.bundles.display import without_lost
from latent_resonance.bundles.manifest import Control, Manifest
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.space import DIRECTION, KIN, PROTOTYPE, SEFA, SLOPE, read_space
from latent_resonance.bundles.write import rewrite_bundle, write_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.members import LATENT, WEIGHTS
from latent_resonance.contracts.space import AIR, ATTACK, GRAIN, WARP
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.fine_envelope import ENVELOPE
from latent_resonance.models.engines.weights import read_weights
from latent_resonance.navigate.latent_space.attribute_map import AttributeMap
from latent_resonance.navigate.latent_space.directions import HIGH, LOW, Sliders, no_sliders
from latent_resonance.navigate.latent_space.sefa import factorise_groups
from latent_resonance.sound.attributes.table import ATTRIBUTES
from latent_resonance.sound.full_band.air import wide_format
from latent_resonance.training.directions.attacks import recorded_rises, strike_as_recorded
from latent_resonance.training.directions.calibrate import (
    calibrate,
    slider_steps,
    straight_directions,
)
from latent_resonance.training.directions.fit_map import fit_map
from latent_resonance.training.directions.known_places import (
    find_known,
    leads_near_known_places,
    with_known,
)
from latent_resonance.training.directions.named import (
    find_kin,
    find_prototypes,
    labelled_windows,
)
from latent_resonance.training.directions.slopes import active_axes, find_slopes
from latent_resonance.training.directions.style_weights import style_weights
from latent_resonance.training.directions.warps import with_warp_axis
from latent_resonance.training.directions.workshop import Doubles, Measured, Progress, Workshop
from latent_resonance.training.encoder.real_clips import RealClips

_OWN = (DIRECTION, PROTOTYPE, KIN, SEFA, SLOPE)
# Kin are of one half of the clips: the other half judges them (benchmarks/prototypes.py).
_KIN_KEEP_BACK = 2
_AXES = 8
_SOUNDS_FOR_GRAIN = 6
_MOVED = 0.25


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    Attributes:
        places: random places.
        slopes: places whose slopes are measured, for the axes that attributes depend on.
        axes: how many of these.
        rounds: times that moved places are measured too, and the map is fitted again.
        hidden: units of the map.
        calibrated: places at which the straight directions are measured.
        known: windows of clips whose places random sounds lie near, where there are clips.
        seed: of everything random.
    """

    places: int = 16_000
    slopes: int = 100
    axes: int = 32
    rounds: int = 2
    hidden: int = 96
    calibrated: int = 40
    known: int = 1024
    seed: int = 0


def add_controls(
    path: Path,
    output: Path,
    *,
    data: Sequence[Path] = (),
    weights: Mapping[str, npt.ArrayLike] | None = None,
    effort: Effort | None = None,
    own: bool = False,
    kept: Path | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the bundle ``path`` with sliders, prototypes and SeFa's axes to ``output``.

    Args:
        path: a texture bundle; what an earlier run added to it is replaced.
        output: the new bundle, may be the same file.
        data: folders of labelled clips for the prototypes, and for random sounds to lie near
            (``known_places``), prepared ones too.
        weights: of the generator, for SeFa; the bundle's own where it keeps them.
        effort: how much is measured.
        own: prototypes are of the labels that there are, and of no synthetic sounds.
        kept: folder for what was measured: a run that was cut goes on from there.
        on_progress: gets what is being done and the share of it that is done.

    Returns:
        What was added, and how well the attributes can be told from a place.

    Raises:
        ResonanceError: the bundle cannot be read, has no encoder, or cannot be written.
    """
    bundle = _with_beside(read_bundle(path))
    effort = effort or Effort()
    show = on_progress or (lambda text, share: None)
    windows = labelled_windows(data, bundle.sound_format)  # before what takes minutes
    others = windows if own else _kin_windows(data, bundle)
    if data and leads_near_known_places(bundle):
        bundle = _with_seeds(bundle, data, effort, show)
    with Workshop(bundle, kept) as workshop:
        added, metrics, count = _sliders(workshop, effort, show)
        prototypes = find_prototypes(workshop, windows, lambda s: show("prototypes", s), own=own)
        kin = find_kin(workshop, others, prototypes, lambda s: show("kin", s), own=own)
        rises = recorded_rises(data, workshop.layout, one_in=20 if own else _KIN_KEEP_BACK)
        prototypes, kin = strike_as_recorded(
            workshop, rises, prototypes, kin, lambda s: show("attacks", s), own=own
        )
    for name, place in prototypes.items():
        added[PROTOTYPE + name] = place
    for name, some in kin.items():
        added[KIN + name] = some.astype(np.float16)
    for group, axes in _sefa(bundle, weights).items():
        added[SEFA + group] = axes.astype(np.float16)
    _write(bundle, output, added, metrics, _OWN)
    return {**told_of(read_bundle(output), output), "places": count}


def told_of(bundle: Bundle, path: Path) -> dict[str, Any]:
    """What the controls of a bundle are, and how well its sliders are explained; plain values."""
    space = bundle.space
    metrics: Mapping[str, float] = bundle.facts["provenance"]["metrics"]
    return {
        "bundle": str(path),
        "controls": list(space.directions),
        "prototypes": [name for name, one in space.places.items() if one.kind == "prototype"],
        "axes": sorted(name for name in space.axes if name != "pca"),
        **{name: value for name, value in metrics.items() if name.startswith("attribute_")},
    }


def add_sliders(
    path: Path,
    output: Path,
    *,
    effort: Effort | None = None,
    kept: Path | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the bundle ``path`` with sliders found anew; all else of it stays.

    Args:
        path: a texture bundle with mapping and encoder.
        output: the new bundle, may be the same file.
        effort: how much is measured.
        kept: folder for what was measured: a run that was cut goes on from there.
        on_progress: gets what is being done and the share of it that is done.

    Returns:
        Which there are, and how well the attributes can be told from a place.

    Raises:
        ResonanceError: the bundle cannot be read, or cannot be written.
    """
    bundle = _with_beside(read_bundle(path))
    with Workshop(bundle, kept) as workshop:
        added, metrics, count = _sliders(
            workshop, effort or Effort(), on_progress or (lambda text, share: None)
        )
    _write(bundle, output, added, metrics, (DIRECTION, SLOPE))
    return {
        "bundle": str(output),
        "controls": list(ATTRIBUTES),
        "places": count,
        **metrics,
    }


def add_kin(
    path: Path,
    output: Path,
    data: Sequence[Path],
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the bundle ``path`` with kin of the prototypes that it has; all else of it stays.

    Args:
        path: a texture bundle with prototypes and an encoder.
        output: the new bundle, may be the same file.
        data: folders of labelled clips.
        on_progress: gets what is being done and the share of it that is done.

    Returns:
        How many there are of each.

    Raises:
        ResonanceError: the bundle or a folder cannot be read, or the bundle cannot be written.
    """
    from safetensors.numpy import load

    bundle = _with_beside(read_bundle(path))
    show = on_progress or (lambda text, share: None)
    windows = _kin_windows(data, bundle)
    prototypes = {
        name: place.w for name, place in bundle.space.places.items() if place.kind == "prototype"
    }
    with Workshop(bundle) as workshop:
        kin = find_kin(workshop, windows, prototypes, lambda s: show("kin", s))
        rises = recorded_rises(data, workshop.layout, one_in=_KIN_KEEP_BACK)
        _, kin = strike_as_recorded(workshop, rises, prototypes, kin)
    tensors = {k: v for k, v in load(bundle.members[LATENT]).items() if not k.startswith(KIN)}
    tensors |= {KIN + name: some.astype(np.float16) for name, some in kin.items()}
    _rewrite(output, bundle, tensors)
    return {"bundle": str(output), "kin": {name: len(some) for name, some in kin.items()}}


def add_attacks(
    path: Path,
    output: Path,
    data: Sequence[Path],
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the bundle ``path`` whose prototypes and their kin strike as clips of their kind do.

    Args:
        path: a texture bundle with prototypes, an encoder and a fine envelope.
        output: the new bundle, may be the same file.
        data: folders of labelled clips.
        on_progress: gets what is being done and the share of it that is done.

    Returns:
        The amount of each prototype.

    Raises:
        ResonanceError: the bundle or a folder cannot be read, the bundle has no envelope, or it
            cannot be written.
    """
    from safetensors.numpy import load

    bundle = _with_beside(read_bundle(path))
    show = on_progress or (lambda text, share: None)
    space = bundle.space
    if ATTACK not in space.beside:
        raise InputError(
            f"the bundle '{bundle.name}' has no envelope that attacks could be made steeper by: "
            "`resonance models envelope` finds one"
        )
    named = {name: one for name, one in space.places.items() if one.kind == "prototype"}
    with Workshop(bundle) as workshop:
        prototypes, kin = strike_as_recorded(
            workshop,
            recorded_rises(data, bundle.sound_format, one_in=_KIN_KEEP_BACK),
            {name: one.w for name, one in named.items()},
            {name: one.kin for name, one in named.items() if len(one.kin)},
            lambda s: show("attacks", s),
        )
    tensors = load(bundle.members[LATENT])
    tensors |= {PROTOTYPE + name: w for name, w in prototypes.items()}
    tensors |= {KIN + name: some.astype(np.float16) for name, some in kin.items()}
    _rewrite(output, bundle, tensors)
    amounts = {name: space.beside_network(w, ATTACK) for name, w in prototypes.items()}
    return {"bundle": str(output), "attacks": amounts}


def add_warp(
    path: Path,
    output: Path,
    *,
    effort: Effort | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the bundle ``path`` whose sliders move lower frequencies too; all else of it stays.

    Args:
        path: a texture bundle with mapping, encoder and sliders.
        output: the new bundle, may be the same file.
        effort: at how many places it is measured what a warp does.
        on_progress: gets what is being done and the share of it that is done.

    Returns:
        What an octave up does to each attribute, in steps of its slider.

    Raises:
        ResonanceError: the bundle cannot be read, has no sliders, or cannot be written.
    """
    from safetensors.numpy import load

    bundle, effort = _with_beside(read_bundle(path)), effort or Effort()
    known = Sliders.of(bundle.space).follow
    if known is None:
        raise no_sliders()
    show = on_progress or (lambda text, share: None)
    with Workshop(bundle) as workshop:
        places = workshop.draw(effort.calibrated, np.random.default_rng([effort.seed, 1]))
        known = with_warp_axis(known, workshop, places, lambda s: show("warp", s))
    tensors = load(bundle.members[LATENT])
    tensors |= {SLOPE + name: _small(tensor) for name, tensor in known.tensors().items()}
    _rewrite(output, bundle, tensors)
    middle = bundle.space.mean
    octave = known.predict(middle + bundle.space.along(WARP)) - known.predict(middle)
    return {"bundle": str(output), "octave": dict(zip(ATTRIBUTES, octave.tolist(), strict=True))}


def add_seeds(
    path: Path,
    output: Path,
    data: Sequence[Path],
    *,
    effort: Effort | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the bundle ``path`` whose seeds lead near places of clips; all else of it stays.

    Args:
        path: a texture bundle whose mapping leads near known places, with an encoder.
        output: the new bundle, may be the same file.
        data: folders of clips, prepared ones too.
        effort: how many of their windows.
        on_progress: gets what is being done and the share of it that is done.

    Returns:
        How many places there are.

    Raises:
        ResonanceError: the bundle or a folder cannot be read, its seeds lead elsewhere, or it
            cannot be written.
    """
    bundle, effort = read_bundle(path), effort or Effort()
    if not leads_near_known_places(bundle):
        raise InputError(
            f"the seeds of '{bundle.name}' do not lead near known places, so there are none to find"
        )
    made = _with_seeds(bundle, data, effort, on_progress or (lambda text, share: None))
    rewrite_bundle(output, bundle, dict(made.members))
    return {"bundle": str(output), "places": effort.known}


def _with_seeds(bundle: Bundle, data: Sequence[Path], effort: Effort, show: Progress) -> Bundle:
    clips = RealClips(data, bundle.sound_format)
    with Workshop(bundle) as workshop:
        return with_known(bundle, find_known(workshop, clips, effort.known, effort.seed, show))


def _rewrite(output: Path, bundle: Bundle, tensors: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write a bundle with these tensors of its latent space, in the order of their names."""
    from safetensors.numpy import save

    latent = save({key: tensors[key] for key in sorted(tensors)})
    rewrite_bundle(output, bundle, {**bundle.members, LATENT: latent})


def _with_beside(bundle: Bundle) -> Bundle:
    """The bundle with all that can lie beside its places: attack where there is an envelope."""
    from safetensors.numpy import load

    layout = bundle.format
    if LATENT not in bundle.members or not isinstance(layout, SpectrogramFormat):
        return bundle
    fits = {
        GRAIN: True,
        AIR: wide_format(layout) is not None,
        ATTACK: ENVELOPE in bundle.members,
        WARP: True,
    }
    facts = {**bundle.facts, "beside": [name for name, fit in fits.items() if fit]}
    space = read_space(Manifest.model_validate(facts), load(bundle.members[LATENT]))
    return replace(bundle, latent_size=space.size, space=space, facts=facts)


def _kin_windows(data: Sequence[Path], bundle: Bundle) -> dict[str, list[FloatArray]]:
    return labelled_windows(data, bundle.sound_format, one_in=_KIN_KEEP_BACK, ends=True)


def measurings(effort: Effort, w_dim: int) -> int:
    """How many sounds ``add_controls`` makes and measures."""
    moved = effort.rounds * round(_MOVED * effort.places)
    straight = 2 * effort.calibrated * (len(ATTRIBUTES) + 1)
    known = _SOUNDS_FOR_GRAIN * effort.known
    return effort.places + moved + effort.slopes * (w_dim + 1) + straight + known


def _sliders(
    workshop: Workshop, effort: Effort, show: Progress
) -> tuple[dict[str, npt.NDArray[np.generic]], dict[str, float], int]:
    """Tensors of the sliders, how well the map explains each, and places that were measured."""
    measured, known, explained = _learn(workshop, effort, show)
    random = np.random.default_rng([effort.seed, 1])
    straight = straight_directions(measured, known.steps)
    places = workshop.draw(effort.calibrated, random)
    known = with_warp_axis(known, workshop, places, lambda s: show("warp", s))
    straight = calibrate(workshop, straight, known.steps, places, lambda s: show("calibrate", s))
    added: dict[str, npt.NDArray[np.generic]] = {}
    for name, direction in zip(ATTRIBUTES, straight, strict=True):
        added[DIRECTION + name] = direction
    for name, tensor in known.tensors().items():
        added[SLOPE + name] = _small(tensor)
    metrics = {
        f"attribute_{name}_explained": round(float(value), 3)
        for name, value in zip(ATTRIBUTES, explained, strict=True)
    }
    return added, metrics, len(measured.places)


def _learn(
    workshop: Workshop, effort: Effort, show: Progress
) -> tuple[Measured, AttributeMap, Doubles]:
    """Places of random z, half of them pushed away; then places that sliders lead to."""
    random = np.random.default_rng(effort.seed)
    drawn = workshop.draw(effort.places, random)
    scale = drawn.std(axis=0)
    push = random.standard_normal(drawn.shape) * scale * random.uniform(0, 1, (len(drawn), 1))
    pushed = np.where(np.arange(len(drawn))[:, None] % 2, drawn + push, drawn)
    measured = workshop.measure(pushed.astype(np.float32), lambda s: show("listen", s))
    steps = slider_steps(measured.values[::2])
    slopes = find_slopes(
        workshop, drawn[: effort.slopes], scale, steps, lambda s: show("slopes", s)
    )
    axes = active_axes(slopes, effort.axes)
    known, explained = fit_map(measured, axes, steps, effort.hidden, effort.seed)
    for number in range(effort.rounds):
        moved = [
            known.move(drawn[random.integers(len(drawn))], _change(random, len(steps)))
            for _ in range(round(_MOVED * effort.places))
        ]
        text = f"listen, round {number + 1}"
        heard = workshop.measure(np.array(moved), lambda s, text=text: show(text, s))  # type: ignore[misc]
        measured = measured.joined(heard)
        known, explained = fit_map(measured, axes, steps, effort.hidden, effort.seed)
    return measured, known, explained


def _change(random: np.random.Generator, count: int) -> Doubles:
    """One slider somewhere, the others at 0."""
    change = np.zeros(count)
    change[random.integers(count)] = random.uniform(LOW, HIGH)
    return change


def _sefa(bundle: Bundle, weights: Mapping[str, npt.ArrayLike] | None) -> dict[str, FloatArray]:
    if weights is None and WEIGHTS in bundle.members:
        weights = read_weights(bundle).tensors
    found = style_weights(weights or {}, bundle.network_size)
    return factorise_groups(found, list(found), _AXES) if found else {}


def _small(tensor: FloatArray) -> npt.NDArray[np.generic]:
    """Half precision where it does no harm: weights, not scales."""
    return tensor.astype(np.float16) if tensor.ndim == 2 else tensor


def _write(
    bundle: Bundle,
    output: Path,
    added: Mapping[str, npt.NDArray[np.generic]],
    metrics: Mapping[str, float],
    replaced: tuple[str, ...],
) -> None:
    from safetensors.numpy import load, save

    if LATENT not in bundle.members:
        raise InputError(f"the bundle '{bundle.name}' has no {LATENT} to add to")
    tensors = {
        key: value
        for key, value in load(bundle.members[LATENT]).items()
        if not key.startswith(replaced)
    }
    # Sixteen bits are plenty for places to begin from and ways to go.
    tensors |= {key: tensors[key].astype(np.float16) for key in ("examples",) if key in tensors}
    tensors |= {key: np.ascontiguousarray(value) for key, value in added.items()}
    members = {**bundle.members, LATENT: save(tensors)}
    manifest = Manifest.model_validate(dict(bundle.facts))
    known = {key: v for key, v in manifest.provenance.metrics.items() if key not in metrics}
    manifest = manifest.model_copy(
        update={
            "controls": [
                Control(name=one.name, low=LOW, high=HIGH, description=f"{one.low} .. {one.high}")
                for one in ATTRIBUTES.values()
            ],
            "provenance": manifest.provenance.model_copy(update={"metrics": {**known, **metrics}}),
        }
    )
    write_bundle(output, manifest, without_lost(members, read_space(manifest, tensors)), bundle)
