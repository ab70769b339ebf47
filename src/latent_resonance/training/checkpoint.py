"""Checkpoints that need no pickle, are never half-written, and resume exactly."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import partial_path


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a run stands: seconds spent, tensors by name, facts that must agree on resume."""

    step: int
    seconds: float
    facts: dict[str, str]
    tensors: dict[str, Tensor]


def gather(modules: dict[str, nn.Module], optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Weights and optimiser moments as one flat table of tensors."""
    table = {
        f"{name}/{key}": value
        for name, module in modules.items()
        for key, value in module.state_dict().items()
    }
    for index, state in optimiser.state_dict()["state"].items():
        for key, value in state.items():
            table[f"optimiser/{index}/{key}"] = torch.as_tensor(value)
    return {name: tensor.detach().contiguous().clone() for name, tensor in table.items()}


def restore(
    tensors: dict[str, Tensor],
    modules: dict[str, nn.Module],
    optimiser: torch.optim.Optimizer,
) -> None:
    """Put a gathered table back."""
    for name, module in modules.items():
        prefix = f"{name}/"
        module.load_state_dict(
            {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        )
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimiser/"):
            _, index, key = name.split("/")
            state.setdefault(int(index), {})[key] = tensor
    whole = optimiser.state_dict()
    whole["state"] = state
    optimiser.load_state_dict(whole)


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write beside, then rename: a cut leaves the last good one."""
    partial = partial_path(path)
    facts = json.dumps(
        {"step": checkpoint.step, "seconds": checkpoint.seconds, "facts": checkpoint.facts}
    )
    save_file(checkpoint.tensors, str(partial), metadata={"resonance": facts})
    partial.replace(path)


def load(path: Path, facts: dict[str, str]) -> Checkpoint:
    """Read one back.

    Raises:
        InputError: it is no checkpoint, or of a run with other facts.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="pt") as file:
            note = json.loads((file.metadata() or {})["resonance"])
        tensors = load_file(str(path))
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise InputError(f"{path} is not a checkpoint of this project: {error}") from error
    for name, value in facts.items():
        if note["facts"].get(name) != value:
            raise InputError(
                f"{path} was trained with {name} {note['facts'].get(name)}, the recipe says {value}"
            )
    return Checkpoint(int(note["step"]), float(note.get("seconds", 0)), note["facts"], tensors)
