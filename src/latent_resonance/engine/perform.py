"""The two journeys that users take: an input to a file, or live on a stage."""

import math
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.contracts.files import check_apart, check_writable, free_name
from latent_resonance.contracts.parts import ReportingStage
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.assemble import assemble, attach
from latent_resonance.engine.clocks.counter import Counted, count
from latent_resonance.engine.clocks.live import LiveClock
from latent_resonance.engine.clocks.recordings import Recordings
from latent_resonance.engine.fitting import find_recipe, usual_stage
from latent_resonance.engine.mastering import Mastering
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.news import News
from latent_resonance.engine.outputs import output_stage, written_by
from latent_resonance.engine.performance import OnStep, Performance, StepOutput, Steps
from latent_resonance.engine.quality.adaptive_size import AdaptiveSize
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.report import Recorder, carrying, measure_sound
from latent_resonance.engine.sense_choice import sense_file
from latent_resonance.engine.senses import Sensed
from latent_resonance.engine.setup import Setup
from latent_resonance.stage.metadata.recipe_of import PERFORMANCE
from latent_resonance.stage.spectrogram_picture import check_picture, draw_spectrogram
from latent_resonance.stage.video.codecs import CONTAINERS, even_size

Progress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished performance.

    Attributes:
        samples: of the first chain of sound, float32 ``[samples, channels]``.
        sample_rate: in Hz; 0 without sound.
        frames: pictures of the first chain of pictures.
        report: plain numbers, as in ``--json``.
    """

    samples: FloatArray
    sample_rate: int
    frames: int = 0
    report: Mapping[str, Any] = field(default_factory=dict)


def render_file(
    recipe: str | Recipe,
    output: Path,
    *,
    source: Path | None = None,
    setup: Setup | None = None,
    seconds: float | None = None,
    picture: Path | None = None,
    record: Path | None = None,
    mastering: Mastering | None = None,
    meta: Mapping[str, str] | None = None,
    on_progress: Progress | None = None,
) -> Rendered:
    """Perform an instrument on an input, to a file, as ``resonance render`` does.

    Args:
        recipe: a name, a TOML file, a bundle, or a recipe that is loaded already.
        output: its extension chooses the stage: sound, video, one picture, or a folder of them.
            The file appears when it is whole.
        source: what is sensed: a video, a MIDI file, music, a saved performance (.csv).
        setup: senses, bundle, seed, map, held controls.
        seconds: how long; the source's length when not given.
        picture: a PNG of the sound's spectrogram.
        record: a CSV of what is sensed.
        mastering: loudness, fades and bits of a sound file; as it was played when None.
        meta: what the file carries, where it can; what was performed, and its seed, when None.
        on_progress: called with seconds done and in all.

    Raises:
        ResonanceError: something given cannot be used or written; nothing is left half-written.
    """
    chosen = find_recipe(recipe) if isinstance(recipe, str) else recipe
    setup = setup or Setup()
    _check_length(seconds)
    finish = mastering or Mastering()
    finish.check_output(output)
    # Of pictures it may be a folder, which its stage looks at.
    for path in (None if output.is_dir() else output, picture, record):
        check_writable(path)
    check_apart((output, picture, record), (source,))
    check_picture(picture)
    if source is not None:
        setup = sense_file(chosen, setup, source)
    with assemble(chosen, setup) as performance:
        if picture is not None and not performance.of_sound():
            raise OutputError(f"cannot write {picture}: '{chosen.name}' gives no sound here")
        carried = _carried(chosen, setup) if meta is None else meta
        attach(performance, *output_stage(performance, output, finish.stage_options()), carried)
        notes = any(chain.navigator.plays_notes for chain in performance.chains)
        moves = any(chain.motion.moves for chain in performance.chains)
        recorder = Recorder(
            performance.senses,
            record,
            with_events=notes,
            with_tempo=moves,
            end_seconds=_end(performance, seconds, notes=notes),
        )
        try:
            master = partial(finish, path=output) if finish.changes_sound else None
            made = count(performance, seconds, on_progress, recorder.add, master=master)
            if source is not None:
                _refuse_no_notes(made[0].steps, source, performance)
            recorder.close()
            sound = next((one for one in made if len(one.samples)), None)
            if picture and sound:
                title = f"{chosen.name} · {source.name if source else output.name}"
                draw_spectrogram(sound.samples.mean(axis=1), _rate(sound), picture, title)
        except BaseException:
            recorder.abort()
            raise
        report = _report(performance, made, recorder, output)
        if sound:
            report |= finish.remark(sound.samples, report["loudness_lufs"])
    files = {"output": output, "spectrogram": picture, "recorded_controls": record}
    report = {
        "recipe": chosen.name,
        "input": str(source) if source else None,
        **{name: str(path) for name, path in files.items() if path},
        **report,
    }
    frames = next((one.frames for one in made if one.frames), 0)
    shown = sound or made[0]
    return Rendered(shown.samples, _rate(shown), frames, report)


def _check_length(seconds: float | None) -> None:
    if seconds is not None and not 0 < seconds < math.inf:
        raise InputError(f"--seconds {seconds:g}: more than 0")


def _end(performance: Performance, seconds: float | None, *, notes: bool) -> float | None:
    """When what was sensed ends; notes ring out after that."""
    recorded = performance.senses.duration_seconds
    if seconds is None or (notes and recorded is not None and recorded < seconds):
        return recorded
    return seconds


def _kept(choice: PartChoice) -> PartChoice:
    """A file is kept up to where the disk was full; what nobody named replaces no file."""
    if hasattr(find_part("stage", choice.part).options(choice.options), "keep_short"):
        choice = choice.model_copy(update={"options": {"keep_short": True, **choice.options}})
    path = written_by(choice)
    if path is None or "path" in choice.options:
        return choice
    return choice.with_options(path=str(free_name(path)))


def play_live(
    recipe: str | Recipe,
    *,
    source: Path | None = None,
    setup: Setup | None = None,
    stages: Sequence[PartChoice] = (),
    seconds: float | None = None,
    loop: bool = False,
    record: Path | None = None,
    buffer_seconds: float = 0.016,
    on_second: Callable[[float, Meters], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Play an instrument live, as ``resonance play`` does, until it ends or Ctrl-C.

    Args:
        recipe: a name, a TOML file, a bundle, or a recipe that is loaded already.
        source: what is sensed in place of a device; starts over with ``loop``, and when
            ``seconds`` ask for more than it has, unless it plays notes.
        setup: senses, bundle, seed, map, held controls.
        stages: in place of the first chain's own.
        seconds: how long.
        loop: start the source over at its end.
        record: a CSV of what is sensed; an earlier one of the name is kept as ``NAME-2``.
        buffer_seconds: sound kept ready.
        on_second: told the time and the meters, once a second.
        say: told what the terminal's keys do, where they play.

    Returns:
        The report of the meters.
    """
    chosen = find_recipe(recipe) if isinstance(recipe, str) else recipe
    setup = setup or Setup()
    _check_length(seconds)
    check_writable(record)
    if loop and source is None:
        raise InputError("--loop starts --input over, and there is none")
    if source is not None:
        # A song that is over is over; a film goes on moving the sound for as long as was asked.
        again = loop or (seconds is not None and not chosen.plays_notes)
        setup = sense_file(chosen, setup, source, loop=again)
    with assemble(chosen, setup) as performance:
        chains = list(performance.chains)
        wanted = {chain: chain.usual_stages for chain in chains}
        if stages or not any(wanted.values()):
            wanted[chains[0]] = tuple(stages) or (usual_stage(chains[0].gives),)
        to = [(chain, _kept(choice)) for chain, some in wanted.items() for choice in some]
        written = [written_by(choice) for _, choice in to]
        files = [path for path in (*written, record) if path is not None]
        check_apart(files, (source,))
        for chain, choice in to:
            attach(performance, chain, choice, _carried(chosen, setup), live=True)
        notes = any(chain.navigator.plays_notes for chain in performance.chains)
        moves = any(chain.motion.moves for chain in performance.chains)
        recorder = Recorder(
            performance.senses, record, with_events=notes, with_tempo=moves, live=True
        )
        recordings = Recordings(performance.stages)
        clock = LiveClock(
            performance,
            Meters(),
            buffer_seconds,
            _unless_full(recorder, recordings),
            recordings=recordings,
        )
        try:
            with _stop_on_signal(clock), _watch(clock, performance, on_second, say):
                clock.run(seconds)
            try:
                recorder.close(clock.seconds)
            except OutputError as error:
                recordings.end(error, recorder.keep)
                recordings.close()
        except BaseException:
            with ExitStack() as keeping:
                keeping.enter_context(suppress(OutputError))
                closing = partial(recorder.close, clock.seconds)
                for last_first in (recorder.keep, closing, performance.keep):
                    keeping.callback(last_first)
            raise
        # A stage of sound may have the input's, beside a chain of pictures.
        stage = next(stage for chain in performance.chains for stage in chain.stages)
        return {
            "recipe": chosen.name,
            **({"input": str(source)} if source else {}),
            **({"outputs": [str(path) for path in files]} if files else {}),
            **({"earlier_take": str(recorder.earlier)} if recorder.earlier else {}),
            "bundle": performance.chain.bundle.name,
            "seconds": round(clock.seconds, 3),
            "stage": to[0][1].part,
            "stage_latency_ms": round(stage.latency_seconds * 1e3, 2),
            "control_values": _listened(performance, recorder.last),
            **performance.senses.statistics(),
            **clock.steps[0].report(),
            **clock.meters.report(),
            **_others(performance, clock.all_meters),
            **_warnings(
                performance,
                clock.steps,
                [
                    *_of_source(performance, clock, source, seconds),
                    *_of_stages(performance, clock),
                    *({"warning": line} for line in recordings.ended),
                ],
            ),
            **_sizes(performance),
        }


