"""``resonance play``: live."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.note_options import take_timbre, timbre_options
from latent_resonance.cli.part_options import part_options, take_part_options
from latent_resonance.cli.preset_option import preset_option, take_preset
from latent_resonance.cli.recipe_command import RecipeCommand
from latent_resonance.cli.shared_options import (
    Within,
    chain_options,
    input_option,
    make_setup,
    on_terminal,
    output_options,
    part_names,
    show_remarks,
    show_result,
)
from latent_resonance.cli.still_options import line_of, painting_options, remarks, take_still
from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.fitting import find_recipe, on_bundle
from latent_resonance.engine.live_senses import choose_senses
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.perform import play_live
from latent_resonance.engine.recipe import PartChoice, Recipe, parse_map


def _more(recipe: Recipe) -> dict[str, list[click.Option]]:
    groups = part_options(recipe)
    if recipe.paints_recordings:
        live = click.Option(
            ["--live"], is_flag=True, help="Moving pictures while one speaks, not takes."
        )
        keep = click.Option(["--keep"], is_flag=True, help="Write the sound of each take as well.")
        return {"A picture of each take": [live, keep, *painting_options()], **groups}
    if recipe.plays_notes:
        return {"The timbre": timbre_options(), **groups}
    return groups


@click.command(cls=RecipeCommand, more=_more)
@click.argument("recipe")
@input_option("A file to sense in place of a device.")
@click.option("--camera", metavar="NAME", help="Camera: part of its name, or a number (face).")
@click.option("--calibrate", is_flag=True, help="Measure and save your neutral face first (face).")
@click.option("--midi", metavar="NAME", help="MIDI input: part of its name, or a number.")
@click.option("--osc", metavar="PORT", help="Listen for OSC on this UDP port.")
@click.option("--microphone", metavar="NAME", help="Sound input: part of its name, or a number.")
@click.option("--keyboard", is_flag=True, help="Play on the keys of this terminal.")
@click.option(
    "--knob",
    "knobs",
    multiple=True,
    metavar="CONTROL=ccN",
    help="Which MIDI controller turns a control, over its whole range; may be repeated.",
)
@click.option("--prototype", "place", metavar="NAME", help="The named place to begin at.")
@click.option("--stage", "stages", multiple=True, help=f"Where to: {part_names('stage')}.")
@click.option("--output", type=Path, help="File for a stage that writes one.")
@click.option("--speaker", "sound_device", help="Sound card: a number or part of its name.")
@click.option("--seconds", type=Within(min=0, min_open=True), help="How long.")
@click.option("--loop", is_flag=True, help="Start --input over at its end.")
@click.option(
    "--record-controls",
    "record",
    type=Path,
    help="Save what is sensed (.csv); an earlier take of the name is kept as NAME-2.csv.",
)
@click.option(
    "--buffer-ms",
    type=Within(min=0, max=10_000),
    default=16.0,
    show_default=True,
    help="Sound kept ready at rest; less is quicker. A busy machine keeps up to 80 ms.",
)
@click.option(
    "--adapt/--no-adapt",
    default=True,
    show_default=True,
    help="Draw pictures smaller where they would be slower than --fps.",
)
@chain_options
@preset_option
@output_options
def play(
    recipe: str,
    source: Path | None,
    stages: tuple[str, ...],
    output: Path | None,
    sound_device: str | None,
    seconds: float | None,
    loop: bool,
    record: Path | None,
    buffer_ms: float,
    adapt: bool,
    as_json: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Play RECIPE (a name below, a TOML file, or a bundle) live until Ctrl-C.

    \b
    resonance play face                            camera to speaker
    resonance play face --input clip.mp4           a video instead of the camera
    resonance play notes --instrument cello        a MIDI keyboard, else the terminal's keys
    resonance play texture --prototype rain        1-9 choose a slider, + and - turn it
    resonance play texture --sense face --map brightness=mouth:-5..5
    resonance play texture --midi nano --knob rate=cc74
    resonance play voice --prompt "red circles"    ENTER records, ENTER paints; --live moves
    resonance play texture --osc 9000              /brightness 2.5
    resonance play vision --preset "night drive"   as in the studio; resonance show vision has all
    """  # noqa: D301 - click's mark for lines that stay
    known = on_bundle(find_recipe(recipe), chosen["bundle"])
    asked_still, live = take_still(known, chosen), chosen.pop("live", False)
    keep = chosen.pop("keep", False)
    known = take_preset(known, chosen, source)
    parts = take_part_options(known, chosen)
    known = take_timbre(known, chosen, parts["navigate"])
    knobs, place = chosen.pop("knobs"), chosen.pop("place")
    named = {
        key: chosen.pop(key)
        for key in ("camera", "calibrate", "midi", "osc", "microphone", "keyboard")
    }
    chosen["lines"] = (*chosen["lines"], *map(_knob, knobs))
    device = chosen["device"]
    setup = make_setup(chosen, navigate=parts["navigate"], render=parts["render"])
    setup = replace(setup, adaptive=adapt)
    if asked_still is not None:
        others = source, setup.senses, named["midi"], named["osc"], named["camera"]
        if not (live or named["keyboard"] or any(others)):
            from latent_resonance.engine.voice_pictures.takes import play_takes

            if setup.lines or setup.held or place or record or loop:
                raise InputError("--map, --set and the like move pictures: add --live")
            if sound_device is not None or named["calibrate"]:
                raise InputError("--speaker and --calibrate do nothing to takes: leave them out")
            if output is not None and output.suffix:
                raise InputError(f"--output {output}: takes go to a folder, name it without an end")
            terminal = _Terminal(quiet=quiet, meters=not (as_json or quiet))
            reports = play_takes(
                output or Path("takes"),
                [PartChoice(part=name) for name in stages] or known.chain[0].stage,
                keep=keep,
                needed=bool(stages),
                device=named["microphone"],
                paint_on=device,
                seconds=seconds,
                say=terminal.say,
                meter=terminal.meter,
                on_take=terminal.tell,
                **asked_still.asked(known, setup),
            )
            show_result({"takes": reports}, [], as_json, quiet)
            return
        if keep:
            raise InputError("--keep is for takes: leave --live and other inputs out")
        known, setup = asked_still.of_moving(known, setup)
    if place is not None:
        first = known.chain[0].model_copy(update={"start": place})
        known = known.model_copy(update={"chain": [first, *known.chain[1:]]})
    _check_knobs(knobs, named["midi"], [choice.part for choice in setup.senses or known.sense])
    setup = choose_senses(known, setup, by_input=source is not None, **named)
    terminal = _Terminal(quiet=quiet, meters=on_terminal())
    report = play_live(
        known,
        source=source,
        setup=setup,
        stages=_stages(stages, output, sound_device, known.chain[0].stage),
        seconds=seconds,
        loop=loop,
        record=record,
        buffer_seconds=buffer_ms / 1e3,
        on_second=None if as_json or quiet else terminal.meters,
        say=None if as_json or quiet else terminal.say,
    )
    show_remarks(report, quiet)
    show_result(report, [_summary(report), *_results(report)], as_json, quiet)


