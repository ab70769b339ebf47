"""Where training runs: one processor, one GPU, or several by torchrun, over Lightning Fabric."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from latent_resonance.contracts.errors import InputError


@dataclass(frozen=True, slots=True)
class Worker:
    """One of the processes of a run.

    Attributes:
        fabric: Lightning's Fabric: device, precision, exchange.
        rank: number of this process,
        world: of so many.
    """

    fabric: Any
    rank: int
    world: int

    @property
    def device(self) -> torch.device:
        """Where this process computes."""
        found: torch.device = self.fabric.device
        return found

    @property
    def leads(self) -> bool:
        """Whether this process writes the files."""
        return self.rank == 0

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
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            parameter.grad.copy_(self.fabric.all_reduce(parameter.grad, reduce_op="mean"))

    def mean(self, value: Tensor) -> Tensor:
        """The mean of a number over all processes."""
        if self.world == 1:
            return value
        found: Tensor = self.fabric.all_reduce(value, reduce_op="mean")
        return found


def start_worker(precision: str = "32-true", threads: int = 0) -> Worker:
    """Join the run; under torchrun, with the other processes.

    Args:
        precision: as Fabric has it: ``32-true``, ``bf16-mixed``, ...
        threads: of the processor, 0 for PyTorch's choice.
    """
    from lightning_fabric import Fabric

    if threads:
        torch.set_num_threads(threads)
    world = int(os.environ.get("WORLD_SIZE", "1"))
    devices = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    fabric = Fabric(
        accelerator="auto",
        devices=devices,
        num_nodes=max(1, world // devices),
        strategy="ddp" if world > 1 else "auto",
        precision=precision,  # type: ignore[arg-type]
    )
    if world > 1:
        fabric.launch()
    return Worker(fabric, fabric.global_rank, fabric.world_size)


def seed_step(seed: int, step: int, rank: int) -> None:
    """All randomness of a step comes from its number: a resumed run goes on as if never cut."""
    torch.manual_seed((seed * 1_000_003 + step) * 64 + rank)
