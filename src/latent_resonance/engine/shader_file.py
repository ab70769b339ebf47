"""``resonance models export --format isf``: a place of a coordinate network as one shader file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import write_text
from latent_resonance.contracts.members import FOLD
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.networks.fields.layout import SIZE, slot
from latent_resonance.networks.fields.shading.files import MOST_NUMBERS, shader_of
from latent_resonance.networks.fields.shading.live import INPUTS, LINEAR
from latent_resonance.networks.fields.shading.text import Drawing


def export_shader(
    bundle: Bundle, kind: str, output: Path, *, place: str | None = None, seed: int | None = None
) -> dict[str, Any]:
    """Write one place as a shader.

    Args:
        bundle: of a coordinate network.
        kind: ``isf``, ``glsl``, ``wgsl``, or ``html``, a page that draws it.
        output: the file.
        place: a named one of the bundle.
        seed: of a random one, when there is no name; 0 when there is neither.

    Returns:
        The file, its place, its inputs, and how many numbers stand in it.

    Raises:
        InputError: the bundle is none of a coordinate network, or the place is not there.
        OutputError: the file exists, or cannot be written.
    """
    if output.exists():
        raise OutputError(f"{output} exists already: remove it or choose another name")
    fold = _fold(bundle, kind)
    w, name = _wanted(bundle, place, seed)
    drawing = Drawing()
    packet = fold(w)
    if packet.size != 4 * drawing.rows or packet.size > MOST_NUMBERS:
        raise InputError(
            f"the packets of '{bundle.name}' have {packet.size} numbers: not known here"
        )
    moved = {}
    for one in LINEAR:
        further = w.copy()
        further[slot(one)] += 1
        moved[one] = fold(further)
    text = shader_of(kind, f"{bundle.name}: {name}", drawing, packet, moved)
    write_text(output, text)
    return {
        "file": str(output),
        "format": kind,
        "bundle": bundle.name,
        "place": name,
        "inputs": [one.name for one in INPUTS],
        "numbers": int(packet.size),
    }


def _wanted(bundle: Bundle, place: str | None, seed: int | None) -> tuple[FloatArray, str]:
    if place is not None and seed is not None:
        raise InputError("a shader is of one place: give --place or --seed")
    if place is not None:
        return bundle.space.place(place), place
    return seeded_place(bundle, seed or 0), f"seed {seed or 0}"


def _fold(bundle: Bundle, kind: str) -> Callable[[FloatArray], FloatArray]:
    if FOLD not in bundle.members or not bundle.any_size or bundle.latent_size != SIZE:
        raise InputError(
            f"'{bundle.name}' is no coordinate network: only those can be written as {kind}"
        )
    member = Member(bundle, FOLD)
    return lambda w: np.asarray(member.run(w=w).reshape(-1))
