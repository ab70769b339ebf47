"""Single notes of an instrument, to sounds, files and sample packs."""

import math
import re
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.errors import AssemblyError, InputError
from latent_resonance.contracts.files import check_apart, check_writable
from latent_resonance.contracts.space import HIGHEST_PITCH, LOWEST_PITCH
from latent_resonance.contracts.values import Event, FloatArray, Tone
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import Counted, count
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.note_recipe import (
    carried_recipe,
    mastering_of,
    note_recipe_in,
    of_length,
)
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.report import measure_sound, write_sound
from latent_resonance.engine.sample_pack import PackPlan, Sampled, export_pack
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import KeptWindows
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.sense import sliders
from latent_resonance.sound.drums import KIT
from latent_resonance.stage.spectrogram_picture import check_picture

_RELEASE_SECONDS = 0.35
_BEND_SEMITONES = 2.0
_MOST_SECONDS = 600.0


class NotePlayer(Closing):
    """Plays one note after the other on an instrument; closing it lets go of the model.

    Args:
        recipe: whose navigator plays notes.
        setup: bundle, options of its parts, seed, engine.

    Raises:
        AssemblyError: the recipe plays no notes.
    """

    def __init__(self, recipe: Recipe, setup: Setup) -> None:
        hands = PartChoice(part="sliders")
        self.performance = assemble(recipe, replace(setup, senses=(hands,)))
        (sensor,) = self.performance.senses.sensors
        if not self.performance.chain.navigator.plays_notes:
            bundle = self.performance.chain.bundle.name
            self.performance.close()
            raise AssemblyError(f"the recipe '{recipe.name}' with '{bundle}' plays no notes")
        assert isinstance(sensor, sliders.Part)  # noqa: S101 - it was just chosen
        self._hands = sensor
        self.kept = KeptWindows()
        options = _keyboard_options(recipe, setup)
        chain = self.performance.chain
        self.instruments = Instruments(
            chain.spec.space, options.get("latent") or (), chain.spec.kit
        )
        self.tone = _chosen(self.instruments, chain.place, options.get("instrument"))

    @property
    def rate(self) -> int:
        """Of the sound, in Hz."""
        return self.performance.chain.spec.sample_rate

    def play(
        self,
        pitch: float,
        velocity: int,
        seconds: float,
        *,
        tail: bool = False,
        key_is_heard: bool = True,
    ) -> Counted:
        """The sound of one note.

        Pitches between two keys come from the model's own nearest semitone, transposed.

        Args:
            pitch: MIDI number, 21 to 108.
            velocity: 1 to 127.
            seconds: length. With ``tail`` the key is held for it and the note then rings out;
                otherwise it goes up early enough for its release to lie within.
            tail: see ``seconds``.
            key_is_heard: a key that goes up may be heard; without it a command ends the note.

        Raises:
            InputError: the note cannot be played; the drum kit has no such drum.
        """
        check_note(pitch, velocity, seconds)
        if self.tone.name == KIT:
            _check_drum(pitch, self.instruments.kit)
        key = min(max(round(pitch), round(LOWEST_PITCH)), round(HIGHEST_PITCH))
        wheel = round(8192 + 8191.5 * (pitch - key) / _BEND_SEMITONES) - 8192
        up = seconds if tail else max(seconds / 2, seconds - _RELEASE_SECONDS)
        lift = Event(up, "note_off", 0, key, 0) if key_is_heard else Event(up, "all_off", -1)
        self.performance.senses.reset()
        self._hands.press(
            Event(0.0, "bend", 0, -1, wheel / (8191 if wheel > 0 else 8192)),
            Event(0.0, "note_on", 0, key, velocity),
            lift,
        )
        return count(self.performance, seconds, kept=self.kept, ring_out=tail)[0]

    def close(self) -> None:
        """Let go of the model."""
        self.performance.close()


def check_note(pitch: float, velocity: int, seconds: float) -> None:
    """Refuse what cannot be played.

    Raises:
        InputError: says which value, and its range.
    """
    if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH:
        raise InputError(
            f"pitch {pitch:g} is out of range: this instrument plays MIDI numbers "
            f"{LOWEST_PITCH:g} to {HIGHEST_PITCH:g} (60 is middle C)"
        )
    if not 1 <= velocity <= 127:
        raise InputError(f"velocity {velocity} is out of range: 1 to 127")
    if not math.isfinite(seconds) or not 0 < seconds <= _MOST_SECONDS:
        raise InputError(f"--seconds {seconds:g}: more than 0, up to {_MOST_SECONDS:g}")


def sides(render: Mapping[str, Any]) -> int:
    """Channels of a note by the options of its renderer: without a room around it has no sides."""
    return 2 if render.get("reverb") or render.get("width") else 1


