"""What a face is like at rest, and how far it goes: saved, or learned while it plays."""

import heapq
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import write_text
from latent_resonance.contracts.text_files import parse_json, read_text
from latent_resonance.sense.face_tracking.measures import Measures
from latent_resonance.sound.smoothing import share

# Outer-eye distances that count as a full gesture when nothing was calibrated.
MOUTH_RANGE, BROW_RANGE, SMILE_RANGE = 0.26, 0.07, 0.1
# Before a mouth was wide open, a talker's opening is full; seen wider ones take it from there.
_LEAST_MOUTH_RANGE = 0.18
_WIDER_SECONDS, _NARROWER_SECONDS = 0.1, 120.0
# What a turning head leaks into the measures of a still one.
MOUTH_DEAD, BROW_DEAD = 0.012, 0.004
LEARN_SECONDS = 0.6
_DRIFT_SECONDS = 30.0
# A gesture counts as far as it went for so long in all: not one bad frame, nor a part of a session.
_HELD_SECONDS = 0.2
_MOST_TILT_DEGREES = 25.0


@dataclass(frozen=True, slots=True)
class Neutral:
    """A face at rest, as ``Measures`` has it, and how far it goes.

    Lengths in outer-eye distances, angles in degrees. Without ``eyes`` (0, in calibrations of old)
    these and the corners of the mouth are learned as it plays.
    """

    mouth: float
    mouth_width: float
    brow: float
    yaw: float
    pitch: float
    roll: float
    mouth_range: float = MOUTH_RANGE
    brow_range: float = BROW_RANGE
    corners: float = 0.0
    eyes: float = 0.0
    smile_range: float = SMILE_RANGE


def neutral_of(measures: Measures) -> Neutral:
    """The face as it is now, taken for rest; its mouth was not seen wide open yet."""
    pose = measures.pose

    def near(angle: float) -> float:
        # A head that is turned right now is not one that faces elsewhere at rest.
        return angle if abs(angle) < _MOST_TILT_DEGREES else 0.0

    return Neutral(
        min(measures.mouth, 0.2),
        measures.mouth_width,
        measures.brow,
        near(pose.yaw),
        near(pose.pitch),
        near(pose.roll),
        mouth_range=_LEAST_MOUTH_RANGE,
        corners=measures.corners,
        eyes=measures.eyes,
    )


class Learner:
    """Learns rest from the first moments, then follows slowly; the mouth only towards closed."""

    def __init__(self, saved: Neutral | None = None) -> None:
        self._saved = saved
        self.reset()

    def reset(self) -> None:
        """Start with what was saved, or with nothing."""
        self.neutral = self._saved
        self._seconds = 0.0

    def step(self, measures: Measures, dt_seconds: float) -> Neutral:
        """Rest as far as it is known after one more frame."""
        now = neutral_of(measures)
        if self._saved is not None:
            self.neutral = self.neutral or self._saved
            if not self.neutral.eyes:
                self.neutral = replace(self.neutral, corners=now.corners, eyes=now.eyes)
            return self.neutral
        if self.neutral is None:
            self.neutral = now
            return now
        known, self._seconds = self.neutral, self._seconds + dt_seconds
        if self._seconds < LEARN_SECONDS:
            part = dt_seconds / (self._seconds + dt_seconds)
            self.neutral = Neutral(
                **{
                    name: value + part * (getattr(now, name) - value)
                    for name, value in asdict(known).items()
                }
            )
            return self.neutral
        slow = dt_seconds / _DRIFT_SECONDS
        mouth = known.mouth
        if now.mouth < mouth:
            mouth += min(1.0, dt_seconds / 0.5) * (now.mouth - mouth)
        elif now.mouth < mouth + 0.04:
            mouth += slow * (now.mouth - mouth)
        brow = known.brow
        if abs(now.brow - brow) < 0.02:
            brow += slow * (now.brow - brow)
        eyes = known.eyes
        if abs(now.eyes - eyes) < 0.1 * eyes:
            eyes += slow * (now.eyes - eyes)
        shown = min(measures.mouth - mouth - MOUTH_DEAD, MOUTH_RANGE)
        goal = max(shown, _LEAST_MOUTH_RANGE)
        pace = _WIDER_SECONDS if goal > known.mouth_range else _NARROWER_SECONDS
        mouth_range = known.mouth_range + share(dt_seconds, pace) * (goal - known.mouth_range)
        self.neutral = replace(known, mouth=mouth, brow=brow, eyes=eyes, mouth_range=mouth_range)
        return self.neutral


class Shown:
    """How far gestures went, each for a fifth of a second in all.

    Args:
        names: of the gestures.

    Attributes:
        seconds: how long a face was seen.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.seconds = 0.0
        self._farthest: dict[str, list[tuple[float, float]]] = {name: [] for name in names}

    def step(self, values: Sequence[float], dt_seconds: float) -> None:
        """One more frame, with a value for each gesture."""
        self.seconds += dt_seconds
        for kept, value in zip(self._farthest.values(), values, strict=True):
            heapq.heappush(kept, (value, dt_seconds))
            while sum(dt for _, dt in kept) - kept[0][1] >= _HELD_SECONDS - 1e-6:
                heapq.heappop(kept)

    def far(self) -> dict[str, float]:
        """Gesture to how far it went."""
        return {name: kept[0][0] if kept else 0.0 for name, kept in self._farthest.items()}


def default_path() -> Path:
    """Where ``--calibrate`` saves."""
    from platformdirs import user_config_path

    return user_config_path("latent-resonance", appauthor=False) / "face.json"


def save_neutral(path: Path, neutral: Neutral) -> None:
    """Write numbers only, never a picture; raises OutputError."""
    with suppress(OSError):  # said by the write that follows
        path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(asdict(neutral), indent=1))


def load_neutral(path: Path) -> Neutral:
    """Read a calibration; raises InputError when it is not one."""
    try:
        table = parse_json(read_text(path, "calibration"))
        return Neutral(**{name: float(value) for name, value in table.items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not a face calibration: calibrate again") from error
