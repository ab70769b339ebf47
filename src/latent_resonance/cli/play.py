"""``resonance play``: live."""

import sys
from pathlib import Path

import click

from latent_resonance.cli.by_recipe import ByRecipe
from latent_resonance.cli.shared_options import (
    chain_options,
    output_options,
    parse_engine,
    parse_settings,
    show_result,
)
from latent_resonance.engine.assemble import Setup
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.perform import play_live
from latent_resonance.engine.recipe import PartChoice


@click.command(
    cls=ByRecipe,
    own={
        "notes": "latent_resonance.cli.play_notes:play_notes",
        "texture": "latent_resonance.cli.play_texture:play_texture",
    },
)
@click.argument("recipe")
@click.option("--input", "source", type=Path, help="Video or .csv to play from, not a camera.")
@click.option("--sense", help="Another sensor than the recipe's: face, recording, sliders.")
@click.option("--camera", default=None, help="Camera number or device path (face).")
@click.option("--calibrate", is_flag=True, help="Measure and save your neutral face first (face).")
@click.option("--stage", help="Where to: speaker, audio_file, silent.")
@click.option("--output", type=Path, help="File for --stage audio_file.")
@click.option("--speaker", "sound_device", help="Sound card: a number or part of its name.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="How long.")
@click.option("--loop", is_flag=True, help="Start --input over at its end.")
@click.option("--record-controls", "record", type=Path, help="Save the controls (.csv).")
@click.option(
    "--buffer-ms", default=16.0, show_default=True, help="Sound kept ready; less is quicker."
)
@chain_options
@output_options
def play(
    recipe: str,
    source: Path | None,
    sense: str | None,
    camera: str | None,
    calibrate: bool,
    stage: str | None,
    output: Path | None,
    sound_device: str | None,
    seconds: float | None,
    loop: bool,
    record: Path | None,
    buffer_ms: float,
    bundle: str | None,
    engine: str,
    device: str,
    seed: int,
    settings: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Play RECIPE (face, notes, texture, or a TOML file) live until Ctrl-C.

    \b
    resonance play face                            camera to speaker
    resonance play face --input clip.mp4           a video instead of the camera
    resonance play notes --help                    a MIDI keyboard, or the computer's
    resonance play texture --help                  sliders by keys, MIDI or OSC
    """  # noqa: D301 - click's mark for lines that stay
    sense_options: dict[str, object] = {}
    if camera is not None:
        sense_options["source"] = camera
    if calibrate:
        sense_options["calibrate"] = True
    stage_options: dict[str, object] = {}
    if sound_device is not None:
        stage_options["device"] = sound_device
    if output is not None:
        stage_options["path"] = str(output)
    report = play_live(
        recipe,
        source=source,
        setup=Setup(
            sense=PartChoice(part=sense) if sense else None,
            sense_options=sense_options,
            bundle=bundle,
            overrides=parse_settings(settings),
            seed=seed,
            engine=parse_engine(engine, device),
        ),
        stage=stage,
        stage_options=stage_options,
        seconds=seconds,
        loop=loop,
        record=record,
        buffer_seconds=buffer_ms / 1e3,
        on_second=None if as_json or quiet else _show_meters,
    )
    latency = report.get("control_to_sample_ms", {})
    line = (
        f"played {report['seconds']:.1f} s; underruns {report['underruns']}; control to sample "
        f"p50 {latency.get('p50', 0):.0f} ms, p95 {latency.get('p95', 0):.0f} ms"
    )
    show_result(report, [line], as_json, quiet)


def _show_meters(seconds: float, meters: Meters) -> None:
    if not sys.stderr.isatty():
        return
    report = meters.report()
    latency = report.get("control_to_sample_ms", {})
    line = (
        f"{seconds:8.1f} s   latency {latency.get('p50', 0):3.0f}/{latency.get('p95', 0):3.0f} ms"
        f"   underruns {report['underruns']}"
        f"   model {report['generation_ms'].get('p50', 0):5.1f} ms"
    )
    click.echo(f"\r{line} ", nl=False, err=True)
