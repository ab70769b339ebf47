"""Open Sound Control over UDP: a tablet, a patch, a script or a face tracker moves the controls.

``/brightness 2.5`` and ``/texture/brightness 2.5`` both set the control ``brightness``;
``/pad 0.2 0.8`` sets ``pad_1`` and ``pad_2``. FaceOSC's messages move the controls of a face, and
these play notes: ``/note KEY VELOCITY``, ``/note_off KEY``, ``/bend -1..1``, ``/pedal 0|1``,
``/program NUMBER``, ``/all_off 1``; a last argument more is the channel, 1 to 16. Source of the
format: the OSC 1.0 specification (Wright 2002).
"""

import difflib
import math
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.face_osc import GESTURE_CONTROLS, is_face_message
from latent_resonance.contracts.osc_address import check_address
from latent_resonance.contracts.parts import PartOptions, Sensor
from latent_resonance.contracts.values import ControlRange, Controls, Event, Spec
from latent_resonance.sense.face_tracking.controls import FACE_CONTROLS
from latent_resonance.sense.osc_input.face import OscFace
from latent_resonance.sense.osc_input.meaning import named_values, read_event
from latent_resonance.sense.osc_input.packets import OscError, read_packet
from latent_resonance.sense.osc_input.recorded import TimedMessage, read_messages

_MOST_CONTROLS = 256
_MOST_WAITING = 10_000
_LARGEST = 65_536
# A name so much like a known one is that one, mistyped.
_LIKE = 0.8
_WHEELS = {
    "bend": ControlRange("bend", -1, 1, 0, "", "pitch wheel"),
    "pedal": ControlRange("pedal", 0, 1, 0, "", "sustain pedal"),
}


class Options(PartOptions):
    """Where it listens, or what it plays back."""

    source: Path | None = Field(
        default=None,
        description="a text file of messages, SECONDS ADDRESS NUMBER ... in each line; "
        "none: the network",
    )
    host: str = Field(default="127.0.0.1", description="address; 0.0.0.0: other machines too")
    port: int = Field(default=9000, ge=0, le=65_535, description="UDP; 0 takes a free one")
    values: dict[str, float] = Field(default={}, description="controls before any message")
    addresses: dict[str, str] = Field(
        default={}, description="address to control, where its last word does not tell"
    )
    face: bool = Field(default=True, description="FaceOSC's messages are a face's")
    width: int = Field(default=640, ge=1, description="of the face tracker's pictures, in pixels")
    height: int = Field(default=480, ge=1, description="of the face tracker's pictures, in pixels")
    gone_seconds: float | None = Field(
        default=None,
        gt=0,
        description="of a sender that streams: silent for so long, it is gone; none: it sends "
        "changes only, and what it said stands",
    )

    @field_validator("addresses")
    @classmethod
    def _named(cls, addresses: dict[str, str]) -> dict[str, str]:
        for address, name in addresses.items():
            check_address(address)
            if not name.isidentifier():
                raise ValueError(f"a control is one word: '{name}' is none")
        return addresses


