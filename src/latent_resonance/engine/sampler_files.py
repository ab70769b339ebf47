"""What samplers load: WAV files that know their loop and pitch, SFZ text, Decent Sampler presets.

Sources: the RIFF ``smpl`` chunk of "Multimedia Programming Interface and Data Specifications
1.0"; opcodes of SFZ 1 (sfzformat.com); the preset format of Decent Sampler
(decentsamples.com, "The .dspreset file format").
"""

import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.release_sounds import FALL_DB_PER_SECOND, VELOCITY_TRACK

_FULL = (1 << 23) - 1
_AS_GOOD = 0.005
# General MIDI 2's law of volume and expression, (value / 127) squared, in straight pieces.
_SQUARED = ";".join(f"{n / 8:g},{(n / 8) ** 2:g}" for n in range(9))
_VIBRATO_HZ, _VIBRATO_SEMITONES = 5.5, 0.5
# A release that no drum outlasts, for samplers that know no other way to let one ring.
_RINGS_OUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Region:
    """One sample of a pack: MIDI numbers, velocities 1..127, loop in samples, both inclusive.

    ``take`` of ``takes`` is its turn when a key is struck again, from 1 on. What is ``once`` sounds
    to its end, whenever its key goes up; one of the same ``choke``, from 1 on, ends it. A released
    note falls by 60 dB in ``release`` seconds, in the pack's where it is 0.
    """

    file: str
    low_key: int
    high_key: int
    root: int
    low_velocity: int
    high_velocity: int
    loop: tuple[int, int] | None
    volume_db: float = 0.0
    take: int = 1
    takes: int = 1
    once: bool = False
    choke: int = 0
    release: float = 0.0


@dataclass(frozen=True, slots=True)
class KeyUp:
    """A sample that sounds when a key, or the pedal that held its note, goes up, at one pitch.

    Attributes:
        file: the sample's.
        low_key: first MIDI number that it is for.
        high_key: last one.
        root: key that it was made of.
        volume_db: at velocity 127, of a key that goes up at once.
    """

    file: str
    low_key: int
    high_key: int
    root: int
    volume_db: float = 0.0


def write_sample(
    path: Path, sound: FloatArray, rate: int, root: int, loop: tuple[int, int] | None
) -> None:
    """A 24-bit WAV file ``[samples, channels]`` with a ``smpl`` chunk.

    Raises:
        OutputError: it cannot be written.
    """
    whole = np.clip(np.round(sound.astype(np.float64) * _FULL), -_FULL - 1, _FULL).astype("<i4")
    data = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    width = 3 * sound.shape[1]
    kind = struct.pack("<HHIIHH", 1, sound.shape[1], rate, rate * width, width, 24)
    loops = [struct.pack("<6I", 0, 0, loop[0], loop[1], 0, 0)] if loop else []
    head = struct.pack("<9I", 0, 0, round(1e9 / rate), root, 0, 0, 0, len(loops), 0)
    chunks = ((b"fmt ", kind), (b"smpl", head + b"".join(loops)), (b"data", data))
    body = b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in chunks
    )
    try:
        path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def sfz_text(
    regions: Iterable[Region],
    release_seconds: float,
    comments: Iterable[str],
    key_ups: Sequence[KeyUp] = (),
) -> str:
    """The instrument as SFZ.

    Controller 1 is vibrato up to half a semitone. ``amp_veltrack=100`` is the level law of the
    instrument itself: samples are stored at the level of velocity 127 and carry only their
    layer's brightness.
    """
    lines = [f"// {' '.join(comment.split())}" for comment in comments]
    lines += [
        "",
        "<global>",
        f"ampeg_attack=0 ampeg_release={release_seconds:.3f} amp_veltrack=100",
        # Of SFZ 2; a player of SFZ 1 passes over them.
        f"lfo1_freq={_VIBRATO_HZ:g} lfo1_pitch_oncc1={100 * _VIBRATO_SEMITONES:g}",
    ]
    for one in regions:
        lines += [
            "",
            f"<region> sample={one.file}",
            f"lokey={one.low_key} hikey={one.high_key} pitch_keycenter={one.root}",
            f"lovel={one.low_velocity} hivel={one.high_velocity}",
        ]
        if one.takes > 1:
            lines.append(f"seq_length={one.takes} seq_position={one.take}")
        if one.volume_db:
            lines.append(f"volume={one.volume_db:.2f}")
        if one.loop:
            lines.append(
                f"loop_mode=loop_continuous loop_start={one.loop[0]} loop_end={one.loop[1]}"
            )
        else:
            lines.append("loop_mode=one_shot" if one.once else "loop_mode=no_loop")
        if one.release:
            lines.append(f"ampeg_release={one.release:.3f}")
        if one.choke:
            lines.append(f"group={one.choke} off_by={one.choke}")
    if key_ups:
        lines += [
            "",
            "<group>",
            f"trigger=release rt_decay={FALL_DB_PER_SECOND:g} pitch_keytrack=0",
            f"amp_veltrack={100 * VELOCITY_TRACK:g} loop_mode=one_shot",
        ]
    for up in key_ups:
        lines += [
            "",
            f"<region> sample={up.file}",
            f"lokey={up.low_key} hikey={up.high_key} pitch_keycenter={up.root}",
            f"volume={up.volume_db:.2f}",
        ]
    return "\n".join(lines) + "\n"


