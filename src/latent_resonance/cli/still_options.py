"""Flags of a still, for recipes that paint a whole recording."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.batch_options import AskedBatch
from latent_resonance.cli.part_options import flags_given
from latent_resonance.cli.shared_options import Within, show_result
from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.contracts.file_names import printable
from latent_resonance.engine.outputs import PICTURES
from latent_resonance.engine.recipe import Recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.navigate.voice_noise import STRONGEST
from latent_resonance.navigate.voices.noise import MODES

_OF_STILLS = {"prompt", "mix", "guidance", "snap", "size"}
_STRONGEST = 50.0


def painting_options() -> list[click.Option]:
    """How a still is painted."""
    option = click.Option
    return [
        option(["--steps"], type=click.IntRange(1, 100), help="Of the sampler; the model's own."),
        option(
            ["--scale"],
            type=Within(0, _STRONGEST),
            help="How strongly words pull: as --guidance, up to 50 for stills; 0: the model's own.",
        ),
        option(["--model"], help="A bundle, or a real model: its folder or its name."),
        option(
            ["--mode"],
            type=click.Choice(MODES),
            help="Who speaks, what is said, or both; exact: plain mel levels, for stills alone.",
        ),
    ]


@dataclass(frozen=True, slots=True)
class AskedStill:
    """The flags that were given."""

    steps: int | None
    scale: float | None
    model: str | None
    mode: str | None

    def wanted(self, output: Path, batch: AskedBatch | None) -> bool:
        """Whether stills are asked for.

        Raises:
            InputError: what is asked for is only for stills, and the output is none; or the
                other way round.
        """
        if batch is not None:
            if batch.ending == ".png" and batch.is_shared:
                raise InputError(
                    "stills are painted one after the other: leave --workers and --cluster out"
                )
            if batch.ending == ".png":
                return True
        elif output.suffix.lower() in PICTURES and "%" not in output.name:
            return True
        for flag, given in (
            ("--model", self.model is not None),
            ("--mode exact", self.mode == "exact"),
        ):
            if given:
                raise InputError(f"{flag} is for a still: give --output NAME.png")
        return False

    def of_moving(self, recipe: Recipe, setup: Setup) -> tuple[Recipe, Setup]:
        """The same steps and guidance for moving pictures."""
        if self.steps is not None:
            first = recipe.chain[0]
            first = first.model_copy(update={"model": first.model.with_options(steps=self.steps)})
            recipe = recipe.model_copy(update={"chain": [first, *recipe.chain[1:]]})
        self._refuse_twice(setup)
        if self.scale is not None and self.scale > STRONGEST:
            raise InputError(f"--scale {self.scale:g}: at most {STRONGEST:g} for moving pictures")
        given = {"guidance": self.scale, "mode": self.mode}
        navigate = {name: value for name, value in given.items() if value is not None}
        _refuse_mix({**recipe.chain[0].navigate.options, **setup.navigate, **navigate}, setup)
        return recipe, replace(setup, navigate={**setup.navigate, **navigate})

    def asked(self, recipe: Recipe, setup: Setup) -> dict[str, Any]:
        """How to paint, as ``paint_voice`` takes it.

        Raises:
            InputError: something was given that does nothing to a still.
        """
        chain = recipe.chain[0]
        options = {**chain.navigate.options, **setup.navigate}
        mode = self.mode or options.get("mode", "mix")
        flags = flags_given(recipe, setup) | ({} if setup.rate is None else {"rate": "--rate"})
        for name, flag in flags.items():
            if name not in _OF_STILLS:
                raise InputError(f"{flag} is for moving pictures: leave it out, or give a video")
        for flag, said in (("--seed", setup.seed), ("--engine", setup.engine)):
            if said:
                raise InputError(
                    f"{flag} changes nothing of a still: leave it out, or give a video"
                )
        if self.model is not None and setup.bundle is not None:
            raise InputError("--model and --bundle both say what paints: leave one of them out")
        self._refuse_twice(setup)
        _refuse_mix({**options, "mode": mode}, setup)
        return {
            "prompt": str(options.get("prompt", "")),
            "bundle": self.model or setup.bundle or recipe.bundle,
            "mode": mode,
            **({"mix": options["mix"]} if "mix" in options else {}),
            "steps": self.steps,
            "guidance": (self.scale if self.scale is not None else options.get("guidance")) or None,
            "size": {**chain.render.options, **setup.render}.get("size") or None,
            "snap": options.get("snap", True),
        }

    def _refuse_twice(self, setup: Setup) -> None:
        if self.scale is not None and "guidance" in setup.navigate:
            raise InputError("--scale and --guidance are the same: leave one of them out")

    def paint(
        self,
        recipe: Recipe,
        setup: Setup,
        source: Path | None,
        batch: AskedBatch | None,
        output: Path,
        device: str,
        told: Callable[[float, float], None],
    ) -> list[dict[str, Any]]:
        """Paint it; a report of each picture.

        ``told`` gets what is done and of how many: megabytes of a model that is fetched, pictures
        of a folder, steps of a single one.
        """
        from latent_resonance.engine.voice_pictures.files import paint_file, paint_folder

        if source is None:
            raise InputError("give one of --input me.wav or --batch FOLDER")
        if setup.lines or setup.held or setup.senses:
            raise InputError("--map, --set and --sense move a video: give --output NAME.mp4")

        def on_fetch(done: float, of: float) -> None:
            told(done / 1e6, of / 1e6)

        def on_each(one: Mapping[str, Any], done: int, of: int) -> None:
            if "error" in one:
                click.echo(f"resonance: {printable(' '.join(one['error'].split()))}", err=True)
            told(done, of)

        asked = {**self.asked(recipe, setup), "device": device, "on_fetch": on_fetch}
        if batch is not None:
            return paint_folder(batch.folder, output, on_each=on_each, **asked)
        return [paint_file(source, output, on_step=told, **asked)]

    def show(self, reports: list[dict[str, Any]], single: bool, as_json: bool, quiet: bool) -> None:
        """What was painted, and what of the prompt says nothing.

        Raises:
            MediaError: a recording of a folder gave no picture.
        """
        told = reports[0] if single else {"pictures": reports}
        if not quiet and not as_json:
            for line in remarks(reports):
                click.echo(f"resonance: {line}", err=True)
        good = [one for one in reports if "error" not in one]
        show_result(told, [line_of(one) for one in good], as_json, quiet)
        if len(good) < len(reports):
            failed = len(reports) - len(good)
            raise MediaError(f"{failed} of {len(reports)} recordings gave no picture")


def _refuse_mix(options: Mapping[str, Any], setup: Setup) -> None:
    mode = options.get("mode", "mix")
    if "mix" in setup.navigate and mode != "mix":
        raise InputError(f"--mix is of the mode mix, not of {mode}: leave one of them out")


def take_still(recipe: Recipe, chosen: dict[str, Any]) -> AskedStill | None:
    """What was given of these flags, taken out of ``chosen``; None where the recipe has none."""
    if not recipe.paints_recordings:
        return None
    names = ("steps", "scale", "model", "mode")
    return AskedStill(**{name: chosen.pop(name, None) for name in names})


def remarks(reports: list[dict[str, Any]]) -> list[str]:
    """What of the prompt says nothing, once for all pictures."""
    told = next((one for one in reports if "error" not in one), None)
    if told is None:
        return []
    lines = [
        f"'{word}' says nothing to the model" + (f": try '{other}'" if other else "")
        for word, other in told["unknown"].items()
    ]
    if told["cut"]:
        lines.append(f"the model reads no further than to '{told['cut'][0]}'")
    return lines


def line_of(one: Mapping[str, Any]) -> str:
    """A picture, for a reader."""
    said = ", ".join(one["understood"])
    told = [f"{one['output']}: {one['width']} x {one['height']}"]
    told += [f"understood: {said}"] if said else []
    told += [f"used: {one['part']}"] if one["part"] else []
    told += [f"the voice of {one['voice']}"] if one["voice"] else []
    return "; ".join(told)
