"""Packs that samplers can load: they cover their range, are in tune, and loop without a click."""

import re
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from additive_notes import Additive, bundle
from measure import RATE, cents_off, level_db
from notes_driver import Inline, Notes, note

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.values import Hit, Tone
from latent_resonance.engine import sample_pack
from latent_resonance.engine.sample_pack import PackPlan, Sampled, export_pack
from latent_resonance.sound.clicks import find_clicks


def sampled(
    instrument: str, morph: str | None = None, takes: int = 1, channels: int = 1
) -> Sampled:
    model = Additive()
    windows = Inline(model)
    *players, heard = (
        Notes(model=model, windows=windows, seed=n % takes, instrument=instrument, release_noise=on)
        for n, on in enumerate([0.0] * takes + [1.0])
    )

    def play_note(notes: Notes, pitch: float, velocity: int, seconds: float) -> np.ndarray:
        up = max(seconds / 2, seconds - 0.35)
        sound = notes.play(note(0, up, round(pitch), velocity), seconds).sound
        return np.stack([sound, 0.5 * sound], axis=1)[:, :channels]

    tone = players[0].navigator._instruments.find(instrument)
    plays = [partial(play_note, notes) for notes in players]
    with_key_up = partial(play_note, heard) if tone.release else None
    return Sampled(bundle(), model, tone, RATE, plays, morph=morph, with_key_up=with_key_up)


def regions(text: str) -> list[dict[str, str]]:
    """SFZ as samplers read it: comments off, headers, opcodes; what is above goes into each region.

    ``<global>`` goes into all, a ``<group>`` into those up to the next.
    """
    text = re.sub(r"//.*", "", text)
    common: dict[str, str] = {}
    group: dict[str, str] = {}
    found: list[dict[str, str]] = []
    for header, body in re.findall(r"<(\w+)>([^<]*)", text):
        opcodes = dict(re.findall(r"(\w+)=(\S+)", body))
        if header == "global":
            common = opcodes
        elif header == "group":
            group = opcodes
        else:
            assert header == "region"
            found.append({**common, **group, **opcodes})
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


def strike(pitch: float, velocity: int, seconds: float) -> np.ndarray:
    at = np.arange(round(0.2 * RATE)) / RATE
    return (0.5 * np.exp(-30 * at) * np.sin(2000 * at)).astype(np.float32)[:, None]


def test_a_kit_has_a_sample_for_each_drum_that_rings_out_and_chokes(tmp_path: Path) -> None:
    drums = {
        36: Tone("kick", np.zeros(3, np.float32), hit=Hit(0.2)),
        42: Tone("closed", np.zeros(3, np.float32), hit=Hit(0.1, choke="hat")),
        46: Tone("open", np.zeros(3, np.float32), hit=Hit(0.1, choke="hat")),
    }
    kit = Tone("drum_kit", np.zeros(3, np.float32))
    made = Sampled(bundle(), Additive(), kit, RATE, [strike], drums=drums)
    report = export_pack(made, tmp_path / "kit", PackPlan(35, 44, step=3))
    assert report["roots"] == [36, 42]
    text = (tmp_path / "kit" / "drum_kit.sfz").read_text()
    kick, hat = regions(text)
    assert kick["sample"] == "kick_036_v1.wav"
    assert (hat["lokey"], hat["hikey"], hat["group"], hat["off_by"]) == ("42", "42", "1", "1")
    assert kick["loop_mode"] == hat["loop_mode"] == "one_shot"
    assert "off_by" not in kick
    preset = ET.parse(tmp_path / "kit" / "drum_kit.dspreset")
    tags = [one.get("silencedByTags") for one in preset.iter("sample")]
    assert tags == [None, "choke1"]
    data = (tmp_path / "kit" / "drum_kit.sf2").read_bytes()
    # Bank 128 after the preset's name and number; exclusive class 1 of the hat alone.
    header = data.index(b"phdr") + 8
    assert data[header + 22 : header + 24] == (128).to_bytes(2, "little")
    assert data[data.index(b"igen") :].count(bytes([57, 0, 1, 0])) == 1
    with pytest.raises(InputError, match="drums from 36 to 46"):
        export_pack(made, tmp_path / "none", PackPlan(60, 72))


