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

import numpy.typing as npt

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.errors import AssemblyError, InputError, UnknownNameError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import ControlRange, FloatArray, Frame
from latent_resonance.engine.arguments import (
    file_path,
    file_paths,
    number,
    number_or_none,
    numbers,
    own_sensor,
    recipe_or_name,
    spelled,
    texts,
    whole,
    whole_or_none,
)
from latent_resonance.engine.assemble import assemble, check_in_range
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
from latent_resonance.engine.python_words import in_python_words
from latent_resonance.engine.recipe import PartChoice, Recipe, parse_map
from latent_resonance.engine.results import Clip, Picture, Sound, finished
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.single_note import NotePlayer, sides
from latent_resonance.models.engines.seeded_place import usable_place
from latent_resonance.render.pictures.look import CONTROLS, apply_look
from latent_resonance.stage.metadata.recipe_of import KEY, spell_recipe

# Of notes: each keeps the windows of its own options.
_PLAYERS = 4


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

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process readies its own model."""
        return Instrument, (self.recipe, self.bundle, self._engine.part)

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

    @in_python_words
    def generate(
        self,
        seed: int = 0,
        *,
        w: npt.ArrayLike | None = None,
        start: str | Path | None = None,
        seconds: float | None = None,
        rate: float | None = None,
        channels: int | None = None,
        query: str | Path | Sequence[str | Path] = (),
        **asked: Any,
    ) -> Sound | Picture:
        """A sound or a picture of one place; a note where the instrument plays notes.

        ``sound`` and ``picture`` do the same where types are checked.

        Args:
            seed: chooses the place, and everything random.
            w: the place itself, ``[latent_size]``.
            start: a file that this bundle made, to be changed: its place, length, phases and way
                are kept unless others are given.
            seconds: length; one window (2 s for a note) if not given; longer sounds go on without
                a seam. Sounds are brought to -20 LUFS; notes, and sounds that controls of the
                renderer shape, are as loud as they are played.
            rate: in Hz, such as 48000; the model's own if not given.
            channels: 1 or 2; 1 if not given, 2 for a note with a room around it.
            query: a sound that it shall be like, or several.
            asked: sliders (``brightness=2.0``), shares of named places (``cello=0.7``), axes
                (``**{"all/1": 2}``), controls of the renderer (``speed=0.5``); for notes
                ``pitch``, ``velocity``, ``instrument``, the options of its parts and its
                ``controls``.

        Threads may share an instrument: one sound is made at a time.

        Raises:
            UnknownNameError: nothing of the instrument has that name.
            InputError: a value is out of range or of a wrong type, or nothing that notes or
                pictures are made by.
        """
        seed, seconds = whole("seed", seed), number_or_none("seconds", seconds)
        channels, hz = whole_or_none("channels", channels), number_or_none("rate", rate)
        examples = file_paths("query", query)
        begin = None if start is None else file_path("start", start)
        check_length(seconds, 1)
        check_channels(channels)
        rate = None if hz is None else check_rate(hz)
        with self._one:
            if self.bundle.space.plays_notes:
                if w is not None or begin is not None or examples:
                    raise InputError("a note has no w, start or query: give pitch and instrument")
                asked |= {} if channels is None else {"channels": channels}
                return self._note(seed, seconds, rate, asked)
            return self._place(seed, w, begin, seconds, rate, channels, examples, asked)

    def sound(self, seed: int = 0, **asked: Any) -> Sound:
        """What ``generate`` makes of the same arguments, where that is a sound.

        Raises:
            AssemblyError: the instrument makes pictures.
            InputError: as of ``generate``.
        """
        if self._pictures:
            raise AssemblyError(f"'{self.name}' makes pictures: ask for its picture")
        made = self.generate(seed, **asked)
        assert isinstance(made, Sound)  # noqa: S101 - so its format says
        return made

    def picture(self, seed: int = 0, **asked: Any) -> Picture:
        """What ``generate`` makes of the same arguments, where that is a picture.

        Raises:
            AssemblyError: the instrument makes sounds.
            InputError: as of ``generate``.
        """
        if not self._pictures:
            raise AssemblyError(f"'{self.name}' makes sounds: ask for its sound")
        made = self.generate(seed, **asked)
        assert isinstance(made, Picture)  # noqa: S101 - so its format says
        return made

    @property
    def _pictures(self) -> bool:
        return isinstance(self.bundle.format, PictureFormat)

    def _place(
        self,
        seed: int,
        w: npt.ArrayLike | None,
        start: Path | None,
        seconds: float | None,
        rate: int | None,
        channels: int | None,
        query: Sequence[Path],
        asked: Mapping[str, Any],
    ) -> Sound | Picture:
        if self._pictures and (seconds, rate, channels) != (None, None, None):
            raise InputError("a picture has no seconds, rate or channels: leave them out")
        explorer = self._open()
        request, played = self._request(seed, query, asked)
        place = None if w is None else usable_place(self.bundle, w)
        known = None
        if start is not None:
            if w is not None or query:
                raise InputError("start, w and query say where to begin: give one of them")
            known = recipe_to_change(start, self.bundle)
            place, seed, seconds = known.w, known.seed, seconds or known.seconds
            rate, channels = rate or known.rate or None, channels or known.channels
        found = explorer.find(request, start=place)
        if self._pictures:
            return self._drawn(explorer.picture(found), played)
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

    def _drawn(self, frame: Frame, played: Mapping[str, float]) -> Picture:
        """A picture as any renderer of pictures shows it; what only its own does needs time."""
        others = played.keys() - {control.name for control in CONTROLS}
        if others:
            raise InputError(f"{', '.join(sorted(others))}: for performances, ask render for them")
        return Picture(apply_look(frame.pixels, played))

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
        self, seed: int, query: Sequence[Path], asked: Mapping[str, Any]
    ) -> tuple[PlaceRequest, dict[str, float]]:
        """What was asked of the place, and of the renderer."""
        space = self.bundle.space
        choice = self.recipe.chain[0].render
        renderer = find_part("render", choice.part).make(choice.options)
        played = {control.name: control for control in renderer.controls}
        settings, weights, axes, play = {}, [], [], {}
        known = [*space.directions, *space.places, *played]
        for name in asked:
            if name not in known and not _is_axis(name, space):
                raise UnknownNameError("control or place", name, known)
        for name, given in asked.items():
            value = number(name, given)
            if name in space.directions:
                settings[name] = value
            elif name in space.places:
                if not 0 <= value <= 1:
                    raise InputError(f"{name}={value:g}: the share of a place lies in 0..1")
                # A share of 0 is nothing, as at the end of a way from one place to another.
                weights += [Weighted(name, value)] if value else []
            elif name in played:
                check_in_range(played[name], value)
                play[name] = value
            else:
                group, _, axis = name.rpartition("/")
                axes.append(Axis(group, int(axis), value))
        request = PlaceRequest(
            seed=seed,
            prototypes=weights,
            query=query,
            axes=axes,
            settings=settings,
        )
        return request, play

    def _note(
        self, seed: int, seconds: float | None, rate: int | None, asked: Mapping[str, Any]
    ) -> Sound:
        options = dict(asked)
        pitch = number("pitch", options.pop("pitch", 60))
        velocity = whole("velocity", options.pop("velocity", 100))
        render_options, navigate, held = self._note_options(options)
        key = (seed, rate, repr(sorted(options.items())))  # an option may be a list
        setup = Setup(
            opened=self.bundle,
            seed=seed,
            engine=self._engine,
            rate=rate,
            held=held,
            navigate=navigate,
            render={
                "channels": sides({**self.recipe.chain[0].render.options, **render_options}),
                **render_options,
            },
        )
        player = self._notes.pop(key, None) or NotePlayer(self.recipe, setup)
        self._notes[key] = player
        while len(self._notes) > _PLAYERS:
            self._notes.pop(next(iter(self._notes))).close()
        length = seconds or 2.0
        made = player.play(pitch, velocity, length)
        samples = made.samples[:, 0] if made.samples.shape[1] == 1 else made.samples
        carries = partial(carried_recipe, self.recipe, setup, self.bundle, pitch, velocity, length)
        return Sound(samples, player.rate, None, made.steps.report(), carries)

    def _note_options(
        self, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, float]]:
        """What was asked of the renderer, of the navigator, and of what moves them."""
        chain = self.recipe.chain[0]
        render = find_part("render", chain.render.part).load().Options.model_fields
        navigate = find_part("navigate", chain.navigate.part).load().Options.model_fields
        others = given.keys() - render.keys() - navigate.keys()
        moved = {control.name for control in self.controls} if others else set()
        for name in sorted(others - moved):
            known = {"pitch", "velocity", *navigate, *render, *moved}
            raise UnknownNameError("control or option of a note", name, known)
        held = {name: number(name, given[name]) for name in sorted(others)}
        chosen = {name: value for name, value in given.items() if name not in held}
        return (
            {name: value for name, value in chosen.items() if name in render},
            {name: value for name, value in chosen.items() if name not in render},
            held,
        )


def _is_axis(name: str, space: LatentSpace) -> bool:
    """Whether it is a group of axes and a number in it, as ``all/1``."""
    group, slash, axis = name.rpartition("/")
    return bool(slash) and group in space.axes and axis.isdecimal()


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


@in_python_words
def load(name_or_path: str | Path, engine: str = "auto") -> Instrument:
    """An instrument: a recipe or a bundle, by name or from a path.

    A bundle alone is played by the parts that fit it. Of a recipe and a bundle of the same name,
    the recipe is taken.

    Raises:
        UnknownNameError: nothing has that name.
        BundleError: the bundle cannot be used.
        InputError: it is neither a name nor a path.
    """
    return Instrument(*find_instrument(spelled("name_or_path", name_or_path)), engine)


@in_python_words
def render(
    recipe: str | Path | Recipe,
    *,
    input: str | Path | None = None,  # noqa: A002 - the name of the flag
    output: str | Path,
    seconds: float | None = None,
    seed: int = 0,
    bundle: str | Path | None = None,
    sense: str | Sensor | None = None,
    rate: float | None = None,
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
    if on_progress is not None and not callable(on_progress):
        raise InputError("on_progress: a function of seconds done and in all is wanted")
    goal = file_path("output", output)
    made = render_file(
        recipe_or_name(recipe),
        goal,
        source=None if input is None else file_path("input", input),
        setup=_setup(seed, bundle, sense, rate, channels, map, set, opened),
        seconds=number_or_none("seconds", seconds),
        mastering=finished(loudness, fade_in, fade_out, bits, dither),
        on_progress=on_progress,
    )
    return Clip(goal, dict(made.report))


@in_python_words
def play(
    recipe: str | Path | Recipe,
    *,
    input: str | Path | None = None,  # noqa: A002 - the name of the flag
    stage: str | None = None,
    seconds: float | None = None,
    seed: int = 0,
    bundle: str | Path | None = None,
    sense: str | Sensor | None = None,
    rate: float | None = None,
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
        recipe_or_name(recipe),
        source=None if input is None else file_path("input", input),
        setup=_setup(seed, bundle, sense, rate, channels, map, set, opened),
        stages=[PartChoice(part=spelled("stage", stage))] if stage else (),
        seconds=number_or_none("seconds", seconds),
    )


def _setup(
    seed: int,
    bundle: str | Path | None,
    sense: str | Sensor | None,
    rate: float | None,
    channels: int | None,
    lines: Mapping[str, str] | None,
    held: Mapping[str, float] | None,
    opened: Bundle | None,
) -> Setup:
    """What was given beside the recipe; raises InputError for what is of a wrong type."""
    sides, hz = whole_or_none("channels", channels), number_or_none("rate", rate)
    check_channels(sides)
    return Setup(
        senses=(PartChoice(part=sense),) if isinstance(sense, str) else (),
        sensors=() if sense is None or isinstance(sense, str) else (own_sensor(sense),),
        bundle=None if bundle is None else spelled("bundle", bundle),
        opened=opened,
        lines=parse_map(tuple(f"{name}={said}" for name, said in texts("map", lines).items())),
        held=numbers("set", held),
        render={} if sides is None else {"channels": sides},
        seed=whole("seed", seed),
        rate=None if hz is None else check_rate(hz),
    )
