"""NDI: received by a receiver of the same library, over this machine's own network."""

import json
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from latent_resonance.contracts.errors import AssemblyError, DeviceError, MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PictureStage
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.stage import ndi

PICTURE = PictureFormat(64, 48, 30)
NAME = "resonance under test"
COLOURS = [(200, 40, 40), (40, 180, 60), (50, 60, 210), (230, 230, 230)]
# A process of its own, as the program that receives is; it prints what it saw.
RECEIVER = """
import json, sys, time
from cyndilib.finder import Finder
from cyndilib.receiver import Receiver
from cyndilib.video_frame import VideoRecvFrame
from cyndilib.wrapper.ndi_recv import RecvBandwidth, RecvColorFormat
from cyndilib.receiver import ReceiveFrameType
finder, found = Finder(), []
finder.open()
until = time.monotonic() + 20
while not found and time.monotonic() < until:
    finder.wait(1)
    found = [name for name in finder.get_source_names() if sys.argv[1] in name]
if not found:
    print(json.dumps({"found": False}))
    sys.exit()
receiver = Receiver(color_format=RecvColorFormat.RGBX_RGBA, bandwidth=RecvBandwidth.highest)
frame = VideoRecvFrame()
receiver.set_video_frame(frame)
receiver.set_source(finder.get_source(found[0]))
print(json.dumps({"found": True}), flush=True)
colours, size, rate, count = set(), None, None, 0
while count < 60 and time.monotonic() < until + 20:
    if receiver.receive(ReceiveFrameType.recv_video, 500) & ReceiveFrameType.recv_video:
        import numpy as np
        count += 1
        size, rate = frame.get_resolution(), str(frame.get_frame_rate())
        data = np.zeros(frame.get_data_size(), np.uint8)
        frame.fill_p_data(data)
        colours.add(tuple(int(round(v / 20)) for v in data.reshape(size[1], size[0], 4)[24, 32, :3]))
dropped = receiver.get_performance_data()["video"]["frames_dropped"]
print(json.dumps({"size": size, "rate": rate, "count": count, "colours": sorted(colours),
                  "dropped": dropped}))
"""


def picture(colour: tuple[int, int, int]) -> Frame:
    return Frame(np.full((48, 64, 3), colour, np.uint8), 0.0)


