"""Where training runs: one processor, one GPU, or several by torchrun, over Lightning Fabric."""

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from latent_resonance.contracts.errors import InputError
from latent_resonance.models.engines.precisions import has_bf16


@dataclass(frozen=True, slots=True)
class Worker:
    """One of the processes of a run.

    Attributes:
        fabric: Lightning's Fabric: device, precision, exchange.
        rank: number of this process,
        world: of so many.
        writes: False for a rehearsal, which leaves no file.
    """

    fabric: Any
    rank: int
    world: int
    writes: bool = True

    @property
    def device(self) -> torch.device:
        """Where this process computes."""
        found: torch.device = self.fabric.device
        return found

    @property
    def leads(self) -> bool:
        """Whether this process writes the files."""
        return self.writes and self.rank == 0

    def share(self, batch: int) -> slice:
        """The part of a batch that this process takes.

        Raises:
            InputError: the batch does not divide among the processes.
        """
        if batch % self.world:
            raise InputError(f"a batch of {batch} does not divide among {self.world} processes")
        part = batch // self.world
        return slice(self.rank * part, (self.rank + 1) * part)

    def average(self, parameters: Iterable[Tensor]) -> None:
        """Gradients become the mean over all processes (zeros where one has none)."""
        if self.world == 1:
            return
        slopes = []
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            slopes.append(parameter.grad)
        self._mean_of(slopes)

    @torch.no_grad()
    def agree(self, modules: Iterable[nn.Module]) -> None:
        """Running statistics (buffers) become the mean over all processes."""
        if self.world == 1:
            return
        found = {id(b): b for module in modules for b in module.buffers() if b.is_floating_point()}
        self._mean_of(list(found.values()))

    @torch.no_grad()
    def _mean_of(self, tensors: list[Tensor]) -> None:
        """In place, all in one exchange: hundreds of small ones would each wait for the slowest."""
        if not tensors:
            return
        flat = torch.cat([tensor.reshape(-1).float() for tensor in tensors])
        flat = self.fabric.all_reduce(flat, reduce_op="mean")
        sizes = [tensor.numel() for tensor in tensors]
        for tensor, part in zip(tensors, flat.split(sizes), strict=True):
            tensor.copy_(part.view_as(tensor))

    def gather(self, rows: Tensor) -> Tensor:
        """``[n, ...]`` of every process, one after another."""
        if self.world == 1:
            return rows
        found: Tensor = self.fabric.all_gather(rows).flatten(0, 1)
        return found

    def mean(self, value: Tensor) -> Tensor:
        """The mean of a number over all processes."""
        if self.world == 1:
            return value
        found: Tensor = self.fabric.all_reduce(value, reduce_op="mean")
        return found


def start_worker(precision: str = "32-true", threads: int = 0, *, writes: bool = True) -> Worker:
    """Join the run; under torchrun, with the other processes.

    Args:
        precision: as Fabric has it: ``32-true``, ``bf16-mixed``, ...; 32 bits where a processor
            without bfloat16 would have to imitate it, slowly.
        threads: of the processor, 0 for PyTorch's choice.
        writes: False leaves no file.
    """
    from lightning_fabric import Fabric

    # Its notes of what it was asked for say nothing new.
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    if threads:
        torch.set_num_threads(threads)
    world = int(os.environ.get("WORLD_SIZE", "1"))
    devices = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    fabric = Fabric(
        accelerator="auto",
        devices=devices,
        num_nodes=max(1, world // devices),
        strategy="ddp" if world > 1 else "auto",
        precision=_native(precision),  # type: ignore[arg-type]
    )
    if world > 1:
        fabric.launch()
    return Worker(fabric, fabric.global_rank, fabric.world_size, writes)


def _native(precision: str) -> str:
    on_processor = not (torch.cuda.is_available() or torch.backends.mps.is_available())
    return "32-true" if "bf16" in precision and on_processor and not has_bf16() else precision


def leads() -> bool:
    """Whether this process is the first of its run, also before it has joined."""
    return os.environ.get("RANK", "0") == "0"


def finish() -> None:
    """Leave the run; without it, PyTorch complains about processes that just went."""
    distributed = torch.distributed
    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()


def seed_step(seed: int, step: int, rank: int) -> None:
    """All randomness of a step comes from its number: a resumed run goes on as if never cut."""
    torch.manual_seed((seed * 1_000_003 + step) * 64 + rank)
