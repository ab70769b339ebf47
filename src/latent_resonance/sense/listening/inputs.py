"""Sound inputs, and what the machine plays as an input (a monitor)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from latent_resonance.contracts.errors import DeviceError, in_a_line
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.devices import SoundDevice, choose_device, load_portaudio
from latent_resonance.sound.quiet_portaudio import quiet_portaudio

_DEFAULT_MONITOR = "@DEFAULT_MONITOR@"
# Through these PortAudio reaches the sound server, which chooses the source.
_SERVERS = ("pulse", "pipewire", "default")


@dataclass(frozen=True, slots=True)
class SoundInput:
    """An input, and the source that the sound server is to connect it to; "" for its own."""

    device: SoundDevice
    source: str = ""


def list_monitors() -> list[str]:
    """Sources of PulseAudio or PipeWire that carry what the machine plays; else none."""
    pactl = shutil.which("pactl") if sys.platform == "linux" else None
    if pactl is None:
        return []
    try:
        found = subprocess.run(  # noqa: S603
            [pactl, "list", "short", "sources"],
            capture_output=True,
            text=True,
            timeout=3,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    columns = [line.split("\t") for line in found.stdout.splitlines()]
    return [one[1] for one in columns if len(one) > 1 and one[1].endswith(".monitor")]


def choose_input(wanted: str | None) -> SoundInput:
    """An input by number or part of its name; a monitor by part of its source's name.

    ``monitor`` alone is what the machine plays now, where no device is called so.

    Raises:
        DeviceError: there is none of that name, or no input at all.
        MissingPartError: PortAudio is not on this machine.
    """
    try:
        return SoundInput(choose_device(wanted, inputs=True))
    except DeviceError as error:
        monitors = list_monitors() if wanted else []
        if not monitors or wanted is None:
            raise
        named = [name for name in monitors if wanted.lower() in name.lower()]
        source = _DEFAULT_MONITOR if wanted.lower() == "monitor" else next(iter(named), "")
        if not source:
            raise DeviceError(f"{error}; {'; '.join(monitors)}") from error
    for server in _SERVERS:
        try:
            return SoundInput(choose_device(server, inputs=True), source)
        except DeviceError:
            continue
    raise DeviceError(
        f"'{wanted}' is a source of the sound server, which PortAudio does not reach: "
        "install ALSA's plug-ins, e.g. apt install libasound2-plugins"
    )


@contextmanager
def connected_to(source: str) -> Iterator[None]:
    """Streams that are opened inside record from that source of the sound server."""
    if not source:
        yield
        return
    before = os.environ.get("PULSE_SOURCE")
    os.environ["PULSE_SOURCE"] = source
    try:
        yield
    finally:
        if before is None:
            del os.environ["PULSE_SOURCE"]
        else:
            os.environ["PULSE_SOURCE"] = before


def open_input(
    chosen: SoundInput,
    block_seconds: float,
    take: Callable[[FloatArray, bool], None],
    ended: Callable[[], None] | None = None,
) -> Any:
    """A running stream of an input; whoever opened it closes it.

    Args:
        chosen: which one.
        block_seconds: length of a piece.
        take: gets each piece, mono ``[samples]``, and whether some was lost before it; called on
            PortAudio's thread.
        ended: called there when the stream ends.

    Raises:
        DeviceError: it will not open.
        MissingPartError: PortAudio is not on this machine.
    """
    sounddevice = load_portaudio()
    device = chosen.device

    def callback(sound: FloatArray, frames: int, time: object, status: object) -> None:
        take(sound.mean(axis=1), bool(status))

    try:
        with connected_to(chosen.source), quiet_portaudio():
            stream = sounddevice.InputStream(
                samplerate=device.sample_rate,
                channels=min(2, device.channels),
                device=device.index,
                dtype="float32",
                blocksize=round(block_seconds * device.sample_rate),
                latency="low",
                callback=callback,
                finished_callback=ended or (lambda: None),
            )
            try:
                stream.start()
            except sounddevice.PortAudioError:
                stream.close()
                raise
    except sounddevice.PortAudioError as error:
        words = in_a_line(error)
        raise DeviceError(f"the sound input '{device.name}' will not open: {words}") from error
    return stream
