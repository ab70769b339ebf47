"""What a bundle's networks compute, as PyTorch modules: exporters write them, players run them."""

from typing import Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.func import functional_call

from latent_resonance.networks import dcgan


class MappingMember(nn.Module):
    """``z [1, z_dim]`` (and ``c [1, c_dim]``) => ``w [1, w_dim]``, not truncated."""

    def __init__(self, generator: Any) -> None:
        super().__init__()
        self.mapping = generator.mapping

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """The same w for all styles, once."""
        w: Tensor = self.mapping(z, c)[:, 0]
        return w


class PictureMember(nn.Module):
    """``w [1, w_dim]`` => ``image [1, channels, height, width]``, about -1..1.

    A StyleGAN3 also takes ``transform [3, 3]``, the inverse of how its picture is moved and turned.
    """

    output = "image"

    def __init__(self, generator: Any) -> None:
        super().__init__()
        self.synthesis = generator.synthesis
        self.num_ws = int(generator.num_ws)
        self.constant_noise = hasattr(generator.synthesis, "blocks")
        if speckle := getattr(generator.synthesis, "speckle", None):
            speckle.keep_one()

    @property
    def movable(self) -> bool:
        """Whether its picture can be moved: StyleGAN3's can, along a field without end."""
        return hasattr(self.synthesis, "shift")

    @torch.no_grad()
    def size(self) -> tuple[int, int, int]:
        """Channels, height and width of its pictures, without making one."""
        with FakeTensorMode(allow_non_fake_inputs=True):
            channels, height, width = self(torch.zeros(1, self.synthesis.w_dim)).shape[1:]
        return int(channels), int(height), int(width)

    def forward(self, w: Tensor, transform: Tensor | None = None) -> Tensor:
        """One w for all styles."""
        ws = w.unsqueeze(1).expand(-1, self.num_ws, -1)
        options = ("const",) if self.constant_noise else ()
        moved = {} if transform is None else {"input.transform": transform}
        picture: Tensor = functional_call(self.synthesis, moved, (ws, *options))
        return picture


class PlainMember(nn.Module):
    """``w [1, z_dim + c_dim]`` => ``image``: a DCGAN has no w; z and class are its place."""

    output = "image"

    def __init__(self, generator: dcgan.Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, w: Tensor, transform: Tensor | None = None) -> Tensor:
        """The picture; a DCGAN's cannot be moved."""
        generator = self.generator
        z, c = w[:, : generator.z_dim], w[:, generator.z_dim :]
        picture: Tensor = generator(z, c if generator.c_dim else None)
        return picture


class LevelMember(nn.Module):
    """``w [1, w_dim]`` => ``level_db [1, bins, columns]``: a grey picture as a spectrogram.

    Args:
        picture: what makes it; -1 is ``-range_db``, 1 is 0 dB.
        range_db: of the codec.
        lowest_first: row 0 of the picture is the lowest frequency, not the highest.
    """

    output = "level_db"
    clipped = True

    def __init__(
        self, picture: PictureMember | PlainMember, range_db: float, *, lowest_first: bool
    ) -> None:
        super().__init__()
        self.picture, self.range_db, self.lowest_first = picture, range_db, lowest_first

    def grey(self, w: Tensor, transform: Tensor | None) -> Tensor:
        """The picture ``[1, rows, columns]``, its lowest frequency first."""
        grey: Tensor = self.picture(w, transform)[:, 0]
        return grey if self.lowest_first else grey.flip(1)

    def forward(self, w: Tensor, transform: Tensor | None = None) -> Tensor:
        """Levels in ``-range_db .. 0``, or beyond both where ``clipped`` is false."""
        grey = self.grey(w, transform)
        if self.clipped:
            grey = grey.clamp(-1, 1)
        level: Tensor = (grey - 1) * (self.range_db / 2)
        return level
