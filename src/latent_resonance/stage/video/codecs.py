"""What each kind of video file is made of, as far as the installed PyAV can make it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import MissingPartError


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of video file.

    Attributes:
        format: name of the muxer.
        pictures: encoders, the best first.
        sound: encoders, the best first.
        options: of the muxer.
        live: options of what is played as time passes, in their place.
    """

    format: str
    pictures: Sequence[str]
    sound: Sequence[str]
    options: Mapping[str, str] = field(default_factory=dict)
    live: Mapping[str, str] = field(default_factory=dict)


_CLUSTERS = {"cluster_time_limit": "1000", "flush_packets": "1"}

# The index at the front lets a browser begin before it has the whole file. A file without its index
# is nothing: what is recorded live is kept in fragments of a second until it ends (FFmpeg 7.1).
# There the header waits for the first fragment: before it, nobody knows how late each track begins.
_FRAGMENTS = {
    "movflags": "+hybrid_fragmented+delay_moov",
    "frag_duration": "1000000",
    "flush_packets": "1",
}
_INDEX_FIRST = {"movflags": "+faststart"}

CONTAINERS: Mapping[str, Container] = {
    ".mp4": Container(
        "mp4",
        ("libx264", "libvpx-vp9", "mpeg4"),
        ("aac",),
        _INDEX_FIRST,
        _FRAGMENTS,
    ),
    ".mov": Container("mov", ("libx264", "mpeg4"), ("aac",), _INDEX_FIRST, _FRAGMENTS),
    ".webm": Container("webm", ("libvpx-vp9", "libvpx"), ("libopus", "libvorbis"), live=_CLUSTERS),
    ".mkv": Container("matroska", ("libx264", "libvpx-vp9", "mpeg4"), ("flac",), live=_CLUSTERS),
}

_X264_WORST, _VPX_WORST = 51, 63
_MPEG4_BITS_A_PIXEL = 0.25


def choose_encoder(names: Sequence[str], kind: str) -> str:
    """The first encoder of ``names`` that is installed.

    Raises:
        MissingPartError: none is.
    """
    import av

    for name in names:
        try:
            av.codec.Codec(name, "w")
        except ValueError:  # UnknownCodecError is one
            continue
        return name
    raise MissingPartError(
        f"the installed PyAV has no encoder for {kind} files ({', '.join(names)}); "
        "the wheels on PyPI do: pip install --force-reinstall av"
    )


def picture_options(encoder: str, crf: int) -> dict[str, str]:
    """Options of an encoder of pictures.

    Args:
        encoder: its name.
        crf: constant rate factor on x264's scale, 0 (best) .. 51.
    """
    if encoder == "libx264":
        # By its AVX-512 code films of 64 or 96 pixels a side were not the same each time.
        older = {"x264-params": "asm=AVX2"} if _has_avx512() else {}
        return {"preset": "veryfast", "crf": str(crf), **older}
    if encoder.startswith("libvpx"):
        scaled = str(round(crf * _VPX_WORST / _X264_WORST))
        return {"deadline": "realtime", "cpu-used": "6", "crf": scaled, "b": "0"}
    return {}


def _has_avx512() -> bool:
    """As far as NumPy tells."""
    made = getattr(getattr(np, "_core", None), "_multiarray_umath", None)
    return bool(getattr(made, "__cpu_features__", {}).get("AVX512F"))


def even_size(width: int, height: int) -> tuple[int, int]:
    """Of a film: colours have half the lines and columns, so an odd last one is shown twice."""
    return width + width % 2, height + height % 2


def set_up_pictures(stream: Any, encoder: str, width: int, height: int, rate: float) -> None:
    """Size and colour of a stream: yuv420p, which every player takes, in BT.709 with sRGB's curve.

    Args:
        stream: of PyAV.
        encoder: its name.
        width: even, in pixels.
        height: even, in pixels.
        rate: pictures a second.
    """
    context = stream.codec_context
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context.color_range, context.colorspace = 1, 1  # limited, BT.709
    context.color_primaries, context.color_trc = 1, 13  # BT.709, IEC 61966-2-1
    context.gop_size = max(1, round(2 * rate))
    if encoder == "mpeg4":
        context.bit_rate = round(width * height * rate * _MPEG4_BITS_A_PIXEL)
