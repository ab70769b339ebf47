"""Turn and scale w so that real sounds lie in it as evenly as a normal z does.

Reconstruction alone leaves w lopsided: a few directions hold most of the spread, and a mapping
would need long to learn that. Every network reads w through linear layers, so a change of basis
folds into their weights and no picture changes.
"""

from typing import Any

import torch
from torch import Tensor, nn

from latent_resonance.networks.encoder import Encoder
from latent_resonance.networks.equalised import GAIN, Dense
from latent_resonance.networks.nearby import covariance_root
from latent_resonance.networks.stylegan2.axes import AxisInput
from latent_resonance.networks.stylegan2.styled import StyledConvolution, ToPicture
from latent_resonance.training.adversarial.places import PlaceMemory

# Directions that hold less than this part of the mean spread are left thin: they are noise.
_FLOOR = 0.1
# Of a normal z, one in a thousand lies below.
_OFFSET = 3.0


class Basis:
    """``w' = (w - mean) @ forward``, of principal components with a spread of about 1.

    Args:
        places: ``[n, w_dim]``, better more than ``w_dim`` of them.
    """

    def __init__(self, places: Tensor) -> None:
        self.mean = places.mean(0)
        centred = (places - self.mean).double()
        # After a very short first stage there are fewer places than directions.
        missing = max(0, places.shape[1] - len(places))
        centred = torch.cat([centred, centred.new_zeros(missing, places.shape[1])])
        _, scale, axes = torch.linalg.svd(centred, full_matrices=False)
        spread = scale / len(places) ** 0.5
        spread = spread + _FLOOR * spread.square().mean().sqrt() + 1e-6
        self.forward = (axes.t() / spread).float()
        self.back = (axes * spread[:, None]).float()

    @torch.no_grad()
    def apply(self, encoder: Encoder, synthesis: nn.Module) -> None:
        """Fold into an encoder and the synthesis that reads its places."""
        last = encoder.to_w
        last.bias.copy_((last.bias - self.mean) @ self.forward)
        last.weight.copy_(self.forward.t() @ last.weight)
        for module in synthesis.modules():
            if isinstance(module, StyledConvolution | ToPicture):
                self._fold_style(module.affine)
            elif isinstance(module, AxisInput):
                for linear in (module.rows, module.columns):
                    linear.bias.add_(linear.weight @ self.mean)
                    linear.weight.copy_(linear.weight @ self.back.t())

    def _fold_style(self, affine: Dense) -> None:
        # A style's Dense learns at the full rate: its weight is scaled, its bias is not.
        affine.bias.add_(affine.weight @ self.mean * affine.gain)
        affine.weight.copy_(affine.weight @ self.back.t())

    def move(self, memory: PlaceMemory) -> None:
        """Remembered places into the new basis."""
        memory.places.copy_((memory.places - self.mean) @ self.forward)


@torch.no_grad()
def lead_to_places(mapping: Any, memory: PlaceMemory) -> None:
    """Set a mapping (without rectified w) to where the places lie: the normal of their covariance.

    Its rectifiers start in their linear half, so z passes; training bends it from there.

    Raises:
        ValueError: z and w differ in length, so that z cannot pass.
    """
    if mapping.z_dim != mapping.w_dim:
        raise ValueError(f"z of {mapping.z_dim} cannot pass to w of {mapping.w_dim}")
    last = mapping.num_layers - 1
    one = torch.eye(mapping.w_dim, device=memory.places.device)
    for index in range(mapping.num_layers):
        layer = getattr(mapping, f"fc{index}")
        weight, bias = one / GAIN, torch.zeros(mapping.w_dim, device=one.device)
        if index == 0:
            bias = bias + _OFFSET / GAIN
        if index == last:
            weight = covariance_root(memory.known())
            bias = memory.mean() - _OFFSET * weight.sum(1)
        layer.weight.copy_(weight / layer.gain)
        layer.bias.copy_(bias / layer.rate)
    mapping.w_avg.copy_(memory.mean())