def _unless_full(recorder: Recorder, recordings: Recordings) -> OnStep:
    """Notes each step; a table that the disk takes no more of ends, and is kept up to there."""

    def note(now: float, sensed: Sensed, output: StepOutput) -> None:
        try:
            recorder.add(now, sensed, output)
        except OutputError as error:
            recordings.end(error, recorder.keep)

    return note


def _carried(recipe: Recipe, setup: Setup) -> Mapping[str, str]:
    """What a file of a performance says of how it was made; of a replay the same, to the byte."""
    return carrying(
        {
            "format": PERFORMANCE,
            "recipe": recipe.name,
            "bundle": Path(setup.bundle or recipe.bundle).stem,
            "seed": setup.seed,
        }
    )


def _of_stages(performance: Performance, clock: LiveClock) -> list[Mapping[str, Any]]:
    """What the stages say, and how much sound was kept ready where that was more than at rest."""
    told = [stage.report() for stage in performance.stages if isinstance(stage, ReportingStage)]
    ready = max((meters.most_ready_seconds for meters in clock.all_meters), default=0.0)
    if ready:
        busy = f"the machine was busy: up to {ready * 1e3:.0f} ms of sound were kept ready"
        told.append({"warning": busy})
    return told


def _sizes(performance: Performance) -> dict[str, Any]:
    """What pictures were drawn at, where that may change."""
    models = [chain.model for chain in performance.chains]
    return next((model.report() for model in models if isinstance(model, AdaptiveSize)), {})


