"""The exporter's shortcuts take time off and leave the file as it is."""

from contextlib import nullcontext

import pytest
import torch
from torch import Tensor, nn

from latent_resonance.training import onnx_export
from latent_resonance.training.exporter_shortcuts import exporter_shortcuts


class _Small(nn.Module):
    """Something for the exporter's simplifying rules: shapes that cancel out, constants, a sum."""

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.filters = nn.Linear(4, 8), nn.Conv2d(2, 2, 3, padding=1)

    def forward(self, w: Tensor) -> Tensor:
        plane = self.filters(self.dense(w).reshape(1, 2, 2, 2) + torch.zeros(1))
        first, last = plane.reshape(1, 8).reshape(1, 4, 2).chunk(2, 1)
        return torch.cat([first, last], 1) * torch.ones(1)


def test_with_and_without_the_file_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from onnxscript.rewriter._matcher import SimplePatternMatcher
    from torch._export import utils
    from torch.fx import config
    from torch.onnx._internal.exporter._registration import ONNXRegistry

    torch.manual_seed(0)
    small, example = _Small(), {"w": torch.zeros(1, 4)}

    def insides() -> tuple[object, ...]:
        return (
            vars(SimplePatternMatcher)["match"],
            vars(ONNXRegistry)["from_torchlib"],
            utils._materialize_cpp_cia_ops,
            config.do_not_emit_stack_traces,
        )

    before = insides()
    quick = onnx_export.to_onnx(small, example, "y")
    assert insides() == before, "PyTorch is as it was"
    with exporter_shortcuts():
        assert all(now is not was for now, was in zip(insides(), before, strict=True))
    monkeypatch.setattr(onnx_export, "exporter_shortcuts", nullcontext)
    assert onnx_export.to_onnx(small, example, "y") == quick
