"""What comes back of unseen sounds through encoder and decoder, beside principal components."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.evaluation.charts.plots import Values, draw_lines
from latent_resonance.evaluation.charts.windows import draw_windows
from latent_resonance.evaluation.encode import Rebuilder, free_size, has_encoder
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.real_sounds import RealWindow
from latent_resonance.evaluation.reconstruction import (
    Baseline,
    log_spectral_distance,
    multi_resolution_distance,
    rebuild_with_components,
    spectral_convergence_db,
)
from latent_resonance.evaluation.report import Chapter
from latent_resonance.sound.codec import decode

_SIZES = (2, 4, 8, 16, 32, 64, 128)
_MOST_UNSEEN = 100
_MOST_TRAINING = 2000
_MOST_LEVELS = 1 << 28  # of these windows together: 1 GB
_LISTENED = 24
_SHOWN = 5
_FEWEST = 3
_TITLE = "Reconstruction of unseen sounds"
_SCALES = {"db": "components of levels in dB", "magnitude": "components of magnitudes"}


def measure_reconstruction(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """Reconstruction of held-out windows.

    None for a family that never had an encoder.

    Raises:
        InputError: another bundle has another layout or no encoder.
    """
    others = material.others
    is_autoencoder = material.bundle.family.endswith("autoencoder")
    if not material.real or not (has_encoder(material.bundle) or others or is_autoencoder):
        return None
    unseen = [window for window in material.real if window.held_out][:_MOST_UNSEEN]
    training = [window for window in material.real if not window.held_out]
    most = min(_MOST_TRAINING, _MOST_LEVELS // (material.layout.bins * material.layout.columns))
    kept = np.linspace(0, len(training) - 1, min(most, len(training))).round().astype(int)
    training = [training[index] for index in kept]
    if len(unseen) < _FEWEST or len(training) < _FEWEST:
        note = f"Not measured: {len(unseen)} unseen and {len(training)} other sounds are too few."
        return Chapter("reconstruction", _TITLE, notes=[note])
    for other in others:
        if other.format != material.layout or not has_encoder(other):
            raise InputError(
                f"--compare {other.name}: it has another layout than '{material.bundle.name}', or "
                "no encoder.onnx"
            )
    bundles = [one for one in (material.bundle, *others) if has_encoder(one)]
    pictures = {}
    results: dict[str, dict[str, float]] = {}
    for index, bundle in enumerate(bundles):
        start = index / (len(bundles) + 2)
        found = _rebuild(
            bundle,
            unseen,
            training,
            material.layout,
            folder / "reconstruction.png" if bundle is material.bundle else None,
            _part(on_progress, start, len(bundles) + 2),
        )
        if found:
            results[bundle.name] = found
    if material.bundle.name in results:
        pictures["reconstruction.png"] = "Unseen sounds above, what came back below"
    baselines: dict[str, Baseline] = {}
    told = {size for one in bundles for size in (free_size(one), one.latent_size)}
    sizes = sorted({*_SIZES, *told})
    for index, scale in enumerate(("db", "magnitude")):
        baselines[scale] = rebuild_with_components(
            [window.level_db for window in training],
            [window.level_db for window in unseen],
            [window.heard for window in unseen],
            sizes,
            scale,  # type: ignore[arg-type]
        )
        on_progress((len(bundles) + index + 1) / (len(bundles) + 2))
    _draw(folder / "latent-sizes.png", results, baselines)
    pictures["latent-sizes.png"] = "Spectral convergence against latent size"
    metrics: dict[str, object] = {
        "unseen": len(unseen),
        "principal_components": {
            scale: dict(zip(map(str, base.sizes), map(float, base.convergence_db), strict=True))
            for scale, base in baselines.items()
        },
        "bundles": results,
    }
    own = results.get(material.bundle.name)
    if own:
        best = _best_baseline(baselines, int(own["latent"]))
        metrics["better_than_components_db"] = best - own["spectral_convergence_db"]
    return Chapter(
        "reconstruction",
        _TITLE,
        metrics,
        _table(results, baselines, len(unseen)),
        _notes(material.bundle, results),
        pictures,
    )


def _rebuild(
    bundle: Bundle,
    unseen: Sequence[RealWindow],
    training: Sequence[RealWindow],
    layout: SpectrogramFormat,
    picture: Path | None,
    on_progress: Callable[[float], None],
) -> dict[str, float]:
    """Means over the windows that the encoder takes; empty when it takes none."""
    rebuilder = Rebuilder(bundle)
    try:
        taken = [window for window in unseen if rebuilder.takes(window)]
        usable = [window for window in training if rebuilder.takes(window)]
        seen = usable[:: max(1, len(usable) // max(1, len(taken)))][: len(taken)]
        convergence, distance, heard = [], [], []
        shown: list[tuple[str, FloatArray, FloatArray, float]] = []
        for index, window in enumerate(taken):
            wanted = window.level_db.astype(np.float32)
            made = rebuilder.rebuild(window)
            both = made[:, : window.heard], wanted[:, : window.heard]
            convergence.append(spectral_convergence_db(*map(_linear, both)))
            distance.append(log_spectral_distance(*both))
            if index < _LISTENED:
                sounds = [decode(Spectrogram(level, layout)) for level in both]
                heard.append(multi_resolution_distance(*sounds))
            # Spread over all, which lie in the order of their manifest.
            if index % max(1, len(taken) // _SHOWN) == 0 and len(shown) < _SHOWN:
                shown.append((Path(window.file).stem, wanted, made, convergence[-1]))
            on_progress((index + 1) / len(taken))
        of_seen = [
            spectral_convergence_db(
                _linear(rebuilder.rebuild(window)[:, : window.heard]),
                _linear(window.level_db[:, : window.heard].astype(np.float32)),
            )
            for window in seen
        ]
    finally:
        rebuilder.close()
    if not taken:
        return {}
    if picture:
        cells = [(name, wanted) for name, wanted, _, _ in shown]
        cells += [(f"rebuilt, {gone:.1f} dB", made) for _, _, made, gone in shown]
        title = "Unseen sounds, and what came back of them (below each)"
        draw_windows(picture, title, cells, len(shown), layout.range_db)
    return {
        "latent": float(free_size(bundle)),
        "told": float(bundle.latent_size),
        "windows": float(len(taken)),
        "spectral_convergence_db": float(np.mean(convergence)),
        "log_spectral_distance_db": float(np.mean(distance)),
        "multi_resolution_distance": float(np.mean(heard)),
        "seen_spectral_convergence_db": float(np.mean(of_seen)),
    }


def _part(
    on_progress: Callable[[float], None], start: float, parts: int
) -> Callable[[float], None]:
    return lambda share: on_progress(start + share / parts)


def _linear(level_db: FloatArray) -> FloatArray:
    return np.asarray(np.power(10.0, level_db / 20), np.float32)


def _best_baseline(baselines: dict[str, Baseline], size: int) -> float:
    values = [
        float(base.convergence_db[base.sizes.index(size)])
        for base in baselines.values()
        if size in base.sizes
    ]
    return min(values, default=float("nan"))


def _draw(path: Path, results: dict[str, dict[str, float]], baselines: dict[str, Baseline]) -> None:
    curves: dict[str, tuple[Values, Values]] = {
        _SCALES[scale]: (
            base.sizes,
            base.convergence_db,
        )
        for scale, base in baselines.items()
    }
    points = sorted((one["latent"], one["spectral_convergence_db"]) for one in results.values())
    if points:
        curves["encoder and decoder"] = ([x for x, _ in points], [y for _, y in points])
    draw_lines(
        path,
        "Unseen sounds",
        curves,
        "latent size",
        "spectral convergence, dB",
        sizes_across=True,
        marks=True,
    )


def _table(
    results: dict[str, dict[str, float]], baselines: dict[str, Baseline], unseen: int
) -> list[list[str]]:
    rows = [["", "latent", "spectral convergence", "seen ones", "log-spectral distance", "MR-STFT"]]
    for name, one in results.items():
        rows.append(
            [
                f"{name} ({int(one['windows'])} sounds)",
                str(int(one["latent"])),
                f"{one['spectral_convergence_db']:.2f} dB",
                f"{one['seen_spectral_convergence_db']:.2f} dB",
                f"{one['log_spectral_distance_db']:.2f} dB",
                f"{one['multi_resolution_distance']:.3f}",
            ]
        )
    wanted = {int(one[key]) for one in results.values() for key in ("latent", "told")}
    wanted = wanted or {16, 32, 64}
    for scale, base in baselines.items():
        text = _SCALES[scale]
        rows += [
            [f"{text} ({unseen})", str(size), f"{value:.2f} dB", "", "", ""]
            for size, value in zip(base.sizes, base.convergence_db, strict=True)
            if size in wanted
        ]
    return rows


def _notes(bundle: Bundle, results: dict[str, dict[str, float]]) -> list[str]:
    notes = []
    if not has_encoder(bundle):
        notes.append(
            f"The bundle '{bundle.name}' has no encoder (`encoder.onnx`), so nothing can be "
            "rebuilt with it: only the baseline stands here."
        )
    elif bundle.name not in results:
        notes.append("No unseen sound has a pitch and a family that the bundle knows.")
    notes.append(
        "Spectral convergence: the norm of what is missing over that of the whole, in dB (-20 is "
        "a tenth); less is better. Principal components are fitted on the sounds of training, once "
        "on levels, which is what the networks see, and once on magnitudes, which is just what "
        "spectral convergence measures; the better one is the one to beat."
    )
    if bundle.space.plays_notes and bundle.name in results:
        notes.append(
            f"Besides its {free_size(bundle)} free numbers the decoder is told family, pitch and "
            f"velocity, {bundle.latent_size} numbers in all: components of that size stand beside."
        )
    return notes
