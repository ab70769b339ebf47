"""Records takes at the terminal and paints each at once."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import (
    DeviceError,
    MediaError,
    MissingPartError,
    OutputError,
)
from latent_resonance.contracts.files import whole_output
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PictureStage
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.engine.voice_pictures.embedded import open_painter
from latent_resonance.engine.voice_pictures.files import keep_picture, tell_picture
from latent_resonance.engine.voice_pictures.paint import Take, paint_voice
from latent_resonance.models.text_to_image.contract import TextToImage
from latent_resonance.sense.listening.recorder import TakeRecorder
from latent_resonance.sense.terminal.characters import ESCAPE, need_terminal, terminal_characters

HELP = "ENTER records, ENTER ends the take and paints it; Esc ends"
_METER_SECONDS = 0.1
_ENTER = ("\n", "\r")


def play_takes(
    folder: Path,
    stages: Sequence[PartChoice] = (),
    *,
    keep: bool = False,
    needed: bool = False,
    device: str | None = None,
    bundle: str,
    size: int | None = None,
    paint_on: str = "cpu",
    seconds: float | None = None,
    say: Callable[[str], None],
    meter: Callable[[float, float], None],
    on_take: Callable[[dict[str, Any]], None],
    **asked: Any,
) -> list[dict[str, Any]]:
    """Record with ENTER, end with ENTER, paint, until Escape or Ctrl-C.

    Args:
        folder: gets ``take-001.png``, ..; numbers go on from those that it has.
        keep: whether the sound of each is written too, as ``take-001.wav``.
        stages: show each picture.
        needed: whether a stage that cannot be opened is an error, or is told and left out.
        device: the sound input.
        bundle: the model, as ``paint_voice`` takes it.
        size: pixels a side.
        paint_on: the device of a real model.
        seconds: how long in all; without end where not given.
        say: told what is going on, in lines.
        meter: told seconds and level (0..1) while it records.
        on_take: told the report of each picture.
        asked: as ``paint_voice`` takes it.

    Returns:
        A report of each take, as ``paint_file`` gives it.

    Raises:
        DeviceError: no terminal, no such input, or a stage that is needed cannot be opened.
        ResonanceError: the model cannot be used.
        OutputError: the folder cannot be written.
    """
    need_terminal()
    recorder = TakeRecorder(device)
    made: list[dict[str, Any]] = []
    with ExitStack() as opened:
        model = open_painter(bundle, None if size is None else (size, size), device=paint_on)
        opened.callback(model.close)
        model.read(str(asked.get("prompt", "")))
        opened.enter_context(_folder(folder))
        shown = _open(stages, model, size, opened, None if needed else say)
        desk = _Desk(folder, model, size, shown, keep, asked)
        opened.callback(recorder.close)
        read = opened.enter_context(terminal_characters())
        say(HELP)
        ends = None if seconds is None else time.monotonic() + seconds
        told = 0.0
        try:
            while ends is None or time.monotonic() < ends:
                key = read()
                if key == ESCAPE:
                    break
                if recorder.lost:
                    say("the sound input is gone")
                if key in _ENTER or recorder.lost:
                    if not recorder.recording:
                        recorder.start()
                    elif report := desk.end(recorder, say):
                        made.append(report)
                        on_take(report)
                elif recorder.recording and _due(told) and recorder.seconds:
                    told = time.monotonic()
                    meter(recorder.seconds, recorder.level)
        except KeyboardInterrupt:
            pass
        # Who ends in the middle of a take has taken it.
        if recorder.recording and (report := desk.end(recorder, say)):
            made.append(report)
            on_take(report)
    return made


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    """There while takes are made; one that stays empty does not stay."""
    there = path.is_dir()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    try:
        yield
    finally:
        if not there:
            with suppress(OSError):
                path.rmdir()


def _due(told: float) -> bool:
    return time.monotonic() - told >= _METER_SECONDS


def _open(
    stages: Sequence[PartChoice],
    model: TextToImage,
    size: int | None,
    opened: ExitStack,
    say: Callable[[str], None] | None,
) -> list[PictureStage]:
    height, width = model.picture_size if size is None else (size, size)
    found: list[PictureStage] = []
    for choice in stages:
        stage = find_part("stage", choice.part).make(choice.options)
        if PictureFormat not in stage.accepts:
            continue
        opened.callback(stage.close)
        try:
            stage.prepare(Spec(picture=PictureFormat(width, height), sample_rate=0))
        except (DeviceError, MissingPartError) as error:
            if say is None:
                raise
            say(f"pictures are written, not shown: {error}")
        else:
            found.append(stage)
    return found


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where takes become files."""

    folder: Path
    model: TextToImage
    size: int | None
    shown: Sequence[PictureStage]
    keep: bool
    asked: Mapping[str, Any]

    def end(self, recorder: TakeRecorder, say: Callable[[str], None]) -> dict[str, Any] | None:
        """End a take, paint and show it; the report. None, and told, where it is no voice."""
        take = Take(recorder.stop(), recorder.rate)
        output = self._free()
        sound = output.with_suffix(".wav") if self.keep else None
        try:
            picture = paint_voice(take, model=self.model, size=self.size, **self.asked)
        except MediaError as error:
            say(f"no picture: {error}")
            return None
        if sound is not None:
            _write(sound, take)
        for stage in self.shown:
            stage.show(Frame(picture.pixels, 0.0))
        keep_picture(picture, output)
        return tell_picture(picture, output, sound)

    def _free(self) -> Path:
        number = 1
        while any((self.folder / f"take-{number:03d}{kind}").exists() for kind in (".wav", ".png")):
            number += 1
        return self.folder / f"take-{number:03d}.png"


def _write(path: Path, take: Take) -> None:
    import soundfile

    with whole_output(path) as partial:
        soundfile.write(partial, take.samples, take.rate, format="WAV", subtype="FLOAT")
