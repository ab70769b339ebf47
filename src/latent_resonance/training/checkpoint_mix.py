"""Two checkpoints of one run as one: weights on the way from the first to the second.

Against a discriminator a generator gains sharpness and loses closeness, step by step. Its weights
between two steps give what lies between (Wang et al. 2018, "Deep network interpolation",
1811.10515), so that how far to go need not be guessed before.
"""

from pathlib import Path
from typing import Any

from torch import Tensor

from latent_resonance.contracts.errors import InputError
from latent_resonance.data.corpus import unite_sources
from latent_resonance.training.checkpoint import Checkpoint, read, save

# Who plays the game, or learns its places, and the averages that become the bundle.
_MIXED = ("generator", "generator_average", "encoder", "encoder_average")
# Places that were found are no weights: the second's are the later ones.
_FOUND = ("mapping.places", "mapping.root")
# What one run keeps, with whatever rates and stages it goes on.
_KEPT = (
    "name", "family", "size", "channel_base", "channel_max", "seed", "batch", "hop", "speckle",
    "near", "reconstruction",
)  # fmt: skip


def mix_checkpoints(first: Path, second: Path, output: Path, share: float) -> dict[str, Any]:
    """Write ``second`` with generator and encoder on the way from ``first``.

    ``train --resume`` beside the output makes its bundle, or goes on from there.

    Args:
        first: an earlier checkpoint of the run, or of the one that it went on from.
        second: a later one.
        output: the new checkpoint.
        share: of the way, 0..1.

    Returns:
        What was mixed.

    Raises:
        InputError: one is no checkpoint, they are of different networks, or the share is out of
            range.
        OutputError: it cannot be written.
    """
    if not 0 <= share <= 1:
        raise InputError(f"--share is {share:g}: give 0..1")
    one, other = read(first), read(second)
    for name in _KEPT:
        value = other.facts.get(name)
        if one.facts.get(name) != value:
            raise InputError(
                f"{second} has {name} {value}, {first} {one.facts.get(name)}: "
                "checkpoints of one run can be mixed"
            )
    tensors, changed = dict(other.tensors), 0
    for name, late in other.tensors.items():
        network, _, rest = name.partition("/")
        early = one.tensors.get(name)
        if network not in _MIXED or rest in _FOUND or not late.is_floating_point():
            continue
        if early is None or early.shape != late.shape:
            raise InputError(f"{first} has no {name} of {list(late.shape)}: it is of another stage")
        mixed: Tensor = early.lerp(late, share)
        tensors[name], changed = mixed, changed + 1
    if not changed:
        raise InputError(f"{second} has neither generator nor encoder: nothing can be mixed")
    sources = None
    if one.sources is not None and other.sources is not None:
        sources = unite_sources([*other.sources, *one.sources])
    save(output, Checkpoint(other.step, other.seconds, other.facts, tensors, sources))
    return {"checkpoint": str(output), "changed": changed, "steps": [one.step, other.step]}
