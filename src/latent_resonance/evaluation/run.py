"""From a bundle to its report, as ``resonance evaluate`` does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, MissingPartError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.data.workers import share_out
from latent_resonance.evaluation.chapters.table_of_contents import CHAPTERS, NAMES, Entry
from latent_resonance.evaluation.embedding import SIZE
from latent_resonance.evaluation.generate import generate_windows
from latent_resonance.evaluation.material import Material, place_windows
from latent_resonance.evaluation.real_sounds import Choice, RealWindow, manner_of, read_real
from latent_resonance.evaluation.report import (
    OF_MODEL,
    PAGE,
    Chapter,
    plain,
    whole_folder,
    write_metrics,
    write_page,
)

_LIBRARIES = {"librosa": "librosa", "matplotlib": "matplotlib", "sklearn": "scikit-learn"}
_CURVE = "progress.csv"
_GATHERED = 0.3  # share of the time when all material is there


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be measured.

    Attributes:
        bundle: a name or a path.
        data: folders of real sounds; without any, only what needs none is measured.
        count: sounds to generate.
        seed: of everything random.
        truncation: 1 as trained; below 1 places are drawn towards the mean.
        label: column of the manifest that names kinds; found by itself when empty.
        keep: column to the values taken.
        compare: bundles of other latent sizes, for the reconstruction.
        run: folder of the training run; ``runs/NAME`` where it exists when not given.
        only: names of chapters; empty takes all.
    """

    bundle: str
    data: Sequence[Path] = ()
    count: int = 500
    seed: int = 0
    truncation: float = 1.0
    label: str = ""
    keep: dict[str, list[str]] = field(default_factory=dict)
    compare: Sequence[str] = ()
    run: Path | None = None
    only: Sequence[str] = ()


def evaluate(
    request: Request,
    output: Path,
    on_progress: Callable[[str, float], None] | None = None,
    *,
    workers: int = 1,
    cluster: str | None = None,
) -> dict[str, Any]:
    """Measure a bundle and write ``report.md``, ``metrics.json`` and pictures into ``output``.

    Args:
        request: what.
        output: folder; made when missing. On a cluster all machines see it under one path.
        on_progress: gets what is being done and the share of all that is done.
        workers: processes, among which the chapters are shared out; the report is the same.
        cluster: address of a Ray cluster that works in their place.

    Returns:
        What is in ``metrics.json``, and where the page is; ``refused`` names the sounds that could
        not be read, and why.

    Raises:
        ResonanceError: the bundle, the data or the output cannot be used, a library is not
            installed, or there is no such cluster.
    """
    _check_libraries()
    bundle = open_bundle(request.bundle)
    others = [open_bundle(name) for name in request.compare]
    layout = bundle.format
    if not isinstance(layout, SpectrogramFormat):
        raise InputError(f"the bundle '{bundle.name}' makes pictures; evaluate measures sound")
    if request.count < 2:
        raise InputError(f"--count {request.count}: at least 2 sounds are needed")
    asked = [chapter for chapter in CHAPTERS if chapter.name in (request.only or NAMES)]
    show = on_progress or (lambda text, share: None)
    with whole_folder(output) as folder:
        embedded = any(chapter.embedded for chapter in asked)
        refused: dict[str, str] = {}
        material = _gather(request, bundle, others, layout, embedded, refused, show)
        if cluster or (workers > 1 and len(asked) > 1):
            written = _shared_out(material, folder, asked, workers, cluster, show)
        else:
            written = _one_by_one(material, folder, asked, show)
        metrics = {
            "bundle": bundle.name,
            "family": bundle.family,
            "generated": len(material.made),
            "real": len(material.real),
            "held_out": int(material.held_out.sum()),
            "seed": request.seed,
            "truncation": request.truncation,
            "refused": refused,
            **{chapter.name: chapter.metrics for chapter in written if chapter.metrics},
        }
        write_metrics(folder, metrics)
        facts = _facts(request, bundle, material.real)
        facts += [f"left out: {reason}" for reason in refused.values()]
        if request.only:
            facts += [
                f"not measured: {chapter.name}, for which this model or what was given has nothing"
                for chapter in asked
                if chapter.name not in {one.name for one in written}
            ]
        write_page(folder, f"{OF_MODEL} `{bundle.name}`", facts, written)
    show("done", 1.0)
    measured: dict[str, Any] = plain(metrics)
    return {"report": str(output / PAGE), **measured}


