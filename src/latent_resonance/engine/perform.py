"""The two journeys that users take: a file in and a file out, or live on a stage."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError, MediaError, OutputError
from latent_resonance.engine.assemble import Chain, Setup, replace_options
from latent_resonance.engine.live import LiveRunner
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.offline import Recorder, Rendered, render
from latent_resonance.engine.recipe import PartChoice, Recipe, load_recipe
from latent_resonance.stage.spectrogram_picture import draw_spectrogram

Progress = Callable[[float, float], None]


def sense_file(recipe: Recipe, setup: Setup, source: Path, *, loop: bool = False) -> Setup:
    """The setup with a file as its input: a ``.csv`` replays, all else goes to the recipe's sensor.

    Raises:
        MediaError: there is no such file.
    """
    if not source.exists():
        raise MediaError(f"there is no file {source}")
    if source.suffix.lower() == ".csv":
        choice = PartChoice(part="recording", options={"source": str(source), "loop": loop})
        return replace(setup, sense=choice)
    choice = replace_options(setup.sense or recipe.sense, {"source": str(source), "loop": loop})
    return replace(setup, sense=choice)


def render_file(
    recipe: str,
    output: Path,
    *,
    source: Path | None = None,
    setup: Setup | None = None,
    seconds: float | None = None,
    picture: Path | None = None,
    record: Path | None = None,
    on_progress: Progress | None = None,
) -> Rendered:
    """Render an instrument to a sound file, as ``resonance render`` does.

    Args:
        recipe: a name or a TOML file.
        output: .wav or .flac; appears when it is whole.
        source: video, folder of images, or saved performance for the sensor.
        setup: bundle, seed, overrides.
        seconds: how long; the source's length when not given.
        picture: a PNG of the sound's spectrogram.
        record: a CSV of the controls.
        on_progress: called with seconds done and in all.

    Raises:
        ResonanceError: something given cannot be used or written; nothing is left half-written.
    """
    chosen = load_recipe(recipe)
    setup = setup or Setup()
    for path in (output, picture, record):
        check_writable(path)
    if source is not None:
        setup = sense_file(chosen, setup, source)
    with Chain(chosen, setup) as chain:
        stage = chain.stage(PartChoice(part="audio_file", options={"path": str(output)}))
        try:
            made = render(chain, stage, seconds, record, on_progress)
            if picture:
                title = f"{chosen.name} · {source.name if source else output.name}"
                draw_spectrogram(made.samples.mean(axis=1), made.sample_rate, picture, title)
        except BaseException:
            stage.abort()
            raise
    files = {"output": output, "spectrogram": picture, "recorded_controls": record}
    report = {
        "recipe": chosen.name,
        "input": str(source) if source else None,
        **{name: str(path) for name, path in files.items() if path},
        **made.report,
    }
    return replace(made, report=report)


def play_live(
    recipe: str,
    *,
    source: Path | None = None,
    setup: Setup | None = None,
    stage: str | None = None,
    stage_options: Mapping[str, Any] | None = None,
    seconds: float | None = None,
    loop: bool = False,
    record: Path | None = None,
    buffer_seconds: float = 0.016,
    on_second: Callable[[float, Meters], None] | None = None,
) -> dict[str, Any]:
    """Play an instrument live, as ``resonance play`` does, until it ends or Ctrl-C.

    A ``source`` starts over with ``loop``, and when ``seconds`` ask for more than it has.

    Returns:
        The report of the show's meters.
    """
    chosen = load_recipe(recipe)
    setup = setup or Setup()
    check_writable(record)
    if source is not None:
        setup = sense_file(chosen, setup, source, loop=loop or seconds is not None)
    choice = PartChoice(part=stage) if stage else chosen.stage
    with Chain(chosen, setup) as chain:
        out = chain.stage(replace_options(choice, stage_options or {}))
        meters = Meters()
        recorder = Recorder(chain, record)
        runner = LiveRunner(
            chain.instrument, chain.sensor, out, meters, buffer_seconds, recorder.add
        )
        try:
            with stop_on_signal(runner), _watch(runner, on_second):
                runner.run(seconds)
            recorder.close()
        except BaseException:
            recorder.abort()
            out.abort()
            raise
        return {
            "recipe": chosen.name,
            "bundle": chain.bundle.name,
            "seconds": round(runner.seconds, 3),
            "stage": choice.part,
            "stage_latency_ms": round(out.latency_seconds * 1e3, 2),
            **chain.sensor.statistics(),
            **meters.report(),
        }


def check_writable(path: Path | None) -> None:
    """Before the work, not after it.

    Raises:
        OutputError: the folder is missing or the name is a folder.
    """
    if path is None:
        return
    if path.is_dir():
        raise OutputError(f"cannot write {path}: it is a folder")
    if not path.parent.is_dir():
        raise OutputError(f"cannot write {path}: there is no folder {path.parent}")


@contextmanager
def stop_on_signal(runner: LiveRunner) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the show in good order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        name: signal.signal(name, lambda *_: runner.stop())
        for name in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def _watch(runner: LiveRunner, on_second: Callable[[float, Meters], None] | None) -> Iterator[None]:
    done = threading.Event()

    def tell() -> None:
        while on_second and not done.wait(1.0):
            on_second(runner.seconds, runner.meters)

    thread = threading.Thread(target=tell, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def only_one(source: Path | None, controls: Path | None) -> Path | None:
    """``--input`` or ``--controls``: a performance comes from one of them.

    Raises:
        InputError: both were given.
    """
    if source and controls:
        raise InputError("give --input or --controls, not both: a replay needs no input")
    return source or controls
