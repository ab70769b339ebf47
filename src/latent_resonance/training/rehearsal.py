"""A run before the run: material, sizes, memory and time, without a file left behind."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.training.families import Family, family_of
from latent_resonance.training.recipe import RunRecipe
from latent_resonance.training.run import (
    check_start,
    load_training_recipe,
    parse_changes,
    run_folder,
)
from latent_resonance.training.run_settings import RunSettings

_NOWHERE = Path("nowhere")
_FEW_STEPS = 100
# Timed steps of a size; of compiled networks more, as each run of them loads what was compiled.
_TIMED, _TIMED_COMPILED = 3, 9


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What was found.

    Attributes:
        name: of the recipe,
        family: and its family.
        material: what there is to train on, in words.
        gather_seconds: what reading it took.
        parameters: of each network.
        memory_mb: at its highest, of the GPU's memory where one is used.
        device: where it ran.
        batch: windows in a step.
        steps: in all.
        images_per_second: over the whole run, at this speed.
        kimg: thousands of windows in all.
        seconds: that the steps which are left would take.
        transfer: what would be taken of ``--from``.
        done: steps that the run has behind it, when it would go on.
    """

    name: str
    family: str
    material: str
    gather_seconds: float
    parameters: dict[str, int]
    memory_mb: int
    device: str
    batch: int
    steps: int
    images_per_second: float
    kimg: float
    seconds: float
    transfer: list[str]
    done: int = 0


def rehearse(
    path: Path,
    output: Path | None = None,
    *,
    resume: bool = False,
    source: Path | None = None,
    threads: int = 0,
    steps: int | None = None,
    changes: Sequence[str] = (),
) -> Rehearsal:
    """Gather the material, build the networks, and take a first step at each of its sizes.

    The first step has all penalties in it; some more tell what a usual one costs. With one thread
    on a processor its own time is counted, which other programs do not lengthen.

    Args:
        path: the recipe.
        output: the bundle that there would be; ``train`` keeps its run beside it.
        resume: the run would go on from its checkpoint, which is read and compared.
        source: a bundle or checkpoint to start from.
        threads: of the processor, 0 for PyTorch's choice.
        steps: of the run, when not the recipe's.
        changes: of the recipe's entries, each ``KEY=VALUE``.

    Raises:
        ResonanceError: the recipe or its data cannot be used, or ``train`` would refuse the run's
            folder or its checkpoint.
        ModuleNotFoundError: what training needs is not installed.
    """
    from latent_resonance.training.checkpoint import has_checkpoint
    from latent_resonance.training.fabric import finish

    recipe = load_training_recipe(path, parse_changes(changes))
    family = family_of(recipe)
    folder = run_folder(recipe, output)
    check_start(family, folder, source, resume=resume)
    weights = family.weights(source) if source else None
    began = time.perf_counter()
    material = family.gather(recipe)
    gathered = time.perf_counter() - began
    total = steps or int(getattr(recipe, "steps", 0))
    seconds, done = 0.0, 0
    try:
        stands = has_checkpoint(folder)
        # A run that was cut in a part before its own first step has none behind it.
        if resume and (stands or not any(has_checkpoint(folder / p) for p in family.checkpoints)):
            # One step is behind every checkpoint: it is read, and none is taken.
            settings = RunSettings(resume=True, steps=1, threads=threads, writes=False)
            trained = family.train(recipe, folder, settings, material)
            done = trained.steps
        left = max(0, total - done)
        if left or not done:
            seconds, trained = time_run(family, recipe, material, threads, weights, left, done)
    finally:
        finish()
    networks = family.networks(trained)
    device = next(next(iter(networks.values())).parameters()).device
    report = getattr(trained, "transferred", None)
    return Rehearsal(
        recipe.name,
        recipe.family,
        family.describe(material),
        round(gathered, 1),
        {name: sum(p.numel() for p in network.parameters()) for name, network in networks.items()},
        _memory_mb(),
        str(device),
        recipe.batch,
        total,
        round(left * recipe.batch / seconds, 2) if seconds else 0.0,
        round(total * recipe.batch / 1000, 3),
        round(seconds, 1),
        report.lines() if report else [],
        done,
    )


