"""The controls that a sound gives, and the options of listening to it."""

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
)
REST = {control.name: control.rest for control in CONTROLS}


class ListeningOptions(BaseModel):
    """How a sound becomes controls."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    range_seconds: float = Field(
        20.0, ge=1, le=600, description="how far back the range goes that becomes 0 to 1"
    )
    gate_db: float = Field(
        -50.0,
        ge=-90,
        le=0,
        description="level below which it counts as silent, in dB of full scale",
    )