@pytest.mark.parametrize("instrument", ["cello", "marimba"])
def test_a_pack_covers_its_range_and_its_samples_are_in_tune(
    tmp_path: Path, instrument: str
) -> None:
    folder = tmp_path / "pack"
    plan = PackPlan(48, 60, velocities=2, step=5)
    report = export_pack(sampled(instrument), folder, plan)
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


def preset_samples(path: Path) -> list[dict[str, str]]:
    """A preset as Decent Sampler reads it: a group's attributes go into its samples."""
    root = ET.parse(path).getroot()
    assert root.tag == "DecentSampler"
    (groups,) = root.findall("groups")
    return [
        {**groups.attrib, **group.attrib, **sample.attrib}
        for group in groups.findall("group")
        for sample in group.findall("sample")
    ]


def test_takes_sound_in_turn_and_both_formats_say_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    report = export_pack(sampled("cello", takes=2), folder, PackPlan(57, 57, takes=2))
    assert report["takes"] == report["samples"] == 2
    found = regions((folder / "cello.sfz").read_text())
    same = preset_samples(folder / "cello.dspreset")
    assert [region["seq_position"] for region in found] == ["1", "2"]
    for region, sample in zip(found, same, strict=True):
        assert sample["path"] == region["sample"]
        assert sample["seqMode"] == "round_robin"
        assert sample["seqPosition"] == region["seq_position"]
        assert region["seq_length"] == "2"
        assert [sample[k] for k in ("rootNote", "loNote", "hiNote", "loVel", "hiVel")] == [
            region[k] for k in ("pitch_keycenter", "lokey", "hikey", "lovel", "hivel")
        ]
        assert sample["loopEnabled"] == "true"
        assert (sample["loopStart"], sample["loopEnd"]) == (
            region["loop_start"],
            region["loop_end"],
        )
        assert float(sample["volume"].removesuffix("dB")) == float(region.get("volume", 0))
        # Longer than its window of 3 s.
        assert int(region["loop_end"]) - int(region["loop_start"]) > 3 * RATE
    moved = {
        cc.attrib["number"]: [(b.get("level"), b.get("parameter")) for b in cc.iter("binding")]
        for cc in ET.parse(folder / "cello.dspreset").iterfind("midi/cc")
    }
    assert moved == {
        "1": [("instrument", "MOD_AMOUNT")],
        "7": [("instrument", "AMP_VOLUME")],
        "10": [("instrument", "PAN")],
        "11": 2 * [("group", "AMP_VOLUME")],
    }
    assert (folder / "cello.sf2").read_bytes()[8:12] == b"sfbk"
    one, two = (soundfile.read(folder / region["sample"])[0][: 2 * RATE] for region in found)
    assert np.abs(one - two).max() > 0.05
    assert abs(level_db(one) - level_db(two)) < 0.5


