"""The latest values of MIDI messages: wheels, knobs, and the keys that are down."""

from collections.abc import Iterable

from latent_resonance.contracts.values import ControlRange, Event
from latent_resonance.sense.midi_files.zones import ZoneMode, Zones

PLAIN = (
    ControlRange("note", 0, 127, 60, "MIDI number", "the last key"),
    ControlRange("velocity", 0, 1, 0, "", "of the last key, 0 when all are up"),
    ControlRange("notes", 0, 16, 0, "", "keys that are down"),
    ControlRange("bend", -1, 1, 0, "", "pitch wheel"),
    ControlRange("pressure", 0, 1, 0, "", "of the channel"),
    ControlRange("timbre", 0, 1, 0.5, "", "controller 74, the third dimension of MPE"),
)

_TIMBRE = 74
_ALL_SOUND_OFF, _ALL_NOTES_OFF = 120, 123
_BY_NOTE = {"bend": 0.0, "pressure": 0.0, "timbre": 0.5}


class LatestValues:
    """Follows messages, all channels as one, the latest wins.

    Within a zone of MPE bend, pressure and timbre are those of the newest key that is down.

    Args:
        mode: of the zones.
        knobs: controllers that have a value, 0, before they were moved.
    """

    def __init__(self, mode: ZoneMode, knobs: Iterable[int]) -> None:
        self.values = {control.name: float(control.rest) for control in PLAIN}
        self.values.update({f"cc{number}": 0.0 for number in knobs})
        self.messages = self.notes = 0
        self._zones = Zones(mode)
        self._zones.begin(0.0)
        self._down: dict[tuple[int, int], float] = {}
        self._own: dict[tuple[int, str], float] = {}
        self._leads: int | None = None

    def take(self, event: Event) -> None:
        """One message of the device, or the end of a round (``all_off``)."""
        self.messages += event.kind != "all_off"
        key = (event.channel, event.key)
        match event.kind:
            case "note_on":
                self.notes += 1
                self._down.pop(key, None)
                self._down[key] = event.value / 127
                self.values["note"] = float(event.key)
                self._lead(event.channel)
            case "note_off":
                self._down.pop(key, None)
                if self._down:
                    self._lead(next(reversed(self._down))[0])
            case "control":
                self._control(event)
            case "bend":
                self._set(event.channel, "bend", event.value)
            case "pressure" if event.key < 0:
                self._set(event.channel, "pressure", event.value / 127)
            case "all_off":
                self._down.clear()
            case _:
                pass
        self.values["notes"] = float(min(len(self._down), 16))
        self.values["velocity"] = next(reversed(self._down.values()), 0.0)

    def _control(self, event: Event) -> None:
        self._zones.pass_on(event)
        self.values[f"cc{event.key}"] = event.value / 127
        if event.key == _TIMBRE:
            self._set(event.channel, "timbre", event.value / 127)
        elif event.key == _ALL_SOUND_OFF or event.key >= _ALL_NOTES_OFF:
            concerned = self._zones.notes_of(event.channel)
            self._down = {key: v for key, v in self._down.items() if key[0] not in concerned}

    def _set(self, channel: int, name: str, value: float) -> None:
        self._own[channel, name] = value
        if not self._zones.is_member(channel) or self._leads in {None, channel}:
            self.values[name] = value

    def _lead(self, channel: int) -> None:
        if self._zones.is_member(channel):
            self._leads = channel
            for name, rest in _BY_NOTE.items():
                self.values[name] = self._own.get((channel, name), rest)
        else:
            self._leads = None
