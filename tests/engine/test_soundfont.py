"""A pack's SoundFont, read as its specification says, holds what the pack's other presets say."""

import itertools
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from measure import cents_off

from latent_resonance.engine.sampler_files import Region, write_sample
from latent_resonance.engine.soundfont import write_soundfont

RATE = 48_000
LOOP = (3000, 22_199)


def chunks(data: bytes) -> dict[bytes, bytes]:
    found, at = {}, 0
    while at < len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + size]
        assert len(body) == size
        if kind in (b"RIFF", b"LIST"):
            found |= chunks(body[4:])
        else:
            found[kind] = body
        at += 8 + size + size % 2
    return found


def rows(body: bytes, layout: str) -> list[tuple]:
    return list(struct.iter_unpack("<" + layout, body))


def tone(key: int, channels: int, level: float) -> np.ndarray:
    at = np.arange(LOOP[1] + 1) / RATE
    hz = 440 * 2 ** ((key - 69) / 12)
    return level * np.sin(2 * np.pi * hz * at[:, None] + np.arange(channels)).astype(np.float32)


@pytest.fixture(scope="module", params=[1, 2], ids=["mono", "stereo"])
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    folder = tmp_path_factory.mktemp("pack")
    held = Region("a.wav", 36, 59, 57, 1, 127, LOOP, volume_db=6.0, takes=2)
    struck = Region("b.wav", 60, 84, 69, 1, 64, None, volume_db=0.0)
    other_take = replace(held, file="c.wav", take=2)
    for region in (held, struck, other_take):
        sound = tone(region.root, request.param, 0.4)
        write_sample(folder / region.file, sound, RATE, region.root, region.loop)
    path = folder / "double_bass_bowed_layers.sf2"
    write_soundfont(path, path.stem, [held, struck, other_take], 0.6, ["by", "é"])
    return path, request.param


def test_its_chunks_are_whole_and_point_at_one_preset(pack: tuple) -> None:
    path, _ = pack
    data = path.read_bytes()
    assert data[:4] == b"RIFF"
    assert data[8:12] == b"sfbk"
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    found = chunks(data)
    assert found[b"ifil"] == b"\2\0\4\0"
    assert found[b"INAM"].rstrip(b"\0") == b"double_bass_bowed_layers"
    assert all(len(found[kind]) % 2 == 0 for kind in (b"INAM", b"ICMT", b"isng"))
    presets = rows(found[b"phdr"], "20s3H3I")
    assert len(presets) == 2
    assert presets[0][0].rstrip(b"\0") == b"double_bass_bowed_l"
    assert rows(found[b"pgen"], "Hh") == [(41, 0), (0, 0)]
    assert rows(found[b"pbag"], "2H") == [(0, 0), (1, 0)]
    bags = rows(found[b"ibag"], "2H")
    assert rows(found[b"inst"], "20sH")[1][1] == len(bags) - 1
    assert bags[-1] == (len(found[b"igen"]) // 4 - 1, len(found[b"imod"]) // 10 - 1)
    # Brightness of velocity is in the samples: no filter is closed for it a second time.
    assert {(row[0], row[1], row[2]) for row in rows(found[b"imod"], "2HhHH")[:-1]} == {
        (0x0102, 8, 0)
    }


@pytest.mark.parametrize("length", [2000, 2001])
def test_the_lower_bits_are_as_many_as_fluidsynth_asks_for(length: int, tmp_path: Path) -> None:
    struck = Region("b.wav", 60, 84, 69, 1, 64, None, volume_db=0.0)
    write_sample(tmp_path / "b.wav", tone(69, 1, 0.4)[:length], RATE, 69, None)
    path = tmp_path / "one.sf2"
    write_soundfont(path, path.stem, [struck], 0.6, [])
    found = chunks(path.read_bytes())
    points = len(found[b"smpl"]) // 2
    assert len(found[b"sm24"]) == points + points % 2


def test_zones_and_samples_are_those_of_the_pack(pack: tuple) -> None:
    path, channels = pack
    found = chunks(path.read_bytes())
    generators = rows(found[b"igen"], "Hh")
    bags = [row[0] for row in rows(found[b"ibag"], "2H")]
    first, *zones = (generators[a:b] for a, b in itertools.pairwise(bags))
    ((kind, cents),) = first
    assert kind == 38
    assert 2 ** (cents / 1200) == pytest.approx(0.6 * 100 / 60, rel=0.01)
    assert len(zones) == 2 * channels
    headers = rows(found[b"shdr"], "20s5I2B2H")
    assert headers[-1][0].rstrip(b"\0") == b"EOS"
    for number, zone in enumerate(zones):
        known = dict(zone)
        assert (zone[0][0], zone[1][0], zone[-1]) == (43, 44, (53, number))
        keys, velocities = (tuple(known[kind].to_bytes(2, "little")) for kind in (43, 44))
        looped = number < channels
        assert keys == ((36, 59) if looped else (60, 84))
        assert velocities == ((1, 127) if looped else (1, 64))
        assert known[54] == looped
        _, begin, end, loop_begin, loop_end, rate, root, _, link, kind = headers[number]
        assert (rate, root) == (RATE, 57 if looped else 69)
        if channels == 2:
            assert known[17] == (500 if number % 2 else -500)
            assert (link, kind) == ((number - 1, 2) if number % 2 else (number + 1, 4))
        else:
            assert (17 in known, kind) == (False, 1)
        high = np.frombuffer(found[b"smpl"], "<i2").astype(np.int32)
        sound = (high << 8) + np.frombuffer(found[b"sm24"], "u1")[: len(high)]
        own = sound[begin:end] / (1 << 23)
        told = soundfile.read(path.parent / ("a.wav" if looped else "b.wav"), always_2d=True)[0]
        # Its region's 6 dB are in the sample.
        factor = 1.0 if looped else 10 ** (-6 / 20)
        np.testing.assert_allclose(
            own[: len(told)], factor * told[:, number % channels], atol=2 / (1 << 23)
        )
        assert abs(cents_off_at(own, rate, root)) < 1
        assert not sound[end : end + 46].any()
        if looped:
            assert (loop_begin - begin, loop_end - begin) == (LOOP[0], LOOP[1] + 1)
            np.testing.assert_array_equal(
                sound[loop_end : loop_end + 8], sound[loop_begin : loop_begin + 8]
            )


def cents_off_at(sound: np.ndarray, rate: int, key: int) -> float:
    """``measure`` listens at 16 kHz: the same samples are that much lower there."""
    lower = 12 * np.log2(16_000 / rate)
    return cents_off(sound[:16_000].astype(np.float32), key + lower)