class Part(Sensor):
    """Sensor: the latest value of each control that a message named."""

    reads = (".osc", ".txt")
    quick = True
    gives_events = True

    def __init__(self, options: Options) -> None:
        self.options = options
        self._listens: Sequence[ControlRange] = ()
        self._own: Sequence[str] = ()
        self._recorded: Sequence[TimedMessage] = ()
        self._events: list[Event] = []
        self._in_file: dict[str, list[float]] = {}
        self._seconds: float | None = None
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._arrived: deque[tuple[float, bytes]] = deque(maxlen=_MOST_WAITING)
        self._face = OscFace((options.width, options.height))
        self._silent = False
        self._forget()

    @property
    def controls(self) -> Sequence[ControlRange]:
        """What can be moved, a face's, and those that a file, the options or the map name."""
        known = {control.name: control for control in self._listens}
        if self.options.face:
            known |= {control.name: control for control in (*FACE_CONTROLS, *GESTURE_CONTROLS)}
        for name in self.options.addresses.values():
            known.setdefault(name, ControlRange(name, 0, 1, 0))
        for name, seen in self._in_file.items():
            usual = ControlRange(name, min(0, *seen), max(1, *seen), seen[0])
            known.setdefault(name, _WHEELS.get(name, usual))
        for name, value in self.options.values.items():
            known.setdefault(name, ControlRange(name, min(value, 0), max(value, 1), value))
        for name in self._own:
            known.setdefault(name, _WHEELS.get(name, ControlRange(name, 0, 1, 0)))
        return list(known.values())

    @property
    def duration_seconds(self) -> float | None:
        return self._seconds

    @property
    def port(self) -> int:
        """Where it listens, 0 before ``prepare``."""
        return int(self._socket.getsockname()[1]) if self._socket else 0

    def prepare(self, spec: Spec) -> None:
        """Open the port, or read the file.

        Raises:
            DeviceError: the port is taken, or there is no such address.
            MediaError: the file is damaged; says where.
        """
        self.close()
        self._listens, self._own = spec.listens, ()
        if self.options.source is not None:
            self._recorded, self._seconds = read_messages(self.options.source)
            self._look_through()
            return
        self._own = self._names_of_its_own(spec)
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            listening.bind((self.options.host, self.options.port))
        except OSError as error:
            listening.close()
            raise DeviceError(
                f"cannot listen on {self.options.host}:{self.options.port}: {error.strerror}"
            ) from error
        listening.settimeout(0.1)
        self._socket = listening
        self._thread = threading.Thread(
            target=self._listen, args=(listening,), name="osc", daemon=True
        )
        self._thread.start()

    def reset(self) -> None:
        """Back to the values it was made with, and to the start of a file."""
        self._forget()

    def close(self) -> None:
        listening, self._socket = self._socket, None
        if listening is not None:
            listening.close()
        if self._thread is not None:
            self._thread.join(timeout=1)
            self._thread = None

    def take(self, data: bytes) -> None:
        """Take a packet, as if it had arrived now; for tests and other transports."""
        self._arrived.append((time.perf_counter(), data))

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        """The values after all that has arrived; a file's notes at their own times."""
        events: list[Event] = []
        clock = self._clock(now_seconds)
        while self._arrived:
            arrived, data = self._arrived.popleft()
            arrived = min(arrived, clock)
            try:
                for address, numbers in read_packet(data):
                    self._take_message(address, numbers, arrived, now_seconds, events)
            except OscError:
                self._refused += 1
        while self._next < len(self._recorded) and self._recorded[self._next][0] <= now_seconds:
            seconds, address, numbers = self._recorded[self._next]
            self._take_message(address, numbers, seconds, now_seconds, [])
            self._next += 1
        while (
            self._next_event < len(self._events)
            and self._events[self._next_event].time_seconds < now_seconds + step_seconds
        ):
            events.append(self._events[self._next_event])
            self._next_event += 1
        if self._is_silent(clock) and not self._silent:
            # Notes that its sender cannot end any more.
            events.append(Event(now_seconds, "all_off", -1))
        self._silent = self._is_silent(clock)
        self._face.follow(clock)
        there = self._face.announced
        face = self._face.values(clock) if there else {}
        lost = there and not self._face.present(clock)
        return Controls(
            now_seconds,
            {**self.options.values, **face, **self._named},
            present=not self._silent and not lost,
            events=tuple(events),
            # What faders on the same port said last stands while only the face is gone.
            away=frozenset(face.keys() - self._named.keys()) if lost and not self._silent else None,
        )

    @property
    def trouble(self) -> str:
        """That a sender that streams, as face trackers do, has fallen silent."""
        if self._seconds is not None:
            return ""
        clock = time.perf_counter()
        if self._is_silent(clock):
            return f"nothing comes to OSC port {self.port} any more"
        return "the face tracker sends nothing any more" if self._face.silent(clock) else ""

    def statistics(self) -> Mapping[str, Any]:
        return {
            "osc_messages": self._messages,
            "osc_refused": self._refused,
            **({"warning": self.trouble} if self.trouble else {}),
        }

    def naming(self, name: str) -> str:
        """What makes a name known to it; "" for what can be none."""
        if not name.isidentifier():
            return ""
        return f"where OSC brings it, its sensor in a recipe needs values = {{ {name} = 0.0 }}"

    def _clock(self, now_seconds: float) -> float:
        return now_seconds if self._seconds is not None else time.perf_counter()

    def _is_silent(self, clock: float) -> bool:
        limit = self.options.gone_seconds
        return limit is not None and self._messages > 0 and clock - self._heard > limit

    def _names_of_its_own(self, spec: Spec) -> list[str]:
        """Names that the map gives to what will arrive, where no other sense could give them."""
        if not spec.sole:
            return []
        known = {control.name for control in (*self.controls, *spec.senses)}
        return [
            name
            for name in sorted(spec.named - known)
            if name.isidentifier() and not difflib.get_close_matches(name, known, 1, _LIKE)
        ]

    def _look_through(self) -> None:
        """Find a file's notes, and the names that it gives values to."""
        self._events, self._in_file = [], {}
        for seconds, address, numbers in self._recorded:
            event = read_event(address, numbers, seconds)
            if event is not None:
                self._events.append(event)
            if not (self.options.face and is_face_message(address, numbers)):
                for name, value in self._values_of(address, numbers, event).items():
                    self._in_file.setdefault(name, []).append(value)

    def _values_of(
        self, address: str, numbers: Sequence[float], event: Event | None
    ) -> dict[str, float]:
        if event is not None:
            # The wheel and the pedal are controls as well, whichever their channel.
            numbers = numbers[:1] if event.kind in {"bend", "control"} else ()
        return named_values(address, numbers, self.options.addresses)

    def _forget(self) -> None:
        self._arrived.clear()
        self._face.reset()
        self._named: dict[str, float] = {}
        self._heard = -math.inf
        self._silent = False
        self._messages: int = 0
        self._refused: int = 0
        self._next: int = 0
        self._next_event: int = 0

    def _listen(self, listening: socket.socket) -> None:
        while self._socket is listening:
            try:
                self.take(listening.recv(_LARGEST))
            except TimeoutError:
                continue
            except OSError:
                return

    def _take_message(
        self,
        address: str,
        numbers: tuple[float, ...],
        arrived: float,
        now_seconds: float,
        events: list[Event],
    ) -> None:
        if not all(map(math.isfinite, numbers)):
            self._refused += 1
            return
        event = read_event(address, numbers, now_seconds)
        if event is not None:
            events.append(event)
        if event is not None or not (
            self.options.face and self._face.take(address, numbers, arrived)
        ):
            fresh = self._values_of(address, numbers, event)
            if len(self._named.keys() | fresh.keys()) > _MOST_CONTROLS:
                fresh = {}
            if event is None and not fresh:
                self._refused += 1
                return
            self._named |= fresh
        self._heard = arrived
        self._messages += 1
