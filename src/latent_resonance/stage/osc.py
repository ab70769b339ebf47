"""Sends the controls on over UDP, for light desks, patches and other instruments.

A face's controls go out as FaceOSC's messages, in one bundle for each change; any other as
``/NAME value``; notes as ``/note KEY VELOCITY CHANNEL``, and so the wheel, the pedal and programs.
The OSC sense understands all of them.
"""

import math
import socket
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field, field_validator

from latent_resonance.contracts.errors import DeviceError, UnknownNameError
from latent_resonance.contracts.face_osc import FOUND, face_messages, has_address, is_face
from latent_resonance.contracts.osc_address import check_address
from latent_resonance.contracts.parts import ControlStage, PartOptions
from latent_resonance.contracts.values import ControlRange, Controls, Event, Spec

_AT_ONCE = 64
# Receivers take a face that falls silent for lost: it is sent again, unchanged, after this.
_AGAIN_SECONDS = 0.2
_PEDAL = 64
_OF_EVENTS = frozenset({"note", "bend", "program", "pedal", "all_off"})
_Messages = dict[str, tuple[float, ...]]


class Options(PartOptions):
    """Where to, and how often."""

    host: str = Field(default="127.0.0.1", description="name or address of the receiver")
    port: int = Field(default=8338, ge=1, le=65_535, description="UDP; FaceOSC's is 8338")
    rate: float = Field(default=60.0, gt=0, le=1000, description="most changes a second")
    addresses: dict[str, str] = Field(
        default={}, description="control to address; none: all, as FaceOSC's, notes' or /NAME"
    )
    shares: bool = Field(
        default=False, description="values as 0 to 1 of their range, as VJ programs take them"
    )
    face: bool = Field(default=True, description="a face's controls as FaceOSC's messages")
    width: int = Field(default=640, ge=1, description="of the picture that positions refer to")
    height: int = Field(default=480, ge=1, description="of the picture that positions refer to")

    @field_validator("addresses")
    @classmethod
    def _places(cls, addresses: dict[str, str]) -> dict[str, str]:
        for address in addresses.values():
            check_address(address)
        return addresses


class Part(ControlStage):
    """Stage: what has changed, at most ``rate`` times a second of the performance.

    Attributes:
        packets: sent so far.
        errors: packets that the network refused.
    """

    accepts = (Controls,)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._socket: socket.socket | None = None
        self._address: Any = None
        self._ranges: dict[str, ControlRange] = {}
        self.reset()

    def prepare(self, spec: Spec) -> None:
        """Find the receiver.

        Raises:
            DeviceError: there is no such host.
            UnknownNameError: an address is given to a control that is not sensed.
        """
        self.close()
        self._ranges = {control.name: control for control in spec.senses}
        for name in self.options.addresses:
            if self._ranges and name not in self._ranges:
                raise UnknownNameError("sensed control", name, self._ranges)
        host, port = self.options.host, self.options.port
        try:
            family, kind, number, _, self._address = socket.getaddrinfo(
                host, port, type=socket.SOCK_DGRAM
            )[0]
            self._socket = socket.socket(family, kind, number)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DeviceError(f"cannot send to {host}:{port}: {reason}") from error
        self._socket.setblocking(False)

    def reset(self) -> None:
        """Send everything again."""
        self._sent: _Messages = {}
        self._sent_at = self._face_at = -math.inf
        self.packets = self.errors = 0

    def send(self, controls: Controls) -> None:
        """Send what is due; never waits and never raises."""
        self._deliver(_event_message(event) for event in controls.events)
        now = controls.time_seconds
        early = 0 <= now - self._sent_at < 1 / self.options.rate - 1e-6
        if early:
            return
        values = {name: float(v) for name, v in controls.values.items() if math.isfinite(v)}
        face = self._face_due(values, controls.present, now)
        plain = {
            address: (self._scaled(name, value),)
            for name, value in values.items()
            if (address := self._address_of(name, told=face is not None))
        }
        changed = {a: n for a, n in plain.items() if self._sent.get(a) != n}
        if face or changed:
            self._sent_at = now
            due = {**(face or {}), **changed}
            if self._deliver(due.items()):  # else they are due again
                self._sent |= due

    def close(self) -> None:
        sending, self._socket = self._socket, None
        if sending is not None:
            sending.close()

    def statistics(self) -> Mapping[str, Any]:
        return {"osc_packets": self.packets, "osc_errors": self.errors}

    def _address_of(self, name: str, *, told: bool) -> str:
        """Where a control goes; empty where it does not, or as one of a face's messages."""
        if self.options.addresses:
            return self.options.addresses.get(name, "")
        if name in _OF_EVENTS:  # the last key's number is no message of a note
            return ""
        return f"/{name}" if name.isidentifier() and not (told and has_address(name)) else ""

    def _scaled(self, name: str, value: float) -> float:
        span = self._ranges.get(name)
        if not self.options.shares or span is None or span.high <= span.low:
            return value
        return min(max((value - span.low) / (span.high - span.low), 0.0), 1.0)

    def _face_due(self, values: Mapping[str, float], present: bool, now: float) -> _Messages | None:
        """A face's messages, none where nothing moved; None where there is no face."""
        if not self.options.face or self.options.addresses or not is_face(values):
            return None
        messages: _Messages = {FOUND: (float(present),)}
        if present:
            messages |= face_messages(values, (self.options.width, self.options.height))
        moved = any(self._sent.get(address) != numbers for address, numbers in messages.items())
        if not moved and 0 <= now - self._face_at < _AGAIN_SECONDS:
            return {}
        self._face_at = now
        return messages

    def _deliver(self, messages: Iterable[tuple[str, tuple[float, ...]] | None]) -> bool:
        """Send; whether the network took all of it."""
        from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
        from pythonosc.osc_message_builder import OscMessageBuilder

        known = [message for message in messages if message is not None]
        taken = True
        for first in range(0, len(known), _AT_ONCE):
            bundle = OscBundleBuilder(IMMEDIATELY)
            for address, numbers in known[first : first + _AT_ONCE]:
                message = OscMessageBuilder(address)
                for number in numbers:
                    if address == FOUND:
                        message.add_arg(int(number), "i")
                    else:
                        message.add_arg(min(max(number, -3e38), 3e38), "f")
                bundle.add_content(message.build())
            try:
                if self._socket is None:
                    raise OSError("not prepared")  # noqa: TRY301
                self._socket.sendto(bundle.build().dgram, self._address)
                self.packets += 1
            except OSError:
                self.errors += 1
                taken = False
        return taken


def _event_message(event: Event) -> tuple[str, tuple[float, ...]] | None:
    """Address and numbers of an event; None for one that has no message."""
    channel = float(event.channel + 1)
    if event.kind in {"note_on", "note_off"}:
        velocity = event.value if event.kind == "note_on" else 0.0
        return "/note", (float(event.key), velocity, channel)
    if event.kind in {"bend", "program"}:
        return f"/{event.kind}", (event.value, channel)
    if event.kind == "control" and event.key == _PEDAL:
        return "/pedal", (float(event.value >= 64), channel)
    if event.kind == "all_off":
        return "/all_off", (channel,)
    return None
