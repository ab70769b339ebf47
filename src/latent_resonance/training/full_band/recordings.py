"""Full-band recordings and their twins at 16 kHz, as levels of bands."""

import csv
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import FloatArray, Latent, Spec
from latent_resonance.render.voices.note_wants import WINDOW_VELOCITY
from latent_resonance.render.voices.voice_bank import TILTS_TO_HZ
from latent_resonance.sound.codec import full_scale
from latent_resonance.sound.full_band.fitted import Doubles, band_levels, read_inputs
from latent_resonance.sound.full_band.law import BELOW_HZ
from latent_resonance.sound.full_band.note import NoteAt
from latent_resonance.sound.notes import make_tone
from latent_resonance.sound.stft import stft

OWN = SpectrogramFormat()
TIMES = 3
_WIDE = OWN.widened(TIMES, OWN.range_db)
BIN_HZ = OWN.sample_rate / OWN.n_fft
LOW_HZ = (60, 250, 500, 1000, 2000, 3000, 4000, 5000, 6000, 6750, 7400)
HIGH_HZ = (7400, 8000, 8900, 10_000, 11_200, 12_500, 14_100, 16_000, 17_800, 20_000, 24_000)
# Of notes whose velocity nobody told, as the command line has it.
_USUAL_VELOCITY = 100
_LEAST_VELOCITY = 0.45
# What weak bands lose on the way from windows to sound: attacks and frames that do not agree. Mean
# over 150 notes of those that are fitted, by benchmarks/full_band.py; and what families lose more,
# by all notes that are fitted, where that is over twice its standard error.
LOST_DB = 2.5
_LOST_MORE_DB = {"bass": 3.8, "mallet": 8.4}
# The manifest's edges of lossy sources are late, and above them nothing can be learnt.
_BEFORE_CUT_HZ = 1200.0
_BEFORE_NYQUIST_HZ = 800.0
_LOSSY_HZ = 14_200.0
_HELD_BACK_OF = 3
_SOUNDS_DB = 40.0
# What weak bands are told against, and the least that is told apart in 16 bits.
LEAST_DB = -83.0


@dataclass(frozen=True, slots=True)
class Recording:
    """One full-band recording.

    Attributes:
        name: of the file.
        twin: at 16 kHz.
        group: family or label.
        low: levels of ``LOW_HZ``'s bands, of the twin ``[n, columns]``, dB re its loudest bin.
        high: levels of ``HIGH_HZ``'s bands ``[bands, columns]``.
        whole: energy of each band of the whole recording, dB re its energy below 7 kHz, down to
            what is told apart; NaN where the source has no such band ``[bands]``.
        usable: bands that the source has, bool ``[bands]``.
        note: which note it is; None for other sounds.
    """

    name: str
    twin: Path
    group: str
    low: Doubles
    high: Doubles
    whole: Doubles
    usable: npt.NDArray[np.bool_]
    note: NoteAt | None

    @property
    def held_back(self) -> bool:
        """Whether it is kept from the fit for measuring: a third, by the name alone."""
        digest = hashlib.sha256(self.name.encode()).digest()
        return int.from_bytes(digest[:8], "big") % _HELD_BACK_OF == 0


def read_recordings(data: Path) -> Iterator[Recording]:
    """All of ``fullband/notes`` and ``fullband/textures`` under ``data``, with their twins."""
    for kind in ("notes", "textures"):
        folder = data / "fullband" / kind
        with (folder / "manifest.csv").open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                yield _read(row, folder / row["file"], data / kind / row["twin"])


