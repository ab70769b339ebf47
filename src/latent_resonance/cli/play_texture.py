"""``resonance play texture``: live."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.cli.texture_options import (
    make_refine,
    make_request,
    take_engine,
    texture_options,
)
from latent_resonance.contracts.errors import InputError


@click.command()
@click.option("--midi", "midi", metavar="NAME", help="MIDI input: part of its name, or a number.")
@click.option("--osc", "osc", metavar="PORT", help="Listen for OSC on this UDP port.")
@click.option(
    "--knob",
    "knobs",
    multiple=True,
    metavar="CONTROL=ccN",
    help="With --midi: which controller turns a slider; may be repeated.",
)
@click.option(
    "--stage", default="speaker", show_default=True, help="Where to: speaker, audio_file, silent."
)
@click.option("--output", type=Path, help="File for --stage audio_file.")
@click.option("--speaker", "sound_device", help="Sound card: a number or part of its name.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="How long.")
@click.option(
    "--buffer-ms", default=16.0, show_default=True, help="Sound kept ready; less is quicker."
)
@texture_options
@output_options
def play_texture(as_json: bool, quiet: bool, **chosen: Any) -> None:
    """Play a texture live until Ctrl-C; keys of this terminal, MIDI or OSC turn its sliders.

    \b
    resonance play texture --prototype rain            1-9 choose a slider, + and - turn it
    resonance play texture --midi nano --knob rate=cc74
    resonance play texture --osc 9000                  /brightness 2.5
    """  # noqa: D301 - click's mark for lines that stay
    from latent_resonance.engine.texture.open import Texture
    from latent_resonance.engine.texture.play import Show
    from latent_resonance.engine.texture.play import play_texture as play

    wish, engine, show = make_request(chosen), take_engine(chosen), Show(**_take_show(chosen))
    with Texture(chosen["bundle"], engine) as texture:
        report = play(
            texture,
            wish,
            show,
            make_refine(texture.bundle, chosen["refine"]),
            (lambda text: None) if as_json or quiet else (lambda text: click.echo(text, err=True)),
        )
    latency = report.get("control_to_sample_ms", {})
    line = (
        f"played {report['seconds']:.1f} s; underruns {report['underruns']}; control to sample "
        f"p50 {latency.get('p50', 0):.0f} ms, p95 {latency.get('p95', 0):.0f} ms"
    )
    show_result(report, [line], as_json, quiet)


def _take_show(chosen: dict[str, Any]) -> dict[str, Any]:
    midi, osc = chosen.pop("midi"), chosen.pop("osc")
    if midi is not None and osc is not None:
        raise InputError("give --midi or --osc, not both")
    device, output = chosen.pop("sound_device"), chosen.pop("output")
    stage_options: dict[str, object] = {}
    if device is not None:
        stage_options["device"] = device
    if output is not None:
        stage_options["path"] = str(output)
    return {
        "hands": "midi" if midi is not None else "osc" if osc is not None else "auto",
        "port": midi if midi is not None else osc,
        "knobs": dict(_knob(text) for text in chosen.pop("knobs")),
        "stage": chosen.pop("stage"),
        "stage_options": stage_options,
        "seconds": chosen.pop("seconds"),
        "buffer_seconds": chosen.pop("buffer_ms") / 1e3,
    }


def _knob(text: str) -> tuple[str, str]:
    name, equals, of = text.partition("=")
    if not name or not equals or not of:
        raise InputError(f"--knob {text}: write it as CONTROL=ccN, such as rate=cc74")
    return name, of
