"""Flags that commands share, and how they show progress and results."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.registry import Room, list_parts
from latent_resonance.engine.recipe import PartChoice, parse_map
from latent_resonance.engine.setup import Setup
from latent_resonance.models.engines.installed import DEVICES, ENGINES

F = TypeVar("F", bound=Callable[..., Any])


class Within(click.FloatRange):
    """Numbers of a range: click's own lets NaN, which compares with nothing, through."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """As click does; fails for what is no number."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is no number", param, ctx)
        return number


def not_there_yet(output: Path) -> Path:
    """The same path; raises InputError where something lies there: nothing is made over it."""
    if output.exists():
        raise InputError(f"{output} exists already: choose another with --output")
    return output


def part_names(room: Room) -> str:
    """All parts of a room, for the help; imports none."""
    return ", ".join(list_parts(room))


def output_options(command: F) -> F:
    """``--json`` and ``--quiet``."""
    command = click.option("--quiet", is_flag=True, help="Print nothing but errors.")(command)
    return click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")(
        command
    )


def cluster_option(command: F) -> F:
    """``--cluster``, alone or with an address."""
    return click.option(
        "--cluster",
        is_flag=False,
        flag_value="auto",
        metavar="[HOST:PORT]",
        help="Let the machines of a Ray cluster do it: this one's, or that at the address.",
    )(command)


def chain_options(command: F) -> F:
    """What chooses and sets an instrument."""
    for option in (
        click.option("--bundle", help="Another model: a name or a path."),
        click.option(
            "--engine",
            default="auto",
            show_default=True,
            help="What runs the model: auto, openvino, onnxruntime, torch.",
        ),
        click.option(
            "--device",
            default="cpu",
            show_default=True,
            help="Where it runs: cpu, cuda, mps, directml.",
        ),
        click.option(
            "--rate",
            "rate",
            type=int,
            metavar="HZ",
            help="Of the sound, such as 48000 or 44100.  [default: the model's own]",
        ),
        click.option("--seed", default=0, show_default=True, help="Of everything random."),
        click.option(
            "--map",
            "lines",
            multiple=True,
            metavar="CONTROL=SOURCE[:LOW..HIGH]",
            help="Move a control by what is sensed, beside or in place of the recipe's map.",
        ),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="CONTROL=VALUE",
            help="Hold a control at a value; may be repeated.",
        ),
        click.option(
            "--sense",
            "senses",
            multiple=True,
            help=f"Another sensor than the recipe's, repeated for several: {part_names('sense')}.",
        ),
    ):
        command = option(command)
    return command


def mastering_options(command: F) -> F:
    """What is done to a finished sound on its way to a file."""
    for option in (
        click.option(
            "--dither",
            is_flag=True,
            help="With --bits 16: noise in place of rounding's distortion.",
        ),
        click.option("--bits", type=int, metavar="16|24", help="Of .wav and .flac.  [default: 24]"),
        click.option("--fade-out", "fade_out", type=float, metavar="SECONDS", help="To nothing."),
        click.option("--fade-in", "fade_in", type=float, metavar="SECONDS", help="From nothing."),
        click.option(
            "--loudness",
            type=float,
            metavar="LUFS",
            help="Of a sound file, -60 to -6, peaks under -1 dBTP; streaming asks for -16.  "
            "[default: as played; of a place -20]",
        ),
    ):
        command = option(command)
    return command


def on_terminal() -> bool:
    """Whether somebody reads along on stderr, which is closed where nobody can."""
    return sys.stderr is not None and sys.stderr.isatty()


class Once(click.Option):
    """A path that is given once: click would keep the last and say nothing of the others."""

    def process_value(self, ctx: click.Context, value: Any) -> Path | None:
        """The only one, None for none.

        Raises:
            InputError: it was given twice.
        """
        given: tuple[Path, ...] = super().process_value(ctx, value)
        if len(given) > 1:
            flag = self.opts[0]
            raise InputError(
                f"{flag} {given[0]} and {flag} {given[1]}: give one; a recipe names a file for "
                'each of several senses, as { part = "midi", source = "song.mid" }'
            )
        return given[0] if given else None


def input_option(text: str) -> Callable[[F], F]:
    """``--input``, as ``source``."""
    return click.option("--input", "source", cls=Once, type=Path, multiple=True, help=text)


def take_mastering(chosen: dict[str, Any]) -> dict[str, Any]:
    """Those of ``mastering_options`` that were given; takes them out of ``chosen``."""
    names = ("loudness", "fade_in", "fade_out", "bits", "dither")
    given = {name: chosen.pop(name) for name in names}
    # 0 is a value, though it equals False.
    return {name: one for name, one in given.items() if one is not None and one is not False}


def make_setup(
    chosen: dict[str, Any],
    navigate: Mapping[str, Any] | None = None,
    render: Mapping[str, Any] | None = None,
) -> Setup:
    """The setup of ``chain_options``; takes them out of ``chosen``."""
    return Setup(
        senses=tuple(PartChoice(part=name) for name in chosen.pop("senses")),
        bundle=chosen.pop("bundle"),
        lines=parse_map(chosen.pop("lines")),
        held=parse_settings(chosen.pop("settings")),
        navigate=navigate or {},
        render=render or {},
        seed=chosen.pop("seed"),
        rate=chosen.pop("rate"),
        engine=parse_engine(chosen.pop("engine"), chosen.pop("device")),
    )


def parse_settings(settings: tuple[str, ...]) -> dict[str, float]:
    """``("mouth=0.5", ...)`` as numbers.

    Raises:
        InputError: not NAME=NUMBER.
    """
    found = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not equals or not name or not math.isfinite(value):
            raise InputError(f"--set {setting}: write it as CONTROL=NUMBER")
        found[name.strip()] = value
    return found


def parse_engine(engine: str, device: str) -> PartChoice | None:
    """The models part to use, None for the recipe's own.

    Raises:
        InputError: there is no such engine or device, or the engine does not have the device.
    """
    if device not in DEVICES:
        raise UnknownNameError("device", device, DEVICES)
    if engine != "auto" and engine not in ENGINES:
        raise UnknownNameError("engine", engine, ["auto", *ENGINES])
    if device not in ENGINES.get(engine, DEVICES):
        fitting = ", ".join(name for name, devices in ENGINES.items() if device in devices)
        raise InputError(f"--device {device}: {engine} does not play there; {fitting} can")
    if engine == "auto" and device == "cpu":
        return None
    return PartChoice(part=engine, options={"device": device})


@contextmanager
def progress_bar(text: str, hidden: bool) -> Iterator[Callable[[float, float], None]]:
    """A bar on stderr with the time left; gives a function of (done, total)."""
    if hidden or not on_terminal():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.1f} / {task.total:.1f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(text, total=1.0)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def show_remarks(report: Mapping[str, Any], quiet: bool) -> None:
    """What a report warns of, and notes, on stderr."""
    for word in ("warning", "note"):
        if report.get(word) and not quiet:
            click.echo(f"resonance: {word}: {report[word]}", err=True)


def show_result(result: Mapping[str, Any], lines: list[str], as_json: bool, quiet: bool) -> None:
    """The result on stdout: one JSON object, or lines for a reader."""
    if as_json:
        click.echo(json.dumps(result, allow_nan=False))
    elif not quiet:
        for line in lines:
            click.echo(line)
