"""``resonance make``: a folder of sounds to a bundle that plays, in one command."""

import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from latent_resonance.bundles.find import find_bundle, list_bundles, open_bundle
from latent_resonance.cli.shared_options import on_terminal, output_options, show_result
from latent_resonance.cli.training_commands import line_a_minute, needs_training, training_recipes
from latent_resonance.engine.recipe import list_recipes, load_recipe

if TYPE_CHECKING:
    from rich.progress import TaskID

_DOES, _EXTRAS = "making a bundle", "data,train"


@click.command()
@click.argument("what")
@click.argument("folder", type=Path)
@click.option(
    "--output", type=Path, required=True, help="Bundle to write, NAME.resonance, beside FOLDER."
)
@click.option(
    "--from",
    "source",
    metavar="BUNDLE",
    help="Bundle that is fine-tuned: a name or a path.  [default: the one of WHAT's name]",
)
@click.option("--fresh", is_flag=True, help="Fine-tune nothing: train from the beginning.")
@click.option(
    "--effort",
    "chosen",
    type=click.Choice(["usual", "draft"]),
    default="usual",
    show_default=True,
    help="draft: minutes, to see that it works.",
)
@click.option("--steps", type=click.IntRange(min=1), help="Of training.")
@click.option("--encoder-steps", type=click.IntRange(min=1), help="Of the encoder after it.")
@click.option("--places", type=click.IntRange(min=200), help="Measured for the sliders.")
@click.option("--slopes", type=click.IntRange(min=4), help="Places whose slopes are measured.")
@click.option("--threads", default=0, help="Processor threads; 0 lets PyTorch choose.")
@output_options
def make(
    what: str,
    folder: Path,
    output: Path,
    source: str | None,
    fresh: bool,
    chosen: str,
    steps: int | None,
    encoder_steps: int | None,
    places: int | None,
    slopes: int | None,
    threads: int,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make a bundle with sliders, query and names out of FOLDER of sounds.

    WHAT is the training recipe that it is made by (`texture`, or a TOML file), or a bundle whose
    networks the new one shall have. Stopped at any time, the same command goes on.

    \b
    resonance make texture sounds --output my.resonance
    resonance render texture --bundle my.resonance --seed 3 --set brightness=2 --output out.wav
    """  # noqa: D301 - click's mark for lines that stay
    if source and fresh:
        raise click.UsageError("--from fine-tunes a bundle, --fresh none: give one of them")
    with needs_training(_DOES, _EXTRAS):
        from latent_resonance.training.make.plan import DRAFT, MakeEffort, recipe_of, with_steps
        from latent_resonance.training.make.run import Told, Wanted, make_bundle
    known = training_recipes()
    named = what not in known and not what.endswith(".toml")
    bundle = open_bundle(what) if named and _is_bundle(what) else None
    path, recipe = recipe_of(what, known, bundle)
    begin = None if fresh else source or (what if bundle else _default(recipe.name))
    start = (find_bundle(begin), open_bundle(begin)) if begin else None
    effort = DRAFT if chosen == "draft" else MakeEffort(steps=0 if start is None else 800)
    effort = with_steps(
        effort,
        steps=steps,
        encoder_steps=encoder_steps,
        places=places,
        slopes=slopes,
        threads=threads,
    )
    words = ["resonance", "make", what, folder.name, "--output", output.name]
    wanted = Wanted(folder, output, recipe, start, effort, shlex.join(words))
    with needs_training(_DOES, _EXTRAS), _telling(as_json or quiet) as told:
        made = make_bundle(wanted, Told(*told), os.cpu_count() or 1)
    from latent_resonance.engine.trial import try_bundle

    try_bundle(str(output))
    instrument = _instrument(path.stem)
    lines = [
        (
            f"{made['bundle']}: {len(made['controls'])} sliders, {len(made['prototypes'])} names, "
            f"of {made['sounds']} sounds"
        ),
        (
            f"  resonance render {instrument} --bundle {shlex.quote(str(output))} --seed 1 "
            "--set brightness=2 --output out.wav"
        ),
        f"  {made['work']} holds its way here, and is needed no longer",
    ]
    show_result(made, lines, as_json, quiet)


def _is_bundle(what: str) -> bool:
    return what in list_bundles() or Path(what).exists()


def _default(name: str) -> str | None:
    return name if name in list_bundles() else None


def _instrument(name: str) -> str:
    """The recipe that plays what the training recipe makes."""
    recipes = list_recipes()
    return name if name in recipes else next(r for r in recipes if load_recipe(r).by_hand)


_Told = tuple[Callable[[str], None], Callable[[str, float, float, str], None]]


@contextmanager
def _telling(hidden: bool) -> Iterator[_Told]:
    """Lines on stderr, and beside them a bar, or a line a minute where there is no terminal."""
    if hidden:
        yield (lambda line: None), (lambda step, done, total, left: None)
        return
    if not on_terminal():
        show = line_a_minute()

        def line(step: str, done: float, total: float, left: str) -> None:
            share = f"  {step}: {100 * done / max(total, 1e-9):.0f} %"
            show(lambda: ", ".join(filter(None, (share, left))), step)

        yield (lambda line: click.echo(line, err=True)), line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns, TextColumn("{task.fields[left]}"), console=Console(stderr=True), transient=True
    ) as bar:
        tasks: dict[str, TaskID] = {}

        def advance(step: str, done: float, total: float, left: str) -> None:
            if step not in tasks:
                for other in tasks.values():
                    bar.remove_task(other)
                tasks.clear()
                tasks[step] = bar.add_task(f"  {step}", total=total, left="")
            bar.update(tasks[step], completed=done, total=total, left=left)

        yield (lambda line: bar.console.print(line, markup=False, highlight=False)), advance
