"""``resonance voice enrol``, ``list`` and ``delete``: voices that are kept by name."""

from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, show_result

_STALE = ", placed by other statistics: enrol it again"


@click.command("enrol")
@click.argument("name")
@click.option(
    "--input",
    "sources",
    type=Path,
    multiple=True,
    required=True,
    help="A recording of the voice; several are better: may be repeated.",
)
@click.option("--replace", is_flag=True, help="In place of the voice of that name.")
@output_options
def enrol_command(
    name: str, sources: tuple[Path, ...], replace: bool, as_json: bool, quiet: bool
) -> None:
    """Keep a voice as NAME: later recordings of it get the same noise.

    The file holds numbers of which no recording can be made; it stays on this machine.
    """
    from latent_resonance.cli.voice_noise import read_sound
    from latent_resonance.navigate.voices.enrolled import (
        KnownVoices,
        unlike_the_rest,
        voices_folder,
    )
    from latent_resonance.navigate.voices.noise import VoiceNoise
    from latent_resonance.navigate.voices.statistics import load_statistics
    from latent_resonance.sound.voice.clip import RATE

    maker = VoiceNoise(load_statistics())
    clips = [maker.directions(read_sound(source, RATE), source.name) for source in sources]
    voices = KnownVoices(voices_folder())
    voice = voices.enrol(name, clips, maker, replace=replace)
    told: dict[str, object] = {
        "name": voice.name,
        "clips": voice.clips,
        "folder": str(voices.folder),
    }
    recordings = f"{voice.clips} recording{'s' if voice.clips > 1 else ''}"
    lines = [f"{voice.name}: kept, of {recordings}, in {voices.folder}"]
    if strange := [sources[at].name for at in unlike_the_rest(clips)]:
        told["note"] = f"{', '.join(strange)}: another voice than the rest, it seems"
        lines.append(f"note: {told['note']}; --replace {name} by recordings of one person")
    show_result(told, lines, as_json, quiet)


@click.command("list")
@output_options
def list_command(as_json: bool, quiet: bool) -> None:
    """The voices that are kept."""
    from latent_resonance.navigate.voices.enrolled import KnownVoices, voices_folder
    from latent_resonance.navigate.voices.statistics import load_statistics

    known, current = KnownVoices(voices_folder()), load_statistics().name
    voices = [known.open(name) for name in known.names()]
    told = [
        {"name": voice.name, "clips": voice.clips, "usable": voice.statistics == current}
        for voice in voices
    ]
    lines = []
    for one in told:
        clips = f"{one['clips']} clip{'' if one['clips'] == 1 else 's'}"
        lines.append(f"{one['name']:24} {clips}{'' if one['usable'] else _STALE}")
    show_result({"voices": told}, lines or ["no voice is kept"], as_json, quiet)


@click.command("delete")
@click.argument("name")
@output_options
def delete_command(name: str, as_json: bool, quiet: bool) -> None:
    """Forget the voice NAME."""
    from latent_resonance.navigate.voices.enrolled import KnownVoices, voices_folder

    KnownVoices(voices_folder()).delete(name)
    show_result({"deleted": name}, [f"{name}: deleted"], as_json, quiet)