def time_run(
    family: Family,
    recipe: RunRecipe,
    material: Any,
    threads: int,
    weights: Any,
    total: int,
    done: int = 0,
) -> tuple[float, Any]:
    """Seconds that ``total`` steps would take after those that are ``done``, by some at each size,
    and the last small run.

    Of a run that is hardly longer than that only the first step at each size is timed, which tells
    rather too much.
    """
    seconds, trained, left = 0.0, None, total
    parts = _parts(recipe, done)
    if total < _FEW_STEPS:
        for part, count in parts:
            first, _, trained = _timed(family, part, material, threads, weights, 1)
            seconds += min(left, count) * first
            left -= min(left, count)
        return seconds, trained
    # The first of all pays for what is loaded and planned once.
    _timed(family, parts[0][0], material, threads, None, 1)
    compiled = getattr(recipe, "compile", False)
    steps = _TIMED_COMPILED if compiled else _TIMED
    for part, count in parts:
        if compiled:
            _timed(family, part, material, threads, weights, 1)
        first, before, _ = _timed(family, part, material, threads, weights, 1)
        several, after, trained = _timed(family, part, material, threads, weights, steps)
        usual = (several - first) / (steps - 1)
        # Penalties come every few steps; all of them are in the first.
        every = int(getattr(recipe, "penalty_every", 1))
        more = min(2.0, max(0.0, first / usual - 1)) / every if every > 1 else 0.0
        now = min(left, count)
        alone = threads == 1 and not _on_gpu()
        seconds += now * (1 + more) * ((after - before) / (steps - 1) if alone else usual)
        left -= now
    return seconds, trained


def _parts(recipe: RunRecipe, done: int) -> list[tuple[RunRecipe, int]]:
    """The run at each of its sizes, and for how many steps after those that are done."""
    stages = getattr(recipe, "stages", None)
    if not stages:
        return [(recipe, 10**12)]
    parts = [(recipe.model_copy(update={"stages": [stage]}), stage.steps) for stage in stages]
    parts[-1] = (parts[-1][0], 10**12)
    found = []
    for part, count in parts:
        behind = min(done, count)
        done -= behind
        if count > behind:
            found.append((part, count - behind))
    return found


def _timed(
    family: Family, recipe: RunRecipe, material: Any, threads: int, source: Any, steps: int
) -> tuple[float, float, Any]:
    """Seconds of the loop by the clock, of all by the processor, and the result."""
    began = time.process_time()
    settings = RunSettings(steps=steps, threads=threads, source=source, writes=False)
    trained = family.train(recipe, _NOWHERE, settings, material)
    return trained.seconds, time.process_time() - began, trained


def _on_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def _memory_mb() -> int:
    import sys

    import torch

    if torch.cuda.is_available():
        return round(torch.cuda.max_memory_allocated() / 2**20)
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))


def rehearsal_lines(found: Rehearsal) -> list[str]:
    """What was found, as lines of text."""
    sizes = ", ".join(f"{name} {count / 1e6:.2f} M" for name, count in found.parameters.items())
    return [
        f"{found.name} ({found.family}): {found.material}, read in {found.gather_seconds:.0f} s",
        f"parameters: {sizes}",
        f"memory: {found.memory_mb} MB on {found.device}" if found.memory_mb else "memory: unknown",
        f"time: {duration(found.seconds)} for {_left(found)}",
        f"speed: {found.images_per_second:.1f} images/s, {found.kimg:g} kimg in all",
        *found.transfer,
    ]


def _left(found: Rehearsal) -> str:
    if not found.done:
        return f"{found.steps} steps of {found.batch}"
    left = max(0, found.steps - found.done)
    return f"{left} more steps of {found.batch}, {found.done} are done"


def duration(seconds: float) -> str:
    """``3 h 05 min``, ``12 min``, ``40 s``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"