def _summary(report: Mapping[str, Any]) -> str:
    """A line of a performance's report; breaks of the sound of all chains."""
    latency = report.get("note_to_sound_ms") or report.get("control_to_sample_ms", {})
    chains = (report, *report.get("chains", {}).values())
    underruns = sum(one["underruns"] for one in chains)
    line = f"played {report['seconds']:.1f} s; underruns {underruns}"
    if latency:
        line += f"; control to sample p50 {latency['p50']:.0f} ms, p95 {latency['p95']:.0f} ms"
    return line


def _results(report: Mapping[str, Any]) -> list[str]:
    """What there is of it now: files, and the player's own gestures."""
    lines = [f"wrote {path}" for path in report.get("outputs", ())]
    if "earlier_take" in report:
        lines.append(f"the earlier take is now {report['earlier_take']}")
    own = dict(report.get("calibration", {}))
    saved = own.pop("saved", None)
    if saved is not None:
        told = ", ".join(f"{name} {text}" for name, text in own.items())
        lines.append(f"calibrated: {told}; saved to {saved}")
    return lines


def _stages(
    names: tuple[str, ...], output: Path | None, device: str | None, own: list[PartChoice]
) -> list[PartChoice]:
    """The stages that were named, with the file and the card where they take one; else none."""
    if not names and device is None and output is None:
        return []
    chosen = [PartChoice(part=name) for name in names] or list(own)
    if device is not None:
        if all(choice.part != "speaker" for choice in chosen):
            raise InputError("--speaker needs the stage that plays to it: --stage speaker")
        chosen = [c.with_options(device=device) if c.part == "speaker" else c for c in chosen]
    if output is not None:
        files = [n for n, choice in enumerate(chosen) if choice.part.endswith("_file")]
        if not files:
            raise InputError("--output needs a stage that writes it: --stage audio_file")
        chosen[files[0]] = chosen[files[0]].with_options(path=str(output))
    return chosen


def _knob(text: str) -> str:
    name, equals, source = text.partition("=")
    if not name or not equals or not source:
        raise InputError(f"--knob {text}: write it as CONTROL=ccN, such as rate=cc74")
    parse_map((f"{name}={source}",))
    return f"{name}={source}"


def _check_knobs(knobs: tuple[str, ...], midi: str | None, senses: list[str]) -> None:
    if knobs and midi is None and "midi" not in senses:
        raise InputError(f"--knob {knobs[0]} is of a MIDI controller: add --midi NAME")


class _Terminal:
    """What is told on stderr: lines, and a meter in a line of its own."""

    def __init__(self, *, quiet: bool, meters: bool) -> None:
        self._quiet, self._meters = quiet, meters
        self._metering = self._remarked = False

    def say(self, text: str) -> None:
        if not self._quiet:
            click.echo("\n" + text if self._metering else text, err=True)
        self._metering = False

    def meter(self, seconds: float, level: float) -> None:
        """A bar of 24 marks for 48 dB."""
        if not self._meters:
            return
        self._metering = True
        marks = min(max(round(24 + 10 * math.log10(level + 1e-9)), 0), 24)
        bar = "#" * marks + "." * (24 - marks)
        click.echo(f"\r{seconds:6.1f} s  [{bar}] ", nl=False, err=True)

    def meters(self, seconds: float, meters: Meters) -> None:
        """Latency, breaks, and what a window takes."""
        if not self._meters:
            return
        self._metering = True
        report = meters.report()
        latency = report.get("control_to_sample_ms", {})
        line = (
            f"{seconds:8.1f} s   latency {latency.get('p50', 0):3.0f}/"
            f"{latency.get('p95', 0):3.0f} ms   underruns {report['underruns']}"
            f"   model {report['generation_ms'].get('p50', 0):5.1f} ms"
        )
        click.echo(f"\r{line} ", nl=False, err=True)

    def tell(self, report: dict[str, Any]) -> None:
        self.say(line_of(report))
        for line in [] if self._remarked else remarks([report]):
            self.say(line)
        self._remarked = True
