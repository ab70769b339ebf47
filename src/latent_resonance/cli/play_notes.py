"""``resonance play notes``: live."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.notes_options import make_setup, notes_options
from latent_resonance.cli.shared_options import output_options, show_result


@click.command()
@click.option("--midi", "port", metavar="NAME", help="MIDI input: part of its name, or a number.")
@click.option("--keyboard", is_flag=True, help="Play on the keys of this terminal.")
@click.option("--input", "file", type=Path, help="Play a MIDI file in real time.")
@click.option(
    "--stage", default="speaker", show_default=True, help="Where to: speaker, audio_file, silent."
)
@click.option("--output", type=Path, help="File for --stage audio_file.")
@click.option("--speaker", "sound_device", help="Sound card: a number or part of its name.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="How long.")
@click.option(
    "--morph-seconds", default=30.0, show_default=True, help="Length of the way to --morph."
)
@click.option(
    "--buffer-ms", default=16.0, show_default=True, help="Sound kept ready; less is quicker."
)
@notes_options
@output_options
def play_notes(as_json: bool, quiet: bool, **chosen: Any) -> None:
    """Play notes live, from a MIDI device or this terminal's keys, until Ctrl-C.

    \b
    resonance play notes --instrument cello        a MIDI keyboard, else the terminal
    resonance play notes --keyboard                zsxdcvgbhnjm and q2w3er5t6y7u are piano keys
    """  # noqa: D301 - click's mark for lines that stay
    from latent_resonance.engine.notes.play import play_notes as play

    stage_options: dict[str, object] = {}
    device, output = chosen.pop("sound_device"), chosen.pop("output")
    if device is not None:
        stage_options["device"] = device
    if output is not None:
        stage_options["path"] = str(output)
    keyboard, port = chosen.pop("keyboard"), chosen.pop("port")
    report = play(
        make_setup(chosen),
        source="keyboard" if keyboard else "auto",
        port=port,
        file=chosen["file"],
        stage=chosen["stage"],
        stage_options=stage_options,
        seconds=chosen["seconds"],
        morph_seconds=chosen["morph_seconds"],
        buffer_seconds=chosen["buffer_ms"] / 1e3,
        say=None if as_json or quiet else lambda text: click.echo(text, err=True),
    )
    latency = report["note_to_sound_ms"]
    line = (
        f"played {report['seconds']:.1f} s, {report['notes']} notes; underruns "
        f"{report['underruns']}; note to sound p50 {latency.get('p50', 0):.0f} ms, "
        f"p95 {latency.get('p95', 0):.0f} ms, and {report['stage_latency_ms']:.0f} ms of the stage"
    )
    show_result(report, [line], as_json, quiet)
