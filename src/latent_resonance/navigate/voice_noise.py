"""A voice leads through the noise that pictures begin with; words say what they show.

For models that draw by steps from noise and words (``contracts/diffusion.py``). The noise follows
the voice that is sensed, always along the sphere and never by a jump. Without a voice, what else is
sensed turns it around where it began.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.diffusion import DiffusionLayout
from latent_resonance.contracts.errors import AssemblyError, InputError
from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.parts import Navigator, PartOptions
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Latent, Spec
from latent_resonance.navigate.paths.sphere import melted, onto, towards, turned
from latent_resonance.navigate.prompts.judge import LONGEST_PROMPT
from latent_resonance.navigate.prompts.tokens import TokenTable, load_tokens, tokens_of
from latent_resonance.navigate.suggestion import noise as on
from latent_resonance.navigate.suggestion.match import Wanted, match
from latent_resonance.navigate.voices.enrolled import (
    KnownVoice,
    KnownVoices,
    nearest_voice,
    voices_folder,
)
from latent_resonance.navigate.voices.noise import VOICE_SHARE, Directions, VoiceNoise
from latent_resonance.navigate.voices.statistics import load_statistics
from latent_resonance.sound.smoothing import share
from latent_resonance.sound.voice.described import VOICE, WORDS, join_voice

_FOLLOWED: Mapping[str, tuple[str, ...]] = {
    "voice": VOICE,
    "words": (WORDS,),
    "mix": (*VOICE, WORDS),
}
_PROMPT = "prompt"
_MOST_PROMPTS = 64
# Of the way on the sphere, in radians a second: two strangers are 1.6 apart.
_FASTEST = 1.4
_REACH, _TURN = 0.9, 1.1  # of the orbit, and of the two turns, in radians
_TURNS_A_SECOND = 0.08
_WORDS_SECONDS, _SLIDER_SECONDS = 0.6, 0.25
_HALF_TURN = 180.0


STRONGEST = 5.0
"""The most guidance that moving pictures take."""


class Options(PartOptions):
    """What is to be seen, and how the voice makes it."""

    prompt: str = Field("", max_length=LONGEST_PROMPT, description="what to see; may be empty")
    mode: Literal["voice", "words", "mix"] = Field(
        "mix", description="who speaks, what is said, or both"
    )
    mix: float = Field(VOICE_SHARE, ge=0, le=1, description="the voice's share of mix")
    snap: bool = Field(True, description="a voice that is near a kept one is taken for it")
    guidance: float = Field(
        0.0, ge=0, le=STRONGEST, description="how strongly the words pull; 0: as the model has it"
    )
    glide_seconds: float = Field(
        0.3, ge=0, le=30, description="in which most of the way to another sound is gone"
    )


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Where it is.

    Attributes:
        noise: ``[n]``, on the sphere.
        ahead: what it goes after, which goes after the voice itself.
        goal: the voice's own noise.
        seen: the vectors that the goal was made of.
        known: the kept voice that it was taken for.
        prompt: the one that is read.
        asked: its words, ``[tokens, size]``.
        words: on their way there.
        turns: of the orbit.
        sliders: smoothed, in the order of ``MOVES``.
    """

    noise: FloatArray
    ahead: FloatArray
    goal: FloatArray
    prompt: str
    asked: FloatArray
    words: FloatArray
    seen: tuple[FloatArray, ...] = ()
    known: KnownVoice | None = None
    turns: float = 0.0
    sliders: tuple[float, ...] = tuple(one.rest for one in on.MOVES)


