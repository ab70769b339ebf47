"""Rendering a folder of inputs, a file each, in processes or on a cluster; a cut run goes on."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import (
    InputError,
    OutputError,
    ResonanceError,
    in_a_line,
)
from latent_resonance.contracts.files import is_hidden, write_text
from latent_resonance.data.cluster import import_ray
from latent_resonance.data.workers import share_out
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.recipe import Recipe
from latent_resonance.engine.setup import Setup

SETTINGS = "batch.json"


@dataclass(frozen=True, slots=True)
class BatchJob:
    """One input and what is to become of it."""

    source: Path
    output: Path


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a run did.

    Attributes:
        rendered: files made by this run.
        kept: files that were there already.
        refused: input to why it could not be rendered.
        warned: input to what its report warns of.
    """

    rendered: int
    kept: int
    refused: Mapping[str, str]
    warned: Mapping[str, str]

    def facts(self) -> dict[str, Any]:
        """What ``--json`` prints, beside the folder."""
        return {
            "rendered": self.rendered,
            "kept": self.kept,
            "refused": dict(self.refused),
            "warned": dict(self.warned),
        }

    def lines(self, output: Path) -> list[str]:
        """What the terminal shows: the counts, then a line for each file that has a fault."""
        told = [f"{output}: {self.rendered} files rendered, {self.kept} were there before"]
        told += [f"warning: {name}: {text}" for name, text in self.warned.items()]
        return told + [f"left out: {name}: {reason}" for name, reason in self.refused.items()]


def render_batch(
    recipe: Recipe,
    folder: Path,
    output: Path,
    ending: str,
    *,
    setup: Setup | None = None,
    seconds: float | None = None,
    mastering: Mastering | None = None,
    workers: int = 1,
    cluster: str | None = None,
    on_progress: Callable[[float, float], None] | None = None,
) -> BatchReport:
    """Render every file below ``folder`` to one of the same name below ``output``.

    Each output appears when it is whole, and is not made again: a run that was cut goes on. One
    with another recipe, other options or another seed is refused in the same folder.

    Args:
        recipe: the instrument.
        folder: inputs, of any depth.
        output: folder beside it.
        ending: of the outputs, with its dot: chooses sound, video or picture.
        setup: as for one file; made of plain values, as it travels to other processes.
        seconds: length of each; the input's own when not given.
        mastering: loudness, fades and bits of sound files; as they were played when not given.
        workers: processes.
        cluster: address of a Ray cluster that works in their place.
        on_progress: takes files done and files in all.

    Raises:
        InputError: there is nothing to render, or nothing could be.
        OutputError: the folder cannot be written, or belongs to other options.
    """
    folder, output = folder.resolve(), output.resolve()
    if output.is_relative_to(folder) or folder.is_relative_to(output):
        raise InputError(f"{output} lies inside {folder}: choose a folder beside it")
    jobs = _plan(folder, output, ending)
    finish = mastering or Mastering()
    finish.check_output(jobs[0].output)
    one_thread = replace(setup or Setup(), threads=1)
    if cluster:
        import_ray()  # before a folder is claimed for it
    _claim(output, recipe, one_thread, seconds, finish)
    waiting = [job for job in jobs if not job.output.exists()]
    tell = on_progress or (lambda *_: None)
    done = kept = len(jobs) - len(waiting)
    refused: dict[str, str] = {}
    warned: dict[str, str] = {}
    work = partial(_render, recipe, one_thread, seconds, finish)
    tell(done, len(jobs))
    for job, (reason, warning) in share_out(work, waiting, workers, _files_of, cluster):
        name = str(job.source.relative_to(folder))
        if reason:
            refused[name] = reason
        elif warning:
            warned[name] = warning
        done += 1
        tell(done, len(jobs))
    rendered = len(waiting) - len(refused)
    if not rendered and not kept:
        name, reason = next(iter(refused.items()))
        raise InputError(f"none of {len(jobs)} files could be rendered; {name}: {reason}")
    return BatchReport(rendered, kept, refused, warned)


def _plan(folder: Path, output: Path, ending: str) -> list[BatchJob]:
    if not ending.startswith(".") or "/" in ending:
        raise InputError(f"--each is an ending such as .wav or .mp4, not '{ending}'")
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: --batch renders all files of one")
    sources = sorted(
        path for path in folder.rglob("*") if path.is_file() and not is_hidden(path, folder)
    )
    if not sources:
        raise InputError(f"there is no file in {folder}")
    made: dict[Path, Path] = {}
    for source in sources:
        target = (output / source.relative_to(folder)).with_suffix(ending)
        if target in made:
            raise InputError(
                f"{source.name} and {made[target].name} would both become {target.name}: rename one"
            )
        made[target] = source
    return [BatchJob(source, target) for target, source in made.items()]


def _claim(
    output: Path, recipe: Recipe, setup: Setup, seconds: float | None, mastering: Mastering
) -> None:
    """The folder is of these options, or of none yet."""
    facts = {
        "schema_version": 1,
        "recipe": recipe.model_dump(mode="json"),
        "setup": repr(setup),
        "seconds": seconds,
        "mastering": asdict(mastering),
    }
    text = json.dumps(facts, indent=2, sort_keys=True) + "\n"
    path = output / SETTINGS
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before and before != text:
            raise OutputError(f"{output} was rendered with other options: choose another folder")
        if not before:
            output.mkdir(parents=True, exist_ok=True)
            write_text(path, text)
    except (OSError, UnicodeError) as error:
        raise OutputError(f"cannot use {output}: {error}") from error


def _render(
    recipe: Recipe, setup: Setup, seconds: float | None, mastering: Mastering, job: BatchJob
) -> tuple[str, str]:
    """Render one; why not, where it cannot be, and what there is to warn of."""
    try:
        job.output.parent.mkdir(parents=True, exist_ok=True)
        made = render_file(
            recipe,
            job.output,
            source=job.source,
            setup=setup,
            seconds=seconds,
            mastering=mastering,
        )
    except OutputError:
        raise
    except ResonanceError as error:
        return in_a_line(error), ""
    return "", str(made.report.get("warning", ""))


def _files_of(job: BatchJob) -> list[str]:
    return [str(job.source)]
