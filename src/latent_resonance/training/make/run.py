"""Prepare, train, encoder, envelope, sliders: each step is taken up where it was cut."""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.bundles.find import check_output
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.data.prepare.options import Options
from latent_resonance.data.prepare.output import MANIFEST
from latent_resonance.data.prepare.report import Report, report_lines
from latent_resonance.data.prepare.run import prepare
from latent_resonance.data.prepare.sources import find_sources
from latent_resonance.sound.fine_envelope import VALUES
from latent_resonance.training.adversarial.export import export_gan
from latent_resonance.training.adversarial.material import playable_layout
from latent_resonance.training.adversarial.recipe import AdversarialRecipe
from latent_resonance.training.checkpoint import previous, read
from latent_resonance.training.directions.add import add_controls, told_of
from latent_resonance.training.encoder.add import add_encoder
from latent_resonance.training.encoder.effort import EncoderEffort
from latent_resonance.training.envelope.add import add_envelope
from latent_resonance.training.envelope.fit import EnvelopeEffort
from latent_resonance.training.fabric import finish
from latent_resonance.training.families import family_of
from latent_resonance.training.make.plan import (
    MakeEffort,
    fit_recipe,
    is_of,
    prepare_options,
)
from latent_resonance.training.make.timing import (
    STEPS,
    Clock,
    about,
    measured_by,
    time_controls,
    time_encoder,
    time_training,
)
from latent_resonance.training.make.work import Work, digest, file_digest
from latent_resonance.training.run_settings import RunSettings
from latent_resonance.training.start_sources import sources_of

