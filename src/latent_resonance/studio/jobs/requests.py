"""What a page can ask for that takes long."""

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from latent_resonance.engine.mastering import Mastering
from latent_resonance.stage.audio_file import SOUND_FILES
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.store.presets import Label

_NUMBER = re.compile(r"true|false|[-+]?[0-9][0-9._]*(e[-+]?[0-9]+)?", re.IGNORECASE)
Change = Annotated[str, Field(max_length=260, description="entry=value")]

_FORMATS = tuple(suffix.removeprefix(".") for suffix in SOUND_FILES)


def _known_format(name: str) -> str:
    if name not in _FORMATS:
        raise ValueError(f"one of {', '.join(_FORMATS)}")
    return name


SoundFormatName = Annotated[
    str,
    AfterValidator(_known_format),
    WithJsonSchema({"type": "string", "enum": list(_FORMATS)}),
]


class RenderJob(Schema):
    """A patch as a sound file."""

    kind: Literal["render"] = "render"
    patch: Patch
    upload: Uuid | None = Field(
        default=None, description="what plays it: a MIDI file, a video, a .csv of controls"
    )
    seconds: float | None = Field(default=None, gt=0, le=3600, description="null: the upload's")
    format: SoundFormatName = "wav"
    rate: int | None = Field(
        default=None, ge=8_000, le=48_000, description="of the sound in Hz; null: the bundle's own"
    )
    channels: Literal[1, 2] | None = Field(default=None, description="null: the instrument's own")
    picture: bool = Field(default=False, description="draw its spectrogram too")
    mastering: Mastering = Field(default_factory=Mastering)


class FilmJob(Schema):
    """A take of an instrument of pictures as an MP4, its pictures drawn anew."""

    kind: Literal["film"] = "film"
    take: Uuid
    height: int = Field(default=720, ge=64, le=2160, description="in pixels")


class FinishJob(Schema):
    """A take as a finished file: loudness, fades, bits, another format."""

    kind: Literal["finish"] = "finish"
    take: Uuid
    format: SoundFormatName = "wav"
    mastering: Mastering = Field(default_factory=Mastering)


class TrainJob(Schema):
    """A recipe as a bundle."""

    kind: Literal["train"] = "train"
    recipe: str = Field(pattern=r"^[\w-]{1,60}$", description="one that ships, by name")
    name: str = Field(pattern=r"^[\w-]{1,60}$", description="of the bundle")
    changes: list[Change] = Field(
        default_factory=list, max_length=50, description="entries in place of the recipe's"
    )
    steps: int | None = Field(default=None, ge=1, le=10_000_000)
    threads: int = Field(default=0, ge=0, le=64)


class PrepareJob(Schema):
    """A folder of sounds on the studio's machine as training material."""

    kind: Literal["prepare"] = "prepare"
    folder: str = Field(min_length=1, max_length=1000, description="path on the studio's machine")
    name: str = Field(pattern=r"^[\w-]{1,60}$", description="of the material")
    sample_rate: int = Field(default=16_000, ge=1_000, le=192_000)
    n_fft: int = Field(default=512, ge=16, le=8192)
    hop: int = Field(default=128, ge=1, le=8192)
    columns: int = Field(default=256, ge=4, le=4096)


class ImportJob(Schema):
    """A network pickle as a bundle, or a bundle of somebody else's: checked, then kept."""

    kind: Literal["import"] = "import"
    upload: Uuid
    name: str = Field(pattern=r"^[\w-]{1,60}$", description="of the bundle")
    licence: Label = "not stated"
    source: str = Field(default="", max_length=300, description="who made it")
    sample_rate: int | None = Field(
        default=None, ge=1_000, le=192_000, description="the pictures are spectrograms of sound"
    )
    n_fft: int = Field(default=512, ge=16, le=8192)
    hop: int = Field(default=128, ge=1, le=8192)
    rows: Literal["highest-first", "lowest-first"] = "highest-first"
    scale: Literal["linear", "mel"] = "linear"
    halve: bool = Field(default=False, description="weights of 16 bits")


class MoodJob(Schema):
    """A model of pictures with one more mood, found by words; the model itself stays as it is."""

    kind: Literal["mood"] = "mood"
    bundle: str = Field(max_length=200, description="by name")
    prompt: str = Field(max_length=20_000)
    name: str = Field(pattern=r"^[\w-]{1,60}$", description="of the new bundle")


class ShareJob(Schema):
    """Presets as a set, with the recipes and models that they play and with pictures of them."""

    kind: Literal["share"] = "share"
    presets: list[Uuid] = Field(min_length=1, max_length=250)
    name: str = Field(pattern=r"^[A-Za-z0-9][\w-]{0,59}$", description="of the file")
    with_bundles: bool = Field(default=False, description="carry models above 16 MiB too")


JobRequest = Annotated[
    RenderJob | FilmJob | FinishJob | TrainJob | PrepareJob | ImportJob | MoodJob | ShareJob,
    Field(discriminator="kind"),
]


def names_files(changes: Iterable[str]) -> bool:
    """Whether any entry of a recipe is set to more than a number: texts may name files."""
    return any(not _NUMBER.fullmatch(change.partition("=")[2].strip()) for change in changes)
