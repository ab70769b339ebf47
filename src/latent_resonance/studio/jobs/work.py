"""The process that does one job: an order on stdin, progress and the result as lines of JSON."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latent_resonance.bundles.find import find_bundle, user_folder
from latent_resonance.contracts.errors import ResonanceError, in_a_line
from latent_resonance.contracts.files import whole_output
from latent_resonance.studio.jobs.requests import (
    FilmJob,
    FinishJob,
    ImportJob,
    MoodJob,
    PrepareJob,
    RenderJob,
    ShareJob,
    TrainJob,
)
from latent_resonance.studio.jobs.work_order import WorkOrder

_EVERY_SECONDS = 0.1
_STEPS_ASIDE = 5

Told = Callable[[float, str], None]


def main() -> int:
    """Exit codes as of the command line: 0 done, 1 could not."""
    if hasattr(os, "nice"):
        os.nice(_STEPS_ASIDE)  # the sound comes first
    order = WorkOrder.model_validate_json(sys.stdin.read())
    try:
        result = work(order, _Teller().tell)
    except (ResonanceError, OSError) as error:
        _say({"error": _for_page(error, order)})
        return 1
    except ModuleNotFoundError as error:
        _say({"error": f"this needs {error.name}: pip install 'latent-resonance[train]'"})
        return 1
    _say({"result": result})
    return 0


def _for_page(error: Exception, order: WorkOrder) -> str:
    """One line, without the folder where the server keeps what was sent to it."""
    text = in_a_line(error)
    return text if order.upload is None else text.replace(str(order.upload), "the file")


def work(order: WorkOrder, tell: Told) -> dict[str, Any]:
    """Do it; gives its report, ``files`` among it: name to file name in the order's folder."""
    return _WORK[type(order.request)](order, order.request, tell)


def _render(order: WorkOrder, request: RenderJob, tell: Told) -> dict[str, Any]:
    from latent_resonance.studio.jobs.render import render_patch

    def follow(done: float, total: float) -> None:
        tell(done / max(total, 1e-9), f"{done:.1f} of {total:.1f} s")

    return render_patch(request, order.upload, order.folder, follow)


def _film(order: WorkOrder, request: FilmJob, tell: Told) -> dict[str, Any]:
    from latent_resonance.studio.jobs.film import make_film
    from latent_resonance.studio.take_pictures import SUFFIX, TakePictures

    def follow(done: float, total: float) -> None:
        tell(done / max(total, 1e-9), f"{done:.1f} of {total:.1f} s")

    take = order.take
    assert take is not None  # noqa: S101 - the order was checked
    name = f"{take.name}.mp4"
    pictures = TakePictures.read(take.sound.with_suffix(SUFFIX))
    made = make_film(take.sound, pictures, take.patch, order.folder / name, request.height, follow)
    return {**made, "files": {name: name}}


def _finish(order: WorkOrder, request: FinishJob, _: Told) -> dict[str, Any]:
    from latent_resonance.studio.jobs.finish import finish_take

    take = order.take
    assert take is not None  # noqa: S101 - the order was checked
    output = order.folder / f"{take.name}.{request.format}"
    made = finish_take(take.sound, take.patch, output, request.mastering)
    return {**made, "files": {output.name: output.name}}


def _train(order: WorkOrder, request: TrainJob, tell: Told) -> dict[str, Any]:
    from latent_resonance.training.progress import TrainingProgress
    from latent_resonance.training.run import train_bundle

    def follow(progress: TrainingProgress) -> None:
        where = f"step {progress.step} of {progress.steps}, loss {progress.loss:.3f}"
        tell(progress.step / progress.steps, where)

    assert order.recipe is not None  # noqa: S101 - the order was checked
    made = train_bundle(
        order.recipe,
        order.folder / f"{request.name}.resonance",
        steps=request.steps,
        threads=request.threads,
        changes=request.changes,
        on_progress=follow,
    )
    return {**_plain(made), **_keep(order.folder / f"{request.name}.resonance")}


