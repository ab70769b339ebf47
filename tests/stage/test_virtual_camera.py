"""Virtual cameras: a double of the kernel's device and one of pyvirtualcam check every call."""

import os
import platform
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latent_resonance.contracts.errors import AssemblyError, DeviceError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PictureStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage import virtual_camera
from latent_resonance.stage.video import loopback

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="v4l2loopback is for Linux")
SPEC = Spec(picture=PictureFormat(64, 48, 30))


def _ioc(direction: int, number: int, size: int) -> int:
    """_IOC of ``asm-generic/ioctl.h`` for type 'V'."""
    return direction << 30 | size << 16 | ord("V") << 8 | number


class Kernel:
    """Devices by number, and what programs do with them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, drivers: list[str]) -> None:
        self.drivers, self.formats, self.rates = drivers, [], []
        self.written: list[bytes] = []
        self.open: dict[int, int] = {}
        self.busy, self.size = False, None
        for number in range(len(drivers)):
            (folder / f"video{number}").mkdir()
        monkeypatch.setattr(loopback, "_NUMBERS", folder)
        real: dict[str, Callable] = {name: getattr(os, name) for name in ("open", "write", "close")}

        def opened(path: str, flags: int, *more: int) -> int:
            if not str(path).startswith("/dev/video"):
                return real["open"](path, flags, *more)
            number = int(str(path)[10:])
            if number >= len(drivers):
                raise FileNotFoundError(2, "No such file or directory")
            assert flags == os.O_RDWR | os.O_NONBLOCK, "nothing waits for the device"
            self.open[9000 + len(self.open)] = number
            return 9000 + len(self.open) - 1

        def write(file: int, data: bytes) -> int:
            if file not in self.open:
                return real["write"](file, data)
            if self.busy:
                raise BlockingIOError(11, "Resource temporarily unavailable")
            self.written.append(data)
            return len(data)

        def close(file: int) -> None:
            if file in self.open:
                self.open[file] = -1
            else:
                real["close"](file)

        monkeypatch.setattr(os, "open", opened)
        monkeypatch.setattr(os, "write", write)
        monkeypatch.setattr(os, "close", close)
        monkeypatch.setitem(sys.modules, "fcntl", SimpleNamespace(ioctl=self.ioctl))

    def ioctl(self, file: int, request: int, data: bytes) -> bytes:
        driver = self.drivers[self.open[file]]
        if request == _ioc(2, 0, 104):
            capabilities = 0x85200003 if driver == "v4l2 loopback" else 0x84A00001
            told = struct.pack("=16s32s32s4I", driver.encode(), b"", b"", 0, capabilities, 3, 0)
            assert len(data) == 104
            return told.ljust(104, b"\0")
        if request == _ioc(3, 5, 208):
            assert len(data) == 208
            kind, width, height, code, field, line, whole, colours = struct.unpack_from(
                "=I4x7I", data
            )
            assert (kind, field, colours) == (2, 1, 8)
            assert (line, whole) == (2 * width, 2 * width * height)
            self.formats.append((width, height, code.to_bytes(4, "little")))
            size = self.size or (width, height)
            return data[:8] + struct.pack("=2I", *size) + data[16:]
        assert request == _ioc(3, 22, 204)
        assert len(data) == 204
        kind, _, _, numerator, denominator = struct.unpack_from("=5I", data)
        assert kind == 2
        self.rates.append(denominator / numerator)
        return data


@linux_only
def test_the_first_loopback_gets_yuyv_pictures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kernel = Kernel(monkeypatch, tmp_path, ["uvcvideo", "v4l2 loopback"])
    stage = virtual_camera.Part(virtual_camera.Options())
    assert isinstance(stage, PictureStage)
    stage.prepare(SPEC)
    assert kernel.formats == [(64, 48, b"YUYV")]
    assert kernel.rates == [30]
    stage.show(Frame(np.full((48, 64, 3), (200, 40, 90), np.uint8), 0.0))
    kernel.busy = True
    stage.show(Frame(np.zeros((48, 64, 3), np.uint8), 0.1))
    stage.close()
    stage.close()
    assert stage.statistics() == {"camera_pictures": 1, "camera_refused": 1}
    assert set(kernel.open.values()) == {-1}, "every device is closed"
    (data,) = kernel.written
    yuyv = np.frombuffer(data, np.uint8).reshape(48, 32, 4)
    luma = np.dot([0.299, 0.587, 0.114], [200, 40, 90])  # ITU-R BT.601, limited range
    u, v = 128 + 224 / 255 * (90 - luma) / 1.772, 128 + 224 / 255 * (200 - luma) / 1.402
    y = 16 + 219 / 255 * luma
    np.testing.assert_allclose(yuyv[20, 10], [y, u, y, v], atol=1.5)


@linux_only
def test_odd_widths_get_a_column_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kernel = Kernel(monkeypatch, tmp_path, ["v4l2 loopback"])
    stage = virtual_camera.Part(virtual_camera.Options(device="/dev/video0"))
    stage.prepare(Spec(picture=PictureFormat(63, 48, 0)))
    stage.show(Frame(np.zeros((48, 63, 3), np.uint8), 0.0))
    stage.close()
    assert kernel.formats == [(64, 48, b"YUYV")]
    assert kernel.rates == [25]
    assert len(kernel.written[0]) == 64 * 48 * 2


@linux_only
def test_what_is_missing_on_linux_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kernel = Kernel(monkeypatch, tmp_path, ["uvcvideo"])
    with pytest.raises(AssemblyError, match="needs pictures"):
        virtual_camera.Part(virtual_camera.Options()).prepare(Spec())
    for device, says in (
        ("", "there is no virtual camera .* modprobe v4l2loopback"),
        ("/dev/video0", "is a camera, no virtual one"),
        ("/dev/video7", "cannot open the virtual camera /dev/video7: No such file"),
    ):
        stage = virtual_camera.Part(virtual_camera.Options(device=device))
        with pytest.raises(DeviceError, match=says) as caught:
            stage.prepare(SPEC)
        assert "\n" not in str(caught.value)
        with pytest.raises(AssemblyError, match="not prepared"):
            stage.show(Frame(np.zeros((48, 64, 3), np.uint8), 0.0))
    kernel.drivers, kernel.size = ["v4l2 loopback"], (320, 240)
    with pytest.raises(DeviceError, match="takes 320x240, not 64x48: another program"):
        virtual_camera.Part(virtual_camera.Options()).prepare(SPEC)
    assert set(kernel.open.values()) == {-1}


class CameraDouble:
    """pyvirtualcam.Camera."""

    def __init__(self, width: int, height: int, fps: float, device: str | None) -> None:
        if device == "none":
            raise RuntimeError("virtual camera output\ncould not be started")
        self.asked, self.sent, self.closed = (width, height, fps, device), [], 0
        made.append(self)

    def send(self, frame: np.ndarray) -> None:
        assert frame.flags.c_contiguous
        assert frame.shape == (self.asked[1], self.asked[0], 3)
        self.sent.append(frame)

    def close(self) -> None:
        self.closed += 1


made: list[CameraDouble] = []


def test_elsewhere_pyvirtualcam_gets_rgb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setitem(sys.modules, "pyvirtualcam", SimpleNamespace(Camera=CameraDouble))
    stage = virtual_camera.Part(virtual_camera.Options())
    stage.prepare(SPEC)
    pixels = np.full((48, 64, 3), (200, 40, 90), np.uint8)
    stage.show(Frame(pixels[:, ::-1], 0.0))
    stage.close()
    stage.close()
    assert (made[-1].asked, made[-1].closed) == ((64, 48, 30, None), 1)
    np.testing.assert_array_equal(made[-1].sent[0], pixels)
    with pytest.raises(DeviceError, match="does not open: virtual camera output could not be"):
        virtual_camera.Part(virtual_camera.Options(device="none")).prepare(SPEC)
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(MissingPartError, match=r"pip install 'latent-resonance\[virtual-camera\]'"):
        stage.prepare(SPEC)


def test_a_picture_of_another_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setitem(sys.modules, "pyvirtualcam", SimpleNamespace(Camera=CameraDouble))
    stage = virtual_camera.Part(virtual_camera.Options())
    stage.prepare(SPEC)
    with pytest.raises(AssemblyError, match="virtual_camera: a picture of 32x48 where 64x48"):
        stage.show(Frame(np.zeros((48, 32, 3), np.uint8), 0.0))
    stage.close()
