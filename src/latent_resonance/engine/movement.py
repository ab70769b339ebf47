"""What moves a control by itself, as recipes and patches say it: an LFO, a path by hand, a source.

A recipe may write ``lfo = "sine"``, ``hand = [...]`` or ``from = "mouth"`` for the kind and its
first entry.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from typing_extensions import TypeAliasType

Shape = Literal["sine", "triangle", "saw", "square", "random"]

MOST_POINTS = 512

Bpm = Annotated[float, Field(ge=20, le=300, allow_inf_nan=False)]
"""Quarter notes per minute."""

USUAL_BPM = 120.0

_Depth = Annotated[float, Field(ge=-1, le=1)]
_Point = Annotated[float, Field(ge=-1, le=1)]


class _Movement(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    depth: _Depth = Field(
        default=0.25, description="share of the control's whole range; added to its set value"
    )


class _Cycle(_Movement):
    beats: float | None = Field(
        default=None, ge=1 / 64, le=1024, description="length of a cycle in quarter notes"
    )
    seconds: float | None = Field(
        default=None, ge=0.02, le=3600, description="length of a cycle, whatever the tempo"
    )

    @model_validator(mode="after")
    def _has_one_length(self) -> "_Cycle":
        if (self.beats is None) == (self.seconds is None):
            raise ValueError("a cycle has beats or seconds, one of the two")
        return self


class LfoMovement(_Cycle):
    """A wave in -1..1."""

    kind: Literal["lfo"]
    shape: Shape = "sine"
    phase: float = Field(default=0.0, ge=0, le=1, description="where in its cycle it begins")


class HandMovement(_Cycle):
    """A path that was recorded by hand, repeated."""

    kind: Literal["hand"]
    points: list[_Point] = Field(
        min_length=2, max_length=MOST_POINTS, description="evenly spaced over a cycle"
    )


class SourceMovement(_Movement):
    """What is sensed, such as a mouth or a level."""

    kind: Literal["source"]
    source: str = Field(min_length=1, max_length=100, description="a sensed control")


_FIRST = {"lfo": "shape", "hand": "points", "source": "source"}
_SHORT = {"lfo": "lfo", "hand": "hand", "from": "source"}


def _spelled_out(given: Any) -> Any:
    if not isinstance(given, dict) or "kind" in given:
        return given
    for word, kind in _SHORT.items():
        if word in given:
            if word == "from" and not (given[word] and isinstance(given[word], str)):
                raise ValueError("'from' should be the name of a sensed control")
            rest = {key: value for key, value in given.items() if key != word}
            return {"kind": kind, _FIRST[kind]: given[word], **rest}
    raise ValueError("say what moves it: lfo = a shape, hand = points, or from = a sensed control")


# With a name of its own the union has one in the page's half of the protocol too.
Movement = TypeAliasType(
    "Movement",
    Annotated[
        Annotated[LfoMovement | HandMovement | SourceMovement, Field(discriminator="kind")],
        BeforeValidator(_spelled_out),
    ],
)


def spell_short(movement: Movement) -> dict[str, Any]:
    """As a recipe writes it."""
    table = movement.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
    word = next(word for word, kind in _SHORT.items() if kind == movement.kind)
    return {word: table.pop(_FIRST[movement.kind]), **table}
