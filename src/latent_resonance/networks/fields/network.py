"""The whole of it, as a bundle's members compute it."""

from torch import Tensor, nn

from latent_resonance.networks.fields.draw import draw
from latent_resonance.networks.fields.fold import Fold, flat


class PictureOf(nn.Module):
    """``w [1, SIZE]`` and ``pixels [1, 2, height, width]`` => ``image [1, 3, ...]`` in -1..1."""

    output = "image"

    def __init__(self, fold: Fold) -> None:
        super().__init__()
        self.fold = fold

    def forward(self, w: Tensor, pixels: Tensor) -> Tensor:
        """At any height and width that are multiples of ``COARSE``."""
        return draw(self.fold(w), pixels) * 2 - 1


class PacketOf(nn.Module):
    """``w [1, SIZE]`` => ``packet [1, n]``: for shaders, in ``Widths.packet``'s order."""

    def __init__(self, fold: Fold) -> None:
        super().__init__()
        self.fold = fold

    def forward(self, w: Tensor) -> Tensor:
        """The packet as one row."""
        return flat(self.fold(w), self.fold.widths)[None]
