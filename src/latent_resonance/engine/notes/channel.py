"""What a MIDI channel remembers: controllers, bend, program, and the last note for glides."""

import math
from dataclasses import dataclass, field

VOLUME, EXPRESSION, PAN, MODULATION = 7, 11, 10, 1
DATA, DATA_FINE, RPN_FINE, RPN, NRPN_FINE, NRPN = 6, 38, 100, 101, 98, 99
SUSTAIN, PORTAMENTO, SOSTENUTO = 64, 65, 66
PORTAMENTO_TIME, ALL_SOUND_OFF, RESET, ALL_NOTES_OFF = 5, 120, 121, 123
_VALUES = {
    MODULATION: "modulation",
    PORTAMENTO_TIME: "portamento_time",
    VOLUME: "volume",
    PAN: "pan",
    EXPRESSION: "expression",
}
_PEDALS = {SUSTAIN: "sustain", PORTAMENTO: "portamento", SOSTENUTO: "sostenuto"}

_BEND_RANGE = 2.0
_VIBRATO_SEMITONES = 0.5
_VIBRATO_HZ = 5.5
_MOST_GLIDE_SECONDS = 2.0
_SILENT = -14.0


def level_of(value: int) -> float:
    """Nepers of a MIDI level 0..127: 40 log10 in dB, as General MIDI 2 and DLS have it."""
    return 2 * math.log(value / 127) if value > 0 else _SILENT


@dataclass(slots=True)
class Channel:
    """One of sixteen.

    Attributes:
        program: of the last program change, None before the first.
        bend: -1..1.
        bend_range: semitones at the end of the wheel (registered parameter 0).
        tuning: semitones of registered parameters 1 and 2.
        last_key: for the next glide.
    """

    program: int | None = None
    volume: int = 100
    expression: int = 127
    pan: int = 64
    modulation: int = 0
    sustain: bool = False
    sostenuto: bool = False
    portamento: bool = False
    portamento_time: int = 32
    bend: float = 0.0
    bend_range: float = _BEND_RANGE
    tuning: float = 0.0
    last_key: float | None = None
    _parameter: list[int] = field(default_factory=lambda: [127, 127])
    _data: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @property
    def gain(self) -> float:
        """Nepers of volume and expression."""
        return level_of(self.volume) + level_of(self.expression)

    @property
    def place(self) -> float:
        """0 left .. 1 right; 64 is the middle."""
        return (max(self.pan, 1) - 1) / 126

    def glide_seconds(self, always: float) -> float:
        """Time of a glide to the next note: as asked for, or by the portamento controllers."""
        if always > 0:
            return always
        if not self.portamento:
            return 0.0
        return _MOST_GLIDE_SECONDS * (self.portamento_time / 127) ** 2

    def semitones(self, seconds: float) -> float:
        """Transposition now: bend, tuning and vibrato."""
        shift = self.bend * self.bend_range + self.tuning
        if self.modulation:
            depth = _VIBRATO_SEMITONES * self.modulation / 127
            shift += depth * math.sin(2 * math.pi * _VIBRATO_HZ * seconds)
        return shift

    def set_bend(self, one: int, two: int) -> None:
        """A bend message; 8192 is the middle, both ends are reached."""
        value = (two << 7 | one) - 8192
        self.bend = value / (8191 if value > 0 else 8192)

    def control(self, number: int, value: int) -> None:
        """A controller that only sets a value; pedals' effects on notes are the owner's."""
        if number in _VALUES:
            setattr(self, _VALUES[number], value)
        elif number in _PEDALS:
            setattr(self, _PEDALS[number], value >= 64)
        elif number in {NRPN, NRPN_FINE}:
            self._parameter = [127, 127]
        elif number in {RPN, RPN_FINE}:
            self._parameter[number == RPN_FINE] = value
        elif number in {DATA, DATA_FINE}:
            self._enter(number == DATA, value)
        elif number == RESET:
            self._reset()

    def _enter(self, coarse: bool, value: int) -> None:
        """Data for a registered parameter: 0 bend range, 1 fine and 2 coarse tuning."""
        key = (self._parameter[0], self._parameter[1])
        if key[0] != 0 or key[1] > 2:
            return
        starts = {0: [int(_BEND_RANGE), 0], 1: [64, 0], 2: [64, 0]}
        entry = self._data.setdefault(key, starts[key[1]])
        entry[0 if coarse else 1] = value
        if key[1] == 0:
            self.bend_range = min(entry[0] + min(entry[1], 99) / 100, 48.0)
        fine, semis = self._data.get((0, 1)), self._data.get((0, 2))
        cents = ((fine[0] << 7 | fine[1]) - 8192) / 8192 if fine else 0.0
        self.tuning = cents + (semis[0] - 64 if semis else 0)

    def _reset(self) -> None:
        """Reset all controllers (RP-015): volume, pan, program and parameters' data stay."""
        self.modulation, self.expression, self.bend = 0, 127, 0.0
        self.sustain = self.sostenuto = self.portamento = False
        self._parameter = [127, 127]
