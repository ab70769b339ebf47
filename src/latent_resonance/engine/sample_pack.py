"""Exports an instrument as a folder of samples with presets: SFZ, Decent Sampler, SoundFont."""

import itertools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, InputError, OutputError
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.values import FloatArray, Latent, Spectrogram, Tone
from latent_resonance.engine.sampler_files import (
    KeyUp,
    Region,
    close_waveform_loop,
    decent_sampler_text,
    sfz_text,
    write_sample,
)
from latent_resonance.engine.soundfont import write_soundfont
from latent_resonance.navigate.keys.instruments import check_pitch
from latent_resonance.render.voices.note_wants import note_key, note_want
from latent_resonance.render.voices.note_window import NoteWindow, prepare_window
from latent_resonance.sound.release_sounds import level_db

PlayNote = Callable[[float, int, float], FloatArray]
"""Gives a note's sound ``[samples, channels]``: pitch, velocity, seconds; it ends within them."""

_MOST_SECONDS = 10.0
# Of the held part in a looped sample, and the least of them that its loop covers.
_PASSES, _LEAST_LOOP = 4, 0.6
_SETTLED_SECONDS = 0.064
_CEILING = 0.9
_SILENT = 10 ** (-72 / 20)
# Of the notes that keys are heard to go up from: so soft that nothing bends them.
_KEY_UP_STEP, _KEY_UP_VELOCITY, _KEY_UP_SECONDS = 12, 20, 0.8


@dataclass(frozen=True, slots=True)
class Sampled:
    """What is sampled.

    Attributes:
        bundle: of the model.
        model: prepared; asked where its notes hold.
        tone: that all notes have.
        rate: of the notes' sound, in Hz.
        takes: play notes of that tone, each with chances of its own; no key of theirs is heard to
            go up.
        latent: that moved its timbre, for the comments.
        morph: what its notes are on their way to: they must not.
        drums: by their MIDI number, where it is a kit: each key has one of its own.
        with_key_up: plays as the first of ``takes``, and its keys are heard to go up; None where
            nothing is.
    """

    bundle: Bundle
    model: Model
    tone: Tone
    rate: int
    takes: Sequence[PlayNote]
    latent: tuple[float, ...] = ()
    morph: str | None = None
    drums: Mapping[int, Tone] = field(default_factory=dict)
    with_key_up: PlayNote | None = None

    def window(self, pitch: int) -> tuple[NoteWindow, float]:
        """What the model makes of a note, and the seconds of its columns."""
        tone = self.tone
        key = note_key(tone, pitch)
        want = note_want(self.bundle.space, tone, key)
        made = self.model.generate(Latent(want.w))
        if not isinstance(made, Spectrogram):
            raise AssemblyError("the model makes no spectrograms")
        usual = tone.t60(key.pitch), tone.attack_seconds(key.pitch)
        return prepare_window(made, *usual), made.format.hop_seconds


@dataclass(frozen=True, slots=True)
class PackPlan:
    """What to sample: keys ``low`` to ``high``, every ``step``, in ``velocities`` layers.

    Each is sampled ``takes`` times, for samplers to play in turn.
    """

    low: int
    high: int
    velocities: int = 1
    step: int = 3
    takes: int = 1

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be."""
        check_pitch(self.low)
        check_pitch(self.high)
        if self.low > self.high:
            raise InputError(f"--range {self.low}..{self.high}: the lower key comes first")
        if not 1 <= self.velocities <= 8:
            raise InputError(f"--velocities {self.velocities}: from 1 to 8 layers")
        if not 1 <= self.step <= 24:
            raise InputError(f"--step {self.step}: from 1 to 24 semitones")
        if not 1 <= self.takes <= 4:
            raise InputError(f"--takes {self.takes}: from 1 to 4 of each key")

    @property
    def roots(self) -> list[int]:
        """Keys that are sampled; the range's middle if it is shorter than a step."""
        inset = (self.high - self.low) % self.step // 2
        return list(range(self.low + inset, self.high + 1, self.step))

    def of_drums(self, drums: Mapping[int, Tone]) -> "PackPlan":
        """The same range of a kit, every key of it.

        Raises:
            InputError: there is no drum in it.
        """
        if not any(self.low <= key <= self.high for key in drums):
            raise InputError(
                f"--range {self.low}..{self.high}: the kit has drums from {min(drums)} to "
                f"{max(drums)}"
            )
        return replace(self, step=1)

    def keys(self, index: int) -> tuple[int, int]:
        """Lowest and highest key that root ``index`` plays: the whole range, no gap."""
        roots = self.roots
        low = self.low if index == 0 else (roots[index - 1] + roots[index]) // 2 + 1
        last = index == len(roots) - 1
        return low, self.high if last else (roots[index] + roots[index + 1]) // 2

    def layer(self, index: int) -> tuple[int, int]:
        """Lowest and highest velocity of a layer."""
        edges = [round(127 * k / self.velocities) for k in range(self.velocities + 1)]
        return edges[index] + 1, edges[index + 1]


