"""A StyleGAN whose place holds more than one style: thirds of its layers, moves, bending.

All that a picture is made of is in w (docs/decisions/0015). A place is, one behind the other: the
style of all layers; what is added to it in the coarse, the middle and the fine third of them
(style mixing, 1812.04948, section 3.1); of a StyleGAN3 how its input is moved (2106.12423,
appendix F); and how one layer is bent (``bending``).
"""

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call

from latent_resonance.networks.bending import AMOUNTS, bend, moved

PARTS = ("coarse", "middle", "fine")
MOVES = ("zoom", "spin", "dx", "dy")
"""Octaves, radians, widths of the picture."""


class ControlledPicture(nn.Module):
    """``w [1, size]`` => ``image [1, channels, height, width]``, about -1..1.

    With zeros behind its first style, the picture of that style.

    Args:
        generator: a StyleGAN2 or StyleGAN3, ready to play.
        layer: number of the block (StyleGAN2) or layer (StyleGAN3) that is bent.

    Raises:
        ValueError: there is no such layer, or it makes the picture itself.
    """

    output = "image"
    part: Tensor

    def __init__(self, generator: Any, layer: int) -> None:
        super().__init__()
        self.synthesis = generator.synthesis
        self.layer, self.num_ws = layer, int(generator.num_ws)
        self.movable = hasattr(generator.synthesis, "shift")
        last = bendable(generator) - 1
        if not 0 <= layer <= last:
            raise ValueError(f"layers 0 to {last} can be bent, not {layer}")
        thirds = np.array_split(np.arange(self.num_ws), len(PARTS))
        part = np.repeat(np.arange(len(PARTS)), [len(third) for third in thirds])
        self.register_buffer("part", torch.from_numpy(part), persistent=False)
        self.w_dim = int(self.synthesis.w_dim)
        self.layout = layout(self.w_dim, movable=self.movable)
        self.size_of_place = self.layout["bend"].stop

    def forward(self, w: Tensor) -> Tensor:
        """Pictures ``[n, channels, height, width]`` of places ``[n, size_of_place]``."""
        styles = w[:, : self.layout["fine"].stop].reshape(-1, 1 + len(PARTS), self.w_dim)
        ws = styles[:, :1] + styles[:, 1:][:, self.part]
        bends = {self.layer: partial(bend, amounts=w[:, self.layout["bend"]])}
        if not self.movable:
            made: Tensor = self.synthesis(ws, "const", bends=bends)
            return made
        transform = moved(*w[:, self.layout["move"]].unbind(1))
        changed = {"input.transform": transform}
        picture: Tensor = functional_call(self.synthesis, changed, (ws,), {"bends": bends})
        return picture


def layout(w_dim: int, *, movable: bool) -> dict[str, slice]:
    """Where each part of a place lies: ``all``, the thirds, ``move`` where movable, ``bend``."""
    found = {name: slice(n * w_dim, (n + 1) * w_dim) for n, name in enumerate(("all", *PARTS))}
    begin = found["fine"].stop
    if movable:
        found["move"] = slice(begin, begin + len(MOVES))
        begin += len(MOVES)
    found["bend"] = slice(begin, begin + len(AMOUNTS))
    return found


def bendable(generator: Any) -> int:
    """How many layers can be bent: blocks of a StyleGAN2, layers of a StyleGAN3 but its last."""
    synthesis = generator.synthesis
    if hasattr(synthesis, "blocks"):
        return len(synthesis.blocks())
    return len(synthesis.layer_names) - 1
