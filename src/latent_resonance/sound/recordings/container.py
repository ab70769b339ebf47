"""Files that FFmpeg reads: containers of sound and of pictures, none that names other files."""

from pathlib import Path
from typing import Any

from latent_resonance.contracts.files import open_regular

# Playlists such as concat, hls or dash, which would open what they name, are not among them.
_CONTAINERS = (
    "wav,w64,aiff,au,caf,flac,ogg,mp3,aac,ac3,eac3,dts,mov,mp4,m4a,asf,matroska,webm,avi,flv,"
    "mpeg,mpegts,mpegvideo,h264,hevc,m4v,mxf,gif,ivf,mjpeg,ape,wv,tta,amr,voc"
)
_OPENING = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}


def open_container(path: Path) -> Any:
    """An ``av.InputContainer`` of a regular file, whatever its name looks like.

    Raises:
        OSError, ValueError: it cannot be opened, or is none of the known kinds; ``FFmpegError``
            is both or either.
    """
    import av

    open_regular(path).close()
    return av.open(f"file:{path.absolute()}", options=_OPENING)