def decent_sampler_text(
    regions: Iterable[Region],
    release_seconds: float,
    comments: Iterable[str],
    key_ups: Sequence[KeyUp] = (),
) -> str:
    """The same instrument as a preset of Decent Sampler; takes of a key sound in turn.

    Controllers 1, 7, 10 and 11 do what they do in General MIDI: the sampler has none by itself.
    """
    root = ET.Element("DecentSampler", minVersion="1.0.0")
    for comment in comments:
        root.append(ET.Comment(" ".join(comment.split()).replace("--", "-")))
    groups = ET.SubElement(
        root, "groups", attack="0", release=f"{release_seconds:.3f}", ampVelTrack="1"
    )
    of_takes: dict[int, ET.Element] = {}
    for one in regions:
        if one.take not in of_takes:
            turns = {"seqMode": "round_robin", "seqPosition": str(one.take)}
            of_takes[one.take] = ET.SubElement(groups, "group", turns if one.takes > 1 else {})
        sample = {
            "path": one.file,
            "rootNote": one.root,
            "loNote": one.low_key,
            "hiNote": one.high_key,
            "loVel": one.low_velocity,
            "hiVel": one.high_velocity,
            "volume": f"{one.volume_db:.2f}dB",
            "loopEnabled": "true" if one.loop else "false",
        }
        if one.loop:
            sample |= {"loopStart": one.loop[0], "loopEnd": one.loop[1]}
        if one.release:
            sample |= {"release": f"{one.release:.3f}"}
        if one.once:
            sample |= {"release": _RINGS_OUT_SECONDS}
        if one.choke:
            tag = f"choke{one.choke}"
            sample |= {"tags": tag, "silencedByTags": tag, "silencingMode": "fast"}
        ET.SubElement(of_takes[one.take], "sample", {k: str(v) for k, v in sample.items()})
    if key_ups:
        decay = f"{FALL_DB_PER_SECOND:g}dB"
        heard = {"trigger": "release", "releaseTriggerDecay": decay, "pitchKeyTrack": "0"}
        group = ET.SubElement(groups, "group", heard)
        for up in key_ups:
            told = {
                "path": up.file,
                "rootNote": up.root,
                "loNote": up.low_key,
                "hiNote": up.high_key,
                "volume": f"{up.volume_db:.2f}dB",
            }
            ET.SubElement(group, "sample", {k: str(v) for k, v in told.items()})
    _bind_controllers(root, len(groups))
    ET.indent(root)
    return ET.tostring(root, "unicode", xml_declaration=True) + "\n"


def _bind_controllers(root: ET.Element, groups: int) -> None:
    """``<midi>`` and what it moves: "The <midi> element", "The <modulators> element" there."""
    lfo = ET.SubElement(
        ET.SubElement(root, "modulators"),
        "lfo",
        shape="sine",
        frequency=f"{_VIBRATO_HZ:g}",
        modAmount="0",
    )
    _bind(
        lfo,
        "amp",
        "GLOBAL_TUNING",
        modBehavior="add",
        translationOutputMin=-_VIBRATO_SEMITONES,
        translationOutputMax=_VIBRATO_SEMITONES,
    )
    midi = ET.SubElement(root, "midi")
    modulation, volume, pan, expression = (
        ET.SubElement(midi, "cc", number=str(number)) for number in (1, 7, 10, 11)
    )
    _bind(
        modulation,
        "modulator",
        "MOD_AMOUNT",
        modulatorIndex=0,
        translationOutputMin=0,
        translationOutputMax=1,
    )
    squared = {"translation": "table", "translationTable": _SQUARED}
    _bind(volume, "amp", "AMP_VOLUME", **squared)
    _bind(pan, "amp", "PAN", translationOutputMin=-100, translationOutputMax=100)
    for group in range(groups):
        _bind(expression, "amp", "AMP_VOLUME", level="group", position=group, **squared)


def _bind(
    source: ET.Element, kind: str, parameter: str, *, level: str = "instrument", **rest: str | float
) -> None:
    told = {"type": kind, "level": level, "parameter": parameter, "translation": "linear", **rest}
    ET.SubElement(source, "binding", {k: str(v) for k, v in told.items()})


def close_waveform_loop(
    sound: FloatArray, first: int, least: int, rate: int
) -> tuple[FloatArray, tuple[int, int]] | None:
    """Make the end of a held note lead back to ``first``.

    The end is where the sound is most like what leads to ``first`` (normalised correlation), and
    late; the last 50 ms before it are blended into those before ``first``, so that the jump is no
    jump. A sampler knows waveforms only; inside the instrument nothing is blended so.

    Args:
        sound: float32 ``[samples, channels]``.
        first: where the loop begins, at least 50 ms into the sound.
        least: shortest loop, in samples.
        rate: in Hz.

    Returns:
        The sound up to the loop's end, and the loop (inclusive); None when it is too short.
    """
    width = min(round(0.05 * rate), first)
    last = len(sound) - 1
    begin = first + least
    if width < 16 or begin >= last:
        return None
    middle = sound.mean(axis=1, dtype=np.float64)
    lead, space = middle[first - width : first], middle[begin - width : last]
    size = 1 << (len(space) + width).bit_length()
    match = np.fft.irfft(np.fft.rfft(space, size) * np.conj(np.fft.rfft(lead, size)), size)
    match = match[: len(space) - width + 1]
    energy = np.cumsum(np.concatenate([[0.0], space * space]))
    around = energy[width:] - energy[:-width]
    score = match / np.sqrt(np.maximum(around, 1e-12) * max(float(lead @ lead), 1e-12))
    # Of ends that are about as good, the last: a longer loop is less noticed as one.
    end = begin + int(np.flatnonzero(score >= score.max() - _AS_GOOD)[-1])
    made = sound[:end].copy()
    fade = np.linspace(0, 1, width, dtype=np.float32)[:, None]
    made[end - width :] += fade * (sound[first - width : first] - made[end - width :])
    return made, (first, end - 1)
