"""The exporter's shortcuts take time off and leave the network as it is."""

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

import onnx
import pytest
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.training import onnx_export
from latent_resonance.training.exporter_shortcuts import exporter_shortcuts


class _Small(nn.Module):
    """Something for the exporter's simplifying rules: shapes that cancel out, constants, a sum.

    Of the operators that become others, each is there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.dense, self.filters = nn.Linear(4, 8), nn.Conv2d(2, 2, 3, padding=1)
        self.larger = nn.ConvTranspose2d(2, 2, 4, stride=2, padding=1)
        self.longer = nn.ConvTranspose2d(
            2, 2, (1, 3), (1, 2), (0, 1), (0, 1), groups=2, dilation=(1, 2), bias=False
        )

    def forward(self, w: Tensor) -> Tensor:
        plane = self.filters(self.dense(w).reshape(1, 2, 2, 2) + torch.zeros(1))
        first, last = plane.reshape(1, 8).reshape(1, 4, 2).chunk(2, 1)
        whole = (torch.cat([first, last], 1) * torch.ones(1)).reshape(1, 2, 2, 2)
        sign = (whole > 0).to(torch.float32).to(whole.dtype)
        return self.longer(self.larger(1 - whole.square() * sign))


class _Another(nn.Module):
    """Has an operator that is taken apart by the exporter alone."""

    def forward(self, w: Tensor) -> Tensor:
        return functional.adaptive_avg_pool2d(w.square().reshape(1, 1, 2, 2), 1)


def told(file: bytes) -> list[object]:
    """Operations, with what they are given: numbers that are held, or a value by its order.

    Whether a size of 0 would be kept is left out: no size is.
    """
    graph = onnx.load_from_string(file).graph
    held = {one.name: numpy_helper.to_array(one).tolist() for one in graph.initializer}
    order: dict[str, int] = {}

    def given(names: Iterable[str]) -> list[object]:
        return [
            held[name] if name in held else order.setdefault(name, len(order)) for name in names
        ]

    return [
        (
            node.op_type,
            given(node.input),
            given(node.output),
            [str(one) for one in node.attribute if one.name != "allowzero"],
        )
        for node in graph.node
    ]


def test_with_and_without_the_network_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from onnxscript.rewriter._matcher import SimplePatternMatcher
    from torch._export import utils
    from torch.fx import config
    from torch.onnx._internal.exporter import _fx_passes
    from torch.onnx._internal.exporter._registration import ONNXRegistry

    torch.manual_seed(0)
    small, example = _Small(), {"w": torch.zeros(1, 4)}

    def insides() -> tuple[object, ...]:
        return (
            vars(SimplePatternMatcher)["match"],
            vars(ONNXRegistry)["from_torchlib"],
            utils._materialize_cpp_cia_ops,
            config.do_not_emit_stack_traces,
            _fx_passes.decompose_with_registry,
        )

    before, own = insides(), _fx_passes.decompose_with_registry
    taken_apart: list[object] = []

    def counted(program: Any, registry: Any) -> Any:
        taken_apart.append(program)
        return own(program, registry)

    monkeypatch.setattr(_fx_passes, "decompose_with_registry", counted)
    quick = onnx_export.to_onnx(small, example, "y")
    assert not taken_apart
    another = onnx_export.to_onnx(_Another(), example, "y")
    assert len(taken_apart) == 1, "what is not known goes the exporter's own way"
    monkeypatch.undo()
    assert insides() == before, "PyTorch is as it was"
    with exporter_shortcuts():
        assert all(now is not was for now, was in zip(insides(), before, strict=True))
    monkeypatch.setattr(onnx_export, "exporter_shortcuts", nullcontext)
    assert told(onnx_export.to_onnx(small, example, "y")) == told(quick)
    assert onnx_export.to_onnx(_Another(), example, "y") == another
