"""Settings of the studio, and counts of use: both stay here."""

from typing import Literal

from pydantic import Field

from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import now


class Settings(Schema):
    """What the player set for all instruments."""

    engine: Literal["auto", "openvino", "onnxruntime", "torch"] = Field(
        default="auto", description="what runs the models"
    )
    device: Literal["cpu", "cuda", "mps", "directml"] = Field(
        default="cpu", description="where it runs them"
    )
    threads: int = Field(default=0, ge=0, le=64, description="for a model; 0 lets it choose")
    buffer_ms: int = Field(default=50, ge=10, le=400, description="sound that the page keeps ready")
    theme: Literal["system", "dark", "light"] = "system"
    camera: str = Field(default="", max_length=200, description="the page's name of the camera")
    midi_input: str = Field(default="", max_length=200, description="the page's name of the port")
    midi_map: dict[str, str] = Field(
        default_factory=dict, max_length=512, description="MIDI controller to control"
    )
    shortcuts: dict[str, str] = Field(
        default_factory=dict, max_length=512, description="key to action"
    )
    letters_play: bool = Field(
        default=True,
        description="whether the computer's letters are a piano where notes are played",
    )
    neutral_face: dict[str, float] = Field(
        default_factory=dict, max_length=128, description="measures of the face at rest, if saved"
    )


class SettingsTable:
    """In the database, as one entry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> Settings:
        """As they are; what cannot be read any more is as new."""
        row = self._database.first("SELECT value FROM settings WHERE name = 'all'")
        try:
            return Settings.model_validate_json(row["value"]) if row else Settings()
        except ValueError:
            return Settings()

    def put(self, settings: Settings) -> None:
        """All of them."""
        self._database.write(
            "INSERT INTO settings (name, value) VALUES ('all', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (settings.model_dump_json(),),
        )


class UsageCount(Schema):
    """How often something was used on this machine."""

    what: str
    count: int
    last: float


class Usage:
    """In the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, what: str) -> None:
        """Once more."""
        self._database.write_soon(
            "INSERT INTO usage (what, count, last) VALUES (?, 1, ?)"
            " ON CONFLICT (what) DO UPDATE SET count = count + 1, last = excluded.last",
            (what, now()),
        )

    def list(self) -> list[UsageCount]:
        """The most used first."""
        rows = self._database.read("SELECT * FROM usage ORDER BY count DESC, what")
        return [UsageCount.model_validate(dict(row)) for row in rows]

    def forget(self) -> None:
        """All counts."""
        self._database.write("DELETE FROM usage")
