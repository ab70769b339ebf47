"""Checkpoints that need no pickle, are never half-written, and resume exactly."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import flush_to_disk, give_name, partial_path
from latent_resonance.data.corpus import SourceCount

CHECKPOINT = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a run stands: seconds spent, tensors by name, facts that must agree on resume.

    ``sources`` is all that its weights owe, None where older ones do not say.
    """

    step: int
    seconds: float
    facts: dict[str, str]
    tensors: dict[str, Tensor]
    sources: list[SourceCount] | None = None


Optimisers = Mapping[str, torch.optim.Optimizer]


def gather(modules: Mapping[str, nn.Module], optimisers: Optimisers) -> dict[str, Tensor]:
    """Weights and the optimisers' moments as one flat table of tensors."""
    table = {
        f"{name}/{key}": value
        for name, module in modules.items()
        for key, value in module.state_dict().items()
    }
    for name, optimiser in optimisers.items():
        for index, state in optimiser.state_dict()["state"].items():
            for key, value in state.items():
                table[f"{name}/{index}/{key}"] = torch.as_tensor(value)
    return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in table.items()}


def restore(
    tensors: Mapping[str, Tensor], modules: Mapping[str, nn.Module], optimisers: Optimisers
) -> None:
    """Put a gathered table back.

    Raises:
        InputError: it is of other networks.
    """
    for name, module in modules.items():
        prefix = f"{name}/"
        own = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        try:
            module.load_state_dict(own)
        except RuntimeError as error:
            *_, reason = str(error).strip().splitlines()
            raise InputError(
                f"the checkpoint is of other networks than the recipe, see its {name}: "
                f"{reason.strip()}"
            ) from error
    for name, optimiser in optimisers.items():
        state: dict[int, dict[str, Tensor]] = {}
        for path, tensor in tensors.items():
            if path.startswith(f"{name}/"):
                _, index, key = path.split("/")
                state.setdefault(int(index), {})[key] = tensor
        whole = optimiser.state_dict()
        whole["state"] = state
        optimiser.load_state_dict(whole)
        _lay_out(optimiser)


@torch.no_grad()
def _lay_out(optimiser: torch.optim.Optimizer) -> None:
    """Moments in the memory order of their parameters: fused steps walk through both as one."""
    for parameter, state in optimiser.state.items():
        for key, value in state.items():
            if isinstance(value, Tensor) and value.shape == parameter.shape and value.ndim:
                state[key] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Write beside, then rename: a cut leaves the last good one, and the one before is kept.

    Raises:
        OutputError: it cannot be written; what was there still is.
    """
    partial = partial_path(path)
    facts = json.dumps(
        {
            "step": checkpoint.step,
            "seconds": checkpoint.seconds,
            "facts": checkpoint.facts,
            "sources": checkpoint.sources,
        }
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What earlier processes left when they were killed in the middle.
        for left in path.parent.glob(f".{path.name}.*.partial"):
            left.unlink(missing_ok=True)
        save_file(checkpoint.tensors, str(partial), metadata={"resonance": facts})
        flush_to_disk(partial)
        if path.exists():
            path.replace(previous(path))
        give_name(partial, path)
    except (OSError, SafetensorError) as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise OutputError(f"cannot write the checkpoint {path}: {error}") from error


def previous(path: Path) -> Path:
    """Where the checkpoint before the last one lies."""
    return path.with_stem(f"{path.stem}-previous")


def has_checkpoint(folder: Path) -> bool:
    """Whether a run left one there, whole or not."""
    path = folder / CHECKPOINT
    return path.exists() or previous(path).exists()


def load(path: Path, facts: dict[str, str]) -> Checkpoint:
    """Read one back; the one before it when the last cannot be read.

    Facts that an older checkpoint does not name are taken as agreeing.

    Raises:
        InputError: there is none, it is no checkpoint, or of a run with other facts.
    """
    if not path.exists() and not previous(path).exists():
        raise InputError(f"nothing to resume: there is no {path}")
    try:
        found = read(path)
    except InputError:
        if not previous(path).exists():
            raise
        found = read(previous(path))
    for name, value in facts.items():
        if found.facts.get(name, value) != value:
            raise InputError(
                f"{path} was trained with {name} {found.facts.get(name)}, the recipe says {value}"
            )
    return found


def read(path: Path) -> Checkpoint:
    """Any checkpoint of this project.

    Raises:
        InputError: it is none.
    """
    try:
        with safe_open(str(path), framework="pt") as file:
            told = (file.metadata() or {}).get("resonance")
        if told is None:
            raise InputError(f"{path} is not a checkpoint of this project: it holds weights alone")
        note = json.loads(told)
        tensors = load_file(str(path))
        return Checkpoint(
            int(note["step"]),
            float(note.get("seconds", 0)),
            dict(note["facts"]),
            tensors,
            _sources(note.get("sources")),
        )
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is not a checkpoint of this project: {error}") from error


def _sources(rows: list[Mapping[str, Any]] | None) -> list[SourceCount] | None:
    if rows is None:
        return None
    return [
        {
            "source": str(row["source"]),
            "licence": str(row["licence"]),
            "attribution": str(row["attribution"]),
            "clips": max(0, int(row["clips"])),
        }
        for row in rows
    ]