def export_pack(
    sampled: Sampled,
    folder: Path,
    plan: PackPlan,
    on_progress: Callable[[float, float], None] | None = None,
) -> dict[str, Any]:
    """Write samples, ``NAME.sfz``, ``NAME.dspreset`` and ``NAME.sf2``; gives the report.

    Raises:
        InputError: the notes change with time, which samples cannot.
        OutputError: the folder exists or cannot be written; nothing is left half-written.
    """
    if sampled.morph is not None:
        raise InputError("a sample pack has one timbre: leave --morph out, or move it by --latent")
    if folder.exists():
        raise OutputError(f"{folder} exists already: remove it or choose another name")
    if not folder.parent.is_dir():
        raise OutputError(f"cannot write {folder}: there is no folder {folder.parent}")
    with whole_output(folder) as partial:
        partial.mkdir()
        report = _export(sampled, partial, plan, on_progress)
    name = report["instrument"]
    return {"output": str(folder), "sfz": str(folder / f"{name}.sfz"), **report}


def _export(
    sampled: Sampled,
    folder: Path,
    plan: PackPlan,
    on_progress: Callable[[float, float], None] | None,
) -> dict[str, Any]:
    tone, takes, drums = sampled.tone, len(sampled.takes), sampled.drums
    plan = plan.of_drums(drums) if drums else plan
    chokes = sorted({drum.hit.choke for drum in drums.values() if drum.hit and drum.hit.choke})
    regions: list[Region] = []
    channels = 1
    roots = [root for root in plan.roots if not drums or root in drums]
    total = len(roots) * plan.velocities * takes
    for index, root in enumerate(plan.roots):
        if root not in roots:
            continue
        drum = drums.get(root)
        name = drum.name if drum else tone.name
        hit = drum.hit if drum else None
        for layer, take in itertools.product(range(plan.velocities), range(takes)):
            low, high = plan.layer(layer)
            sound, loop = _sample(sampled, take, root, high)
            channels = sound.shape[1]
            peak = float(np.abs(sound).max(initial=0))
            turn = min(1.0, _CEILING / peak) if peak else 1.0
            turns = f"_t{take + 1}" if takes > 1 else ""
            file = f"{name}_{root:03d}_v{layer + 1}{turns}.wav"
            write_sample(folder / file, sound * np.float32(turn), sampled.rate, root, loop)
            region = Region(file, *plan.keys(index), root, low, high, loop)
            region = replace(
                region,
                volume_db=-20 * math.log10(turn),
                take=take + 1,
                takes=takes,
                once=hit is not None,
                choke=chokes.index(hit.choke) + 1 if hit and hit.choke else 0,
            )
            regions.append(region)
            if on_progress:
                on_progress(len(regions), total)
    release, comments = _release_seconds(tone, plan.low), _comments(sampled)
    samples = len(regions)
    looped = sum(region.loop is not None for region in regions)
    if tone.undamped_from <= plan.high:
        regions = [
            replace(part, release=_release_seconds(tone, part.low_key))
            for one in regions
            for part in _by_damper(one, tone.undamped_from)
        ]
    key_ups = _key_ups(sampled, folder, plan)
    for suffix, text in (("sfz", sfz_text), ("dspreset", decent_sampler_text)):
        path = folder / f"{tone.name}.{suffix}"
        path.write_text(text(regions, release, comments, key_ups), encoding="utf-8")
    write_soundfont(folder / f"{tone.name}.sf2", tone.name, regions, release, comments)
    return {
        "bundle": sampled.bundle.name,
        "instrument": tone.name,
        "samples": samples,
        "looped": looped,
        "release_samples": len(key_ups),
        "roots": roots,
        "velocity_layers": plan.velocities,
        "takes": takes,
        "sample_rate": sampled.rate,
        "channels": channels,
    }


