"""``resonance render``: an input, a place or a note to a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from latent_resonance.cli.batch_options import batch_options, take_batch
from latent_resonance.cli.note_options import (
    note_options,
    take_notes,
    take_timbre,
    timbre_options,
)
from latent_resonance.cli.part_options import part_options, take_part_options
from latent_resonance.cli.place_options import AskedPlace, changing_options, place_options
from latent_resonance.cli.preset_option import preset_option, take_preset
from latent_resonance.cli.recipe_command import RecipeCommand
from latent_resonance.cli.shared_options import (
    Within,
    chain_options,
    input_option,
    make_setup,
    mastering_options,
    output_options,
    parse_engine,
    parse_settings,
    progress_bar,
    show_remarks,
    show_result,
    take_mastering,
)
from latent_resonance.cli.still_options import painting_options, take_still
from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.files import check_apart
from latent_resonance.engine.fitting import find_recipe, on_bundle
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.note_recipe import is_note
from latent_resonance.engine.outputs import WRITTEN, writer_of
from latent_resonance.engine.recipe import Recipe
from latent_resonance.engine.setup import Setup


def _more(recipe: Recipe) -> dict[str, list[click.Option]]:
    groups = part_options(recipe)
    if recipe.plays_notes:
        notes = [*note_options(), *timbre_options()]
        return {"One note, or a sample pack": notes, **groups}
    if recipe.paints_recordings:
        return {"A picture of a recording": painting_options(), **groups}
    if recipe.by_hand:
        return {"The place": place_options(), **groups}
    return groups


def _changing(command: Any) -> Any:
    command.params[-2:-2] = changing_options()
    return command


@_changing
@click.command("render")
@click.option("--from", "source", type=Path, required=True, help="A file that render made.")
@click.option(
    "--output", type=Path, required=True, help="Sound: .wav .flac .ogg .opus .mp3; picture: .png"
)
@click.option("--bundle", "--model", help="Its model, where its name finds another one.")
@click.option("--engine", default="auto", show_default=True, help="What runs the model.")
@click.option("--device", default="cpu", show_default=True, help="Where it runs.")
@click.option("--seconds", type=Within(min=0, min_open=True), help="Another length.")
@click.option("--rate", type=int, metavar="HZ", help="Of a changed sound, such as 48000.")
@click.option("--spectrogram", "picture", type=Path, help="Picture of a changed sound (.png).")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="CONTROL=VALUE",
    help="Turn a slider from where the sound is; may be repeated.",
)
@mastering_options
@output_options
def render_again(
    source: Path,
    output: Path,
    bundle: str | None,
    engine: str,
    device: str,
    seconds: float | None,
    rate: int | None,
    picture: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Make the sound or the picture of a file once more, from the recipe that it carries.

    With --set and the flags of places, a sound is changed: it begins where it is.
    """
    from latent_resonance.engine.voice_pictures.again import is_voice_picture

    check_apart((output, picture), (source,))
    mastering = take_mastering(chosen)
    held = Setup(held=parse_settings(settings))
    asked = AskedPlace({**chosen, "taken_from": source}, held, mastering)
    changed = asked.is_given or any(one is not None for one in (seconds, rate, picture))
    if is_voice_picture(source):
        from latent_resonance.engine.voice_pictures.files import paint_file_again

        if engine != "auto":
            raise InputError("--engine is for sounds: the recipe of a picture says what painted it")
        if changed or mastering:
            raise InputError("--set and the flags of places change sounds: a picture is made again")
        report = paint_file_again(source, output, bundle=bundle, device=device)
        show_result(report, [report["output"]], as_json, quiet)
        return
    if is_note(source):
        from latent_resonance.engine.single_note import render_note_again

        asked.refuse_places("the note of a file is made again")
        if rate is not None:
            raise InputError("--rate is for sounds of places: a note has the rate it was made at")
        report = render_note_again(
            source,
            output,
            bundle=bundle,
            engine=parse_engine(engine, device),
            seconds=seconds,
            held=held.held,
            picture=picture,
            mastering=mastering,
        )
        show_remarks(report, quiet)
        show_result(report, result_lines(report), as_json, quiet)
        return
    from latent_resonance.engine.exploration.explorer import Explorer
    from latent_resonance.engine.exploration.render import render_again as again
    from latent_resonance.engine.exploration.sound_recipe import recipe_in

    name = bundle or recipe_in(source).bundle
    try:
        opened = Explorer(name, parse_engine(engine, device))
    except UnknownNameError as error:
        if bundle is not None:
            raise
        raise InputError(
            f"{source} was made with the bundle '{name}', which is not among those that are known "
            "here: give it with --bundle PATH"
        ) from error
    with opened as explorer:
        if changed:
            report = asked.change(explorer, output, seconds, picture, rate)
        else:
            report = again(source, output, explorer, **mastering)
    show_result(report, result_lines(report), as_json, quiet)


