"""How long a sound file says that it is, which need not be what it holds."""

import re
from pathlib import Path
from typing import Any

from latent_resonance.contracts.files import open_regular

_MISSING_SHARE = 0.02
# What codecs add or take at the ends.
_PADDING_SECONDS = 0.1
# A line of libsndfile's log where a chunk's header and the file's size disagree.
_CUT = re.compile(r"^\s*(data|SSND|Data Size|riff)\s*:\s*(\d+) \(should be (\d+)\)", re.MULTILINE)
# Sizes of this order in a header mean that the writer did not know.
_UNKNOWN_SIZE = 0x7F00_0000
_MP3_HEAD = 8192


def announced_seconds(sound: Any) -> float:
    """Of an open ``soundfile.SoundFile``; the header's word, where the file was cut later."""
    seconds = float(sound.frames / sound.samplerate)
    for _, said, there in _CUT.findall(sound.extra_info):
        if int(there) < int(said) < _UNKNOWN_SIZE:
            return seconds * int(said) / max(1, int(there))
    return seconds


def is_shorter(seconds: float, announced: float) -> bool:
    """Whether what came is clearly less than what was announced."""
    return announced - seconds > max(_PADDING_SECONDS, _MISSING_SHARE * announced)


def tells_mp3_length(path: Path) -> bool:
    """Whether an MP3 file counts its frames at its start, rather than leave it to a guess."""
    with open_regular(path) as file:
        head = file.read(10)
        start = 0
        if head[:3] == b"ID3" and len(head) == 10:
            start = 10
            for place, byte in enumerate(head[6:10]):
                start += (byte & 0x7F) << 7 * (3 - place)
        file.seek(start)
        first = file.read(_MP3_HEAD)
    return any(mark in first for mark in (b"Xing", b"Info", b"VBRI"))