def test_a_receiver_gets_the_pictures_in_their_colours_at_their_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cyndilib", reason="NDI's library is not installed")
    networks = {"networks": {"ips": "127.0.0.1"}, "adapters": {"allowed": ["127.0.0.1"]}}
    (tmp_path / "ndi-config.v1.json").write_text(json.dumps({"ndi": networks}))
    monkeypatch.setenv("NDI_CONFIG_DIR", str(tmp_path))
    stage = ndi.Part(ndi.Options(name=NAME))
    stage.prepare(Spec(picture=PICTURE))
    done = threading.Event()

    def perform() -> None:
        number = 0
        while not done.wait(1 / 30):  # the performance's own clock
            stage.show(picture(COLOURS[number // 5 % 4]))
            number += 1

    player = threading.Thread(target=perform)
    player.start()
    try:
        seen = subprocess.run(
            [sys.executable, "-c", RECEIVER, NAME], capture_output=True, text=True, timeout=90
        )
    finally:
        done.set()
        player.join()
        stage.close()
    found, *got = map(json.loads, seen.stdout.splitlines())
    if not found["found"]:
        pytest.skip("NDI finds no source on 127.0.0.1 of this machine")
    assert (got[0]["size"], Fraction(got[0]["rate"])) == ([64, 48], 30)
    # What a busy machine drops on the way is the receiver's affair.
    assert got[0]["count"] == 60
    wanted = {tuple(round(v / 20) for v in colour) for colour in COLOURS}
    near = [
        any(max(abs(a - b) for a, b in zip(one, two, strict=True)) <= 1 for two in wanted)
        for one in got[0]["colours"]
    ]
    assert all(near)
    assert len(near) >= 4
    assert stage.statistics()["ndi_pictures"] >= 60


class Double:
    """cyndilib, as far as the stage uses it; notes every call."""

    def __init__(self, *, fails: bool = False) -> None:
        self.calls: list[tuple] = []
        note = self.calls.append

        class VideoSendFrame:
            def set_resolution(self, width: int, height: int) -> None:
                note(("resolution", width, height))

            def set_fourcc(self, code: str) -> None:
                note(("fourcc", code))

            def set_frame_rate(self, rate: Fraction) -> None:
                assert isinstance(rate, Fraction)
                note(("rate", rate))

        class Sender:
            def __init__(self, name: str, *, clock_video: bool, clock_audio: bool) -> None:
                note(("sender", name, clock_video, clock_audio))

            def set_video_frame(self, frame: VideoSendFrame) -> None:
                assert isinstance(frame, VideoSendFrame)

            def open(self) -> None:
                if fails:
                    raise RuntimeError("no\nNDI")
                note(("open",))

            def write_video_async(self, data: np.ndarray) -> bool:
                assert data.dtype == np.uint8
                assert data.ndim == 1
                note(("write", data))
                return True

            def close(self) -> None:
                note(("close",))

        self.modules = {
            "cyndilib": ModuleType("cyndilib"),
            "cyndilib.sender": SimpleNamespace(Sender=Sender),
            "cyndilib.video_frame": SimpleNamespace(VideoSendFrame=VideoSendFrame),
            "cyndilib.wrapper": ModuleType("cyndilib.wrapper"),
            "cyndilib.wrapper.ndi_structs": SimpleNamespace(FourCC=SimpleNamespace(RGBX="RGBX")),
        }

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, module in self.modules.items():
            monkeypatch.setitem(sys.modules, name, module)


def test_every_call_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    double = Double()
    double.install(monkeypatch)
    stage = ndi.Part(ndi.Options(name="stage left"))
    assert isinstance(stage, PictureStage)
    stage.prepare(Spec(picture=PictureFormat(64, 48, 30_000 / 1001)))
    for colour in COLOURS[:2]:
        stage.show(picture(colour))
    stage.close()
    stage.close()
    assert double.calls[:5] == [
        ("resolution", 64, 48),
        ("fourcc", "RGBX"),
        ("rate", Fraction(30_000, 1001)),
        ("sender", "stage left", False, False),
        ("open",),
    ]
    writes = [data for name, *rest in double.calls if name == "write" for data in rest]
    for data, colour in zip(writes, COLOURS, strict=False):
        assert data.reshape(48, 64, 4)[5, 7].tolist() == [*colour, 255]
    assert writes[0] is not writes[1], "NDI still reads the one before"
    assert double.calls[-1] == ("close",)
    assert double.calls.count(("close",)) == 1


def test_what_is_missing_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = ndi.Part(ndi.Options())
    with pytest.raises(AssemblyError, match="needs pictures"):
        stage.prepare(Spec())
    with pytest.raises(AssemblyError, match="not prepared"):
        stage.show(picture(COLOURS[0]))
    Double(fails=True).install(monkeypatch)
    with pytest.raises(DeviceError, match=r"does not start on this machine: no NDI$"):
        stage.prepare(Spec(picture=PICTURE))
    monkeypatch.setitem(sys.modules, "cyndilib.sender", None)
    with pytest.raises(MissingPartError, match=r"pip install 'latent-resonance\[ndi\]'"):
        stage.prepare(Spec(picture=PICTURE))


def test_a_picture_of_another_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    Double().install(monkeypatch)
    stage = ndi.Part(ndi.Options())
    stage.prepare(Spec(picture=PICTURE))
    with pytest.raises(AssemblyError, match="ndi: a picture of 32x48 where 64x48 was agreed"):
        stage.show(Frame(np.zeros((48, 32, 3), np.uint8), 0.0))
    stage.close()