def _release_seconds(tone: Tone, key: int) -> float:
    """In which the note of a key falls by 60 dB once it is released."""
    return min(60 / tone.fall_db_per_second(key), 5.0)


def _by_damper(region: Region, undamped_from: int) -> list[Region]:
    """The region, in two where some of its keys have a damper and others none."""
    if not region.low_key < undamped_from <= region.high_key:
        return [region]
    return [
        replace(region, high_key=undamped_from - 1),
        replace(region, low_key=undamped_from),
    ]


def _sample(
    sampled: Sampled, take: int, root: int, velocity: int
) -> tuple[FloatArray, tuple[int, int] | None]:
    """The sound at the level of velocity 127, and its loop if it holds."""
    first = last = 0.0
    holds = not sampled.drums
    if holds:
        window, column_seconds = sampled.window(root)
        first, last = (column * column_seconds for column in window.held)
        holds = window.decay is None
    # The playhead goes several times through the held part, never the same way.
    seconds = last + _PASSES * (last - first) if holds else _MOST_SECONDS
    sound = sampled.takes[take](root, velocity, seconds)
    sound = sound * np.float32((127 / velocity) ** 2)
    rate = sampled.rate
    if holds:
        # The key goes up before the end; what is used ends before that.
        held = sound[: max(len(sound) // 2, round((seconds - 0.4) * rate))]
        begin = round((first + _SETTLED_SECONDS) * rate)
        least = round((seconds - first) * _LEAST_LOOP * rate)
        looped = close_waveform_loop(held, begin, least, rate)
        if looped:
            return looped
    return _trimmed(sound, rate), None


def _key_ups(sampled: Sampled, folder: Path, plan: PackPlan) -> list[KeyUp]:
    """What is heard of keys that go up, one sample an octave: it has no pitch."""
    if sampled.with_key_up is None:
        return []
    spread = PackPlan(plan.low, plan.high, step=_KEY_UP_STEP)
    found = []
    for index, root in enumerate(spread.roots):
        with_it, without = (
            play(root, _KEY_UP_VELOCITY, _KEY_UP_SECONDS)
            for play in (sampled.with_key_up, sampled.takes[0])
        )
        sound = with_it - without
        there = np.flatnonzero(np.abs(sound).max(axis=1) > 0)
        if not len(there):
            continue
        begin = int(there[0])
        volume = -level_db(_KEY_UP_VELOCITY, begin / sampled.rate)
        sound = _trimmed(sound[begin:], sampled.rate)
        # Stored as loud as its bits can: it is far below the notes.
        turn = _CEILING / float(np.abs(sound).max())
        file = f"{sampled.tone.name}_{root:03d}_up.wav"
        write_sample(folder / file, sound * np.float32(turn), sampled.rate, root, None)
        volume -= 20 * math.log10(turn)
        found.append(KeyUp(file, *spread.keys(index), root, volume))
    return found


def _trimmed(sound: FloatArray, rate: int) -> FloatArray:
    """Up to where it has died away, and a short fade."""
    peaks = np.abs(sound).max(axis=1)
    loud = np.flatnonzero(peaks > _SILENT * max(float(peaks.max(initial=0)), 1e-9))
    kept = sound[: min(len(sound), (int(loud[-1]) if len(loud) else 0) + rate // 10)].copy()
    fade = min(len(kept), rate // 20)
    kept[len(kept) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    return kept


def _comments(sampled: Sampled) -> list[str]:
    bundle, name = sampled.bundle, sampled.tone.name
    provenance = bundle.facts.get("provenance") or {}
    licence = provenance.get("licence") if isinstance(provenance, dict) else None
    lines = [f"{name}, made by Latent Resonance with the bundle {bundle.name}"]
    if sampled.latent:
        lines.append(f"timbre moved by {json.dumps(list(sampled.latent))}")
    if licence:
        lines.append(f"licence of the model: {licence}")
    return lines
