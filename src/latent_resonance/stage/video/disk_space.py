"""Whether the disk still has room for the end of a video file.

A file that is cut off where the disk is full has no index, and nothing plays it. So a recording
ends while there is room for the index and for what the encoders still hold.
"""

import shutil
from pathlib import Path

_RESERVE = 32 * 2**20  # bytes: for the encoders, and for other programs meanwhile
_BYTES_A_PACKET = 64  # at most, in the index
_EVERY = 16  # packets between two looks


class DiskSpace:
    """Room on the disk of a folder.

    Args:
        folder: where the file is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packets = self._looked_at = 0

    def wrote(self, packets: int) -> None:
        """Note what the index will have to name."""
        self._packets += packets

    def has_room(self) -> bool:
        """Whether more can be written; looks at the disk now and then."""
        if self._packets - self._looked_at < _EVERY and self._looked_at:
            return True
        self._looked_at = self._packets
        try:
            disk = shutil.disk_usage(self._folder)
        except OSError:  # no answer is no reason to stop
            return True
        # Nor is that of file systems that do not count.
        return disk.total == 0 or disk.free > _RESERVE + _BYTES_A_PACKET * self._packets