def test_keys_that_go_up_are_samples_of_their_own(tmp_path: Path) -> None:
    folder, plan = tmp_path / "pack", PackPlan(48, 72, step=24)
    made = sampled("grand_piano")
    report = export_pack(made, folder, plan)
    found = regions((folder / "grand_piano.sfz").read_text())
    struck = [region for region in found if "trigger" not in region]
    ups = [region for region in found if "trigger" in region]
    assert (len(struck), len(ups)) == (report["samples"], report["release_samples"]) == (2, 3)
    assert [(int(up["lokey"]), int(up["hikey"])) for up in ups] == [(48, 54), (55, 66), (67, 72)]
    for up in ups:
        assert up["trigger"] == "release"
        assert [float(up[k]) for k in ("rt_decay", "amp_veltrack", "pitch_keytrack")] == [2, 82, 0]
        assert up["loop_mode"] == "one_shot"
    assert struck[0]["loop_mode"] == "no_loop"
    groups = preset_samples(folder / "grand_piano.dspreset")
    same = [sample for sample in groups if sample.get("trigger") == "release"]
    assert [sample["path"] for sample in same] == [up["sample"] for up in ups]
    for up, sample in zip(ups, same, strict=True):
        assert sample["releaseTriggerDecay"] == "2dB"
        assert sample["pitchKeyTrack"] == "0"
        assert float(sample["volume"].removesuffix("dB")) == float(up["volume"])
    # It is as far below its note as in the instrument.
    up, key = ups[1], 60
    assert int(up["pitch_keycenter"]) == key
    sound, rate = soundfile.read(folder / up["sample"])
    assert 0.25 < len(sound) / rate < 0.5
    assert np.abs(sound[:80]).max() > 0
    at_127 = sound * 10 ** (float(up["volume"]) / 20)
    assert made.with_key_up is not None
    whole, body = (play(key, 64, 0.8)[:, 0] for play in (made.with_key_up, made.takes[0]))
    own = np.sum((whole - body).astype(np.float64) ** 2)
    share = 1 - 0.82 * (1 - (64 / 127) ** 2)
    held_db = 2 * 0.45
    told = np.sum(at_127**2) * share**2 * 10 ** (-held_db / 10)
    assert 10 * np.log10(told / own) == pytest.approx(0, abs=0.3)
    # A SoundFont knows no such samples; an instrument without them has no group of them.
    soundfont = (folder / "grand_piano.sf2").read_bytes()
    headers = soundfont.index(b"shdr")
    assert int.from_bytes(soundfont[headers + 4 : headers + 8], "little") == 46 * (len(struck) + 1)
    plain = export_pack(sampled("cello"), tmp_path / "cello", PackPlan(57, 57))
    assert plain["release_samples"] == 0
    assert "<group>" not in (tmp_path / "cello" / "cello.sfz").read_text()


def test_a_foreign_sampler_plays_it_in_tune_and_keys_go_up(tmp_path: Path) -> None:
    pysfizz = pytest.importorskip("pysfizz", reason="no wheel of sfizz for this machine")
    made, folder = sampled("grand_piano"), tmp_path / "pack"
    export_pack(made, folder, PackPlan(52, 64, step=12))
    whole, still = folder / "grand_piano.sfz", folder / "still.sfz"
    still.write_text(whole.read_text().partition("<group>")[0])
    up, seconds = 0.25, 0.5

    def foreign(path: Path, key: int) -> np.ndarray:
        # As short as what sfizz reads of a sample before it plays.
        synth = pysfizz.Synth(RATE, 64)
        assert synth.load_sfz_file(path)
        return synth.render_note(key, 64, up, seconds)[0]

    for key in (52, 56, 64):
        assert abs(cents_off(foreign(still, key)[800:4000], key)) < 8
    body = foreign(still, 60)
    heard = foreign(whole, 60) - body
    begins = round(up * RATE)
    assert np.abs(heard[: begins - 64]).max() == 0
    assert made.with_key_up is not None
    mine, bare = (play(60, 64, up + 0.35)[:, 0] for play in (made.with_key_up, made.takes[0]))
    below = [
        level_db(key_up[begins : begins + 3200]) - level_db(note[:begins])
        for key_up, note in ((heard, body), (mine - bare, bare))
    ]
    assert below[0] == pytest.approx(below[1], abs=1.5)