class Part(Navigator):
    """Navigator: the noise of the voice that is sensed, and words that can change as it plays."""

    listens: Sequence[ControlRange] = (on.GUIDANCE, *on.MOVES)
    free_choices = (_PROMPT,)
    paints_recordings = True

    def __init__(self, options: Options) -> None:
        self.options = options
        self.follows = _FOLLOWED[options.mode]
        self._layout = DiffusionLayout((1, 1, 1), 1, 1, 1, 1.0)
        self._table: TokenTable | None = None
        self._voices: VoiceNoise | None = None
        self._known: Sequence[KnownVoice] = ()
        self._prompts: tuple[str, ...] = ()
        self._start: tuple[FloatArray, FloatArray] = (np.zeros(1, np.float32),) * 2
        self._ways = np.zeros((4, 1), np.float32)

    @property
    def choices(self) -> Mapping[str, Sequence[str]]:
        """Prompts that the model's places were found by, else words that it knows."""
        return {_PROMPT: self._prompts} if self._prompts else {}

    def prepare(self, spec: Spec) -> None:
        """Read the prompt by the model's words.

        Raises:
            AssemblyError: the model does not draw from noise and words.
            InputError: no word of the prompt is known, or a kept voice's file is damaged.
        """
        space = spec.space
        layout = space.diffusion
        if layout is None:
            raise AssemblyError(
                "the navigator 'voice_noise' needs a model that draws from noise and words; "
                "this one does not"
            )
        self._layout = layout
        self._table = table = load_tokens(space.words)
        self._voices = VoiceNoise(load_statistics())
        if self.options.snap and VOICE[0] in self.follows:
            self._known = KnownVoices(voices_folder()).usable(self._voices)
        found = dict.fromkeys(one.prompt for one in space.places.values() if one.prompt)
        self._prompts = tuple(found or list(table.rows)[: table.known])[:_MOST_PROMPTS]
        random = np.random.Generator(np.random.PCG64([spec.seed, 7]))
        self._ways = random.standard_normal((4, layout.noise_size)).astype(np.float32)
        own = np.asarray(space.mean if spec.start is None else spec.start, np.float32)
        noise, words, strength = layout.split(own)
        noise = onto(noise.reshape(-1))
        if not noise.any():
            noise = onto(random.standard_normal(layout.noise_size).astype(np.float32))
        if self.options.prompt or spec.start is None:
            words, _ = tokens_of(table, self.options.prompt)
        self._start = noise, words
        if spec.start is None or strength <= 0:
            strength = layout.guidance
        strength = self.options.guidance or strength
        low, high = on.GUIDANCE.low, on.GUIDANCE.high
        rest = min(max(strength, low), high)
        self.listens = [replace(on.GUIDANCE, rest=rest), *on.MOVES]

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        """Loudness pulls, pitch turns colours, tempo drives, breath melts; then what is left."""
        return match(
            sensed,
            [
                Wanted(
                    one,
                    on.MEANING[one.name],
                    MapLine(()) if one in (on.ACROSS, on.ALONG, on.ORBIT) else None,
                )
                for one in self.listens
            ],
        )

    def start(self) -> _State:
        noise, words = self._start
        return _State(noise, noise, noise, self.options.prompt, words, words)

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        """Go on towards the voice. Pure."""

        def value(one: ControlRange) -> float:
            given = controls.values.get(one.name, one.rest)
            return min(max(given, one.low), one.high)

        glide = self.options.glide_seconds
        part = share(dt_seconds, min(glide, _SLIDER_SECONDS))
        sliders = tuple(
            before + part * (value(one) - before)
            for one, before in zip(on.MOVES, state.sliders, strict=True)
        )
        speed, hue, mist, orbit, across, along = sliders
        state = self._followed(self._read(state, controls.choices.get(_PROMPT)), controls)
        goal, asked, guidance = state.goal, state.asked, value(self.listens[0])
        if controls.place is not None:
            noise, asked, held = self._layout.split(np.asarray(controls.place, np.float32))
            goal = onto(noise.reshape(-1))
            if self.listens[0].name not in controls.values:
                guidance = held
        driven, most = dt_seconds * speed, _FASTEST * dt_seconds * speed
        ahead = towards(state.ahead, goal, share(driven, glide / 2), most)
        noise = towards(state.noise, ahead, share(driven, glide / 2), most)
        words = state.words + np.float32(share(dt_seconds, _WORDS_SECONDS)) * (asked - state.words)
        turns = (state.turns + _TURNS_A_SECOND * driven) % 1.0
        after = replace(state, noise=noise, ahead=ahead, words=words, turns=turns, sliders=sliders)
        circle, wide = 2 * math.pi * turns, _REACH * orbit / 2
        round_about = (wide * (math.cos(circle) - 1), wide * math.sin(circle))
        angles = np.array([_TURN * across, _TURN * along, *round_about], np.float32)
        played = melted(turned(noise, self._ways, angles), self._layout.latent, mist)
        return Latent(self._layout.join(played, self._coloured(words, hue), guidance)), after

    def report(self, state: _State) -> Mapping[str, Any]:
        """The kept voice that is heard, the prompt, and what of it says nothing."""
        told: dict[str, Any] = {} if state.known is None else {"voice": state.known.name}
        if self._table is None or not state.prompt:
            return told
        _, reading = tokens_of(self._table, state.prompt)
        told |= {"prompt": state.prompt, "understood": list(reading.parts)}
        if reading.unknown:
            tries = [f"'{w}'" + (f" (try '{t}')" if t else "") for w, t in reading.unknown.items()]
            told["warning"] = f"the prompt's {', '.join(tries)} says nothing to the model"
        if reading.cut:
            cut = f"the model reads no further than to '{reading.cut[0]}'"
            told["warning"] = "; ".join(filter(None, (told.get("warning"), cut)))
        return told

    def _read(self, state: _State, prompt: str | None) -> _State:
        """With another prompt; one without any known word changes nothing."""
        if prompt is None or prompt == state.prompt or self._table is None:
            return state
        try:
            asked, _ = tokens_of(self._table, prompt)
        except InputError:
            return state
        return replace(state, prompt=prompt, asked=asked)

    def _followed(self, state: _State, controls: Controls) -> _State:
        """With the goal of what is sensed now, where that is a voice."""
        vectors = controls.vectors
        seen = tuple(vectors[name] for name in self.follows if name in vectors)
        known = len(seen) == len(state.seen) and all(map(_same, seen, state.seen))
        if known or len(seen) < len(self.follows) or self._voices is None:
            return state
        statistics, options = self._voices.statistics, self.options
        # The mode asks for one of them alone: the other then counts for nothing.
        voice = None
        if VOICE[0] in self.follows:
            voice = statistics.voice.direction(join_voice(vectors))
        words = statistics.words.direction(vectors[WORDS]) if WORDS in self.follows else None
        taken = None
        if voice is not None:
            taken = nearest_voice(self._known, voice, statistics.threshold, state.known)
            voice = voice if taken is None else taken.direction
        nothing = np.zeros(1, np.float32)
        at = Directions(nothing if voice is None else voice, nothing if words is None else words)
        noise = self._voices.noise(at, options.mode, options.mix, self._layout.latent)
        return replace(state, goal=onto(noise.reshape(-1)), seen=seen, known=taken)

    def _coloured(self, words: FloatArray, degrees: float) -> FloatArray:
        """Words with the colours that they name turned on OKLab's circle."""
        at = None if self._table is None else self._table.hue
        if at is None or not degrees:
            return words
        angle = math.pi * degrees / _HALF_TURN
        turn = np.array(
            [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]], np.float32
        )
        made = words.copy()
        made[:, at] = words[:, at] @ turn
        return made


def _same(one: FloatArray, other: FloatArray) -> bool:
    return one is other
