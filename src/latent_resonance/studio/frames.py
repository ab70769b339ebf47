"""The binary frames of the playing WebSocket: 24 bytes of little-endian header, then numbers."""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A number in a header: its name, byte offset, and kind as ``struct`` writes it."""

    name: str
    offset: int
    kind: Literal["B", "H", "I", "f", "d"]
    meaning: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A kind of binary frame: header, then ``payload``."""

    name: str
    tag: int
    fields: tuple[HeaderField, ...]
    payload: Literal["float32", "uint8"]
    layout: str

    def pack(self, **values: float) -> bytearray:
        """The header with these values; raises KeyError for one that is missing."""
        header = bytearray(HEADER_BYTES)
        header[0] = self.tag
        for field in self.fields:
            struct.pack_into("<" + field.kind, header, field.offset, values[field.name])
        return header

    def unpack(self, message: bytes) -> dict[str, float]:
        """The header's values, for tests and Python clients."""
        if message[0] != self.tag:
            raise ValueError(f"this is no {self.name}")
        return {
            field.name: struct.unpack_from("<" + field.kind, message, field.offset)[0]
            for field in self.fields
        }


HEADER_BYTES = 24

SOUND = Frame(
    "sound",
    1,
    (
        HeaderField("channels", 1, "B", "1 or 2"),
        HeaderField("frames", 4, "I", "frames that follow"),
        HeaderField("frame", 8, "d", "the sample clock: number of the first frame"),
        HeaderField("generation_ms", 16, "f", "the model's latest window"),
        HeaderField("render_ms", 20, "f", "this block"),
    ),
    "float32",
    "[frames, channels] interleaved, -1..1, 48 kHz",
)

PICTURE = Frame(
    "picture",
    2,
    (
        HeaderField("rows", 2, "H", "of frequency"),
        HeaderField("columns", 4, "H", "of time, that follow"),
        HeaderField("skipped", 6, "H", "columns lost between the last picture and this one"),
        HeaderField("frame", 8, "d", "the sample clock at the middle of the last column"),
        HeaderField("level_db", 16, "f", "peak of these columns, dBFS"),
    ),
    "uint8",
    "[columns, rows], oldest first, row 0 the lowest",
)

PLACED = Frame(
    "placed",
    3,
    (
        HeaderField("size", 2, "H", "numbers of the place; the rest are those of the look"),
        HeaderField("share", 4, "f", "how much of it is shown over what was shown before, 0..1"),
        HeaderField("frame", 8, "d", "the sample clock of the moment that it belongs to"),
        HeaderField("contrast", 16, "f", "of what is finer than a third of the picture, 0..1"),
    ),
    "float32",
    "w [size], then the controls of the look in the order that ready told",
)

DRAWN = Frame(
    "drawn",
    4,
    (
        HeaderField("width", 2, "H", "in pixels"),
        HeaderField("height", 4, "H", "in pixels"),
        HeaderField("frame", 8, "d", "the sample clock of the moment that it belongs to"),
    ),
    "uint8",
    "a JPEG file",
)

FRAMES = (SOUND, PICTURE, PLACED, DRAWN)


def pack_sound(samples: FloatArray, frame: int, generation_ms: float, render_ms: float) -> bytes:
    """A ``SOUND`` of float32 ``[frames, channels]``."""
    header = SOUND.pack(
        channels=samples.shape[1],
        frames=len(samples),
        frame=frame,
        generation_ms=generation_ms,
        render_ms=render_ms,
    )
    return bytes(header) + np.ascontiguousarray(samples, "<f4").tobytes()


def pack_picture(columns: ByteArray, skipped: int, frame: float, level_db: float) -> bytes:
    """A ``PICTURE`` of uint8 ``[columns, rows]``."""
    header = PICTURE.pack(
        rows=columns.shape[1],
        columns=len(columns),
        skipped=min(skipped, 65_535),
        frame=frame,
        level_db=level_db,
    )
    return bytes(header) + np.ascontiguousarray(columns).tobytes()


def pack_placed(
    w: FloatArray, looks: Sequence[float], frame: float, share: float, contrast: float
) -> bytes:
    """A ``PLACED`` of float32 ``[size]`` and the look's controls."""
    header = PLACED.pack(size=len(w), share=share, frame=frame, contrast=contrast)
    return bytes(header) + np.concatenate([w, np.asarray(looks)]).astype("<f4").tobytes()


def pack_drawn(pixels: ByteArray, frame: float, quality: int) -> bytes:
    """A ``DRAWN`` of uint8 ``[height, width, 3]``; ``quality`` as JPEG counts it, to 95."""
    from PIL import Image

    height, width = pixels.shape[:2]
    header = DRAWN.pack(width=width, height=height, frame=frame)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=0)
    return bytes(header) + file.getvalue()
