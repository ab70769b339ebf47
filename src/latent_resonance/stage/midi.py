"""Sends the controls on as MIDI controllers, for synthesisers, recorders and light desks."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import Field, field_validator

from latent_resonance.contracts.errors import AssemblyError, UnknownNameError
from latent_resonance.contracts.parts import ControlStage, PartOptions
from latent_resonance.contracts.values import ControlRange, Controls, Spec
from latent_resonance.sound.midi_ports import open_midi_port

_CONTROL_CHANGE = 0xB0
# Numbers that MIDI 1.0 leaves undefined, from 20 on, then those below; the low 7 bits of a
# controller n < 32 are controller n + 32.
_COARSE = (*range(20, 32), *range(14, 20), 3, 9)
_FREE = (*_COARSE, *range(85, 91), *range(102, 120))
_LOW_BITS = 32


class Options(PartOptions):
    """Which output, and which controller is which control."""

    port: str | None = Field(
        default=None, description="number or part of the name of a MIDI output; none: the first"
    )
    channel: int = Field(default=1, ge=1, le=16, description="MIDI channel")
    controllers: dict[str, int] = Field(
        default={}, description="control to controller; none: all, from 20 upwards"
    )
    high_resolution: bool = Field(
        default=False, description="14 bits: controller n and n + 32, n below 32"
    )
    presence: int | None = Field(
        default=None,
        ge=0,
        le=119,
        description="controller that is 127 with a performer present",
    )
    rate: float = Field(default=100.0, gt=0, le=1000, description="most changes a second")

    @field_validator("controllers")
    @classmethod
    def _fit(cls, controllers: dict[str, int]) -> dict[str, int]:
        wrong = [number for number in controllers.values() if not 0 <= number < 120]
        if wrong:
            raise ValueError(f"controllers are 0 to 119, not {wrong[0]}")
        return controllers


class Part(ControlStage):
    """Stage: each control over its range as 0 to 127, or 0 to 16383; only what has changed.

    Attributes:
        controllers: control to controller, known after ``prepare``.
        left_out: sensed controls that no number was left for.
        messages: sent so far.
        errors: messages that the port refused.
    """

    accepts = (Controls,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._midi: Any = None
        self._ranges: dict[str, ControlRange] = {}
        self.controllers: dict[str, int] = {}
        self.left_out: list[str] = []
        self.reset()

    def prepare(self, spec: Spec) -> None:
        """Open the port and number the controls.

        Raises:
            MissingPartError: RtMidi is not installed.
            DeviceError: there is no MIDI output, or it will not open.
            UnknownNameError: no output, or no sensed control, has that name.
            AssemblyError: two controls on one number, or one that has no low bits.
        """
        self.close()
        self._ranges = {control.name: control for control in spec.senses}
        self.controllers = self._numbered()
        self.left_out = [name for name in self._ranges if name not in self.controllers]
        self._midi = open_midi_port(self.options.port, outputs=True)

    def reset(self) -> None:
        """Send everything again."""
        self._sent: dict[int, int] = {}
        self._sent_at = -math.inf
        self.messages = self.errors = 0

    def send(self, controls: Controls) -> None:
        """Send what is due; never raises."""
        now = controls.time_seconds
        if self._midi is None or 0 <= now - self._sent_at < 1 / self.options.rate - 1e-6:
            return
        for name, number in self.controllers.items():
            value = controls.values.get(name)
            if value is not None and math.isfinite(value):
                self._send_value(number, self._share(name, value), now)
        if self.options.presence is not None:
            self._change(self.options.presence, 127 * controls.present, now)

    def close(self) -> None:
        midi, self._midi = self._midi, None
        if midi is not None:
            midi.close_port()
            midi.delete()

    def statistics(self) -> Mapping[str, Any]:
        return {
            "midi_messages": self.messages,
            "midi_errors": self.errors,
            "controls_left_out": list(self.left_out),
        }

    def _numbered(self) -> dict[str, int]:
        asked = self.options.controllers
        for name in asked:
            if self._ranges and name not in self._ranges:
                raise UnknownNameError("sensed control", name, self._ranges)
        numbers = _COARSE if self.options.high_resolution else _FREE
        free = (number for number in numbers if number != self.options.presence)
        made = asked or dict(zip(self._ranges, free, strict=False))
        taken = [] if self.options.presence is None else [self.options.presence]
        for name, number in made.items():
            both = [number, number + _LOW_BITS] if self.options.high_resolution else [number]
            if self.options.high_resolution and number >= _LOW_BITS:
                raise AssemblyError(f"controller {number} of '{name}' has no low bits: 0 to 31 do")
            if set(both) & set(taken):
                raise AssemblyError(f"controller {number} of '{name}' is taken twice")
            taken += both
        return made

    def _share(self, name: str, value: float) -> float:
        span = self._ranges.get(name, ControlRange(name, 0, 1))
        width = span.high - span.low
        return min(max((value - span.low) / width, 0.0), 1.0) if width > 0 else 0.0

    def _send_value(self, number: int, share: float, now: float) -> None:
        if not self.options.high_resolution:
            self._change(number, round(127 * share), now)
            return
        fine = round(16_383 * share)
        changed = self._sent.get(number) != fine >> 7
        self._change(number, fine >> 7, now)
        # A receiver sets the low bits to 0 when the high ones come: both are sent then.
        self._change(number + _LOW_BITS, fine & 127, now, again=changed)

    def _change(self, number: int, value: int, now: float, *, again: bool = False) -> None:
        if self._sent.get(number) == value and not again:
            return
        try:
            self._midi.send_message([_CONTROL_CHANGE | self.options.channel - 1, number, value])
        except Exception:  # noqa: BLE001
            # RtMidi raises errors of its own kinds when a device was pulled out.
            self.errors += 1
            return
        self._sent[number] = value
        self._sent_at = now
        self.messages += 1