def _prepare(order: WorkOrder, request: PrepareJob, tell: Told) -> dict[str, Any]:
    from latent_resonance.data.prepare.options import make_options
    from latent_resonance.data.prepare.run import prepare

    options = make_options(
        sample_rate=request.sample_rate,
        n_fft=request.n_fft,
        hop=request.hop,
        columns=request.columns,
    )
    shards = order.folder / request.name
    report = prepare(
        Path(request.folder),
        shards,
        options,
        on_progress=lambda done, total: tell(done / max(total, 1), f"{done:g} of {total:g} sounds"),
    )
    # Files of a job are those that it gives; how many were prepared is another word.
    told = report.model_dump(mode="json")
    return {"folder": str(shards), "prepared": told.pop("files"), **told}


def _share(order: WorkOrder, request: ShareJob, tell: Told) -> dict[str, Any]:
    from latent_resonance.studio.sharing.gather import Gathered, finish
    from latent_resonance.studio.sharing.set_file import SUFFIX, write_set

    gathered = Gathered()
    for preset in order.presets:
        gathered.add_preset(preset)
    total = len(gathered.presets)
    made = finish(
        gathered,
        with_bundles=request.with_bundles,
        on_picture=lambda done: tell(done / total, f"picture {done} of {total}"),
    )
    output = order.folder / f"{request.name}{SUFFIX}"
    write_set(output, made)
    return {**made.report, "bytes": output.stat().st_size, "files": {output.name: output.name}}


def _mood(order: WorkOrder, request: MoodJob, tell: Told) -> dict[str, Any]:
    from latent_resonance.engine.moods.add import AskedMood, add_moods
    from latent_resonance.navigate.prompts.open import open_judge

    output = order.folder / f"{request.name}.resonance"
    made = add_moods(
        find_bundle(request.bundle),
        output,
        [AskedMood(request.prompt)],
        judge=open_judge(),
        on_progress=lambda done, total: tell(done / total, "looking at pictures"),
    )
    (mood,) = made["moods"]
    return {"mood": mood["name"], "fit": mood["fit"], **_keep(output)}


def _import(order: WorkOrder, request: ImportJob, tell: Told) -> dict[str, Any]:
    assert order.upload is not None  # noqa: S101 - the order was checked
    output = order.folder / f"{request.name}.resonance"
    if order.upload.suffix == ".resonance":
        from latent_resonance.engine.trial import try_bundle

        tell(0.1, "checking")
        found = try_bundle(str(order.upload))
        with whole_output(output) as partial:
            shutil.copyfile(order.upload, partial)
        return {**found, **_keep(output)}
    from latent_resonance.training.importing.bundle import Origin, SoundCodec, import_network

    tell(0.1, "reading the network, making and comparing its ONNX form")
    sound = None
    if request.sample_rate is not None:
        sound = SoundCodec(
            request.n_fft,
            request.hop,
            request.sample_rate,
            lowest_first=request.rows == "lowest-first",
            mel=request.scale == "mel",
        )
    made = import_network(
        order.upload,
        output,
        name=request.name,
        origin=Origin(request.licence, request.source),
        codec=sound,
        halve=request.halve,
    )
    return {**_plain(made), **_keep(output)}


def _keep(made: Path) -> dict[str, Any]:
    """Put a finished bundle where all of them are found by name."""
    target = user_folder() / made.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_output(target) as partial:
        shutil.copyfile(made, partial)
    return {"bundle": target.stem, "files": {made.name: made.name}}


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    """As JSON has it; paths are names."""
    found: dict[str, Any] = json.loads(json.dumps(report, default=str))
    return found


class _Teller:
    """Says where the work stands, not more often than anyone looks."""

    def __init__(self) -> None:
        self._last = 0.0

    def tell(self, done: float, message: str) -> None:
        """``done`` 0..1."""
        if time.monotonic() - self._last >= _EVERY_SECONDS:
            self._last = time.monotonic()
            _say({"done": round(done, 4), "message": message})


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, allow_nan=False) + "\n")
    sys.stdout.flush()


_WORK: dict[type, Callable[[WorkOrder, Any, Told], dict[str, Any]]] = {
    RenderJob: _render,
    FilmJob: _film,
    FinishJob: _finish,
    TrainJob: _train,
    PrepareJob: _prepare,
    ShareJob: _share,
    MoodJob: _mood,
    ImportJob: _import,
}


if __name__ == "__main__":
    sys.exit(main())