LEAST_SOUNDS = 8
_SAVED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made of what.

    Attributes:
        folder: of sounds.
        output: the bundle; ``NAME.making`` beside it holds what is on the way.
        recipe: the training recipe that it is made by.
        start: the bundle that is fine-tuned, and where it lies; None to begin with nothing.
        effort: how much is done.
        command: that asked for it, for the bundle's provenance.
    """

    folder: Path
    output: Path
    recipe: AdversarialRecipe
    start: tuple[Path, Bundle] | None
    effort: MakeEffort
    command: str


class Told:
    """Who is told of a run; by itself it tells nobody.

    Args:
        say: gets a line.
        show: gets a step and perhaps its part, what is done and of how much, and how long all will
            take from now on, in words; these are empty while that is not known.
    """

    def __init__(
        self,
        say: Callable[[str], None] = lambda line: None,
        show: Callable[[str, float, float, str], None] = lambda step, done, total, left: None,
    ) -> None:
        self.say, self.show = say, show


def make_bundle(wanted: Wanted, told: Told | None = None, workers: int = 1) -> dict[str, Any]:
    """Make a bundle out of a folder of sounds; run again, it goes on where it was cut.

    Args:
        wanted: see there.
        told: of what is done, and how long it will take.
        workers: processes that read sounds.

    Returns:
        Where the bundle is, and what it can do.

    Raises:
        ResonanceError: too few sounds, or something cannot be read or written.
        ModuleNotFoundError: what training needs is not installed.
    """
    return _Making(wanted, told or Told(), workers)()


class _Making:
    def __init__(self, wanted: Wanted, told: Told, workers: int) -> None:
        if wanted.output.suffix != ".resonance":
            raise InputError(f"--output {wanted.output}: name it like my-sounds.resonance")
        check_output(wanted.output)
        playable_layout(wanted.recipe)
        folder = wanted.output.with_suffix(".making")
        if folder.resolve().is_relative_to(wanted.folder.resolve()):
            raise InputError(
                f"--output {wanted.output} lies among the sounds of {wanted.folder}: "
                "choose a place beside that folder"
            )
        _demand(len(find_sources(wanted.folder).sources), wanted.folder)
        self._wanted, self._told, self._workers = wanted, told, workers
        self._work, self._clock = Work(folder), Clock()
        self._start = wanted.start[1] if wanted.start else None
        self._prepared = folder / "prepared"
        self._trained = folder / "train" / "trained.resonance"
        self._checkpoint = folder / "train" / "checkpoint.safetensors"
        self._heard = folder / "with-encoder.resonance"
        self._shaped = folder / "with-envelope.resonance"
        self._kept_encoder = folder / "encoder.safetensors"
        self._measured = folder / "measured"

    def __call__(self) -> dict[str, Any]:
        with self._work.alone():
            report = self._prepare()
            effort = self._wanted.effort
            recipe = fit_recipe(
                self._wanted.recipe, self._wanted.output.stem, self._prepared, self._start, effort
            )
            seal = self._start.seal if self._start else ""
            table = recipe.model_dump(exclude={"folders", "save_every", "show_every"})
            of = digest(table, file_digest(self._prepared / MANIFEST), seal)
            of_encoder = digest(of, effort.encoder_steps)
            of_envelope = digest(of_encoder, effort.envelope_steps, effort.envelope_sounds)
            of_controls = digest(of_envelope, effort.places, effort.slopes, effort.calibrated)
            self._tell_time(recipe, of, of_encoder, of_controls)
            self._train(recipe, of)
            self._teach(recipe, of_encoder)
            self._shape(of_envelope)
            made = self._control(of_controls)
        return {
            **made,
            "sounds": report.files,
            "windows": report.windows,
            "labels": sorted(label for label in report.labels if label),
            "work": str(self._work.folder),
        }

    def _prepare(self) -> Report:
        wanted = self._wanted
        options: Options = prepare_options(wanted.recipe)
        self._told.say(f"1 of 5, prepare: sounds of {wanted.folder}")
        report = prepare(
            wanted.folder,
            self._prepared,
            options,
            workers=self._workers,
            on_progress=lambda done, total: self._told.show("prepare", done, total, ""),
        )
        for line in report_lines(report):
            self._told.say(f"  {line}")
        _demand(report.files, wanted.folder)
        return report

    def _tell_time(
        self, recipe: AdversarialRecipe, of: str, of_encoder: str, of_controls: str
    ) -> None:
        """What is left, by a few steps of each that were timed once."""
        work, effort = self._work, self._wanted.effort
        timed = digest(of_controls, effort.threads)
        if work.is_done("controls", of_controls, self._wanted.output):
            return
        if not work.knows_seconds(timed):
            self._told.say("  a few steps are timed ..")
            work.keep_seconds(timed, self._time(recipe))
        left = work.seconds
        if work.is_done("train", of, self._trained):
            left["train"] = 0.0
        elif work.begun("train") == of:
            left["train"] *= 1 - min(1.0, self._trained_steps() / recipe.steps)
        if work.is_done("encoder", of_encoder, self._heard):
            left["encoder"] = 0.0
        each = [f"{name} {about(left[name])}" for name in STEPS if left.get(name)]
        if each:
            more = "" if "controls" in left else ", then encoder, envelope and controls"
            self._told.say(
                f"  {about(sum(left.values()))} to go ({', '.join(each)}{more}); it may be stopped "
                "at any time: the same command goes on from there"
            )

    def _show(self, step: str, done: float, total: float, part: str = "") -> None:
        share = None if part else done / max(total, 1e-9)
        seconds = self._clock.left(self._work.seconds, step, share, time.monotonic())
        self._told.show(step + part, done, total, f"{about(seconds)} to go")

    def _trained_steps(self) -> int:
        """That the latest whole checkpoint has."""
        for path in (self._checkpoint, previous(self._checkpoint)):
            if path.exists():
                with suppress(InputError):
                    return read(path).step
        return 0

    def _how_long(self, step: str, timed: Callable[[], float]) -> str:
        """What a step will take, timed now where it could not be before."""
        if step not in self._work.seconds:
            self._work.add_seconds(step, timed())
        return about(self._work.seconds[step])

    def _time(self, recipe: AdversarialRecipe) -> dict[str, float]:
        effort, start = self._wanted.effort, self._wanted.start
        family = family_of(recipe)
        weights = family.weights(start[0]) if start else None
        threads = effort.threads
        seconds = {"train": time_training(recipe, family.gather(recipe), weights, threads)}
        if self._start is not None and is_of(self._start, recipe):
            # Of networks that are there already; others are timed when they are.
            seconds["encoder"] = time_encoder(self._start, self._prepared, effort)
            seconds["controls"] = time_controls(self._start, effort)
        return seconds

    def _train(self, recipe: AdversarialRecipe, of: str) -> None:
        work, wanted, told = self._work, self._wanted, self._told
        if work.is_done("train", of, self._trained):
            told.say("2 of 5, train: done before")
            return
        work.begin("train", of, self._checkpoint.parent)
        family = family_of(recipe)
        known = self._trained_steps()
        resume = known > 0
        weights = family.weights(wanted.start[0]) if wanted.start and not resume else None
        each = work.seconds["train"] / recipe.steps
        often = max(1, min(recipe.save_every, round(_SAVED_SECONDS / max(each, 1e-3))))
        begins = f"from {wanted.start[1].name}" if wanted.start else "from nothing"
        goes_on = f", on from step {known}" if resume else ""
        told.say(f"2 of 5, train: {recipe.steps} steps {begins}{goes_on}")
        try:
            settings = RunSettings(
                resume,
                threads=wanted.effort.threads,
                source=weights,
                inherited=sources_of(self._start) if self._start else (),
                on_progress=lambda now: self._show("train", now.step, now.steps),
            )
            often_saved = recipe.model_copy(update={"save_every": often})
            trained = family.train(often_saved, self._checkpoint.parent, settings)
        finally:
            finish()
        for line in trained.transferred.lines() if trained.transferred else []:
            told.say(f"  {line}")
        export_gan(trained, recipe, wanted.command, self._trained, with_encoder=False)
        work.done("train", of, self._trained)

    def _teach(self, recipe: AdversarialRecipe, of: str) -> None:
        work, effort, told = self._work, self._wanted.effort, self._told
        if work.is_done("encoder", of, self._heard):
            told.say("3 of 5, encoder: done before")
            return
        work.begin("encoder", of, self._kept_encoder)
        bundle = read_bundle(self._trained)
        long = self._how_long("encoder", lambda: time_encoder(bundle, self._prepared, effort))
        told.say(f"3 of 5, encoder: {effort.encoder_steps} steps, {long}")
        add_encoder(
            self._trained,
            self._heard,
            data=[self._prepared],
            weights=self._checkpoint if recipe.reconstruction else None,
            effort=EncoderEffort(effort.encoder_steps, threads=effort.threads),
            kept=self._kept_encoder,
            on_progress=lambda now: self._show("encoder", now.step, now.steps),
        )
        work.done("encoder", of, self._heard)

    def _shape(self, of: str) -> None:
        """Attacks as sudden as in the sounds, where columns can be divided so."""
        work, effort, told = self._work, self._wanted.effort, self._told
        if work.is_done("envelope", of, self._shaped):
            told.say("4 of 5, envelope: done before")
            return
        work.begin("envelope", of, self._shaped)
        if read_bundle(self._heard).sound_format.hop % VALUES:
            told.say(f"4 of 5, envelope: none, columns are no multiple of {VALUES} samples")
            shutil.copyfile(self._heard, self._shaped)
        else:
            told.say(f"4 of 5, envelope: {effort.envelope_steps} steps")
            add_envelope(
                self._heard,
                self._shaped,
                data=[self._wanted.folder],
                effort=EnvelopeEffort(
                    effort.envelope_steps, effort.envelope_sounds, threads=effort.threads
                ),
                on_progress=lambda share: self._show("envelope", share, 1.0),
            )
        work.done("envelope", of, self._shaped)

    def _control(self, of: str) -> dict[str, Any]:
        work, effort, told = self._work, self._wanted.effort, self._told
        output = self._wanted.output
        if work.is_done("controls", of, output):
            told.say("5 of 5, controls: done before")
            return told_of(read_bundle(output), output)
        work.begin("controls", of, self._measured)
        began = time.perf_counter()
        bundle = read_bundle(self._shaped)
        long = self._how_long("controls", lambda: time_controls(bundle, effort))
        told.say(f"5 of 5, controls: {effort.places} places are measured, {long}")
        made = add_controls(
            self._shaped,
            output,
            data=[self._prepared],
            effort=measured_by(effort),
            own=True,
            kept=self._measured,
            on_progress=lambda text, share: self._show("controls", share, 1.0, f", {text}"),
        )
        work.done("controls", of, output)
        return {**made, "seconds": round(time.perf_counter() - began, 1)}


def _demand(count: int, folder: Path) -> None:
    if count < LEAST_SOUNDS:
        raise InputError(
            f"{folder} has {count} sound{'s' * (count != 1)} that can be used: at least "
            f"{LEAST_SOUNDS} are needed, and 60 or more are better"
        )