def _listened(performance: Performance, values: Mapping[str, float]) -> dict[str, float]:
    """Where controls stood in the end that are held, or sensed and listened to by one name."""
    chain = performance.chain
    names = {control.name for control in chain.listened}
    return {name: value for name, value in {**values, **chain.held}.items() if name in names}


def _others(performance: Performance, meters: Sequence[Meters]) -> dict[str, Any]:
    if len(meters) == 1:
        return {}
    pairs = zip(performance.chains[1:], meters[1:], strict=True)
    return {"chains": {chain.name: one.report() for chain, one in pairs}}


def _lacks_notes(report: Mapping[str, Any], source: Path, performance: Performance) -> str:
    """What to tell of an input that played nothing; empty where it did."""
    if report.get("notes", 1):
        return ""
    if not performance.senses.gives_events:
        return (
            f"nothing that is sensed in {source} went far enough to play a note: `resonance show "
            f"{performance.name} --input {source}` tells what plays the keys"
        )
    drums = report.get("drum_notes_skipped", 0)
    also = f" but {drums} on the drum channel, which it does not play" if drums else ""
    return f"{source} has no notes for this instrument{also}"


def _refuse_no_notes(steps: Steps, source: Path, performance: Performance) -> None:
    """A file without notes would be a file of silence."""
    lacks = _lacks_notes(steps.report(), source, performance)
    if lacks:
        raise InputError(lacks)


