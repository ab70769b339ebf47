"""The encoder to begin with: a checkpoint's, or a new one."""

from pathlib import Path

import torch

from latent_resonance.contracts.errors import InputError
from latent_resonance.networks.encoder import Encoder
from latent_resonance.training.checkpoint import read
from latent_resonance.training.encoder.frozen import FrozenGenerator
from latent_resonance.training.encoder.masked import MaskedEncoder

_PREFIXES = ("encoder_average/", "encoder/")
_LEAST_WIDTH, _MOST_WIDTH = 16, 128


def new_encoder(generator: FrozenGenerator, seed: int) -> MaskedEncoder:
    """Untrained, as wide as half the window's shorter side; its places are the space's."""
    layout = generator.layout
    width = min(layout.bins, layout.columns) // 2 // 8 * 8
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = Encoder(1, generator.size, width=max(_LEAST_WIDTH, min(_MOST_WIDTH, width)))
    with torch.no_grad():
        made.to_w.weight.mul_(torch.from_numpy(generator.spread)[:, None])
        made.to_w.bias.copy_(torch.from_numpy(generator.middle))
    return MaskedEncoder(made)


def read_encoder(path: Path, generator: FrozenGenerator) -> MaskedEncoder:
    """The averaged encoder of a training run.

    Its places are the bundle's: a run turns its space for encoder and generator together, and what
    happens when a bundle is written touches the mapping alone.

    Raises:
        InputError: the file is no checkpoint, has no encoder, or one to another space.
    """
    tensors = read(path).tensors
    for prefix in _PREFIXES:
        state = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        if state:
            break
    else:
        raise InputError(f"{path} holds no encoder to go on from")
    length = len(state["to_w.bias"]) if "to_w.bias" in state else 0
    if length != generator.size or "even.weight" not in state:
        raise InputError(
            f"{path} holds an encoder to {length} numbers, "
            f"the bundle '{generator.bundle.name}' has {generator.size}"
        )
    made = Encoder(1, length, width=len(state["even.weight"]) // 2)
    try:
        made.load_state_dict({name: value.float() for name, value in state.items()})
    except RuntimeError as error:
        raise InputError(f"{path} holds an encoder of another make") from error
    return MaskedEncoder(made)
