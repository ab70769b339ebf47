"""The network of ``sound.fine_envelope`` in PyTorch, to be fitted."""

import numpy as np
import torch
from torch import nn

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.fine_envelope import BANDS, DILATIONS, LEAK, MOST_DB, SOFT, VALUES

CHANNELS, TAPS, LAST_TAPS = 32, 5, 3
# It begins near no envelope at all.
_FIRST_SHARE = 0.2


class EnvelopeNetwork(nn.Module):
    """Inputs ``[n, BANDS + 1, columns]`` to gains ``[n, columns * VALUES]``, dB."""

    def __init__(self) -> None:
        super().__init__()
        sizes = [BANDS + 1] + [CHANNELS] * len(DILATIONS)
        self.layers = nn.ModuleList(
            nn.Conv1d(size, CHANNELS, TAPS, dilation=dilation)
            for size, dilation in zip(sizes, DILATIONS, strict=False)
        )
        self.last = nn.Conv1d(CHANNELS, VALUES, LAST_TAPS)
        with torch.no_grad():
            self.last.weight *= _FIRST_SHARE

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """See the class."""
        hidden = inputs
        for k, layer in enumerate(self.layers):
            made = nn.functional.leaky_relu(layer(_padded(hidden, layer)), LEAK)
            hidden = made if k == 0 else hidden + made
        made = self.last(_padded(hidden, self.last))
        gains: torch.Tensor = MOST_DB * torch.tanh(made / SOFT)
        return gains.transpose(1, 2).reshape(len(inputs), -1)

    def tensors(self) -> dict[str, FloatArray]:
        """As ``FineEnvelope`` takes them, in half precision."""
        found = {}
        for k, layer in enumerate([*self.layers, self.last]):
            found[f"weight/{k}"] = _half(layer.weight)
            found[f"bias/{k}"] = _half(layer.bias)
        return found


def _half(parameter: torch.Tensor) -> FloatArray:
    return np.ascontiguousarray(parameter.detach().numpy(), np.float16)


def _padded(x: torch.Tensor, layer: nn.Module) -> torch.Tensor:
    """Zeros before, the last column again after."""
    assert isinstance(layer, nn.Conv1d)  # noqa: S101 - all are
    reach = layer.dilation[0] * (layer.kernel_size[0] // 2)
    before = x.new_zeros(len(x), x.shape[1], reach)
    return torch.cat([before, x, x[:, :, -1:].expand(-1, -1, reach)], dim=2)
