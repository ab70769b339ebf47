"""The controls that a sound gives, and the options of listening to it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.values import ControlRange

CONTROLS = (
    ControlRange("contrast", 0, 1, 0, "", "spectral peaks over valleys"),
    ControlRange("flatness", 0, 1, 0, "", "noise above tone"),
    ControlRange("onset_strength", 0, 1, 0, "", "rise of the spectrum, smoothed"),
    ControlRange("zero_crossing_rate", 0, 1, 0, "", "changes of sign"),
    ControlRange("chroma_variance", 0, 1, 0, "", "few notes above many"),
    ControlRange("bass", 0, 1, 0, "", "level from 20 to 150 Hz"),
    ControlRange("mids", 0, 1, 0, "", "level from 150 to 2000 Hz"),
    ControlRange("highs", 0, 1, 0, "", "level above 2000 Hz"),
    ControlRange("rms", 0, 1, 0, "", "level"),
    ControlRange("centroid", 0, 1, 0, "", "mean frequency"),
    ControlRange("onset", 0, 1, 0, "", "jumps up at a beat and falls back"),
    ControlRange("pitch", 0, 127, 60, "MIDI number", "of the sung or played tone"),
    ControlRange("voicing", 0, 1, 0, "", "how clearly there is a pitch"),
    ControlRange("beat", 0, 1, 0, "", "1 where a beat is about to fall, then less"),
    ControlRange("beat_phase", 0, 1, 0, "", "from one beat to the next"),
    ControlRange("tempo", 20, 400, 120, "bpm", "beats per minute"),
    ControlRange("beat_confidence", 0, 1, 0, "", "how clear the rhythm is"),
    ControlRange("bar_phase", 0, 1, 0, "", "from one bar to the next"),
    ControlRange("bar_confidence", 0, 1, 0, "", "how clearly one beat begins a bar"),
    ControlRange("harmony_hue", 0, 1, 0, "", "place on the circle of fifths; C at 0, G at 1/12"),
    ControlRange("harmony_strength", 0, 1, 0, "", "notes near one key above notes of all"),
    ControlRange("harmony_x", -1, 1, 0, "", "the same place as a point: C right, F sharp left"),
    ControlRange("harmony_y", -1, 1, 0, "", "the same place as a point: A up, E flat down"),
    ControlRange("novelty", 0, 1, 0, "", "louder than the last seconds"),
    ControlRange("pulse", 0, 1, 0, "", "a beat, or an onset while there is no clear beat"),
    ControlRange("mood_energy", -1, 1, 0, "", "of the last seconds: calm music, or driving"),
    ControlRange("mood_light", -1, 1, 0, "", "of the last seconds: dark music, or bright"),
    ControlRange("mood_x", -1, 1, 0, "", "of the last seconds: near where music sounds alike"),
    ControlRange("mood_y", -1, 1, 0, "", "the same, across"),
)
REST = {control.name: control.rest for control in CONTROLS}


BEAT_MULTIPLES = {"half": 0.5, "as_heard": 1.0, "double": 2.0}


class ListeningOptions(BaseModel):
    """How a sound becomes controls."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    range_seconds: float = Field(
        default=20.0,
        ge=1,
        le=600,
        description="how far back the range goes that becomes 0 to 1",
    )
    gate_db: float = Field(
        default=-50.0,
        ge=-90,
        le=0,
        description="level below which it counts as silent, in dB of full scale",
    )
    beat_ahead_seconds: float = Field(
        default=0.06, ge=0, le=0.2, description="how long before it falls a beat is announced"
    )
    beat_multiple: Literal["half", "as_heard", "double"] = Field(
        default="as_heard", description="beats that are given for those that are found"
    )
    slowest_bpm: float = Field(default=50.0, ge=30, le=120, description="lowest tempo to look for")
    fastest_bpm: float = Field(
        default=200.0, ge=121, le=300, description="highest tempo to look for"
    )
    mood_map: Path | None = Field(
        default=None, description="a trained map from music to moods; none: the shipped one"
    )
