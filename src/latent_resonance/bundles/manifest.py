"""``bundle.json``: what a model file says of itself."""

import hashlib
import json
import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from latent_resonance.contracts.diffusion import MOST_STEPS, DiffusionLayout
from latent_resonance.contracts.file_names import is_printable
from latent_resonance.contracts.members import DISPLAY, RANGES, WEIGHTS
from latent_resonance.contracts.space import BESIDE

SCHEMA_VERSION = 1
MOST_FORMER = 64
NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
"""What a bundle can be called, as a pattern."""
_MOST_LEVELS = 64_000_000
# Each sample is in this many frames at most: with a hop of 1 no machine plays in time.
_MOST_OVERLAP = 32
_MOST_PLACE = 65_536


class Strict(BaseModel):
    """What a file says: exact types, finite numbers, printable texts, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _printable(self) -> Self:
        for text in _texts(list(self.__dict__.values())):
            if not is_printable(text.replace("\n", " ")):
                raise ValueError("a text has characters that cannot be printed")
        return self


def _texts(value: object) -> Iterator[str]:
    """All strings in ``value``: what a file says of itself reaches terminals and pages."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts([*value.keys(), *value.values()])
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def hop_fault(n_fft: int, hop: int) -> str | None:
    """What is wrong with columns of ``n_fft`` samples, ``hop`` apart; None if nothing."""
    if n_fft % hop or hop * 4 > n_fft:
        return f"hop {hop} must divide {n_fft}, its n_fft, and be at most a quarter of it"
    if hop * _MOST_OVERLAP < n_fft:
        return f"hop {hop} must be at least one {_MOST_OVERLAP}th of {n_fft}, its n_fft"
    return None


class Codec(Strict):
    """How levels become sound; the fields of ``SpectrogramFormat``."""

    kind: Literal["linear_log_stft"] = "linear_log_stft"
    sample_rate: int = Field(ge=1_000, le=384_000)
    n_fft: int = Field(ge=64, le=16_384)
    hop: int = Field(ge=1)
    columns: int = Field(ge=2, le=65_536)
    range_db: float = Field(gt=0, le=200)
    window: Literal["gauss", "hann"]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.n_fft % 2 or self.n_fft // 2 * self.columns > _MOST_LEVELS:
            raise ValueError("n_fft must be even, and a window have at most 64 million levels")
        fault = hop_fault(self.n_fft, self.hop)
        if fault:
            raise ValueError(fault)
        return self


class Picture(Strict):
    """The size of an image bundle's pictures, in pixels."""

    height: int = Field(ge=1, le=16_384)
    width: int = Field(ge=1, le=16_384)
    channels: int = Field(ge=1, le=4, description="1 grey, 3 red green blue")
    any_size: bool = Field(
        default=False, description="computed from coordinates: this size, or any other"
    )


class Words(Strict):
    """How a prompt reaches a network: rows of numbers, one for each word."""

    tokens: int = Field(ge=1, le=1024, description="most words")
    size: int = Field(ge=1, le=4096, description="numbers of each")


class Diffusion(Strict):
    """A latent diffusion: w is noise, then words, then how strongly they pull."""

    latent: tuple[int, int, int] = Field(description="channels, rows, columns of the noise")
    words: Words
    steps: int = Field(ge=1, le=MOST_STEPS, description="of the sampler, where none are asked for")
    guidance: float = Field(ge=1, le=100, description="the same")

    @property
    def layout(self) -> DiffusionLayout:
        """Which numbers of w are noise, words and guidance."""
        words = self.words
        return DiffusionLayout(self.latent, words.tokens, words.size, self.steps, self.guidance)

    @model_validator(mode="before")
    @classmethod
    def _from_json(cls, table: Any) -> Any:
        if isinstance(table, dict) and isinstance(table.get("latent"), list):
            return {**table, "latent": tuple(table["latent"])}
        return table

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if min(self.latent) < 1 or self.layout.size > _MOST_PLACE:
            raise ValueError("the latent or the words of the diffusion are out of range")
        return self