@click.command(cls=RecipeCommand, more=_more, without={"--from": render_again})
@click.argument("recipe")
@input_option("What is sensed: video, MIDI, music, .csv of controls.")
@click.option(
    "--output",
    type=Path,
    required=True,
    help=f"{' '.join(WRITTEN)}, a pattern such as p%03d.png, or a folder.",
)
@click.option("--controls", type=Path, help="Replay a saved performance (.csv).")
@click.option("--record-controls", "record", type=Path, help="Save what is sensed (.csv).")
@click.option("--spectrogram", "picture", type=Path, help="Picture of the sound (.png).")
@click.option("--seconds", type=Within(min=0, max=86_400, min_open=True), help="How long.")
@batch_options
@chain_options
@mastering_options
@preset_option
@output_options
def render(
    recipe: str,
    source: Path | None,
    output: Path,
    controls: Path | None,
    record: Path | None,
    picture: Path | None,
    seconds: float | None,
    as_json: bool,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Render RECIPE (a name below, a TOML file, or a bundle) to a file.

    \b
    resonance render face --input clip.mp4 --output face.wav --spectrogram face.png
    resonance render texture --prototype rain --set brightness=3 --output rain.wav
    resonance render texture --input clip.mp4 --sense face --output faced.wav
    resonance render voice --input me.wav --prompt "red circles on blue" --output me.png
    resonance render notes --input song.mid --output song.wav
    resonance render notes --pitch 60 --instrument cello --output note.wav
    resonance render notes --range 36..84 --velocities 3 --instrument harp --output harp
    resonance render vision --input song.flac --preset "night drive" --output song.mp4
    resonance render vision --batch songs --output videos
    resonance render face --input clip.mp4 --loudness -16 --fade-out 3 --output face.opus
    resonance render RECIPE --help                 the flags of its parts
    resonance render --from out.wav --output again.wav
    resonance render --from out.wav --set brightness=2 --output brighter.wav
    """  # noqa: D301 - click's mark for lines that stay
    known = on_bundle(find_recipe(recipe), chosen["bundle"])
    batch = take_batch(chosen, known, source, single=bool(controls or picture or record))
    source = batch.folder if batch else source
    asked_still = take_still(known, chosen)
    given = take_mastering(chosen)
    mastering = Mastering(**given)
    preset = chosen["preset"]
    by_hand = known.by_hand
    known = take_preset(known, chosen, source or controls, by_itself=True)
    parts = take_part_options(known, chosen)
    known = take_timbre(known, chosen, parts["navigate"])
    device = chosen["device"]
    setup = make_setup(chosen, navigate=parts["navigate"], render=parts["render"])
    if source and controls:
        raise InputError("give --input or --controls, not both: a replay needs no input")
    if asked_still is not None and asked_still.wanted(output, batch):
        mastering.check_output(output)
        if controls or picture or record or seconds:
            raise InputError("a still is of a whole --input: give a video (.mp4) as --output")
        with progress_bar(f"render {recipe}", as_json or quiet) as told:
            painted = asked_still.paint(known, setup, source, batch, output, device, told)
        asked_still.show(painted, batch is None, as_json, quiet)
        return
    if asked_still is not None:
        known, setup = asked_still.of_moving(known, setup)
    playing = {
        "--batch" if batch else "--input": source,
        "--controls": controls,
        "--sense": setup.senses,
    }
    source = source or controls
    with progress_bar(f"render {recipe}", as_json or quiet) as told:
        if known.plays_notes:
            asked = take_notes(chosen, playing, setup.senses or known.sense, preset)
            if asked is not None:
                _refuse_unsensed(record, setup, "give --input, and neither --pitch nor --range")
                report: Mapping[str, Any] = asked(
                    known, setup, told, output, picture, seconds, mastering
                )
                show_remarks(report, quiet)
                show_result(report, result_lines(report), as_json, quiet)
                return
        elif by_hand:
            place = AskedPlace(chosen, setup, given)
            if place.is_alone(known, preset, source):
                _refuse_unsensed(record, setup, "give --input or --sense")
                report = place(known, setup, told, output, picture, seconds)
                show_remarks(report, quiet)
                show_result(report, result_lines(report), as_json, quiet)
                return
        if batch:
            batch.render(known, output, setup, seconds, mastering, told, as_json, quiet)
            return
        from latent_resonance.engine.perform import render_file

        made = render_file(
            known,
            output,
            source=source,
            setup=setup,
            seconds=seconds,
            picture=picture,
            record=record,
            mastering=mastering,
            on_progress=told,
        )
    report = dict(made.report)
    show_remarks(report, quiet)
    others = [str(path) for path in (picture, record) if path]
    show_result(report, [*result_lines(report), *others], as_json, quiet)


def _refuse_unsensed(record: Path | None, setup: Setup, instead: str) -> None:
    """Where nothing is sensed there is nothing to save, and nothing that could move a control."""
    for flag, value in (("--record-controls", record), ("--map", setup.lines)):
        if value:
            raise InputError(f"{flag} is of what is sensed: {instead}")


def result_lines(report: Mapping[str, Any]) -> list[str]:
    """What was made, for a reader."""
    if "sfz" in report:
        return [f"{report['sfz']}: {report['samples']} samples, {report['looped']} with a loop"]
    lines = []
    for one in report.get("variations", [report]):
        output, writer = Path(one["output"]), writer_of(Path(one["output"]))
        told = [f"{one['output']}: {one.get('duration_seconds', 0):.2f} s"]
        if one.get("notes"):
            told.append(_counted(one["notes"], "note"))
        if one.get("mended"):
            told.append(f"mended: {one['mended']}")
        if one.get("pictures") and writer != "audio_file":
            size = f"{one['width']} x {one['height']}"
            last = writer == "picture_file" and output.suffix and "%" not in output.name
            all_of_them = f"{_counted(one['pictures'], 'picture')} of {size}"
            told.append(f"the last picture, {size}" if last else all_of_them)
        # A sound below 0.4 s has no loudness, and silence no level at all.
        heard = writer != "picture_file"
        if heard and one.get("loudness_lufs") is not None:
            told.append(f"{one['loudness_lufs']} LUFS")
        if heard and one.get("true_peak_db") is not None:
            told.append(f"true peak {one['true_peak_db']} dBTP")
        lines.append(", ".join(told))
    return lines


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
