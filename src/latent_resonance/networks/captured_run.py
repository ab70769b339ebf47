"""A network in 16-bit floats, its kernels captured once and replayed: for GPUs.

A small network's frame costs more in launching its few hundred kernels than in computing them; a
CUDA graph launches all of them at once (pytorch.org/docs, "CUDA Graphs").
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

Run = Callable[..., Tensor]
_WARM = 3
"""Runs before the capture, in which libraries choose their kernels and take their memory."""


def half_run(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Run:
    """What runs ``network``, channels last, its convolutions and products in ``dtype``.

    Sums over long rows, exponentials and the like stay in 32 bits, as autocast has them.
    """
    # The overload with a memory format is not typed.
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def run(*inputs: Tensor) -> Tensor:
        with torch.inference_mode(), torch.autocast(device.type, dtype=dtype):
            made: Tensor = network(*inputs)
            return made.float()

    return run


def captured(run: Run, inputs: tuple[Tensor, ...]) -> Run:
    """``run`` as one CUDA graph for inputs of these shapes; gives the same tensor each time.

    What is given is copied into the graph's own inputs; read the result before the next run.
    """
    held = tuple(one.clone() for one in inputs)
    beside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    beside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(beside):
        for _ in range(_WARM):
            run(*held)
    torch.cuda.current_stream().wait_stream(beside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        made = run(*held)

    def replay(*given: Tensor) -> Tensor:
        for here, there in zip(held, given, strict=True):
            here.copy_(there)
        graph.replay()
        return made

    return replay
