"""Looks at a bundle's networks before any engine gets them: one gate, so that all refuse alike.

OpenVINO, which every install has, reads the file and infers all shapes without running it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, BundleError
from latent_resonance.contracts.members import DECODER, SYNTHESIS, VELOCITY
from latent_resonance.models.engines.output_form import OutputForm
from latent_resonance.models.engines.quiet_openvino import load_openvino
from latent_resonance.models.engines.tiles import Tiles

PIXELS = "pixels"
"""Second input of a network that computes pictures from coordinates."""

_MOST_NUMBERS = 1 << 28  # in one tensor between two layers: 1 GiB
# Their insides are not seen by the shapes outside.
_HIDING = {"If", "Loop", "TensorIterator"}
_RANDOM = {"RandomUniform", "Multinomial"}


@dataclass(frozen=True, slots=True)
class CheckedNetwork:
    """A network that is what its bundle says.

    Attributes:
        data: the ONNX file.
        model: as OpenVINO read it, not compiled.
        gives: shape of its output.
        takes: names of its inputs, in the order in which they are given.
        member: its name in the bundle.
    """

    data: bytes
    model: Any
    gives: list[int]
    takes: tuple[str, ...]
    member: str = SYNTHESIS


def check_network(bundle: Bundle, form: OutputForm) -> CheckedNetwork:
    """The bundle's ``synthesis.onnx``: from one place to one output, and no huge tensor between.

    Args:
        bundle: whose network.
        form: what it is to give; another size than the bundle's where it takes any.

    Raises:
        AssemblyError: the bundle has no such member.
        BundleError: it cannot be read, has other sizes than the manifest says, or asks for more
            memory than an output has use for; sizes that only running would tell are refused too.
    """
    data = _member(bundle, SYNTHESIS)
    gives = form.shape
    tiles = tiles_of(bundle, form)
    try:
        model = load_openvino().Core().read_model(data)
        inputs = list(model.inputs)
        if tiles is not None:
            gives = [*gives[:2], *tiles.shape[2:]]
            pixels = [end for end in inputs if PIXELS in end.get_names()]
            if len(pixels) != 1 or len(inputs) != 2:
                raise BundleError(f"{SYNTHESIS} of '{bundle.name}' takes no {PIXELS}")
            model.reshape({PIXELS: list(tiles.shape)})
            inputs = [end for end in model.inputs if PIXELS not in end.get_names()]
        where = f"{SYNTHESIS} of '{bundle.name}'"
        _check_ends(where, inputs, [1, bundle.network_size], "takes")
        _check_ends(where, model.outputs, gives, "gives")
        _check_steps(where, model)
    except RuntimeError as error:
        raise refusal(bundle.name, error) from error
    takes = (inputs[0].get_any_name(), *([PIXELS] if tiles else []))
    return CheckedNetwork(data, model, gives, takes)


def check_member(
    bundle: Bundle, member: str, takes: Mapping[str, list[int]], gives: list[int]
) -> CheckedNetwork:
    """A network of named inputs; raises as ``check_network`` does.

    Args:
        bundle: whose network.
        member: its name.
        takes: input to shape.
        gives: shape of its output.
    """
    data, where = _member(bundle, member), f"{member} of '{bundle.name}'"
    try:
        model = load_openvino().Core().read_model(data)
        if len(model.inputs) != len(takes):
            raise BundleError(f"{where} takes {len(model.inputs)} inputs, not {', '.join(takes)}")
        for name, shape in takes.items():
            named = [end for end in model.inputs if name in end.get_names()]
            _check_ends(f"{where}, '{name}',", named, shape, "takes")
        _check_ends(where, model.outputs, gives, "gives")
        _check_steps(where, model)
    except RuntimeError as error:
        raise refusal(bundle.name, error, member) from error
    return CheckedNetwork(data, model, gives, tuple(takes), member)


def played_members(bundle: Bundle) -> tuple[str, ...]:
    """Names of the networks that a player runs, those that are there."""
    names = (SYNTHESIS,) if bundle.space.diffusion is None else (VELOCITY, DECODER)
    return tuple(name for name in names if name in bundle.members)


def tiles_of(bundle: Bundle, form: OutputForm) -> Tiles | None:
    """What its pictures are drawn in, where the network takes coordinates; None where not."""
    return Tiles(*form.shape[2:]) if bundle.any_size else None


def refusal(name: str, error: Exception, member: str = SYNTHESIS) -> BundleError:
    """What an engine said against a network of bundle ``name``, as one line."""
    return BundleError(f"the engine cannot run {member} of '{name}': {_reason(error)}")


def _member(bundle: Bundle, name: str) -> bytes:
    if name not in bundle.members:
        raise AssemblyError(f"the bundle '{bundle.name}' has no {name} to play")
    return bundle.members[name]


def _check_ends(where: str, ends: Any, wanted: list[int], what: str) -> None:
    found = " and ".join(str(end.partial_shape) for end in ends) or "nothing"
    if len(ends) != 1 or ends[0].partial_shape.is_dynamic or list(ends[0].shape) != wanted:
        raise BundleError(f"{where} {what} {found}, its manifest says {wanted}")


def _check_steps(where: str, model: Any) -> None:
    for step in model.get_ordered_ops():
        kind = step.get_type_name()
        if kind in _HIDING:
            raise BundleError(f"{where} has loops or branches, which are not played")
        if kind in _RANDOM:
            raise BundleError(f"{where} draws random numbers: the same place must give the same")
        for made in step.outputs():
            if made.partial_shape.is_dynamic:
                raise BundleError(f"{where} has sizes that depend on the place")
            size = math.prod(made.shape)
            if size > _MOST_NUMBERS:
                raise BundleError(f"{where} needs {size:.0e} numbers at once")


def _reason(error: Exception) -> str:
    """The telling line of an engine's many; names in it come from the file."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
    chosen = (telling or lines or ["it does not say why"])[-1]
    return "".join(c for c in chosen if c.isprintable())[:200]