def as_played(recordings: Iterable[Recording], bundle: Bundle) -> Iterator[Recording]:
    """Notes of instruments that a bundle knows, with what it plays in the twin's place.

    What is above is then told against the level of the window, as it was against the twin's: what
    a model makes is darker near its band's end than what it was taught by.
    """
    space, layout, edges = bundle.space, bundle.sound_format, np.asarray(LOW_HZ, np.float64)
    player = find_part("models", "openvino").make({"threads": 1}, bundle)
    player.prepare(Spec(format=layout, space=space, threads=1))
    for one in recordings:
        name = next(iter(one.note.instruments)) if one.note else ""
        if one.note is None or f"instrument/{name}" not in space.places:
            continue
        if one.note.velocity < _LEAST_VELOCITY:
            continue  # the law of velocity says more there than what is above the band
        place = space.place(f"instrument/{name}")
        w = space.note(place, one.note.pitch, WINDOW_VELOCITY)
        depth = make_tone(space, name, place).velocity_tilt_db
        tilt = depth * (one.note.velocity - WINDOW_VELOCITY) * octaves_above(one.note.hz)
        power = 10 ** (player.generate(Latent(w)).level_db / 10)
        low = band_levels(power, LOW_HZ, layout.sample_rate / layout.n_fft)
        _, here = read_inputs(low + tilt[: len(LOW_HZ) - 1, None], edges)
        _, there = read_inputs(one.low, edges)
        # The same moments of both, where the recording still sounds.
        at = np.rint(np.arange(low.shape[1]) * layout.hop_seconds / OWN.hop_seconds).astype(int)
        at = at[at < len(there)]
        sounds = np.flatnonzero(there[at] > there.max() - _SOUNDS_DB)
        at = at[sounds]
        # Voices darken what is softer than their window.
        high = one.high[:, at] + here[sounds] - there[at] - tilt[len(LOW_HZ) - 1 :, None]
        high += LOST_DB + _LOST_MORE_DB.get(one.group, 0.0)
        note = replace(one.note, velocity=WINDOW_VELOCITY)
        yield replace(one, low=low[:, sounds], high=high, note=note)
    player.close()


def octaves_above(hz: float) -> Doubles:
    """Octaves over a fundamental at which brightness acts, of all bands, those below first."""
    edges = (np.asarray(LOW_HZ, np.float64), np.asarray(HIGH_HZ, np.float64))
    centres = np.concatenate([np.sqrt(e[:-1] * e[1:]) for e in edges])
    return np.asarray(np.maximum(np.log2(np.minimum(centres, TILTS_TO_HZ) / hz), 0))


def _read(row: dict[str, str], path: Path, twin: Path) -> Recording:
    own = _power(read_mono(twin, OWN.sample_rate), OWN)
    sound = read_mono(path, _WIDE.sample_rate)
    wide = _power(sound, _WIDE)
    columns = min(own.shape[1], wide.shape[1])
    loudest = float(own.max())
    usable = np.array(HIGH_HZ[1:]) <= _known_to(row)
    return Recording(
        row["file"],
        twin,
        row.get("family") or row["label"],
        band_levels(own[:, :columns] / loudest, LOW_HZ, BIN_HZ),
        band_levels(wide[:, :columns] / loudest, HIGH_HZ, BIN_HZ),
        np.where(usable, whole_energies(sound), np.nan),
        usable,
        _note(row) if "midi_pitch" in row else None,
    )


def whole_energies(sound: FloatArray) -> Doubles:
    """Of a sound at the wide rate ``[samples]``, as ``Recording.whole`` has them."""
    power = np.abs(np.fft.rfft(sound.astype(np.float64))) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / _WIDE.sample_rate)
    below = power[(hz >= LOW_HZ[0]) & (hz < BELOW_HZ)].sum()
    edges = np.searchsorted(hz, HIGH_HZ)
    energy = np.array([power[a:b].sum() for a, b in itertools.pairwise(edges)]) / below
    return np.asarray(10 * np.log10(np.maximum(energy, 10 ** (LEAST_DB / 10))))


def _known_to(row: dict[str, str]) -> float:
    top = float(row["sample_rate"]) / 2 - _BEFORE_NYQUIST_HZ
    cut = float(row["cut_hz"])
    if cut:
        top = min(top, cut - _BEFORE_CUT_HZ)
    return min(top, _LOSSY_HZ) if row["source_path"].endswith(".mp3") else top


def _note(row: dict[str, str]) -> NoteAt:
    velocity = float(row["velocity"] or 0) or _USUAL_VELOCITY
    return NoteAt(
        float(row["midi_pitch"]), velocity / 127, {row["family"]: 1.0}, {row["instrument"]: 1.0}
    )


def read_mono(path: Path, rate: int) -> FloatArray:
    """A sound file's channels together, at a rate, float32 ``[samples]``."""
    import soundfile
    import soxr

    sound, own = soundfile.read(path, dtype="float32", always_2d=True)
    mono = np.asarray(sound.mean(axis=1), np.float32)
    return mono if own == rate else np.asarray(soxr.resample(mono, own, rate, "VHQ"), np.float32)


def _power(sound: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    spectra = stft(sound, layout.n_fft, layout.hop, layout.window)[: layout.bins]
    return np.asarray((np.abs(spectra) / np.float32(full_scale(layout))) ** 2, np.float32)
