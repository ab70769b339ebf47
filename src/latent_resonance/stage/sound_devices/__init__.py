"""Sound cards, through PortAudio."""

import sys
from dataclasses import dataclass
from typing import Any

from latent_resonance.contracts.errors import DeviceError, MissingPartError

_HINTS = {
    "linux": "install it with your package manager, e.g. apt install libportaudio2",
    "darwin": "reinstall the Python package sounddevice, which brings it",
    "win32": "reinstall the Python package sounddevice, which brings it",
}


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """An output: its PortAudio number, name, rate in Hz, and whether the system prefers it."""

    index: int
    name: str
    sample_rate: int
    preferred: bool

    def __str__(self) -> str:
        star = " (default)" if self.preferred else ""
        return f"{self.index}: {self.name}, {self.sample_rate} Hz{star}"


def load_portaudio() -> Any:
    """The ``sounddevice`` module.

    Raises:
        MissingPartError: PortAudio is not on this machine; says how to get it.
    """
    try:
        import sounddevice
    except OSError as error:
        hint = _HINTS.get(sys.platform, "see portaudio.com")
        raise MissingPartError(f"sound needs PortAudio, which is not here: {hint}") from error
    return sounddevice


def list_sound_devices() -> list[SoundDevice]:
    """All outputs; raises MissingPartError without PortAudio."""
    sounddevice = load_portaudio()
    preferred = sounddevice.default.device[1]
    return [
        SoundDevice(index, device["name"], round(device["default_samplerate"]), index == preferred)
        for index, device in enumerate(sounddevice.query_devices())
        if device["max_output_channels"] > 0
    ]


def choose_device(wanted: str | None) -> int:
    """PortAudio's number of an output: by number, by part of its name, or the default.

    Raises:
        DeviceError: there is no such output, or none at all.
    """
    found = list_sound_devices()
    if not found:
        raise DeviceError(
            "there is no sound card: plug one in, or use --stage audio_file or silent"
        )
    if wanted is None:
        return next((device.index for device in found if device.preferred), found[0].index)
    by_number = [device for device in found if wanted == str(device.index)]
    by_name = [device for device in found if wanted.lower() in device.name.lower()]
    for device in by_number + by_name:
        return device.index
    raise DeviceError(f"no sound card matches '{wanted}'; there is: {'; '.join(map(str, found))}")
