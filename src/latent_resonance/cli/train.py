"""``resonance train``: a recipe to a bundle."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from latent_resonance.cli.shared_options import on_terminal, output_options, show_result
from latent_resonance.cli.training_commands import (
    find_training_recipe,
    line_a_minute,
    needs_training,
)

if TYPE_CHECKING:
    from latent_resonance.training.progress import TrainingProgress


@click.command()
@click.argument("recipe")
@click.option("--output", type=Path, help="Bundle to write; runs/NAME/NAME.resonance if not given.")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint.")
@click.option(
    "--from",
    "source",
    type=Path,
    metavar="BUNDLE|CHECKPOINT",
    help="Start from other weights, as far as they fit: a bundle's name or path, a checkpoint.",
)
@click.option("--dry-run", is_flag=True, help="Say what it takes; train and write nothing.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="An entry in place of the recipe's; may be repeated.",
)
@click.option("--steps", type=click.IntRange(min=1), help="Fewer or more steps than the recipe's.")
@click.option("--threads", default=0, help="Processor threads; 0 lets PyTorch choose.")
@output_options
def train(
    recipe: str,
    output: Path | None,
    resume: bool,
    source: Path | None,
    dry_run: bool,
    changes: tuple[str, ...],
    steps: int | None,
    threads: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Train the model of RECIPE and write it as a bundle.

    RECIPE is one that ships, by its name (`texture`), or a TOML file.
    """
    path = find_training_recipe(recipe)
    # Under torchrun, the first process speaks.
    follows = os.environ.get("RANK", "0") != "0"
    quiet, as_json = quiet or follows, as_json and not follows
    with needs_training("training"):
        if dry_run:
            from latent_resonance.training.rehearsal import rehearsal_lines, rehearse

            found = rehearse(
                path,
                output,
                resume=resume,
                source=source,
                threads=threads,
                steps=steps,
                changes=changes,
            )
            show_result(asdict(found), rehearsal_lines(found), as_json, quiet)
            return
        from latent_resonance.training.run import train_bundle

        with progress_line(as_json or quiet) as show:
            made = train_bundle(
                path,
                output,
                resume=resume,
                steps=steps,
                threads=threads,
                source=source,
                changes=changes,
                on_progress=show,
            )
    lines = [
        f"{made['bundle']}: {made['steps']} steps, {made['kimg']:g} kimg",
        *made.get("transfer", []),
        *made.get("phase", []),
    ]
    show_result(made, lines, as_json, quiet)


@contextmanager
def progress_line(hidden: bool) -> Iterator[Callable[["TrainingProgress"], None]]:
    """kimg, images a second and the time left on stderr: a bar, or a line a minute in a log."""
    if hidden:
        yield lambda progress: None
        return
    if not on_terminal():
        show = line_a_minute()
        yield lambda progress: show(
            lambda: f"step {progress.step} of {progress.steps}: {_told(progress)}"
        )
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("train"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda progress: bar.update(
            task,
            completed=progress.step,
            total=progress.steps,
            description=f"{progress.step} / {progress.steps}, {_told(progress)}",
        )


def _told(progress: "TrainingProgress") -> str:
    from latent_resonance.training.rehearsal import duration

    return (
        f"{progress.kimg:.1f} kimg, {progress.items_per_second:.1f} images/s, "
        f"{duration(progress.seconds_left)} left, loss {progress.loss:.3f}"
    )
