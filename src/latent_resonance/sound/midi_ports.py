"""MIDI ports of this machine, through RtMidi where it is installed."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import (
    DeviceError,
    MissingPartError,
    UnknownNameError,
    in_a_line,
)


def list_midi_ports(*, outputs: bool = False) -> list[str]:
    """Names of the MIDI inputs, or outputs.

    Raises:
        MissingPartError: RtMidi is not installed.
        DeviceError: the system has no MIDI.
    """
    midi = _device(outputs=outputs)
    try:
        return list(midi.get_ports())
    finally:
        midi.delete()


def open_midi_port(name: str | None, *, outputs: bool = False) -> Any:
    """RtMidi's ``MidiIn`` or ``MidiOut`` with its port open; the caller closes and deletes it.

    Args:
        name: part of the port's name, its number, or None for the first that is no loop-back.
        outputs: an output instead of an input.

    Raises:
        MissingPartError: RtMidi is not installed.
        DeviceError: there is no such port, or it will not open.
        UnknownNameError: none has that name.
    """
    kind = "MIDI output" if outputs else "MIDI input"
    midi = _device(outputs=outputs)
    try:
        midi.open_port(_choose(list(midi.get_ports()), name, kind))
    except (DeviceError, UnknownNameError):
        midi.delete()
        raise
    except Exception as error:
        midi.delete()
        raise DeviceError(f"the {kind} will not open: {in_a_line(error)}") from error
    return midi


def port_name(midi: Any, name: str | None) -> str:
    """The whole name of the input that ``open_midi_port`` chooses for ``name``."""
    ports = list(midi.get_ports())
    return str(ports[_choose(ports, name, "MIDI input")])


def no_sequencer() -> bool:
    """Whether Linux lacks what RtMidi needs; asked first, as ALSA writes to stderr by itself."""
    return sys.platform == "linux" and not Path("/dev/snd/seq").exists()


def _device(*, outputs: bool) -> Any:
    try:
        rtmidi: Any = importlib.import_module("rtmidi")
    except ImportError as error:
        raise MissingPartError(
            "MIDI devices need python-rtmidi: pip install 'latent-resonance[midi]'"
        ) from error
    if no_sequencer():
        raise DeviceError("this machine has no MIDI: no ALSA sequencer (/dev/snd/seq)")
    try:
        return rtmidi.MidiOut() if outputs else rtmidi.MidiIn()
    except Exception as error:
        raise DeviceError(f"this machine has no MIDI: {in_a_line(error)}") from error


def _choose(ports: Sequence[str], name: str | None, kind: str) -> int:
    real = [index for index, port in enumerate(ports) if "through" not in port.lower()]
    if not ports or (name is None and not real):
        raise DeviceError(f"no {kind} is connected")
    if name is None:
        return real[0]
    if name.isdecimal() and int(name) < len(ports):
        return int(name)
    for index, port in enumerate(ports):
        if name.lower() in port.lower():
            return index
    raise UnknownNameError(kind, name, ports)