class Control(Strict):
    """A slider of the model."""

    name: str
    low: float
    high: float
    rest: float = 0.0
    description: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.rest <= self.high or self.low == self.high:
            raise ValueError("a control's rest must lie between its low and its high")
        return self


class Source(Strict):
    """Where training data came from."""

    source: str
    licence: str
    attribution: str = ""
    clips: int = Field(ge=0)


class Provenance(Strict):
    """How the model came to be."""

    data: list[Source]
    command: str
    metrics: dict[str, float] = {}
    licence: str = Field(description="of the weights")


class Member(Strict):
    """One file of the bundle."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class Manifest(Strict):
    """The whole of ``bundle.json``."""

    format: Literal["latent-resonance bundle"] = "latent-resonance bundle"
    schema_version: int = Field(ge=1, le=SCHEMA_VERSION)
    name: str = Field(pattern=f"^{NAME}$")
    kind: Literal["sound", "image"]
    family: str
    description: str = ""
    latent_size: int = Field(ge=1, le=_MOST_PLACE)
    beside: list[Literal["grain", "air", "attack", "warp"]] = Field(
        default=[],
        max_length=len(BESIDE),
        description="numbers of w behind those that the network takes, in this order",
    )
    conditioning: dict[str, list[str]] = {}
    codec: Codec | None = None
    picture: Picture | None = None
    diffusion: Diffusion | None = None
    controls: list[Control] = []
    provenance: Provenance
    members: dict[str, Member]
    former_seals: list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = Field(
        default=[], max_length=MOST_FORMER
    )
    seal: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind != "sound" and self.beside:
            raise ValueError("only sounds have numbers beside the network's")
        if self.beside != [name for name in BESIDE if name in self.beside]:
            raise ValueError(f"beside: {', '.join(BESIDE)}, each once and in this order")
        if self.kind == "sound" and self.codec is None:
            raise ValueError("a sound bundle needs a codec")
        if self.kind == "image" and self.picture is None:
            raise ValueError("an image bundle needs the size of its picture")
        if self.diffusion is not None and (self.picture is None or self.picture.any_size):
            raise ValueError("a diffusion draws pictures of one size")
        if self.diffusion is not None and self.diffusion.layout.size != self.latent_size:
            raise ValueError("latent_size is not that of the diffusion's noise, words and guidance")
        if len({control.name for control in self.controls}) != len(self.controls):
            raise ValueError("two controls have the same name")
        return self


def seal_of(manifest: dict[str, Any], *, whole: bool = False) -> str:
    """sha256 over the manifest, in one spelling: a changed byte in it shows.

    It names the model: the seal itself is left out, and so are weights to train on from, names for
    people and ranges for 8-bit integers, which a bundle may gain without sounding otherwise in 32
    bits (their own sha256 guards them).
    ``whole`` gives the form of bundles that were written before, which covers the weights too.
    """
    rest = {key: value for key, value in manifest.items() if key != "seal"}
    members = manifest.get("members")
    if isinstance(members, dict):
        unsealed = {DISPLAY, RANGES} if whole else {DISPLAY, RANGES, WEIGHTS}
        rest["members"] = {key: value for key, value in members.items() if key not in unsealed}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def spelled(table: dict[str, Any]) -> bytes:
    """``bundle.json`` in its one spelling: a changed or added byte shows even between the facts."""
    return json.dumps(table, indent=1, sort_keys=True, ensure_ascii=True).encode()


def plain(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON values, sealed.

    Raises:
        ValueError: a metric is not finite.
    """
    table = manifest.model_dump(mode="json")
    if manifest.picture is not None and not manifest.picture.any_size:
        # Bundles of before the word was known stay the same bytes.
        del table["picture"]["any_size"]
    if manifest.diffusion is None:
        del table["diffusion"]
    if not manifest.beside:
        del table["beside"]
    if not manifest.former_seals:
        del table["former_seals"]
    if not all(math.isfinite(value) for value in manifest.provenance.metrics.values()):
        raise ValueError("a metric of the bundle is not finite")
    table["seal"] = seal_of(table)
    return table
