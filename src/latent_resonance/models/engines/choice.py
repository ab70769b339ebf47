"""Chooses the quickest installed engine for a network, once, and remembers it.

A choice is kept by machine, network, versions, threads and device, so that a render of the same
seed is made by the same engine, byte for byte, until one of these changes.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.files import partial_path
from latent_resonance.models.engines.installed import ENGINES, installed_engines
from latent_resonance.models.engines.threads import physical_cores, processor_name

_VERSION = 1
_ROUNDS, _SECONDS = 20, 0.4
_CLEARLY = 0.9  # of OpenVINO's time: less than a tenth is within the noise


def candidates(device: str) -> list[str]:
    """Installed engines that ``auto`` chooses among, the preferred one first.

    PyTorch takes a second to import and wins on no processor, so it takes part only where another
    device is asked for.
    """
    return [
        name
        for name in installed_engines()
        if device in ENGINES[name] and (name != "torch" or device != "cpu")
    ]


def choice_key(network: bytes, threads: int, device: str) -> dict[str, Any]:
    """What a choice depends on, as plain values."""
    return {
        "version": _VERSION,
        "processor": processor_name(),
        "cores": physical_cores(),
        "network": hashlib.sha256(network).hexdigest(),
        "engines": {name: installed_engines()[name] for name in candidates(device)},
        "threads": threads,
        "device": device,
    }


def cache_folder() -> Path:
    """Where choices are kept; ``RESONANCE_CACHE_DIR`` moves it."""
    given = os.environ.get("RESONANCE_CACHE_DIR")
    if given:
        return Path(given) / "engines"
    from platformdirs import user_cache_path

    return user_cache_path("latent-resonance", appauthor=False) / "engines"


def remembered(key: Mapping[str, Any]) -> str | None:
    """The engine chosen before for this key; None where there is none or the file is damaged."""
    try:
        record = json.loads(_path(key).read_text(encoding="utf-8"))
        chosen = record["engine"] if record["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return chosen if isinstance(chosen, str) and chosen in key["engines"] else None


def remember(key: Mapping[str, Any], engine: str, milliseconds: Mapping[str, float]) -> bool:
    """Keep a choice; False where nothing can be written."""
    path = _path(key)
    record = {"engine": engine, "key": key, "milliseconds": milliseconds}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_path(path)
        partial.write_text(json.dumps(record, indent=1), encoding="utf-8")
        partial.replace(path)
    except OSError:
        return False
    return True


def measure(infer: Callable[[], Any]) -> float:
    """The least of some runs, in milliseconds; about half a second at most."""
    least, began = float("inf"), perf_counter()
    for _ in range(_ROUNDS):
        before = perf_counter()
        infer()
        now = perf_counter()
        least = min(least, now - before)
        if now - began > _SECONDS:
            break
    return 1e3 * least


def quickest(milliseconds: Mapping[str, float]) -> str:
    """The engine to take: OpenVINO unless another one is clearly quicker."""
    best = min(milliseconds, key=lambda name: milliseconds[name])
    usual = next(iter(ENGINES))
    if usual in milliseconds and milliseconds[best] > _CLEARLY * milliseconds[usual]:
        return usual
    return best


def choose(
    network: bytes, threads: int, device: str, attempt: Callable[[str], Callable[[], Any]]
) -> str:
    """The engine to play a network with: the only one, the remembered one, or the quickest.

    Args:
        network: the ONNX file, already checked.
        threads: that inference will take.
        device: where it is to run.
        attempt: readies an engine by name and gives a function that runs it once; engines that
            raise ResonanceError are left out.

    Raises:
        ResonanceError: no engine can play it; what the preferred one said.
    """
    names = candidates(device)
    if len(names) == 1:
        return names[0]
    key = choice_key(network, threads, device)
    chosen = remembered(key)
    if chosen:
        return chosen
    times: dict[str, float] = {}
    first: ResonanceError | None = None
    for name in names:
        try:
            times[name] = measure(attempt(name))
        except ResonanceError as error:
            first = first or error
    if not times:
        raise first or ResonanceError(f"no installed engine runs on '{device}'")
    chosen = remembered(key)  # another process may have been quicker
    if chosen:
        return chosen
    chosen = quickest(times)
    if remember(key, chosen, {name: round(time, 3) for name, time in times.items()}):
        return chosen
    # Without a memory the choice could differ from run to run; the usual engine does not.
    return next(name for name in ENGINES if name in times)


def _path(key: Mapping[str, Any]) -> Path:
    spelled = json.dumps(key, sort_keys=True).encode()
    return cache_folder() / f"{hashlib.sha256(spelled).hexdigest()[:32]}.json"
