"""Files out of notes: lengths, reports, refusals; packs that samplers can load."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from measure import RATE, cents_off, level_db
from midi_bytes import midi, song, tempo, track

from latent_resonance.contracts.errors import InputError, OutputError, UnknownNameError
from latent_resonance.engine.notes.open import Notes
from latent_resonance.engine.notes.render import render_note, render_song
from latent_resonance.engine.notes.sample_pack import PackPlan, export_pack
from latent_resonance.sound.clicks import find_clicks

Opener = Callable[..., Notes]


def test_one_note_is_a_file_of_its_length(open_notes: Opener, tmp_path: Path) -> None:
    for pitch, instrument in ((60, "cello"), (60.5, "flute"), (107.7, "trumpet"), (21.2, "cello")):
        path = tmp_path / f"{pitch}.wav"
        report = render_note(open_notes(instrument=instrument), path, pitch, 100, 2.0)
        sound, rate = soundfile.read(path)
        assert rate == RATE
        assert sound.shape == (2 * RATE,)
        assert abs(cents_off(sound[RATE // 4 : RATE * 3 // 2], pitch)) < 3
        assert level_db(sound[-400:]) < level_db(sound[RATE // 2 : RATE]) - 40
        assert report["clicks"] == 0
        assert -32 < report["loudness_lufs"] < -15


def test_the_latent_moves_the_timbre(open_notes: Opener, tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.wav" for n in range(2)]
    render_note(open_notes(instrument="cello"), paths[0], 57)
    render_note(open_notes(instrument="cello", latent=(2.0, -1.0)), paths[1], 57)
    plain, moved = (np.abs(np.fft.rfft(soundfile.read(path)[0][8000:24000])) for path in paths)
    overtones = [
        level[5 * 220 - 20 : 5 * 220 + 20].max() / level[200:240].max() for level in (plain, moved)
    ]
    assert overtones[1] < 0.3 * overtones[0]


@pytest.mark.parametrize(
    ("options", "pitch", "velocity", "seconds", "says"),
    [
        ({"instrument": "chello"}, 60, 100, 1, "did you mean 'cello'"),
        ({"morph": "flut"}, 60, 100, 1, "did you mean 'flute'"),
        ({}, 20, 100, 1, "21 to 108"),
        ({}, 109, 100, 1, "21 to 108"),
        ({}, float("nan"), 100, 1, "21 to 108"),
        ({}, 60, 0, 1, "1 to 127"),
        ({}, 60, 128, 1, "1 to 127"),
        ({}, 60, 100, 1e9, "600"),
        ({"latent": (1.0,) * 33}, 60, 100, 1, "33 numbers"),
        ({"latent": (99.0,)}, 60, 100, 1, "-8 to 8"),
        ({"reverb": 1.5}, 60, 100, 1, "--reverb"),
        ({"distortion": -1}, 60, 100, 1, "--distortion"),
        ({"polyphony": 0}, 60, 100, 1, "--polyphony"),
        ({"glide_seconds": 11}, 60, 100, 1, "--glide"),
    ],
)
def test_what_cannot_be_played_is_refused(
    open_notes: Opener, tmp_path: Path, options: dict[str, object], pitch: float, velocity: int,
    seconds: float, says: str,
) -> None:  # fmt: skip
    with pytest.raises((InputError, UnknownNameError), match=re.escape(says)):
        render_note(
            open_notes(**{"instrument": "cello", **options}), tmp_path / "x.wav", pitch, velocity,
            seconds,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_song_is_as_long_as_it_is_and_rings_out(open_notes: Opener, tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(
        song([(0, 1, 60, 100), (0.5, 1, 64, 90), (1, 1, 67, 80)], (0, bytes([0xC0, 19])))
    )
    report = render_song(open_notes(), path, tmp_path / "song.wav", picture=tmp_path / "song.png")
    sound, _ = soundfile.read(tmp_path / "song.wav")
    assert sound.shape[1] == 2
    assert 2.0 < report["duration_seconds"] < 4.0
    assert report["notes"] == 3
    assert report["most_voices"] == 3
    assert report["instruments"] == ["church_organ"]
    assert report["clicks"] == 0
    assert (tmp_path / "song.png").stat().st_size > 1000
    for key, begin, end in ((60, 0.1, 0.45), (64, 1.05, 1.45), (67, 1.6, 1.95)):
        assert abs(cents_off(sound[round(begin * RATE) : round(end * RATE), 0], key)) < 3
    cut = render_song(open_notes(), path, tmp_path / "cut.wav", seconds=0.7)
    assert cut["duration_seconds"] == 0.7
    again = tmp_path / "again.wav"
    render_song(open_notes(), path, again)
    assert again.read_bytes() == (tmp_path / "song.wav").read_bytes()


def test_a_key_that_the_file_never_lets_go_ends_with_it(open_notes: Opener, tmp_path: Path) -> None:
    path = tmp_path / "stuck.mid"
    path.write_bytes(midi([track([(0, bytes([0x90, 60, 100])), tempo(0, 500_000)], end=960)]))
    report = render_song(open_notes(instrument="church_organ"), path, tmp_path / "stuck.wav")
    assert 1.0 < report["duration_seconds"] < 2.5


def test_drums_only_is_no_song(open_notes: Opener, tmp_path: Path) -> None:
    path = tmp_path / "drums.mid"
    path.write_bytes(midi([track([(0, bytes([0x99, 38, 100])), (480, bytes([0x89, 38, 0]))])]))
    with pytest.raises(InputError, match="1 on the drum channel"):
        render_song(open_notes(), path, tmp_path / "drums.wav")
    assert not (tmp_path / "drums.wav").exists()


def regions(text: str) -> list[dict[str, str]]:
    """SFZ as samplers read it: comments off, headers, opcodes; <global> goes into each region."""
    text = re.sub(r"//.*", "", text)
    common: dict[str, str] = {}
    found: list[dict[str, str]] = []
    for header, body in re.findall(r"<(\w+)>([^<]*)", text):
        opcodes = dict(re.findall(r"(\w+)=(\S+)", body))
        if header == "global":
            common = opcodes
        else:
            assert header == "region"
            found.append({**common, **opcodes})
    return found


def chunks(data: bytes) -> dict[bytes, bytes]:
    found, at = {}, 12
    assert data[:4] == b"RIFF"
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found[data[at : at + 4]] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return found


@pytest.mark.parametrize("instrument", ["cello", "marimba"])
def test_a_pack_covers_its_range_and_its_samples_are_in_tune(
    open_notes: Opener, tmp_path: Path, instrument: str
) -> None:
    folder = tmp_path / "pack"
    plan = PackPlan(48, 60, velocities=2, step=5)
    report = export_pack(open_notes(instrument=instrument), folder, plan)
    found = regions((folder / f"{instrument}.sfz").read_text())
    assert len(found) == report["samples"] == 2 * len(plan.roots)
    assert {path.name for path in folder.glob("*.wav")} == {region["sample"] for region in found}
    for velocity in range(1, 128):
        for key in range(48, 61):
            fitting = [
                region
                for region in found
                if int(region["lokey"]) <= key <= int(region["hikey"])
                and int(region["lovel"]) <= velocity <= int(region["hivel"])
            ]
            assert len(fitting) == 1, (key, velocity)
    for region in found:
        path = folder / region["sample"]
        sound, rate = soundfile.read(path)
        root = int(region["pitch_keycenter"])
        assert abs(cents_off(sound[1600 : 1600 + rate // 2], root)) < 5
        assert np.abs(sound).max() < 0.95
        parts = chunks(path.read_bytes())
        head = np.frombuffer(parts[b"smpl"], "<u4")
        assert head[3] == root
        if instrument == "marimba":
            assert region["loop_mode"] == "no_loop"
            assert head[7] == 0
            assert level_db(sound[-200:]) < -70
            continue
        assert region["loop_mode"] == "loop_continuous"
        first, last = int(region["loop_start"]), int(region["loop_end"])
        assert list(head[[7, 11, 12]]) == [1, first, last]
        assert 0 < first < last < len(sound)
        # As a sampler would hold it.
        held = np.concatenate([sound, *[sound[first : last + 1]] * 3]).astype(np.float32)
        assert find_clicks(held, rate) == []
        assert abs(cents_off(held[rate:], root)) < 3
        assert 0.05 < float(region["ampeg_release"]) < 1


def test_layers_are_brighter_not_louder(open_notes: Opener, tmp_path: Path) -> None:
    export_pack(open_notes(instrument="cello"), tmp_path / "p", PackPlan(57, 57, velocities=3))
    sounds = [soundfile.read(tmp_path / "p" / f"cello_057_v{n}.wav")[0][8000:24000] for n in (1, 3)]
    assert abs(level_db(sounds[0]) - level_db(sounds[1])) < 3
    overtones = [
        np.abs(np.fft.rfft(s))[1090:1110].max() / np.abs(np.fft.rfft(s))[210:230].max()
        for s in sounds
    ]
    assert overtones[1] > 1.5 * overtones[0]


def test_a_pack_is_whole_or_not_there(
    open_notes: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(OutputError, match="exists already"):
        export_pack(open_notes(instrument="cello"), tmp_path / "there", PackPlan(60, 60))
    with pytest.raises(OutputError, match="there is no folder"):
        export_pack(open_notes(instrument="cello"), tmp_path / "a" / "b", PackPlan(60, 60))
    from latent_resonance.engine.notes import sample_pack

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sample_pack, "write_sample", full)
    with pytest.raises(OutputError, match="No space left"):
        export_pack(open_notes(instrument="cello"), tmp_path / "new", PackPlan(60, 60))
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ((84, 36), "lower key"),
        ((0, 36), "21 to 108"),
        ((36, 84, 9), "--velocities"),
        ((36, 84, 1, 0), "--step"),
    ],
)
def test_a_pack_that_cannot_be(values: tuple[int, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        PackPlan(*values)


def test_a_pack_does_not_morph(open_notes: Opener, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one timbre"):
        export_pack(open_notes(morph="flute"), tmp_path / "pack", PackPlan(60, 60))
    assert list(tmp_path.iterdir()) == []