def test_keys_without_dampers_ring_on(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    export_pack(sampled("grand_piano"), folder, PackPlan(84, 96, step=12))
    struck = regions((folder / "grand_piano.sfz").read_text())[:2]
    assert [float(region["ampeg_release"]) for region in struck] == [0.3, 5]
    same = preset_samples(folder / "grand_piano.dspreset")[:2]
    assert [float(sample["release"]) for sample in same] == [0.3, 5]
    # In a SoundFont timecents of a fall by 100 dB.
    soundfont = (folder / "grand_piano.sf2").read_bytes()
    generators = np.frombuffer(soundfont[soundfont.index(b"igen") + 8 :][: 4 * 11], "<i2")
    found = [int(value) for kind, value in generators.reshape(-1, 2) if kind == 38]
    assert found == [-1200, -1200, 3671]


def test_a_sample_of_keys_with_and_without_dampers_is_cut_at_the_first_without(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "pack"
    report = export_pack(sampled("grand_piano"), folder, PackPlan(84, 94, step=12))
    assert report["samples"] == 1 == len(list(folder.glob("grand_piano_*_v1.wav")))
    keys = [(84, 88, 0.3), (89, 94, 5.0)]
    found = regions((folder / "grand_piano.sfz").read_text())
    struck = [one for one in found if "trigger" not in one]
    assert [
        (int(one["lokey"]), int(one["hikey"]), float(one["ampeg_release"])) for one in struck
    ] == keys
    found = preset_samples(folder / "grand_piano.dspreset")
    same = [one for one in found if one.get("trigger") != "release"]
    assert [(int(one["loNote"]), int(one["hiNote"]), float(one["release"])) for one in same] == keys
    # In a SoundFont the sample lies there once, for two zones.
    soundfont = (folder / "grand_piano.sf2").read_bytes()
    sizes = {
        name: int.from_bytes(soundfont[(at := soundfont.index(name)) + 4 : at + 8], "little")
        for name in (b"shdr", b"ibag", b"smpl")
    }
    assert sizes[b"shdr"] == 46 * 2
    assert sizes[b"ibag"] == 4 * (1 + 2 + 1)


def test_a_pack_of_two_channels_has_both(tmp_path: Path) -> None:
    report = export_pack(sampled("cello", channels=2), tmp_path / "p", PackPlan(57, 57))
    sound, _ = soundfile.read(tmp_path / "p" / "cello_057_v1.wav")
    assert report["channels"] == sound.shape[1] == 2
    np.testing.assert_allclose(sound[:, 1], 0.5 * sound[:, 0], atol=1e-6)


def test_layers_are_brighter_not_louder(tmp_path: Path) -> None:
    export_pack(sampled("cello"), tmp_path / "p", PackPlan(57, 57, velocities=3))
    sounds = [soundfile.read(tmp_path / "p" / f"cello_057_v{n}.wav")[0][8000:24000] for n in (1, 3)]
    assert abs(level_db(sounds[0]) - level_db(sounds[1])) < 3
    overtones = [
        np.abs(np.fft.rfft(s))[1090:1110].max() / np.abs(np.fft.rfft(s))[210:230].max()
        for s in sounds
    ]
    assert overtones[1] > 1.5 * overtones[0]


def test_a_pack_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(OutputError, match="exists already"):
        export_pack(sampled("cello"), tmp_path / "there", PackPlan(60, 60))
    with pytest.raises(OutputError, match="there is no folder"):
        export_pack(sampled("cello"), tmp_path / "a" / "b", PackPlan(60, 60))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sample_pack, "write_sample", full)
    with pytest.raises(OutputError, match="No space left"):
        export_pack(sampled("cello"), tmp_path / "new", PackPlan(60, 60))
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ((84, 36), "lower key"),
        ((0, 36), "21 to 108"),
        ((36, 84, 9), "--velocities"),
        ((36, 84, 1, 0), "--step"),
        ((36, 84, 1, 3, 5), "--takes"),
    ],
)
def test_a_pack_that_cannot_be(values: tuple[int, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        PackPlan(*values)


def test_a_pack_does_not_morph(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one timbre"):
        export_pack(sampled("cello", morph="flute"), tmp_path / "pack", PackPlan(60, 60))
    assert list(tmp_path.iterdir()) == []
