"""A sample pack as one SoundFont 2 file.

Source: E-mu Systems, "SoundFont Technical Specification", version 2.04. Its default modulators are
this instrument's own laws: velocity, controllers 7 and 11 act by 40 log10 (section 8.4), and
controller 1 is vibrato. It knows no samples that sound in turn: of several takes the first is used.
"""

import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from latent_resonance.contracts.errors import OutputError
from latent_resonance.engine.sampler_files import Region

_Whole = npt.NDArray[np.int32]

# Generators, section 8.1.3.
_PAN, _RELEASE, _INSTRUMENT, _KEYS, _VELOCITIES = 17, 38, 41, 43, 44
_SAMPLE, _LOOPS, _CHOKES = 53, 54, 57
# Timecents of a release that no drum outlasts (20 s): there is no generator to let one ring.
_RINGS_OUT = 5186
_DRUM_BANK = 128
# Sample types, section 7.10.
_MONO, _RIGHT, _LEFT = 1, 2, 4
# After each sample come so many points of silence, after a loop first its own beginning.
_SILENT_POINTS, _LOOP_POINTS = 46, 16
# An envelope's release is timed over 100 dB.
_RELEASE_OVER_DB = 100 / 60
# Velocity also closes a filter unless told not to, by either of two published defaults.
_NO_VELOCITY_TO_FILTER = ((0x0102, 8, 0, 0x0000, 0), (0x0102, 8, 0, 0x0D02, 0))
_NAME_BYTES = 20


@dataclass(frozen=True, slots=True)
class _Channel:
    """One channel of a sample: where it lies in the whole, points, loop exclusive of its end."""

    region: Region
    channel: int
    channels: int
    rate: int
    begin: int
    points: int

    @property
    def end(self) -> int:
        return self.begin + self.points

    @property
    def room(self) -> int:
        return self.points + (_LOOP_POINTS if self.region.loop else 0) + _SILENT_POINTS


def write_soundfont(
    path: Path,
    name: str,
    regions: Iterable[Region],
    release_seconds: float,
    comments: Iterable[str],
) -> None:
    """Write the samples of a pack, 24 bits deep, that lie beside ``path`` as WAV files.

    Args:
        path: of the file.
        name: of its one preset, program 0, bank 0, of drums 128.
        regions: of the pack.
        release_seconds: in which a released note falls by 60 dB.
        comments: who made it, of what.

    Raises:
        OutputError: it cannot be written.
    """
    kept = [region for region in regions if region.take == 1]
    most = max(region.volume_db for region in kept)
    samples = _lay_out(kept, path.parent)
    info = {
        b"ifil": struct.pack("<2H", 2, 4),
        b"isng": _text("EMU8000"),
        b"INAM": _text(name),
        b"ICMT": _text("\n".join(comments)),
        b"ISFT": _text("Latent Resonance"),
    }
    size = sum(one.room for one in samples)
    head = _list(b"INFO", b"".join(_chunk(kind, body) for kind, body in info.items()))
    tail = _list(b"pdta", _hydra(name, kept, samples, release_seconds))
    low = size + size % 2
    data = 4 + (8 + 2 * size) + (8 + low)
    try:
        with path.open("wb") as file:
            file.write(b"RIFF" + struct.pack("<I", 4 + len(head) + 8 + data + len(tail)) + b"sfbk")
            file.write(head + b"LIST" + struct.pack("<I", data) + b"sdta")
            file.write(b"smpl" + struct.pack("<I", 2 * size))
            _write(file, (points >> 8 for points in _points(samples, path.parent, most)), "<i2")
            # Its size is even, as FluidSynth checks (SoundFont 2.04, 5.1).
            file.write(b"sm24" + struct.pack("<I", low))
            _write(file, (points & 0xFF for points in _points(samples, path.parent, most)), "u1")
            file.write(b"\0" * (low - size) + tail)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def _write(file: BinaryIO, parts: Iterator[_Whole], kind: str) -> None:
    file.writelines(part.astype(kind).tobytes() for part in parts)


def _lay_out(regions: Sequence[Region], folder: Path) -> list[_Channel]:
    """Each file once, whatever number of regions plays it."""
    found: list[_Channel] = []
    begin = 0
    first: dict[str, Region] = {}
    for region in regions:
        first.setdefault(region.file, region)
    for region in first.values():
        known = soundfile.info(str(folder / region.file))
        for channel in range(known.channels):
            found.append(
                _Channel(region, channel, known.channels, known.samplerate, begin, known.frames)
            )
            begin += found[-1].room
    return found


