"""``resonance render notes``: MIDI, single notes and sample packs to files."""

from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.notes_options import make_setup, notes_options
from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.contracts.errors import InputError


@click.command()
@click.option("--input", "source", type=Path, help="MIDI file, type 0 or 1.")
@click.option("--output", type=Path, required=True, help=".wav, .flac; a folder with --range.")
@click.option("--pitch", type=float, help="One note: its MIDI number, 60 is middle C.")
@click.option("--velocity", default=100, show_default=True, help="Of --pitch, 1 to 127.")
@click.option("--range", "keys", metavar="LOW..HIGH", help="A sample pack of these keys.")
@click.option("--velocities", default=1, show_default=True, help="Layers of the pack, 1 to 8.")
@click.option("--step", default=3, show_default=True, help="Semitones between its samples.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="How long.")
@click.option("--spectrogram", "picture", type=Path, help="Picture of the sound (.png).")
@notes_options
@output_options
def render_notes(as_json: bool, quiet: bool, **chosen: Any) -> None:
    """Render notes to a file.

    \b
    resonance render notes --input song.mid --output song.wav
    resonance render notes --pitch 60 --instrument cello --output note.wav
    resonance render notes --range 36..84 --velocities 3 --instrument harp --output harp
    """  # noqa: D301 - click's mark for lines that stay
    from latent_resonance.engine.notes.open import Notes
    from latent_resonance.engine.notes.render import render_note, render_song
    from latent_resonance.engine.notes.sample_pack import export_pack

    source, output, pitch, keys = (chosen.pop(k) for k in ("source", "output", "pitch", "keys"))
    if sum(one is not None for one in (source, pitch, keys)) != 1:
        raise InputError("give one of --input song.mid, --pitch 60 or --range 36..84")
    plan = _plan(keys, chosen) if keys is not None else None
    velocity, seconds, picture = (chosen.pop(k) for k in ("velocity", "seconds", "picture"))
    with (
        Notes(make_setup(chosen)) as notes,
        progress_bar("render notes", as_json or quiet) as on_progress,
    ):
        if plan is not None:
            report = export_pack(notes, output, plan, on_progress)
        elif source is not None:
            report = render_song(notes, source, output, seconds, picture, on_progress)
        else:
            report = render_note(notes, output, pitch, velocity, seconds or 2.0, picture)
    skipped = report.get("drum_notes_skipped")
    if skipped and not quiet:
        click.echo(
            f"resonance: note: {skipped} notes on the drum channel were skipped: "
            "this instrument plays pitches",
            err=True,
        )
    show_result(report, [_line(report)], as_json, quiet)


def _plan(keys: str, chosen: dict[str, Any]) -> Any:
    from latent_resonance.engine.notes.sample_pack import PackPlan

    low, dots, high = keys.partition("..")
    if not dots or not low.strip().isdecimal() or not high.strip().isdecimal():
        raise InputError(f"--range {keys}: write two MIDI numbers, like 36..84")
    return PackPlan(int(low), int(high), chosen["velocities"], chosen["step"])


def _line(report: dict[str, Any]) -> str:
    if "sfz" in report:
        return f"{report['sfz']}: {report['samples']} samples, {report['looped']} with a loop"
    return (
        f"{report['output']}: {report['duration_seconds']:.2f} s, {report['notes']} notes, "
        f"{report['loudness_lufs']} LUFS, true peak {report['true_peak_db']} dBTP"
    )
