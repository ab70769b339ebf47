"""Open Sound Control over UDP: a tablet, a patch or a script moves the controls.

``/brightness 2.5`` and ``/texture/brightness 2.5`` both set the control ``brightness``. Source of
the format: the OSC 1.0 specification (Wright 2002).
"""

import math
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import ControlRange, Controls, Spec
from latent_resonance.sense.osc_messages.read import OscError, read_packet

_MOST_CONTROLS = 256
_LARGEST = 65_536


class Options(BaseModel):
    """Where it listens."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    host: str = Field(default="127.0.0.1", description="address; 0.0.0.0 hears other machines")
    port: int = Field(default=9000, ge=0, le=65_535, description="UDP; 0 takes a free one")
    values: dict[str, float] = Field(default={}, description="controls before any message")


class Part:
    """Sensor: the latest value of each control that a message named."""

    latency_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self._values = dict(options.values)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._now: Controls | None = None
        self._changed = False
        self._messages = self._refused = 0

    @property
    def controls(self) -> Sequence[ControlRange]:
        """What was named so far; a message may name anything."""
        return [ControlRange(n, min(v, 0), max(v, 1), v) for n, v in self._values.items()]

    @property
    def duration_seconds(self) -> float | None:
        """It has no end of its own."""
        return None

    @property
    def port(self) -> int:
        """Where it listens, 0 before ``prepare``."""
        return int(self._socket.getsockname()[1]) if self._socket else 0

    def prepare(self, spec: Spec) -> None:
        """Open the port; raises DeviceError when it is taken."""
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
        self._thread = threading.Thread(target=self._listen, args=(listening,), daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """Back to the values it was made with."""
        self._values = dict(self.options.values)
        self._changed = True

    def close(self) -> None:
        """Give the port back."""
        listening, self._socket = self._socket, None
        if listening is not None:
            listening.close()
        if self._thread is not None:
            self._thread.join(timeout=1)
            self._thread = None

    def read(self, now_seconds: float) -> Controls:
        """The values as they are."""
        if self._now is None or self._changed:
            self._changed = False
            self._now = Controls(now_seconds, dict(self._values))
        return self._now

    def statistics(self) -> Mapping[str, Any]:
        """How much was heard."""
        return {"osc_messages": self._messages, "osc_refused": self._refused}

    def _listen(self, listening: socket.socket) -> None:
        while self._socket is listening:
            try:
                data = listening.recv(_LARGEST)
            except TimeoutError:
                continue
            except OSError:
                return
            try:
                self._take(read_packet(data))
            except OscError:
                self._refused += 1

    def _take(self, messages: Iterator[tuple[str, tuple[float, ...]]]) -> None:
        for address, numbers in messages:
            name = address.rpartition("/")[2]
            fits = name.isidentifier() and len(numbers) == 1 and math.isfinite(numbers[0])
            if not fits or (name not in self._values and len(self._values) >= _MOST_CONTROLS):
                self._refused += 1
                continue
            self._messages += 1
            # A new table each time: the reader's thread may be walking through the old one.
            self._values = {**self._values, name: numbers[0]}
            self._changed = True