def _points(samples: Sequence[_Channel], folder: Path, most_db: float) -> Iterator[_Whole]:
    """Each channel with what follows it, 24 bits in 32.

    All at levels that need no attenuation: players differ in what they take a decibel for.
    """
    for one in samples:
        sound, _ = soundfile.read(folder / one.region.file, dtype="float64", always_2d=True)
        made = sound[:, one.channel] * 10 ** ((one.region.volume_db - most_db) / 20)
        if one.region.loop:
            begin, last = one.region.loop
            again = begin + np.arange(_LOOP_POINTS) % (last + 1 - begin)
            made = np.concatenate([made[: last + 1], made[again], made[last + 1 :]])
        made = np.concatenate([made, np.zeros(_SILENT_POINTS)])
        whole = np.clip(np.round(made * (1 << 23)), -(1 << 23), (1 << 23) - 1)
        yield whole.astype(np.int32)


def _hydra(
    name: str, regions: Sequence[Region], samples: Sequence[_Channel], release_seconds: float
) -> bytes:
    """The nine tables of section 7: one preset, one instrument, zones for regions' channels."""
    of_files: dict[str, list[tuple[int, _Channel]]] = {}
    for number, one in enumerate(samples):
        of_files.setdefault(one.region.file, []).append((number, one))
    bank = _DRUM_BANK if all(one.region.once for one in samples) else 0
    zones = [
        [(_RELEASE, _timecents(release_seconds))],
        *(_zone(n, one, region) for region in regions for n, one in of_files[region.file]),
    ]
    modulators = [struct.pack("<2HhHH", *each) for each in _NO_VELOCITY_TO_FILTER]
    generators: list[bytes] = []
    bags: list[bytes] = []
    for number, zone in enumerate(zones):
        bags.append(struct.pack("<2H", len(generators), len(modulators) if number else 0))
        generators += [struct.pack("<Hh", kind, value) for kind, value in zone]
    bags.append(struct.pack("<2H", len(generators), len(modulators)))
    nothing, end = struct.pack("<2HhHH", 0, 0, 0, 0, 0), struct.pack("<Hh", 0, 0)
    tables = {
        b"phdr": _name(name) + struct.pack("<3H3I", 0, bank, 0, 0, 0, 0)
        + _name("EOP") + struct.pack("<3H3I", 0, 0, 1, 0, 0, 0),
        b"pbag": struct.pack("<4H", 0, 0, 1, 0),
        b"pmod": nothing,
        b"pgen": struct.pack("<Hh", _INSTRUMENT, 0) + end,
        b"inst": _name(name) + struct.pack("<H", 0) + _name("EOI") + struct.pack("<H", len(zones)),
        b"ibag": b"".join(bags),
        b"imod": b"".join(modulators) + nothing,
        b"igen": b"".join(generators) + end,
        b"shdr": b"".join(_header(n, one) for n, one in enumerate(samples))
        + _name("EOS") + struct.pack("<5I2B2H", 0, 0, 0, 0, 0, 0, 0, 0, 0),
    }  # fmt: skip
    return b"".join(_chunk(kind, body) for kind, body in tables.items())


def _zone(number: int, one: _Channel, region: Region) -> list[tuple[int, int]]:
    """Generators in the order that section 8.1.2 asks for."""
    sides = () if one.channels == 1 else ((_PAN, 500 if one.channel else -500),)
    release = _RINGS_OUT if region.once else _timecents(region.release) if region.release else None
    return [
        (_KEYS, region.low_key | region.high_key << 8),
        (_VELOCITIES, region.low_velocity | region.high_velocity << 8),
        *sides,
        *(() if release is None else ((_RELEASE, release),)),
        (_LOOPS, 1 if region.loop else 0),
        *(((_CHOKES, region.choke),) if region.choke else ()),
        (_SAMPLE, number),
    ]


def _timecents(release_seconds: float) -> int:
    """Of a release by 60 dB."""
    return round(1200 * math.log2(max(release_seconds * _RELEASE_OVER_DB, 1e-3)))


def _header(number: int, one: _Channel) -> bytes:
    region = one.region
    first, last = region.loop or (0, one.points - 1)
    end = one.end + (_LOOP_POINTS if region.loop else 0)
    kind, partner = _MONO, 0
    if one.channels == 2:
        kind, partner = (_RIGHT, number - 1) if one.channel else (_LEFT, number + 1)
    title = f"{region.root:03d} {region.low_velocity}-{region.high_velocity}"
    title += "" if one.channels == 1 else "LR"[one.channel]
    places = one.begin, end, one.begin + first, one.begin + last + 1
    return _name(title) + struct.pack("<5I2B2H", *places, one.rate, region.root, 0, partner, kind)


def _name(text: str) -> bytes:
    return text.encode("ascii", "replace")[: _NAME_BYTES - 1].ljust(_NAME_BYTES, b"\0")


def _text(text: str) -> bytes:
    """Ends with one or two zeros, so that its length is even; at most 256 bytes."""
    body = text.encode("ascii", "replace")[:254]
    return body + b"\0" * (2 - len(body) % 2)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _list(kind: bytes, body: bytes) -> bytes:
    return _chunk(b"LIST", kind + body)