def render_note(
    recipe: Recipe,
    setup: Setup,
    output: Path,
    pitch: float,
    velocity: int = 100,
    seconds: float = 2.0,
    picture: Path | None = None,
    meta: Mapping[str, str] | None = None,
    mastering: Mastering | None = None,
) -> dict[str, Any]:
    """One note as a sound file of exactly ``seconds``; gives the report.

    Raises:
        ResonanceError: something given cannot be used or written; nothing is left half-written.
    """
    finish = mastering or Mastering()
    finish.check_output(output)
    for path in (output, picture):
        check_writable(path)
    check_apart((output, picture))
    check_picture(picture)
    check_note(pitch, velocity, seconds)
    chain = recipe.chain[0]
    render = {**chain.render.options, **setup.render}
    render.setdefault("channels", sides(render))
    navigate = {**chain.navigate.options, **setup.navigate}
    if navigate.get("morph"):
        navigate.setdefault("morph_seconds", seconds)
    chosen = replace(setup, render=render, navigate=navigate)
    with NotePlayer(recipe, chosen) as player:
        began = time.perf_counter()
        made = player.play(pitch, velocity, seconds)
        took = time.perf_counter() - began
        rate = player.rate
        report = made.steps.report()
        title = f"{recipe.name} · {', '.join(report.get('instruments', ()))} {pitch:g}"
        sound = finish(made.samples, rate, output)
        bundle = player.performance.chain.bundle
        carried = carried_recipe(recipe, chosen, bundle, pitch, velocity, seconds, finish)
        told = {**carried, **(meta or {})}
        write_sound(output, sound, rate, told, picture, title, finish.stage_options())
        measured = measure_sound(sound, rate, output)
        return {
            "recipe": recipe.name,
            "output": str(output),
            **({"spectrogram": str(picture)} if picture else {}),
            "pitch": pitch,
            "velocity": velocity,
            "bundle": bundle.name,
            "seed": setup.seed,
            **measured,
            **report,
            **finish.remark(sound, measured["loudness_lufs"]),
            **made.steps.meters.report(),
            "times_real_time": round(len(made.samples) / rate / max(took, 1e-9), 2),
        }


def render_note_again(
    source: Path,
    output: Path,
    *,
    bundle: str | None = None,
    engine: PartChoice | None = None,
    seconds: float | None = None,
    held: Mapping[str, float] | None = None,
    picture: Path | None = None,
    mastering: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The note of a file that ``render_note`` wrote once more; gives the report.

    Args:
        source: the file.
        output: of the new one.
        bundle: its model, where its name finds another one.
        engine: what plays it.
        seconds: another length.
        held: more controls to hold.
        picture: spectrogram.
        mastering: what of it is other than it was.

    Raises:
        ResonanceError: the file carries no recipe of a note, or its bundle is not this one.
    """
    recipe = of_length(note_recipe_in(source), seconds)
    opened = open_bundle(bundle or recipe.chain.bundle)
    report = render_note(
        recipe.instrument,
        replace(recipe.setup(opened, engine), held=dict(held or {})),
        output,
        recipe.pitch,
        recipe.velocity,
        recipe.seconds,
        picture,
        mastering=mastering_of(recipe).again(output, mastering or {}),
    )
    return {**report, "from": str(source)}


def render_pack(
    recipe: Recipe,
    setup: Setup,
    folder: Path,
    plan: PackPlan,
    on_progress: Callable[[float, float], None] | None = None,
    name: str | None = None,
) -> dict[str, Any]:
    """A folder of samples with an SFZ file, a Decent Sampler preset, a SoundFont; gives the report.

    Args:
        recipe: whose navigator plays notes.
        setup: what was chosen beside it.
        folder: a new one.
        plan: what to sample.
        on_progress: called with samples done and in all.
        name: of the sound where that is of a place; an instrument has its own. The recipe's when
            None.

    Raises:
        ResonanceError: something given cannot be used or written; nothing is left half-written.
    """
    render = {**recipe.chain[0].render.options, **setup.render}
    render.setdefault("channels", 2 if render.get("width") else 1)
    chosen = replace(setup, render=render)
    with ExitStack() as opened:
        players = [
            opened.enter_context(NotePlayer(recipe, replace(chosen, seed=chosen.seed + take)))
            for take in range(plan.takes)
        ]
        chain, options = players[0].performance.chain, _keyboard_options(recipe, chosen)
        latent = tuple(options.get("latent") or ())
        known, tone = players[0].instruments, players[0].tone
        drums, made_by = tone.name == KIT, _made_by(recipe, chain.bundle, tone)
        if chain.place is not None:
            tone = replace(tone, name=_in_file_names(name or recipe.name))
        sampled = Sampled(
            made_by,
            chain.model,
            tone,
            players[0].rate,
            [partial(_samples, player, key_is_heard=False) for player in players],
            latent if chain.place is None else (),
            options.get("morph") if chain.place is None else None,
            known.kit if drums else {},
            partial(_samples, players[0], key_is_heard=True) if tone.release else None,
        )
        return {"recipe": recipe.name, **export_pack(sampled, folder, plan, on_progress)}


def _keyboard_options(recipe: Recipe, setup: Setup) -> Mapping[str, Any]:
    """The recipe's own, and what was chosen beside them."""
    return recipe.chain[0].navigate.with_options(**setup.navigate).options


def _chosen(known: Instruments, place: FloatArray | None, name: str | None) -> Tone:
    """What notes sound like: at a place whatever is chosen."""
    if place is not None:
        return known.at(place)
    return known.find(name) if name else known.default()


def _in_file_names(name: str) -> str:
    """As instruments are named: letters, digits and _."""
    return re.sub(r"\W+", "_", name.casefold()).strip("_") or "notes"


def _check_drum(pitch: float, kit: Mapping[int, Tone]) -> None:
    """Refuse what the kit has no drum for: a number between two, too.

    Raises:
        InputError: says which drums there are.
    """
    if pitch in kit:
        return
    lowest, highest = min(kit), max(kit)
    missing = [str(key) for key in range(lowest, highest + 1) if key not in kit]
    but = f" but for {', '.join(missing)}" if missing else ""
    raise InputError(
        f"--pitch {pitch:g}: the drum kit has whole numbers from {lowest} to {highest}{but}"
    )


def _made_by(recipe: Recipe, bundle: Bundle, tone: Tone) -> Bundle:
    """The bundle that a tone's sound is made with."""
    kit = recipe.chain[0].kit
    return open_bundle(kit) if tone.name == KIT and kit is not None else bundle


def _samples(
    player: NotePlayer, pitch: float, velocity: int, seconds: float, *, key_is_heard: bool
) -> FloatArray:
    return player.play(pitch, velocity, seconds, key_is_heard=key_is_heard).samples
