"""An encoder that is told which columns of a window are unknown.

They are filled with the mean of the known ones, which is what a steady texture would do, and where
they lie is read beside the picture. Nothing changes for a window that is whole, so an encoder that
knew no unknown goes on from where it was.
"""

from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.encoder import Encoder

_SPANS = 32
# Between the floor, -1, and unknown, -3.
_UNKNOWN_BELOW = -2.0


class MaskedEncoder(nn.Module):
    """``[batch, 1, bins, columns]``, -1 the floor, 1 0 dB, -3 unknown => ``w [batch, w_dim]``.

    Args:
        inner: of pictures with one channel.
    """

    def __init__(self, inner: Encoder) -> None:
        super().__init__()
        self.inner = inner
        self.by_mask = nn.Linear(_SPANS, inner.even.normalized_shape[0], bias=False)
        nn.init.zeros_(self.by_mask.weight)

    def forward(self, picture: Tensor) -> Tensor:
        """Pictures to w."""
        known = (picture.amax(2, keepdim=True) > _UNKNOWN_BELOW).to(picture.dtype)
        mean = (picture * known).sum(3, keepdim=True) / known.sum(3, keepdim=True).clamp(min=1)
        filled = picture * known + mean * (1 - known)
        spans = functional.adaptive_avg_pool2d(1 - known, (1, _SPANS))
        found: Tensor = self.inner(filled, self.by_mask(spans.flatten(1)))
        return found
