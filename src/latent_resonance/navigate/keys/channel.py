"""What a MIDI channel remembers: controllers, bend, program, and the last note for glides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from latent_resonance.sound.notes import level_of

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
_MOST_GLIDE_SECONDS = 2.0
_NO_PARAMETER = (127, 127)
_DEPTH = 5
# Registered parameters, as they are before any data: 64 / 128 of a semitone is the vibrato's.
_STARTS = {0: (int(_BEND_RANGE), 0), 1: (64, 0), 2: (64, 0), _DEPTH: (0, 64)}


@dataclass(frozen=True, slots=True)
class Channel:
    """One of sixteen; every change makes a new one.

    Attributes:
        program: of the last program change, None before the first.
        bend: -1..1.
        bend_range: semitones at the end of the wheel (registered parameter 0).
        tuning: semitones of registered parameters 1 and 2.
        vibrato: semitones at the end of the modulation wheel (registered parameter 5).
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
    vibrato: float = _VIBRATO_SEMITONES
    last_key: float | None = None
    _parameter: tuple[int, int] = _NO_PARAMETER
    _data: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @property
    def gain(self) -> float:
        """Nepers of volume and expression."""
        return level_of(self.volume) + level_of(self.expression)

    @property
    def place(self) -> float:
        """0 left .. 1 right; 64 is the middle."""
        return (max(self.pan, 1) - 1) / 126

    @property
    def swing(self) -> float:
        """Semitones of vibrato to either side, as the wheel stands."""
        return self.vibrato * self.modulation / 127

    def glide_seconds(self, always: float) -> float:
        """Time of a glide to the next note: as asked for, or by the portamento controllers."""
        if always > 0:
            return always
        if not self.portamento:
            return 0.0
        return _MOST_GLIDE_SECONDS * (self.portamento_time / 127) ** 2

    def semitones(self, bend: float = 0.0) -> float:
        """Transposition now: the wheel and ``bend`` beside it, and tuning."""
        return (self.bend + bend) * self.bend_range + self.tuning

    def controlled(self, number: int, value: int) -> "Channel":
        """After a controller that only sets a value; pedals' effects on notes are the owner's."""
        if number in _VALUES or number in _PEDALS:
            change: dict[str, Any] = (
                {_VALUES[number]: value} if number in _VALUES else {_PEDALS[number]: value >= 64}
            )
            return replace(self, **change)
        if number in {NRPN, NRPN_FINE}:
            return replace(self, _parameter=_NO_PARAMETER)
        if number in {RPN, RPN_FINE}:
            coarse, fine = self._parameter
            return replace(self, _parameter=(value, fine) if number == RPN else (coarse, value))
        if number in {DATA, DATA_FINE}:
            return self._entered(number == DATA, value)
        return self._reset() if number == RESET else self

    def _entered(self, coarse: bool, value: int) -> "Channel":
        """Data for a registered parameter: 0 bend range, 1 fine and 2 coarse tuning, 5 depth."""
        key = self._parameter
        if key[0] != 0 or key[1] not in _STARTS:
            return self
        before = self._data.get(key, _STARTS[key[1]])
        entry = (value, before[1]) if coarse else (before[0], value)
        data = {**self._data, key: entry}
        reach = self.bend_range
        if key[1] == 0:
            reach = min(entry[0] + min(entry[1], 99) / 100, 48.0)
        depth = self.vibrato
        if key[1] == _DEPTH:
            depth = min(entry[0] + entry[1] / 128, 48.0)
        fine, semis = data.get((0, 1)), data.get((0, 2))
        cents = ((fine[0] << 7 | fine[1]) - 8192) / 8192 if fine else 0.0
        tuning = cents + (semis[0] - 64 if semis else 0)
        return replace(self, bend_range=reach, tuning=tuning, vibrato=depth, _data=data)

    def _reset(self) -> "Channel":
        """Reset all controllers (RP-015): volume, pan, program and parameters' data stay."""
        return replace(
            self,
            modulation=0,
            expression=127,
            bend=0.0,
            sustain=False,
            sostenuto=False,
            portamento=False,
            _parameter=_NO_PARAMETER,
        )
