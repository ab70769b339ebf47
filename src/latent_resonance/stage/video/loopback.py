"""A v4l2loopback device, written to as the Linux kernel defines it (``linux/videodev2.h``)."""

import os
import struct
from pathlib import Path

from latent_resonance.contracts.errors import DeviceError

# _IOR('V', 0, struct v4l2_capability), _IOWR('V', 5, struct v4l2_format) and
# _IOWR('V', 22, struct v4l2_streamparm), with structures of 104, 208 and 204 bytes.
QUERYCAP, S_FMT, S_PARM = 0x80685600, 0xC0D05605, 0xC0CC5616
_CAPABILITY_BYTES, _FORMAT_BYTES, _PARM_BYTES = 104, 208, 204
_OUTPUT = 2  # V4L2_CAP_VIDEO_OUTPUT, and V4L2_BUF_TYPE_VIDEO_OUTPUT, too
_DEVICE_CAPS = 0x80000000
_YUYV = int.from_bytes(b"YUYV", "little")
_PROGRESSIVE, _SRGB = 1, 8  # V4L2_FIELD_NONE, V4L2_COLORSPACE_SRGB
_NUMBERS = Path("/sys/class/video4linux")
HELP = "load it with: sudo modprobe v4l2loopback exclusive_caps=1 card_label='Latent Resonance'"


class Loopback:
    """An open device that takes YUYV pictures.

    Args:
        path: such as ``/dev/video10``.
        width: even, in pixels.
        height: in pixels.
        rate: pictures a second.

    Raises:
        DeviceError: there is no such device, it takes no pictures, or not of this size.
    """

    def __init__(self, path: str, width: int, height: int, rate: float) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            raise DeviceError(f"cannot open the virtual camera {path}: {error.strerror}") from error
        try:
            if not _takes_pictures(self._file):
                raise DeviceError(f"{path} is a camera, no virtual one (v4l2loopback); {HELP}")  # noqa: TRY301
            self._agree(path, width, height, rate)
        except OSError as error:
            self.close()
            raise DeviceError(f"the virtual camera {path} refuses: {error.strerror}") from error
        except DeviceError:
            self.close()
            raise

    def _agree(self, path: str, width: int, height: int, rate: float) -> None:
        """Size, layout and pace."""
        import fcntl

        picture = (width, height, _YUYV, _PROGRESSIVE, 2 * width, 2 * width * height, _SRGB)
        wanted = struct.pack("=I4x7I", _OUTPUT, *picture).ljust(_FORMAT_BYTES, b"\0")
        got = struct.unpack_from("=3I", fcntl.ioctl(self._file, S_FMT, wanted), 8)
        if got != (width, height, _YUYV):
            raise DeviceError(
                f"the virtual camera {path} takes {got[0]}x{got[1]}, not {width}x{height}: "
                "another program has it open"
            )
        every = struct.pack("=I2I2I", _OUTPUT, 0, 0, 1000, round(1000 * rate))
        fcntl.ioctl(self._file, S_PARM, every.ljust(_PARM_BYTES, b"\0"))

    def write(self, data: bytes) -> bool:
        """A picture; False where the device would have to be waited for."""
        try:
            return os.write(self._file, data) == len(data)
        except OSError:
            return False

    def close(self) -> None:
        """Let go of the device."""
        os.close(self._file)


def find_loopback() -> str:
    """The first device that takes pictures; raises DeviceError where there is none."""
    numbers = sorted(_NUMBERS.glob("video*"), key=lambda path: int(path.name[5:] or 0))
    for path in (f"/dev/{number.name}" for number in numbers):
        try:
            file = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            if _takes_pictures(file):
                return path
        except OSError:
            continue
        finally:
            os.close(file)
    raise DeviceError(f"there is no virtual camera (v4l2loopback); {HELP}")


def _takes_pictures(file: int) -> bool:
    import fcntl

    told = fcntl.ioctl(file, QUERYCAP, bytes(_CAPABILITY_BYTES))
    driver, (whole, device) = told[:16].rstrip(b"\0"), struct.unpack_from("=2I", told, 84)
    capabilities = device if whole & _DEVICE_CAPS else whole
    return driver == b"v4l2 loopback" and bool(capabilities & _OUTPUT)
