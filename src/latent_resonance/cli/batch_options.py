"""Flags that render every file of a folder, for every recipe."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from latent_resonance.bundles.find import open_bundle
from latent_resonance.cli.shared_options import cluster_option, show_result
from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.recipe import Recipe
from latent_resonance.engine.setup import Setup


def batch_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which folder, what its files become, and who does it."""
    for option in (
        cluster_option,
        click.option("--workers", type=click.IntRange(min=1), help="Processes; one a core."),
        click.option(
            "--each",
            metavar="ENDING",
            help="What --batch makes of each: .wav, .flac, .mp4, .png; what the recipe makes.",
        ),
        click.option(
            "--batch", type=Path, metavar="FOLDER", help="Each file of a folder, to a folder."
        ),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class AskedBatch:
    """The flags that were given.

    Attributes:
        folder: of the inputs.
        ending: of the outputs, with its dot.
        workers: processes; a core each where not given.
        cluster: address of a Ray cluster that works in their place.
    """

    folder: Path
    ending: str
    workers: int | None
    cluster: str | None

    @property
    def is_shared(self) -> bool:
        """Whether it was said who works."""
        return self.workers is not None or self.cluster is not None

    def render(
        self,
        recipe: Recipe,
        output: Path,
        setup: Setup,
        seconds: float | None,
        mastering: Mastering,
        told: Callable[[float, float], None],
        as_json: bool,
        quiet: bool,
    ) -> None:
        """Render each file and show what became of them.

        Raises:
            MediaError: some could not be rendered.
        """
        from latent_resonance.engine.batch import render_batch

        made = render_batch(
            recipe,
            self.folder,
            output,
            self.ending,
            setup=setup,
            seconds=seconds,
            mastering=mastering,
            workers=self.workers or os.cpu_count() or 1,
            cluster=self.cluster,
            on_progress=told,
        )
        show_result(made.facts(), made.lines(output), as_json, quiet)
        if made.refused:
            count = made.rendered + made.kept + len(made.refused)
            raise MediaError(f"{len(made.refused)} of {count} files gave nothing")


def take_batch(
    chosen: dict[str, Any], recipe: Recipe, source: Path | None, single: bool
) -> AskedBatch | None:
    """What was given of these flags, taken out of ``chosen``; None where no folder is.

    ``--input FOLDER --each ENDING`` says the same as ``--batch``. ``single`` tells that something
    was given which is of one file.

    Raises:
        InputError: they do not go together.
    """
    names = ("batch", "each", "workers", "cluster")
    folder, ending, workers, cluster = (chosen.pop(name) for name in names)
    if folder is not None and source is not None:
        raise InputError("give one of --input FILE or --batch FOLDER")
    folder = folder or (source if ending else None)
    if folder is None:
        if ending or workers or cluster:
            raise InputError("--each, --workers and --cluster are of a --batch FOLDER")
        return None
    if single:
        raise InputError("--batch plays each file of a folder: a replay is of one, give --input")
    usual = _usual_ending(recipe, chosen["bundle"])
    return AskedBatch(folder, ending or usual, workers, cluster)


def _usual_ending(recipe: Recipe, bundle: str | None) -> str:
    if recipe.paints_recordings:
        return ".png"
    made = open_bundle(bundle or recipe.bundle).format
    return ".mp4" if isinstance(made, PictureFormat) else ".wav"
