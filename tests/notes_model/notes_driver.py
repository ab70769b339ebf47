"""Plays a keyboard and voices step by step, as a performance's clock does, on any model of notes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from additive_notes import Additive, bundle

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.values import Controls, Event, Latent, Spec
from latent_resonance.navigate import keyboard
from latent_resonance.render import note_voices

CELLO = {"instrument": "cello"}


def note(
    begin: float, length: float, key: int, velocity: int = 100, channel: int = 0
) -> list[Event]:
    return [
        Event(begin, "note_on", channel, key, velocity),
        Event(begin + length, "note_off", channel, key),
    ]


def control(at: float, number: int, value: int, channel: int = 0) -> Event:
    return Event(at, "control", channel, number, value)


def bend(at: float, part: float, channel: int = 0) -> Event:
    return Event(at, "bend", channel, -1, part)


def program(at: float, number: int, channel: int = 0) -> Event:
    return Event(at, "program", channel, -1, number)


class Inline:
    """Windows that are made when they are asked for, and kept."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.kept: dict[Any, Any] = {}
        self.ready: Callable[[Any, Want], Any] = lambda made, want: made

    def latest(self) -> None:
        return None

    def get(self, want: Want) -> Any:
        if want.key not in self.kept:
            self.kept[want.key] = self.ready(self.model.generate(Latent(want.w)), want)
        return self.kept[want.key]

    def nearest(self, distance: Callable[[Any], float]) -> tuple[Any, Any] | None:
        near = min(((distance(key), key) for key in self.kept), default=(np.inf, None))
        return None if near[0] == np.inf else (near[1], self.kept[near[1]])


@dataclass
class Played:
    """What a driver gave, and where it stands."""

    sound: np.ndarray
    report: dict[str, Any]
    voices: int
    keys: set[int]
    limiter: float


class Notes:
    """A keyboard and voices that fit together; options are shared out by name."""

    def __init__(
        self,
        opened: Bundle | None = None,
        model: Any = None,
        windows: Any = None,
        seed: int = 0,
        **options: Any,
    ) -> None:
        self.bundle = opened or bundle()
        assert isinstance(self.bundle.format, SpectrogramFormat)
        self.layout = self.bundle.format
        own = {k: v for k, v in options.items() if k in keyboard.Options.model_fields}
        rest = {k: v for k, v in options.items() if k not in own}
        self.navigator = keyboard.Part(keyboard.Options(**own))
        self.renderer = note_voices.Part(note_voices.Options(**{"channels": 1, **rest}))
        self.spec = Spec(
            sample_rate=self.layout.sample_rate,
            step_seconds=self.layout.hop_seconds,
            seed=seed,
            space=self.bundle.space,
            format=self.layout,
        )
        self.navigator.prepare(self.spec)
        self.renderer.prepare(self.spec)
        self.windows = windows or Inline(model or Additive())
        self.windows.ready = self.renderer.ready
        self.start()

    def start(self) -> None:
        self.state, self.voices = self.navigator.start(), self.renderer.start()
        self.step_number = 0
        self.wants: list[Want] = []

    def step(self, events: Sequence[Event] = (), **more: Any) -> np.ndarray:
        """One step; ``more`` are fields of ``Controls``."""
        dt = self.layout.hop_seconds
        controls = Controls(self.step_number * dt, events=tuple(events), **more)
        self.latent, self.state = self.navigator.step(self.state, controls, dt)
        block, wants, self.voices = self.renderer.render(self.voices, self.latent, self.windows)
        self.wants = list(wants)
        self.step_number += 1
        return np.asarray(block.samples)

    def play(
        self,
        events: Sequence[Event],
        seconds: float,
        values: Callable[[float], Mapping[str, float]] = lambda seconds: {},
    ) -> Played:
        """Fresh; ``[samples]`` of mono or ``[samples, 2]``, without the lead-in."""
        self.start()
        due = sorted(events, key=lambda event: event.time_seconds)
        total, lead = round(seconds * self.layout.sample_rate), self.renderer.lead_in_samples
        pieces = []
        for number in range(-(-(total + lead) // self.layout.hop)):
            now = number * self.layout.hop_seconds
            count = sum(event.time_seconds < now + self.layout.hop_seconds for event in due)
            pieces.append(self.step(due[:count], values=values(now)))
            due = due[count:]
        sound = np.concatenate(pieces)[lead : lead + total]
        return Played(
            sound[:, 0] if sound.shape[1] == 1 else sound,
            {**self.navigator.report(self.state), **self.renderer.report(self.voices)},
            self.renderer.sounding(self.voices),
            self.keys,
            self.voices.limiter.least,
        )

    @property
    def keys(self) -> set[int]:
        """Keys of the notes that have a voice."""
        numbers = set(self.voices.notes.numbers)
        return {one.key for one in self.latent.notes if one.number in numbers}