def _one_by_one(
    material: Material, folder: Path, asked: Sequence[Entry], show: Callable[[str, float], None]
) -> list[Chapter]:
    whole, done = sum(chapter.effort for chapter in asked), 0.0
    written: list[Chapter] = []
    for chapter in asked:
        start = _GATHERED + (1 - _GATHERED) * done / whole
        done += chapter.effort
        end = _GATHERED + (1 - _GATHERED) * done / whole
        found = chapter.measure(material, folder, _part(show, chapter.name, start, end))
        written += [found] if found else []
    return written


def _shared_out(
    material: Material,
    folder: Path,
    asked: Sequence[Entry],
    workers: int,
    cluster: str | None,
    show: Callable[[str, float], None],
) -> list[Chapter]:
    """The longest first: the others end beside it."""
    longest_first = sorted(asked, key=lambda chapter: -chapter.effort)
    jobs = [chapter.name for chapter in longest_first]
    work = partial(_measure, material, folder.resolve())
    whole, done = sum(chapter.effort for chapter in asked), 0.0
    efforts = {chapter.name: chapter.effort for chapter in asked}
    found: dict[str, Chapter | None] = {}
    for name, chapter in share_out(work, jobs, workers, lambda name: [name], cluster):
        found[name] = chapter
        done += efforts[name]
        show(name, _GATHERED + (1 - _GATHERED) * done / whole)
    return [one for chapter in asked if (one := found[chapter.name]) is not None]


def _measure(material: Material, folder: Path, name: str) -> Chapter | None:
    chapter = next(one for one in CHAPTERS if one.name == name)
    return chapter.measure(material, folder, lambda share: None)


def _check_libraries() -> None:
    """Fail before the work begins, not after an hour of it."""
    for module, name in _LIBRARIES.items():
        try:
            import_module(module)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != module:
                raise
            raise MissingPartError(
                f"evaluation needs {name}: pip install 'latent-resonance[evaluate]'"
            ) from error


def _gather(
    request: Request,
    bundle: Bundle,
    others: Sequence[Bundle],
    layout: SpectrogramFormat,
    embedded: bool,
    refused: dict[str, str],
    show: Callable[[str, float], None],
) -> Material:
    real: list[RealWindow] = []
    if request.data:
        real = read_real(
            request.data,
            layout,
            manner_of(bundle.family),
            Choice(request.label, request.keep),
            request.seed,
            _part(show, "real sounds", 0.0, 0.1),
            refused.__setitem__,
        )
    made = generate_windows(
        bundle,
        request.count,
        request.seed,
        request.truncation,
        _part(show, "generate", 0.1, 0.15),
    )
    points = (
        place_windows(real, made, layout, _part(show, "embed", 0.15, _GATHERED))
        if embedded
        else (np.zeros((0, SIZE)), np.zeros((0, SIZE)))
    )
    run = request.run or Path("runs") / bundle.name
    known = request.run is not None or (run / _CURVE).is_file()
    return Material(
        bundle, layout, real, made, *points, request.seed, others, run if known else None
    )


def _part(
    show: Callable[[str, float], None], text: str, start: float, end: float
) -> Callable[[float], None]:
    return lambda share: show(text, start + share * (end - start))


def _facts(request: Request, bundle: Bundle, real: Sequence[RealWindow]) -> list[str]:
    layout = bundle.format
    assert isinstance(layout, SpectrogramFormat)  # noqa: S101 - the caller looked
    size = f"{layout.bins} x {layout.columns} at {layout.sample_rate} Hz"
    facts = [
        f"family {bundle.family}, latent of {bundle.latent_size} numbers; windows of {size}",
        f"{request.count} generated sounds, seed {request.seed}, truncation {request.truncation:g}",
    ]
    if real:
        files = {window.file for window in real}
        kept = {window.file for window in real if window.held_out}
        facts.append(
            f"{len(real)} windows of {len(files)} real sounds; {len(kept)} of these files are "
            "kept from a training on this folder (`data/held_out.py`, by their names in it): they "
            "count as unseen, right where the model was made from it, or from none of it"
        )
        if request.keep:
            texts = [f"{column} = {', '.join(values)}" for column, values in request.keep.items()]
            facts.append(f"only {'; '.join(texts)}")
    else:
        facts.append("no real sounds were given (`--data`): likeness was not measured")
    if bundle.family == "autoencoder":
        facts.append(
            "this family's trainer drew its own held-out clips, so some of those counted here as "
            "unseen were trained on"
        )
    return facts
