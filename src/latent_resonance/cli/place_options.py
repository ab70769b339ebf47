"""Flags that choose a place of the latent space, for recipes that are played by hand."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from latent_resonance.cli.part_options import flags_given
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.engine.fitting import recipe_for
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.recipe import Recipe
from latent_resonance.engine.setup import Setup

if TYPE_CHECKING:
    from latent_resonance.contracts.bundle import Bundle
    from latent_resonance.engine.exploration.sound_recipe import SoundRecipe

_CHANGING = (
    "--prototype",
    "--strength",
    "--sefa",
    "--pca",
    "--variations",
    "--morph",
)
_ONE_PICTURE_SECONDS = 0.001


def place_options() -> list[click.Option]:
    """What chooses the place, and how its sound is made."""
    option = click.Option
    return [
        option(
            ["--prototype", "prototypes"],
            multiple=True,
            metavar="NAME[:WEIGHT]",
            help="A named place; several are blended.",
        ),
        option(
            ["--query"],
            type=Path,
            multiple=True,
            metavar="FILE",
            help="A sound that it shall be like; may be repeated.",
        ),
        option(["--strength"], type=float, help="How close to --query, 0.05 to 20.  [default: 1]"),
        option(
            ["--sefa"],
            multiple=True,
            metavar="[GROUP:]NUMBER=VALUE",
            help="Move along an axis of SeFa, of all, early, middle or late layers.",
        ),
        option(
            ["--pca", "principal"],
            multiple=True,
            metavar="NUMBER=VALUE",
            help="Move along a principal axis; may be repeated.",
        ),
        option(
            ["--transfer"],
            multiple=True,
            metavar="NAME",
            help="Take this attribute of the sound --from; may be repeated.",
        ),
        option(
            ["--from", "taken_from"],
            type=Path,
            metavar="FILE",
            help="The sound --transfer takes from; without --transfer, a sound of this model that "
            "is changed.",
        ),
        option(
            ["--refine"],
            type=click.IntRange(1, 2000),
            metavar="STEPS",
            help="Bring --query nearer to the sound by so many steps (needs PyTorch).",
        ),
        option(["--variations"], type=int, help="How many, around the place.  [default: 1]"),
        option(
            ["--morph"],
            multiple=True,
            metavar="NAME|FILE",
            help="Place or sound to arrive at; repeated: one after the other.",
        ),
    ]


def changing_options() -> list[click.Option]:
    """Those that change a sound which a file carries the recipe of."""
    return [option for option in place_options() if option.opts[0] in _CHANGING]


class AskedPlace:
    """What was asked for by these flags; called, it renders.

    Args:
        chosen: the command's flags; these are taken out.
        setup: seed and held controls.
        mastering: what was given of ``mastering_options``.
    """

    def __init__(
        self, chosen: dict[str, Any], setup: Setup, mastering: Mapping[str, Any] | None = None
    ) -> None:
        self._mastering = dict(mastering or {})
        self._given = {
            option.opts[0]: chosen.pop(option.name, () if option.multiple else None)
            for option in place_options()
        }
        self._setup = setup

    def refuse_places(self, what: str) -> None:
        """What is made from a file that is of no place takes none of these flags but ``--from``.

        Args:
            what: is made.

        Raises:
            InputError: one was given.
        """
        for flag, value in self._given.items():
            if flag != "--from" and value not in (None, ()):
                raise InputError(f"{what}: leave out {flag}, which is for sounds of places")

    def is_alone(self, recipe: Recipe, preset: str | None, source: Path | None) -> bool:
        """Whether a sound of one place is asked for; a performance takes none of these flags.

        Raises:
            InputError: a performance is asked for, and one was given.
        """
        if preset is not None:
            self._refuse_beside("--preset")
        elif source is not None:
            self._refuse_beside("--batch" if source.is_dir() else "--input")
        elif self._setup.senses:
            self._refuse_beside("--sense")
        elif recipe.shaping:
            self._refuse_beside(f"the recipe's {', '.join(recipe.shaping)}")
        else:
            return True
        return False

    def _refuse_beside(self, others: str) -> None:
        given = [flag for flag, value in self._given.items() if value not in (None, ())]
        if given:
            raise InputError(f"{given[0]} chooses one place: leave out {others}, or {given[0]}")

    def __call__(
        self,
        recipe: Recipe,
        setup: Setup,
        told: Callable[[float, float], None],
        output: Path,
        picture: Path | None,
        seconds: float | None,
    ) -> dict[str, Any]:
        """The report.

        Raises:
            ResonanceError: something given cannot be used or written.
        """
        from latent_resonance.engine.exploration.explorer import Explorer
        from latent_resonance.engine.exploration.render import render_places

        given = self._given
        request = self._request()
        own = {**recipe.chain[0].render.options, **setup.render}
        rate = setup.rate or recipe.chain[0].rate
        goal = self._output(output, seconds, picture, rate, own.get("channels"))
        with Explorer(setup.bundle or recipe.bundle, setup.engine) as explorer:
            sliders = {n: v for n, v in setup.held.items() if n in explorer.space.directions}
            others = {n: v for n, v in setup.held.items() if n not in sliders}
            sound = isinstance(explorer.bundle.format, SpectrogramFormat)
            refine = _refiner(explorer.bundle, given["--refine"])
            if sound and not others:
                _refuse_unheard(recipe, setup)
                report = render_places(explorer, request, goal, refine, told)
                return {"recipe": recipe.name, **report}
            self._refuse("--variations", "--morph")
            # Pictures, and controls beyond the place, are what a performance of one place gives.
            place = explorer.find(replace(request, settings=sliders), refine)
            length = explorer.window_seconds if sound else _ONE_PICTURE_SECONDS
            mastering = self._mastering
            if request.start is not None:
                saved = _saved(request.start, explorer.bundle, next(iter(others)))
                length = saved.seconds
                mastering = {**asdict(saved.mastering), **mastering}
                rate = rate or saved.rate or None
                setup = replace(setup, render={"channels": saved.channels, **setup.render})
        from latent_resonance.engine.perform import render_file

        made = render_file(
            recipe,
            output,
            setup=replace(setup, start=place, held=others, rate=rate),
            seconds=seconds or length,
            picture=picture,
            mastering=Mastering(**mastering),
            on_progress=told,
        )
        return dict(made.report)

    @property
    def is_given(self) -> bool:
        """Whether there is anything to change in a sound that is there."""
        given = [value for flag, value in self._given.items() if flag != "--from"]
        # Bits are of the file: the sound is the same.
        given += [self._mastering.get(name) for name in ("loudness", "fade_in", "fade_out")]
        return bool(self._setup.held) or any(value not in (None, ()) for value in given)

    def change(
        self,
        explorer: Any,
        output: Path,
        seconds: float | None,
        picture: Path | None,
        rate: int | None,
    ) -> dict[str, Any]:
        """A sound of the explorer's bundle, changed; the report.

        Raises:
            ResonanceError: something given cannot be used or written.
        """
        from latent_resonance.engine.exploration.render import render_places

        bundle = explorer.bundle
        performs = recipe_for(bundle, bundle.name).chain[0].render.part
        played = {one.name for one in find_part("render", performs).load().Part.controls}
        performed = [name for name in self._setup.held if name in played]
        if performed:
            raise InputError(
                f"{performed[0]} is of a performance: name the recipe as well, such as "
                f"`resonance render {bundle.name} --from {self._given['--from']} ...`"
            )
        goal = self._output(output, seconds, picture, rate)
        return render_places(explorer, self._request(), goal)

    def _output(
        self,
        output: Path,
        seconds: float | None,
        picture: Path | None,
        rate: int | None = None,
        channels: int | None = None,
    ) -> Any:
        from latent_resonance.engine.exploration.render import Output

        given = self._given
        return Output(
            output,
            seconds,
            variations=1 if given["--variations"] is None else given["--variations"],
            morph=given["--morph"],
            picture=picture,
            rate=rate,
            channels=channels,
            **self._mastering,
        )

    def _refuse(self, *flags: str) -> None:
        given = [flag for flag in flags if self._given[flag] not in (None, ())]
        if given:
            raise InputError(f"{given[0]} is for sounds of sliders and places alone: leave it out")

    def _request(self) -> Any:
        from latent_resonance.engine.exploration.request import PlaceRequest

        given = self._given
        several = (given["--variations"] or 1) > 1
        if given["--strength"] is not None and not (given["--query"] or several):
            raise InputError("--strength is of --query and of --variations: give one of them")
        if given["--refine"] is not None and not (given["--query"] or given["--morph"]):
            raise InputError("--refine brings a --query nearer to its sound: give one")
        changed = given["--from"] and not given["--transfer"]
        if changed and self._setup.seed and not several:
            raise InputError("--seed draws places and --variations: leave it out, --from has one")
        axes = [_axis(text, "all", "--sefa") for text in given["--sefa"]]
        axes += [_axis(text, "pca", "--pca") for text in given["--pca"]]
        return PlaceRequest(
            seed=self._setup.seed,
            prototypes=[_weighted(text) for text in given["--prototype"]],
            query=given["--query"],
            strength=1.0 if given["--strength"] is None else given["--strength"],
            axes=axes,
            transfer=given["--transfer"],
            source=given["--from"] if given["--transfer"] else None,
            start=None if given["--transfer"] else given["--from"],
            settings=self._setup.held,
        )


def _saved(path: Path, bundle: "Bundle", control: str) -> "SoundRecipe":
    """The recipe of a sound that is performed anew, with a control beyond its place.

    Raises:
        InputError: another bundle made it, or it goes a way.
    """
    from latent_resonance.engine.exploration.sound_recipe import recipe_to_change

    saved = recipe_to_change(path, bundle)
    if saved.goals:
        raise InputError(f"{path} goes a way, on which {control} cannot be held: leave it out")
    return saved


def _refuse_unheard(recipe: Recipe, setup: Setup) -> None:
    """A sound of one place is made in one piece: what shapes a performance does nothing there.

    Raises:
        InputError: something of that was given.
    """
    for name, flag in flags_given(recipe, setup).items():
        if name != "channels":
            raise InputError(
                f"{flag} shapes a performance: give --input or --sense, or leave it out"
            )


def _refiner(bundle: Any, steps: int | None) -> Any:
    """A function that brings a place nearer to its sound; None when none is wanted."""
    if steps is None:
        return None
    from latent_resonance.training.refine import Refiner

    return Refiner(bundle, steps)


def _weighted(text: str) -> Any:
    from latent_resonance.engine.exploration.request import Weighted

    name, colon, weight = text.partition(":")
    try:
        return Weighted(name, float(weight) if colon else 1.0)
    except ValueError as error:
        raise InputError(f"--prototype {text}: write it as NAME or NAME:WEIGHT") from error


def _axis(text: str, group: str, flag: str) -> Any:
    from latent_resonance.engine.exploration.request import Axis

    where, _, value = text.partition("=")
    named, colon, number = where.rpartition(":")
    try:
        return Axis(named if colon else group, int(number), float(value))
    except ValueError as error:
        raise InputError(f"{flag} {text}: write it as NUMBER=VALUE, such as 1=2.5") from error
