"""Plays a texture live: sliders by terminal keys, MIDI knobs or OSC move a sound that goes on."""

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from latent_resonance.contracts.errors import DeviceError, InputError, UnknownNameError
from latent_resonance.contracts.parts import Navigator, Renderer, Sensor, Stage
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Controls, FloatArray, Spec
from latent_resonance.engine.instrument import Instrument, StepOutput
from latent_resonance.engine.live import LiveRunner
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.notes.keyboard import terminal_characters
from latent_resonance.engine.perform import stop_on_signal
from latent_resonance.engine.texture.keys import HELP, KeySliders, watch_keys
from latent_resonance.engine.texture.open import Refine, Texture
from latent_resonance.engine.texture.touched import Touched
from latent_resonance.engine.texture.wish import Wish
from latent_resonance.navigate.latent_space.directions import HIGH, LOW

Hands = Literal["auto", "keys", "midi", "osc", "none"]

# General purpose controllers of MIDI, and the modulation wheel for the first.
_KNOBS = ("cc1", "cc16", "cc17", "cc18", "cc19", "cc20", "cc21", "cc22")


@dataclass(frozen=True, slots=True)
class Show:
    """How a texture is played live.

    Attributes:
        hands: what moves the sliders; ``"auto"`` takes the terminal's keys where there is one.
        port: part of a MIDI input's name, or OSC's UDP port.
        knobs: slider to MIDI control, such as ``{"rate": "cc74"}``.
        stage: a part's name.
        stage_options: of the stage.
        seconds: how long; until Ctrl-C when None.
        buffer_seconds: sound kept ready.
    """

    hands: Hands = "auto"
    port: str | None = None
    knobs: Mapping[str, str] = field(default_factory=dict)
    stage: str = "speaker"
    stage_options: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    buffer_seconds: float = 0.016


def play_texture(
    texture: Texture,
    wish: Wish,
    show: Show,
    refine: Refine | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Play until it ends or Ctrl-C, as ``resonance play texture`` does; gives the report.

    The wish's place is the start; its sliders are where the hands find them.

    Raises:
        ResonanceError: something it names is not there, or a device refuses.
    """
    start = texture.find(_without_sliders(wish), refine)
    texture.space.sliders.check(wish.settings)
    with ExitStack() as opened:
        instrument = _instrument(texture, start, wish.seed, opened)
        hands = _choose(show.hands)
        sensor = _sensor(texture, wish, show, hands)
        opened.callback(sensor.close)
        sensor.prepare(instrument.spec)
        stage: Stage = find_part("stage", show.stage).make(dict(show.stage_options))
        opened.callback(stage.close)
        stage.prepare(instrument.spec)
        meters = Meters()
        ends = _Ends()
        runner = LiveRunner(instrument, sensor, stage, meters, show.buffer_seconds, ends.add)
        if hands == "keys":
            opened.callback(_keys(texture, wish, sensor, runner, say).join, 1.0)
        try:
            with stop_on_signal(runner):
                runner.run(show.seconds)
        except BaseException:
            stage.abort()
            raise
        finally:
            runner.stop()
        return {
            "recipe": "texture",
            "bundle": texture.bundle.name,
            "hands": hands,
            "seconds": round(runner.seconds, 3),
            "stage": show.stage,
            "stage_latency_ms": round(stage.latency_seconds * 1e3, 2),
            "sliders": ends.of(texture.space.sliders.names),
            **sensor.statistics(),
            **meters.report(),
        }


class _Ends:
    """Where the controls stood last."""

    def __init__(self) -> None:
        self._values: Mapping[str, float] = {}

    def add(self, now: float, controls: Controls, output: StepOutput) -> None:
        self._values = controls.values

    def of(self, names: Sequence[str]) -> dict[str, float]:
        return {name: self._values[name] for name in names if name in self._values}


def _without_sliders(wish: Wish) -> Wish:
    return replace(wish, settings={})


def live_landmarks(texture: Texture, start: FloatArray) -> dict[str, FloatArray]:
    """What the semantic navigator needs: the bundle's places and sliders, and the start."""
    kept = ("direction/", "prototype/", "attribute/")
    own = {
        name: np.asarray(value, np.float32)
        for name, value in texture.space.tensors.items()
        if name.startswith(kept)
    }
    return {**texture.bundle.landmarks, **own, "start": np.asarray(start, np.float32)}


def _instrument(texture: Texture, start: FloatArray, seed: int, opened: ExitStack) -> Instrument:
    layout = texture.layout
    spec = Spec(
        sample_rate=layout.sample_rate,
        step_seconds=layout.hop_seconds,
        seed=seed,
        latent_size=texture.bundle.latent_size,
        landmarks=live_landmarks(texture, start),
        format=layout,
    )
    navigator: Navigator = find_part("navigate", "semantic").make(
        {"order": list(texture.space.order)}
    )
    renderer: Renderer = find_part("render", "living_spectrogram").make(
        {"wrap_columns": texture.wrap_columns}
    )
    for part in (navigator, renderer):
        opened.callback(part.close)
        part.prepare(spec)
    return Instrument(navigator, texture.model, renderer, spec)


def _choose(hands: Hands) -> Hands:
    if hands != "auto":
        if hands == "keys" and not _has_terminal():
            raise DeviceError("there is no terminal to read keys from: try --midi or --osc")
        return hands
    return "keys" if _has_terminal() else "none"


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _sensor(texture: Texture, wish: Wish, show: Show, hands: Hands) -> Sensor:
    names = texture.space.sliders.names
    if hands == "midi":
        return _midi(names, wish, show)
    if hands == "osc":
        port = show.port or "9000"
        if not port.isdecimal():
            raise InputError(f"--osc {port}: give the UDP port as a number")
        made: Sensor = find_part("sense", "osc").make(
            {"port": int(port), "values": dict(wish.settings)}
        )
        return made
    fixed: Sensor = find_part("sense", "sliders").make({"values": dict(wish.settings)})
    return fixed


def _midi(names: Sequence[str], wish: Wish, show: Show) -> Sensor:
    for name in show.knobs:
        if name not in names:
            raise UnknownNameError("control", name, names)
    default = dict(zip(names, _KNOBS, strict=False))
    knobs = {
        name: {"of": of, "low": LOW, "high": HIGH} for name, of in {**default, **show.knobs}.items()
    }
    made: Sensor = find_part("sense", "midi").make({"source": show.port, "map": knobs})
    # A knob that was not turned yet would stand at its low end.
    return Touched(made, wish.settings)


def _keys(
    texture: Texture, wish: Wish, sensor: Any, runner: LiveRunner, say: Callable[[str], None]
) -> threading.Thread:
    sliders = KeySliders(texture.space.sliders.names, LOW, HIGH, dict(wish.settings))
    say(HELP)

    def moved(values: dict[str, float]) -> None:
        sensor.move(runner.seconds, **values)
        say(sliders.line())

    def read_all() -> None:
        with terminal_characters() as read:
            watch_keys(sliders, moved, runner.stop, read, lambda: runner.stopped)

    thread = threading.Thread(target=read_all, name="keys", daemon=True)
    thread.start()
    return thread
