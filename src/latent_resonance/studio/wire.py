"""What goes over the playing WebSocket, defined once; TypeScript is generated from here.

Text frames are JSON objects with a ``type``: ``FromPage`` and ``ToPage``. Binary frames, which go
to the page only, are in ``frames.py``.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from latent_resonance.engine.movement import Bpm, Movement
from latent_resonance.engine.recipe import MapEntry
from latent_resonance.studio.page_senses import PerformingSense
from latent_resonance.studio.patch import MOST_CONTROLS, Chosen, Name, Number, Patch, Place
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.ids import Uuid

PROTOCOL = 4
"""Raised when a page of another version could not talk to this server any more."""

SAMPLE_RATE = 48_000
MOST_PULL = 24_000
MOST_OWED = 48_000
MOST_COLUMNS = 256
MOST_HEARD = 9_600
"""Samples of live sound in one message."""
MOST_MESSAGE_BYTES = 131_072


class CloseCode:
    """Why the server ends the socket; above 4000 as RFC 6455 leaves them to applications."""

    WRONG_MESSAGE = 4400
    NO_SESSION = 4404
    TAKEN_OVER = 4409
    FAILED = 4500


# ---- from the page -------------------------------------------------------------------------

Id = Annotated[int, Field(ge=0, le=2**53)]


class Pull(Schema):
    """A credit: the page has room for so many frames. Answered by one ``SOUND`` of that length."""

    type: Literal["pull"] = "pull"
    frames: int = Field(ge=1, le=MOST_PULL)


class SetControls(Schema):
    """Controls from now on; those that are not named stay. Answered by ``applied``."""

    type: Literal["controls"] = "controls"
    id: Id = Field(description="the page's own; comes back in applied")
    values: dict[Name, Number] = Field(default_factory=dict, max_length=MOST_CONTROLS)
    present: bool | None = Field(
        default=None, description="whether the performer is there; null: these are set by hand"
    )
    sense: PerformingSense = Field(
        default="face", description="whose signal it is, where present is given"
    )


class GoTo(Schema):
    """Another place of the latent space. Answered by ``applied``."""

    type: Literal["place"] = "place"
    id: Id
    place: Place | None = Field(description="null: back to where the controls lead")


class Choose(Schema):
    """One of an instrument's named choices, such as instrument: cello. Answered by ``applied``."""

    type: Literal["choose"] = "choose"
    id: Id
    choice: Name
    value: Chosen


class Midi(Schema):
    """A channel message of MIDI 1.0. Answered by ``applied``."""

    type: Literal["midi"] = "midi"
    id: Id
    data: list[Annotated[int, Field(ge=0, le=255)]] = Field(min_length=1, max_length=3)
    frame: int | None = Field(
        default=None, ge=0, le=2**53, description="of the sample clock, when it is; null: now"
    )


class Forget(Schema):
    """MIDI messages whose frame is still to come are not played. Answered by ``applied``."""

    type: Literal["forget"] = "forget"
    id: Id


class SetMap(Schema):
    """What moves the controls from now on. Answered by ``applied``.

    Controls whose line changed and that were set by hand are released.
    """

    type: Literal["map"] = "map"
    id: Id
    lines: dict[Name, MapEntry | None] = Field(
        max_length=MOST_CONTROLS,
        description="control to its line, beside the instrument's own; null: nothing moves it",
    )


class Release(Schema):
    """Controls that were set by hand go back to what moves them. Answered by ``applied``."""

    type: Literal["release"] = "release"
    id: Id
    names: list[Name] = Field(max_length=MOST_CONTROLS)


class SetMoves(Schema):
    """What moves controls around their value; those not named stay. Answered by ``applied``."""

    type: Literal["moves"] = "moves"
    id: Id
    moves: dict[Name, Movement | None] = Field(
        max_length=MOST_CONTROLS, description="null: it stays at its value"
    )


class SetTempo(Schema):
    """The tempo from now on; the beat goes on from where it is. Answered by ``applied``."""

    type: Literal["tempo"] = "tempo"
    id: Id
    bpm: Bpm
    beat: float | None = Field(
        default=None, ge=0, le=1e6, allow_inf_nan=False, description="the beat now, such as a tap"
    )


class FollowBeat(Schema):
    """How the beat of the sound is followed; what is null stays. Answered by ``applied``."""

    type: Literal["follow_beat"] = "follow_beat"
    id: Id
    follow: bool | None = Field(default=None, description="keep the beat that is heard")
    multiple: Literal["half", "as_heard", "double"] | None = Field(
        default=None, description="of the beats that are found"
    )


class OpenSound(Schema):
    """What plays into the instrument, where it takes sound. Answered by ``applied``.

    Live sound comes as binary messages: 16-bit little-endian samples, mono, 48 kHz.
    """

    type: Literal["open_sound"] = "open_sound"
    id: Id
    source: Literal["none", "file", "live"]
    upload: Uuid | None = Field(default=None, description="the file, from its start")


class PlaySound(Schema):
    """Play the file on, pause it, or go elsewhere in it; null stays. Answered by ``applied``."""

    type: Literal["play_sound"] = "play_sound"
    id: Id
    playing: bool | None = None
    at: float | None = Field(default=None, ge=0, le=1e6, allow_inf_nan=False)


class LimitFlashes(Schema):
    """The flash limiter; on at the start of each connection. Answered by ``applied``."""

    type: Literal["limit_flashes"] = "limit_flashes"
    id: Id
    on: bool


