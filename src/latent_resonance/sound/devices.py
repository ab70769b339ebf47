"""Sound cards, through PortAudio."""

import contextlib
import ctypes
import os
import sys
from dataclasses import dataclass
from typing import Any

from latent_resonance.contracts.errors import DeviceError, MissingPartError

CLIENT_NAME = "Latent Resonance"
"""How this program is called in JACK, PipeWire and PulseAudio."""

_HINTS = {
    "linux": "install it with your package manager, e.g. apt install libportaudio2",
    "darwin": "reinstall the Python package sounddevice, which brings it",
    "win32": "reinstall the Python package sounddevice, which brings it",
}


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """An output or an input of the machine.

    Attributes:
        index: PortAudio's number.
        name: as the system gives it.
        sample_rate: in Hz, the device's own.
        preferred: whether the system takes it when nobody chooses.
        channels: most that it has.
    """

    index: int
    name: str
    sample_rate: int
    preferred: bool
    channels: int

    def __str__(self) -> str:
        star = " (default)" if self.preferred else ""
        return f"{self.index}: {self.name}, {self.sample_rate} Hz{star}"


def load_portaudio() -> Any:
    """The ``sounddevice`` module.

    Raises:
        MissingPartError: PortAudio is not on this machine; says how to get it.
    """
    if sys.platform.startswith("linux") and "sounddevice" not in sys.modules:
        _name_this_client()
    try:
        import sounddevice
    except OSError as error:
        hint = _HINTS.get(sys.platform, "see portaudio.com")
        raise MissingPartError(f"sound needs PortAudio, which is not here: {hint}") from error
    return sounddevice


def _name_this_client() -> None:
    """What patch bays and mixers show; PortAudio and Python would show themselves.

    JACK's name is PortAudio's to set (``pa_jack.h``), before it starts; the plug-ins by which ALSA
    reaches PipeWire and PulseAudio read theirs from the environment.
    """
    os.environ.setdefault(
        "PIPEWIRE_ALSA", f'{{ application.name = "{CLIENT_NAME}" node.name = "{CLIENT_NAME}" }}'
    )
    os.environ.setdefault("PULSE_PROP_OVERRIDE", f'application.name="{CLIENT_NAME}"')
    with contextlib.suppress(OSError, AttributeError):  # none here, or built without JACK
        ctypes.CDLL("libportaudio.so.2").PaJack_SetClientName(CLIENT_NAME.encode())


def list_sound_devices(*, inputs: bool = False) -> list[SoundDevice]:
    """All outputs, or all inputs; raises MissingPartError without PortAudio."""
    sounddevice = load_portaudio()
    preferred = sounddevice.default.device[0 if inputs else 1]
    count = "max_input_channels" if inputs else "max_output_channels"
    return [
        SoundDevice(
            index,
            device["name"],
            round(device["default_samplerate"]),
            index == preferred,
            device[count],
        )
        for index, device in enumerate(sounddevice.query_devices())
        if device[count] > 0
    ]


def choose_device(wanted: str | None, *, inputs: bool = False) -> SoundDevice:
    """A device by PortAudio's number, by part of its name, or the system's default.

    Raises:
        DeviceError: there is no such device, or none at all.
        MissingPartError: PortAudio is not on this machine.
    """
    found = list_sound_devices(inputs=inputs)
    if not found and inputs:
        raise DeviceError("there is no sound input: plug a microphone in, or use audio_file")
    if not found:
        raise DeviceError(
            "there is no sound card: plug one in, or use --stage audio_file or silent"
        )
    if wanted is None:
        return next((device for device in found if device.preferred), found[0])
    by_number = [device for device in found if wanted == str(device.index)]
    by_name = [device for device in found if wanted.lower() in device.name.lower()]
    for device in by_number + by_name:
        return device
    kind = "sound input" if inputs else "sound card"
    raise DeviceError(f"no {kind} matches '{wanted}'; there is: {'; '.join(map(str, found))}")
