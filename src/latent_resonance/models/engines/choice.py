"""Chooses the quickest installed engine and precision for a network, once, and remembers it.

A choice is kept by machine, network, versions, threads and device, so that a render of the same
seed is made in the same way, byte for byte, until one of these changes. A precision below 32 bits
takes part only where what it makes is within the bound of ``likeness``.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.files import cache_folder, keep_in_cache
from latent_resonance.models.engines.installed import ENGINES, installed_engines
from latent_resonance.models.engines.likeness import Difference
from latent_resonance.models.engines.precisions import EXACT, precisions
from latent_resonance.models.engines.threads import physical_cores, processor_name

_VERSION = 2
_ROUNDS, _SECONDS = 20, 0.4
_CLEARLY = 0.9  # of OpenVINO's time: less than a tenth is within the noise


class Way(NamedTuple):
    """An engine and its precision."""

    engine: str
    precision: str = EXACT

    def __str__(self) -> str:
        return self.engine if self.precision == EXACT else f"{self.engine} {self.precision}"


def candidates(device: str, *, exact: bool = False, ranges: bool = False) -> list[Way]:
    """What ``auto`` chooses among, the preferred one first.

    PyTorch takes a second to import and wins on no processor, so it takes part only where another
    device is asked for.

    Args:
        device: where it is to run.
        exact: 32 bits alone.
        ranges: whether the bundle says what 8-bit integers need.
    """
    engines = [
        name
        for name in installed_engines()
        if device in ENGINES[name] and (name != "torch" or device != "cpu")
    ]
    found = [
        Way(name, precision)
        for name in engines
        for precision in precisions(name, device, ranges=ranges)
    ]
    return [way for way in found if way.precision == EXACT or not exact]


def choice_key(network: str, threads: int, device: str, ways: list[Way]) -> dict[str, Any]:
    """What a choice depends on, as plain values."""
    versions = installed_engines()
    return {
        "version": _VERSION,
        "processor": processor_name(),
        "cores": physical_cores(),
        "network": network,
        "engines": {str(way): versions[way.engine] for way in ways},
        "threads": threads,
        "device": device,
    }


def remembered(key: Mapping[str, Any]) -> str | None:
    """The way chosen before for this key; None where there is none or the file is damaged."""
    try:
        record = json.loads(_path(key).read_text(encoding="utf-8"))
        chosen = record["engine"] if record["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return chosen if isinstance(chosen, str) and chosen in key["engines"] else None


def remember(
    key: Mapping[str, Any],
    chosen: str,
    milliseconds: Mapping[str, float],
    differences: Mapping[str, str],
) -> bool:
    """Keep a choice; False where nothing can be written."""
    record = {
        "engine": chosen, "key": key, "milliseconds": milliseconds, "differences": differences,
    }  # fmt: skip
    return keep_in_cache(_path(key), json.dumps(record, indent=1).encode())


def measure(runs: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """The least of some runs of each, in milliseconds; about half a second at most for each.

    They take turns, so that what else the machine does slows none alone.
    """
    least, began = dict.fromkeys(runs, float("inf")), perf_counter()
    for _ in range(_ROUNDS):
        for name, run in runs.items():
            before = perf_counter()
            run()
            least[name] = min(least[name], perf_counter() - before)
        if perf_counter() - began > _SECONDS * len(runs):
            break
    return {name: 1e3 * seconds for name, seconds in least.items()}


def quickest(milliseconds: Mapping[str, float]) -> str:
    """The way to take: OpenVINO in 32 bits unless another one is clearly quicker."""
    best = min(milliseconds, key=lambda name: milliseconds[name])
    usual = next(iter(ENGINES))
    if usual in milliseconds and milliseconds[best] > _CLEARLY * milliseconds[usual]:
        return usual
    return best


def choose(
    network: str,
    threads: int,
    device: str,
    attempt: Callable[[Way], Callable[[], Any]],
    compare: Callable[[Way], Difference],
    *,
    exact: bool = False,
    ranges: bool = False,
) -> Way:
    """How to play a network: the only way, the remembered one, or the quickest.

    Args:
        network: SHA-256 of the ONNX file, and how its player goes through it.
        threads: that inference will take.
        device: where it is to run.
        attempt: readies a way and gives a function that runs it once; those that raise
            ResonanceError are left out.
        compare: what a way that was attempted makes with what its engine makes in 32 bits.
        exact: 32 bits alone.
        ranges: whether the bundle says what 8-bit integers need.

    Raises:
        ResonanceError: no engine can play it; what the preferred one said.
    """
    ways = candidates(device, exact=exact, ranges=ranges)
    if len(ways) == 1:
        return ways[0]
    named = {str(way): way for way in ways}
    key = choice_key(network, threads, device, ways)
    chosen = remembered(key)
    if chosen:
        return named[chosen]
    times, differences = _try_all(named, attempt, compare)
    if not times:
        raise ResonanceError(f"no installed engine runs on '{device}'")
    chosen = remembered(key)  # another process may have been quicker
    if chosen:
        return named[chosen]
    chosen = quickest(times)
    rounded = {name: round(time, 3) for name, time in times.items()}
    if remember(key, chosen, rounded, differences):
        return named[chosen]
    # Without a memory the choice could differ from run to run; the usual engine does not.
    return named[next(name for name in ENGINES if name in times)]


def _try_all(
    named: Mapping[str, Way],
    attempt: Callable[[Way], Callable[[], Any]],
    compare: Callable[[Way], Difference],
) -> tuple[dict[str, float], dict[str, str]]:
    """Milliseconds of the ways that may be taken, and how far the coarser ones are off.

    Raises:
        ResonanceError: none can play; what the first one said.
    """
    runs: dict[str, Callable[[], Any]] = {}
    differences: dict[str, str] = {}
    first: ResonanceError | None = None
    for name, way in named.items():
        if way.precision != EXACT and str(Way(way.engine)) not in runs:
            continue  # nothing to compare with
        try:
            run = attempt(way)
            if way.precision != EXACT:
                away = compare(way)
                differences[name] = f"{away}{'' if away.allowed else ': refused'}"
                if not away.allowed:
                    continue
            runs[name] = run
        except ResonanceError as error:
            first = first or error
    if first and not runs:
        raise first
    return measure(runs), differences


def _path(key: Mapping[str, Any]) -> Path:
    spelled = json.dumps(key, sort_keys=True).encode()
    return cache_folder("engines") / f"{hashlib.sha256(spelled).hexdigest()[:32]}.json"