class Look(Schema):
    """The page can draw: answered by one ``PICTURE``, once there is a new column."""

    type: Literal["look"] = "look"
    columns: int = Field(ge=1, le=MOST_COLUMNS, description="most that it wants, the latest win")


class RecordTake(Schema):
    """Begin or end a take of what is heard. Answered by ``take``."""

    type: Literal["record"] = "record"
    on: bool
    name: str = Field(default="", max_length=100)


class Ping(Schema):
    """Answered at once by ``pong``, ahead of sound that waits."""

    type: Literal["ping"] = "ping"
    sent: Number = Field(description="the page's clock, comes back as it is")


FromPage = Annotated[
    Pull
    | SetControls
    | GoTo
    | Choose
    | Midi
    | Forget
    | SetMap
    | Release
    | SetMoves
    | SetTempo
    | FollowBeat
    | OpenSound
    | PlaySound
    | LimitFlashes
    | Look
    | RecordTake
    | Ping,
    Field(discriminator="type"),
]


# ---- to the page ---------------------------------------------------------------------------


class PictureLayout(Schema):
    """What the rows and columns of pictures are."""

    rows: int
    low_hz: float = Field(description="bottom of row 0")
    high_hz: float = Field(description="top of the last row; rows are even in octaves")
    seconds_per_column: float
    range_db: float = Field(description="0 is so far below full scale, 255 is full scale")


class DrawnLayout(Schema):
    """What an instrument of pictures sends beside its sound."""

    kind: Literal["places", "frames"] = Field(
        description="places: the page draws them itself; frames: pictures, drawn here"
    )
    bundle: str = Field(description="whose places they are")
    width: int = Field(description="of a frame; of the picture that the limiter looks at")
    height: int
    frame_rate: float
    looks: list[str] = Field(description="controls of the look, in the order that a place has them")


class Loading(Schema):
    """The instrument is being opened; the first message, again with a new text as it goes on."""

    type: Literal["loading"] = "loading"
    what: str


class Ready(Schema):
    """The instrument plays: pulls are answered from here on."""

    type: Literal["ready"] = "ready"
    protocol: int
    session: str
    patch: Patch
    channels: int
    frame: int = Field(description="the sample clock: number of the next frame")
    latency_ms: float = Field(description="from a control to the middle of its effect, server part")
    picture: PictureLayout
    drawn: DrawnLayout | None = Field(default=None, description="null: it makes sound")


class Applied(Schema):
    """From which frame on a message is in force."""

    type: Literal["applied"] = "applied"
    id: int
    frame: int
    waiting_model: bool = Field(
        default=False, description="the model makes a window for it, heard a little later"
    )


class Spread(Schema):
    """A distribution of times in milliseconds."""

    p50: float
    p95: float
    max: float


class MetersNow(Schema):
    """Four times a second while it plays."""

    type: Literal["meters"] = "meters"
    frame: int
    generation_ms: Spread = Field(description="the model: one window")
    render_ms: Spread = Field(description="one answer to a pull")
    windows: int = Field(description="made by the model so far")
    late: int = Field(description="pulls that took longer than their own sound")
    dropped_requests: int
    errors: int
    last_error: str
    level_db: float = Field(description="peak of the last quarter of a second, dBFS")
    beat: float = Field(description="quarter notes since the performance began")


class ValuesNow(Schema):
    """Where moved controls are; at most 30 times a second, once more when all movement ended."""

    type: Literal["values"] = "values"
    frame: int
    beat: float = Field(description="quarter notes since the performance began")
    values: dict[str, float] = Field(description="by control; empty when movement ended")


class HeardNow(Schema):
    """What plays into the instrument and what is heard of it; at most 20 times a second."""

    type: Literal["heard"] = "heard"
    frame: int
    source: Literal["none", "file", "live"]
    upload: str = Field(description="of the file; empty where there is none")
    name: str
    seconds: float = Field(description="length of the file")
    at: float = Field(description="where it is, in seconds")
    playing: bool
    values: dict[str, float] = Field(description="the sense of sound, by control")
    bpm: float | None = Field(description="of the beat that is heard; null: none is clear")
    follows: bool = Field(description="whether movement keeps that beat")
    multiple: Literal["half", "as_heard", "double"]


class PatchNow(Schema):
    """The session was changed from elsewhere, such as by a preset."""

    type: Literal["patch"] = "patch"
    patch: Patch


class InstrumentNow(Schema):
    """An instrument that played here goes by another name; its sound goes on."""

    type: Literal["instrument"] = "instrument"
    before: str
    name: str


class TakeNow(Schema):
    """The recorder; ``take`` is the finished one's id."""

    type: Literal["take"] = "take"
    recording: bool
    seconds: float = 0.0
    take: str | None = None


class Notice(Schema):
    """Something for the player to read; the sound goes on."""

    type: Literal["notice"] = "notice"
    level: Literal["info", "warning", "error"]
    text: str
    id: int | None = Field(default=None, description="of the message that could not be followed")


class Pong(Schema):
    """To ``ping``."""

    type: Literal["pong"] = "pong"
    sent: float
    frame: int


ToPage = Annotated[
    Loading
    | Ready
    | Applied
    | MetersNow
    | ValuesNow
    | HeardNow
    | PatchNow
    | InstrumentNow
    | TakeNow
    | Notice
    | Pong,
    Field(discriminator="type"),
]

FROM_PAGE: TypeAdapter[FromPage] = TypeAdapter(FromPage)
