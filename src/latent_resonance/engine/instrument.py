"""Python's way in: load an instrument, generate, render, play.

import latent_resonance as lr

lr.load("texture").generate(seed=7, brightness=2.0).save("bright.wav")
lr.load("notes").generate(pitch=60, instrument="cello", velocity=90)
lr.render("face", input="clip.mp4", output="face.wav")
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ControlRange, FloatArray
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.render import sound_of
from latent_resonance.engine.exploration.request import Axis, PlaceRequest, Weighted, check_length
from latent_resonance.engine.exploration.sound_recipe import (
    USUAL_LUFS,
    SoundRecipe,
    recipe_to_change,
)
from latent_resonance.engine.fitting import find_instrument
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.note_recipe import carried_recipe
from latent_resonance.engine.output_rate import check_channels, check_rate
from latent_resonance.engine.perform import Progress, play_live, render_file
from latent_resonance.engine.recipe import PartChoice, Recipe, parse_map
from latent_resonance.engine.results import Clip, Picture, Sound
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.single_note import NotePlayer
from latent_resonance.models.engines.seeded_place import usable_place
from latent_resonance.stage.metadata.recipe_of import KEY, spell_recipe


class Instrument(Closing):
    """A recipe with its bundle, ready to make sounds and pictures; closing it lets go of the model.

    Args:
        recipe: of the instrument.
        bundle: opened; the recipe's own if not given.
        engine: the models part that plays it: auto, openvino, onnxruntime, torch.
    """

    def __init__(self, recipe: Recipe, bundle: Bundle | None = None, engine: str = "auto") -> None:
        self.recipe = recipe
        self.bundle = bundle or open_bundle(recipe.bundle)
        self._engine = PartChoice(part=engine)
        self._explorer: Explorer | None = None
        self._notes: dict[tuple[Any, ...], NotePlayer] = {}
        # One sound at a time: players and explorers keep what they make.
        self._one = threading.RLock()

    @property
    def name(self) -> str:
        """The recipe's name, as the command line takes it."""
        return self.recipe.name

    @property
    def places(self) -> dict[str, FloatArray]:
        """The bundle's named places: name to w ``[latent_size]``."""
        return {name: place.w for name, place in self.bundle.space.places.items()}

    @property
    def controls(self) -> list[ControlRange]:
        """What can move it, with ranges and units."""
        hands = Setup(senses=(PartChoice(part="sliders"),), opened=self.bundle, engine=self._engine)
        with assemble(self.recipe, hands) as performance:
            return performance.chain.listened

    def generate(
        self,
        seed: int = 0,
        *,
        w: FloatArray | None = None,
        start: str | Path | None = None,
        seconds: float | None = None,
        rate: int | None = None,
        channels: int | None = None,
        query: Sequence[str | Path] = (),
        **asked: Any,
    ) -> Sound | Picture:
        """A sound or a picture of one place; a note where the instrument plays notes.

        Args:
            seed: chooses the place, and everything random.
            w: the place itself, ``[latent_size]``.
            start: a file that this bundle made, to be changed: its place, length, phases and way
                are kept unless others are given.
            seconds: length; one window (2 s for a note) if not given; longer sounds go on without
                a seam. All but notes are brought to -20 LUFS.
            rate: in Hz, such as 48000; the model's own if not given.
            channels: 1 or 2; 1 if not given, 2 for a note with a room around it.
            query: sounds that it shall be like.
            asked: sliders (``brightness=2.0``), shares of named places (``cello=0.7``), axes
                (``**{"all/1": 2}``), controls of the renderer (``speed=0.5``); for notes
                ``pitch``, ``velocity``, ``instrument`` and the options of its parts.

        Threads may share an instrument: one sound is made at a time.

        Raises:
            UnknownNameError: nothing of the instrument has that name.
            InputError: a value is out of range, or nothing that notes are made by.
        """
        check_length(seconds, 1)
        check_channels(channels)
        rate = None if rate is None else check_rate(rate)
        with self._one:
            if self.bundle.space.plays_notes:
                if w is not None or start is not None or query:
                    raise InputError("a note has no w, start or query: give pitch and instrument")
                asked |= {} if channels is None else {"channels": channels}
                return self._note(seed, seconds, rate, asked)
            return self._place(seed, w, start, seconds, rate, channels, query, asked)

    def _place(
        self,
        seed: int,
        w: FloatArray | None,
        start: str | Path | None,
        seconds: float | None,
        rate: int | None,
        channels: int | None,
        query: Sequence[str | Path],
        asked: Mapping[str, Any],
    ) -> Sound | Picture:
        explorer = self._open()
        request, played = self._request(seed, query, asked)
        place = None if w is None else usable_place(self.bundle, w)
        known = None
        if start is not None:
            if w is not None or query:
                raise InputError("start, w and query say where to begin: give one of them")
            known = recipe_to_change(Path(start), self.bundle)
            place, seed, seconds = known.w, known.seed, seconds or known.seconds
            rate, channels = rate or known.rate or None, channels or known.channels
        found = explorer.find(request, start=place)
        if isinstance(self.bundle.format, PictureFormat):
            return Picture(explorer.picture(found).pixels)
        window = explorer.window(found)
        sides, hz = channels or 1, rate or window.format.sample_rate
        total = explorer.window_seconds if seconds is None else seconds
        if not played:
            still = SoundRecipe(
                self.bundle.name,
                self.bundle.seal,
                found,
                known.goals if known else (),
                round(total, 6),
                seed,
                known.loudness if known else USUAL_LUFS,
                0 if hz == window.format.sample_rate else hz,
                sides,
                known.fade_in if known else 0.0,
                known.fade_out if known else 0.0,
                events=known.events if known else True,
                named=request.named or (known.named if known else {}),
                made_by=request.settings_table(),
            )
            return Sound(sound_of(explorer, still), hz, window, carries=partial(_told, still))
        setup = Setup(
            senses=(PartChoice(part="sliders"),),
            opened=self.bundle,
            start=found,
            held=played,
            seed=seed,
            engine=self._engine,
            rate=rate,
            render={"channels": sides},
        )
        with assemble(self._at_start(), setup) as performance:
            samples = count(performance, total)[0].samples
        return Sound(samples if sides > 1 else samples[:, 0], hz, window)

    def render(self, *, output: str | Path, **options: Any) -> Clip:
        """Perform to a file; options as in ``latent_resonance.render``."""
        return render(self.recipe, output=output, **self._own_bundle(options))

    def play(self, **options: Any) -> dict[str, Any]:
        """Play live until it ends or Ctrl-C; options as in ``latent_resonance.play``."""
        return play(self.recipe, **self._own_bundle(options))

    def _own_bundle(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {"opened": self.bundle if options.get("bundle") is None else None, **options}

    def close(self) -> None:
        """Let go of the model."""
        with self._one:
            if self._explorer is not None:
                self._explorer.close()
            for player in self._notes.values():
                player.close()
            self._explorer, self._notes = None, {}

    def _open(self) -> Explorer:
        if self._explorer is None:
            self._explorer = Explorer(self.bundle, self._engine)
        return self._explorer

    def _at_start(self) -> Recipe:
        """The recipe with a navigator that stays where it begins."""
        chain = self.recipe.chain[0].model_copy(
            update={"navigate": PartChoice(part="blend"), "map": None, "absent": "hold"}
        )
        return self.recipe.model_copy(update={"chain": [chain]})

    def _request(
        self, seed: int, query: Sequence[str | Path], asked: Mapping[str, Any]
    ) -> tuple[PlaceRequest, dict[str, float]]:
        """What was asked of the place, and of the renderer."""
        space = self.bundle.space
        choice = self.recipe.chain[0].render
        renderer = find_part("render", choice.part).make(choice.options)
        played = {control.name for control in renderer.controls}
        settings, weights, axes, play = {}, [], [], {}
        for name, value in asked.items():
            group, slash, number = name.rpartition("/")
            if name in space.directions:
                settings[name] = float(value)
            elif name in space.places:
                # A share of 0 is nothing, as at the end of a way from one place to another.
                weights += [Weighted(name, float(value))] if value else []
            elif slash and group in space.axes and number.isdecimal():
                axes.append(Axis(group, int(number), float(value)))
            elif name in played:
                play[name] = float(value)
            else:
                known = [*space.directions, *space.places, *played]
                raise UnknownNameError("control or place", name, known)
        request = PlaceRequest(
            seed=seed,
            prototypes=weights,
            query=[Path(path) for path in query],
            axes=axes,
            settings=settings,
        )
        return request, play

    def _note(
        self, seed: int, seconds: float | None, rate: int | None, asked: Mapping[str, Any]
    ) -> Sound:
        options = dict(asked)
        pitch, velocity = options.pop("pitch", 60), options.pop("velocity", 100)
        # The options of the navigator are those that are not the renderer's.
        own = find_part("render", self.recipe.chain[0].render.part).load().Options.model_fields
        render_options = {n: v for n, v in options.items() if n in own}
        navigate = {n: v for n, v in options.items() if n not in own}
        key = (seed, rate, *sorted(options.items()))
        setup = Setup(
            opened=self.bundle,
            seed=seed,
            engine=self._engine,
            rate=rate,
            navigate=navigate,
            render={"channels": 2 if options.get("reverb") else 1, **render_options},
        )
        if key not in self._notes:
            self._notes[key] = NotePlayer(self.recipe, setup)
        player, length = self._notes[key], seconds or 2.0
        made = player.play(pitch, velocity, length)
        samples = made.samples[:, 0] if made.samples.shape[1] == 1 else made.samples
        carries = partial(carried_recipe, self.recipe, setup, self.bundle, pitch, velocity, length)
        return Sound(samples, player.rate, None, made.steps.report(), carries)


def _told(still: SoundRecipe, finish: Mastering) -> Mapping[str, str]:
    """What the file of a sound of one place carries, by how it is finished."""
    loudness = still.loudness if finish.loudness is None else finish.loudness
    made = replace(
        still,
        loudness=loudness,
        fade_in=max(still.fade_in, finish.fade_in),
        fade_out=max(still.fade_out, finish.fade_out),
        bits=finish.bits,
        dither=finish.dither,
    )
    return {KEY: spell_recipe(made.table())}


def load(name_or_path: str, engine: str = "auto") -> Instrument:
    """An instrument: a recipe or a bundle, by name or from a path.

    A bundle alone is played by the parts that fit it. Of a recipe and a bundle of the same name,
    the recipe is taken.

    Raises:
        UnknownNameError: nothing has that name.
        BundleError: the bundle cannot be used.
    """
    return Instrument(*find_instrument(name_or_path), engine)


def render(
    recipe: str | Recipe,
    *,
    input: str | Path | None = None,  # noqa: A002 - the name of the flag
    output: str | Path,
    seconds: float | None = None,
    seed: int = 0,
    bundle: str | None = None,
    sense: str | Sensor | None = None,
    rate: int | None = None,
    channels: int | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002 - the name of the flag
    set: Mapping[str, float] | None = None,  # noqa: A002 - the name of the flag
    loudness: float | None = None,
    fade_in: float = 0.0,
    fade_out: float = 0.0,
    bits: int | None = None,
    dither: bool = False,
    opened: Bundle | None = None,
    on_progress: Progress | None = None,
) -> Clip:
    """Perform an instrument on an input, to a file, as ``resonance render`` does.

    Args:
        recipe: a name, a TOML file, a bundle, or a recipe.
        input: video, MIDI, music, or a saved performance (.csv); none where ``sense`` needs none.
        output: .wav .flac .ogg .opus .mp3, .mp4 .mov .webm .mkv, .png .jpg .webp, or a folder of
                pictures.
        seconds: how long; the input's length if not given.
        seed: of everything random.
        bundle: another model than the recipe's.
        sense: another sensor than the recipe's, by name or one of your own.
        rate: of the sound in Hz, such as 48000 or 44100; the model's own if not given.
        channels: of the sound, 1 or 2; the recipe's if not given.
        map: listened control to source, such as ``{"brightness": "mouth:-5..5"}``.
        set: controls held at a value.
        loudness: of a sound file in LUFS, -60 to -6; as it was played if not given.
        fade_in: of a sound file, in seconds.
        fade_out: likewise.
        bits: of .wav and .flac, 16 or 24; 24 if not given.
        dither: of 16 bits.
        opened: a bundle that is open already.
        on_progress: called with seconds done and in all.

    Raises:
        ResonanceError: something given cannot be used or written; nothing is left half-written.
    """
    setup = _setup(seed, bundle, sense, rate, channels, map, set, opened)
    made = render_file(
        recipe,
        Path(output),
        source=None if input is None else Path(input),
        setup=setup,
        seconds=seconds,
        mastering=Mastering(loudness, fade_in, fade_out, bits, dither),
        on_progress=on_progress,
    )
    return Clip(Path(output), dict(made.report))


def play(
    recipe: str | Recipe,
    *,
    input: str | Path | None = None,  # noqa: A002 - the name of the flag
    stage: str | None = None,
    seconds: float | None = None,
    seed: int = 0,
    bundle: str | None = None,
    sense: str | Sensor | None = None,
    rate: int | None = None,
    channels: int | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002 - the name of the flag
    set: Mapping[str, float] | None = None,  # noqa: A002 - the name of the flag
    opened: Bundle | None = None,
) -> dict[str, Any]:
    """Play an instrument live until it ends or Ctrl-C, as ``resonance play`` does.

    Arguments as in ``render``; ``stage`` takes the place of the recipe's stages.

    Returns:
        The report of the meters.
    """
    return play_live(
        recipe,
        source=None if input is None else Path(input),
        setup=_setup(seed, bundle, sense, rate, channels, map, set, opened),
        stages=[PartChoice(part=stage)] if stage else (),
        seconds=seconds,
    )


def _setup(
    seed: int,
    bundle: str | None,
    sense: str | Sensor | None,
    rate: int | None,
    channels: int | None,
    lines: Mapping[str, str] | None,
    held: Mapping[str, float] | None,
    opened: Bundle | None,
) -> Setup:
    return Setup(
        senses=(PartChoice(part=sense),) if isinstance(sense, str) else (),
        sensors=(sense,) if sense is not None and not isinstance(sense, str) else (),
        bundle=bundle,
        opened=opened,
        lines=parse_map(tuple(f"{name}={source}" for name, source in (lines or {}).items())),
        held=held or {},
        render={} if channels is None else {"channels": channels},
        seed=seed,
        rate=None if rate is None else check_rate(rate),
    )
