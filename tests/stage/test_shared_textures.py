"""Spout and Syphon: Windows and macOS only, so doubles of their libraries check every call."""

import platform
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from latent_resonance.contracts.errors import AssemblyError, DeviceError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PictureStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage import spout, syphon

PICTURE = PictureFormat(6, 4, 30)
SPEC = Spec(picture=PICTURE)


def picture(number: int = 0) -> Frame:
    pixels = np.arange(6 * 4 * 3).reshape(4, 6, 3) + number
    return Frame(pixels.astype(np.uint8), 0.0)


class SpoutDouble:
    """SpoutGL: note every call; ``sendImage`` may refuse."""

    def __init__(self) -> None:
        self.calls: list[tuple] = []
        self.takes = True
        outer = self

        class SpoutSender:
            def setSenderName(self, name: str) -> None:
                outer.calls.append(("name", name))

            def sendImage(
                self, data: bytes, width: int, height: int, form: int, invert: bool, host: int
            ) -> bool:
                assert len(data) == 4 * width * height
                outer.calls.append(("image", data, width, height, form, invert, host))
                return outer.takes

            def setFrameSync(self, name: str) -> None:
                outer.calls.append(("sync", name))

            def releaseSender(self) -> None:
                outer.calls.append(("release",))

        self.module = SimpleNamespace(SpoutSender=SpoutSender)


def test_spout_sends_rgba_from_the_top_and_says_when_a_frame_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    double = SpoutDouble()
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setitem(sys.modules, "SpoutGL", double.module)
    stage = spout.Part(spout.Options(name="stage left"))
    assert isinstance(stage, PictureStage)
    stage.prepare(SPEC)
    assert double.calls == [], "the sender belongs to the thread that sends"
    stage.show(picture())
    double.takes = False
    stage.show(picture(1))
    stage.close()
    stage.close()
    kinds = [call[0] for call in double.calls]
    assert kinds == ["name", "image", "sync", "image", "release"]
    _, data, *how = double.calls[1]
    assert how == [6, 4, 0x1908, False, 0]
    rgba = np.frombuffer(data, np.uint8).reshape(4, 6, 4)
    np.testing.assert_array_equal(rgba[..., :3], picture().pixels)
    assert (rgba[..., 3] == 255).all()
    assert ("sync", "stage left") in double.calls
    assert stage.statistics() == {"spout_pictures": 1, "spout_refused": 1}
    with pytest.raises(AssemblyError, match="not prepared"):
        stage.show(picture())


class SyphonDouble:
    """syphon-python, as far as the stage uses it."""

    def __init__(self, *, metal: bool = True) -> None:
        self.calls: list[tuple] = []
        note = self.calls.append

        class SyphonMetalServer:
            def __init__(self, name: str) -> None:
                note(("server", name))
                self.device = "the card" if metal else None

            def publish_frame_texture(self, texture: object, *, is_flipped: bool) -> None:
                note(("publish", texture, is_flipped))

            def stop(self) -> None:
                note(("stop",))

        def create_mtl_texture(device: object, width: int, height: int) -> str:
            if device is None:
                raise AttributeError("'NoneType' object has no attribute 'newTexture'")
            note(("texture", device, width, height))
            return "texture"

        def copy_image_to_mtl_texture(image: np.ndarray, texture: object) -> None:
            assert image.shape[2] == 4
            assert image.flags.c_contiguous
            note(("copy", image.copy(), texture))

        self.modules = {
            "syphon": SimpleNamespace(SyphonMetalServer=SyphonMetalServer),
            "syphon.utils": ModuleType("syphon.utils"),
            "syphon.utils.numpy": SimpleNamespace(
                copy_image_to_mtl_texture=copy_image_to_mtl_texture
            ),
            "syphon.utils.raw": SimpleNamespace(create_mtl_texture=create_mtl_texture),
        }

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(platform, "system", lambda: "Darwin")
        for name, module in self.modules.items():
            monkeypatch.setitem(sys.modules, name, module)


def test_syphon_publishes_each_picture_the_right_way_up(monkeypatch: pytest.MonkeyPatch) -> None:
    double = SyphonDouble()
    double.install(monkeypatch)
    stage = syphon.Part(syphon.Options(name="stage left"))
    assert isinstance(stage, PictureStage)
    stage.prepare(SPEC)
    stage.show(picture())
    stage.show(picture(1))
    stage.close()
    stage.close()
    assert double.calls[:2] == [("server", "stage left"), ("texture", "the card", 6, 4)]
    assert [call[0] for call in double.calls[2:]] == ["copy", "publish"] * 2 + ["stop"]
    for call, number in zip(double.calls[2::2], range(2), strict=False):
        np.testing.assert_array_equal(call[1][..., :3], picture(number).pixels)
        assert (call[1][..., 3] == 255).all()
    assert double.calls[3] == ("publish", "texture", True)
    assert stage.statistics() == {"syphon_pictures": 2, "syphon_refused": 0}


def test_syphon_without_metal_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    double = SyphonDouble(metal=False)
    double.install(monkeypatch)
    stage = syphon.Part(syphon.Options())
    with pytest.raises(DeviceError, match="Syphon needs a graphics card with Metal"):
        stage.prepare(SPEC)
    assert double.calls[-1] == ("stop",)


@pytest.mark.parametrize(
    ("module", "library", "system", "elsewhere"),
    [
        (spout, "SpoutGL", "Windows", "Spout is for Windows; use ndi, or syphon on macOS"),
        (syphon, "syphon", "Darwin", "Syphon is for macOS; use ndi, or spout on Windows"),
    ],
)
def test_what_is_missing_is_one_line(
    module: ModuleType, library: str, system: str, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = module.Part(module.Options())
    with pytest.raises(AssemblyError, match="needs pictures"):
        stage.prepare(Spec())
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    with pytest.raises(DeviceError, match=elsewhere):
        stage.prepare(SPEC)
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setitem(sys.modules, library, None)
    name = module.__name__.split(".")[-1]
    with pytest.raises(MissingPartError, match=rf"pip install 'latent-resonance\[{name}\]'"):
        stage.prepare(SPEC)


@pytest.mark.parametrize("module", [spout, syphon])
def test_a_picture_of_another_size_is_refused(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    SyphonDouble().install(monkeypatch)
    if module is spout:
        monkeypatch.setattr(platform, "system", lambda: "Windows")
        monkeypatch.setitem(sys.modules, "SpoutGL", SpoutDouble().module)
    stage = module.Part(module.Options())
    stage.prepare(SPEC)
    with pytest.raises(AssemblyError, match="a picture of 3x4 where 6x4 was agreed"):
        stage.show(Frame(np.zeros((4, 3, 3), np.uint8), 0.0))
    stage.close()