def _of_source(
    performance: Performance, clock: LiveClock, source: Path | None, seconds: float | None
) -> list[Mapping[str, Any]]:
    """A warning where the input was played to its end, or for as long as was asked, in silence."""
    ends = [one for one in (performance.senses.duration_seconds, seconds) if one is not None]
    if source is None or (ends and clock.seconds < min(ends)):
        return []
    lacks = _lacks_notes(clock.steps[0].report(), source, performance)
    return [{"warning": lacks}] if lacks else []


def _rate(one: Counted) -> int:
    return int(getattr(one.steps.chain.gives, "sample_rate", 0))


def _report(
    performance: Performance, made: Sequence[Counted], recorder: Recorder, output: Path
) -> dict[str, Any]:
    first = made[0]
    chain = first.steps.chain
    found: dict[str, Any] = {"bundle": chain.bundle.name, "seed": chain.spec.seed}
    for one in made:
        if len(one.samples) and "loudness_lufs" not in found:
            found |= measure_sound(one.samples, _rate(one), output)
        if one.frames and "pictures" not in found:
            form = one.steps.chain.spec.picture
            assert form is not None  # noqa: S101 - a chain of pictures has a format
            size = form.width, form.height
            width, height = even_size(*size) if output.suffix.lower() in CONTAINERS else size
            found |= {"pictures": one.frames, "width": width, "height": height}
            found |= {"frame_rate": form.frame_rate}
            found.setdefault("duration_seconds", round(one.frames * form.step_seconds, 6))
    latency = chain.renderer.latency_seconds + performance.senses.latency_seconds
    return {
        **found,
        "latency_ms": round(latency * 1e3, 2),
        **performance.senses.statistics(),
        "played": recorder.played(),
        **first.steps.report(),
        **first.steps.meters.report(),
        **_warnings(performance, [one.steps for one in made]),
    }


def _warnings(
    performance: Performance, steps: Sequence[Steps], stages: Sequence[Mapping[str, Any]] = ()
) -> dict[str, str]:
    """What the senses, every chain and the stages warn of, in one line."""
    reports = [performance.senses.statistics(), *(one.report() for one in steps), *stages]
    told = dict.fromkeys(str(one["warning"]) for one in reports if "warning" in one)
    for meters in (one.meters for one in steps):
        for where, times in meters.errors.items():
            told[f"{where} failed {times} times, last by: {meters.last_error}"] = None
    return {"warning": "; ".join(told)} if told else {}


@runtime_checkable
class WithKeys(Protocol):
    """A sensor that reads the terminal's keys.

    Attributes:
        help: what the keys do, in a line.
        line: how things stand, in a line; empty for nothing to say.
        ended: whether the player asked to end.
    """

    help: str
    line: str
    ended: bool


@contextmanager
def _stop_on_signal(clock: LiveClock) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a terminal that is closed end the performance in good order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ends = [signal.SIGINT, signal.SIGTERM]
    # Windows has none; who starts it with nohup wants it to go on.
    closed = getattr(signal, "SIGHUP", None)
    if closed is not None and signal.getsignal(closed) is not signal.SIG_IGN:
        ends.append(closed)
    before = {name: signal.signal(name, lambda *_: clock.stop()) for name in ends}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def _watch(
    clock: LiveClock,
    performance: Performance,
    on_second: Callable[[float, Meters], None] | None,
    say: Callable[[str], None] | None,
) -> Iterator[None]:
    """Tells meters and keys; ends the performance when the player presses Escape."""
    done = threading.Event()
    keys = [s for s in performance.senses.sensors if isinstance(s, WithKeys)]
    news, said = News(performance, clock.recordings), say or (lambda _: None)

    def tell() -> None:
        second, line = 0.0, ""
        for sensor in keys:
            said(sensor.help)
        while not done.wait(0.1 if keys else 1.0):
            if any(sensor.ended for sensor in keys):
                clock.stop()
            for sensor in keys:
                if sensor.line != line:
                    line = sensor.line
                    said(line)
            for text in news.read():
                said(text)
            if on_second and clock.seconds - second >= 1.0:
                second = clock.seconds
                on_second(clock.seconds, clock.meters)

    thread = threading.Thread(target=tell, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
