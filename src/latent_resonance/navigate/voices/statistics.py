"""The statistics that make places of voices: linear maps, and means, from a file of tensors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray

FORMAT = "voice-statistics"
_VERSION = "3"
_FILE = "voices.safetensors"


@dataclass(frozen=True, slots=True)
class LinearMap:
    """``(features - mean) @ weight``: to coordinates of about the same spread.

    Attributes:
        mean: float32 ``[features]``.
        weight: float32 ``[features, size]``.
    """

    mean: FloatArray
    weight: FloatArray

    def direction(self, features: FloatArray) -> FloatArray:
        """Coordinates ``[size]`` of length 1."""
        place = (features - self.mean) @ self.weight
        return np.asarray(place / max(float(np.linalg.norm(place)), 1e-9), np.float32)


@dataclass(frozen=True, slots=True)
class VoiceStatistics:
    """What was learned from a corpus of voices (`training/voices`).

    Attributes:
        voice: from ``describe_voice`` to who speaks.
        words: from ``describe_words`` to what is said.
        square_mean: of ``mel_square`` over the corpus, ``[4096]``.
        square_deviation: its standard deviation, nowhere 0.
        facts: figures, ``threshold`` for known voices, what it was learned from.
        name: tells one file from another; changes with what is learned.
    """

    voice: LinearMap
    words: LinearMap
    square_mean: FloatArray
    square_deviation: FloatArray
    facts: Mapping[str, Any]
    name: str

    @property
    def threshold(self) -> float:
        """Cosine from which on two clips count as one voice."""
        return float(self.facts["threshold"])


def load_statistics(path: Path | None = None) -> VoiceStatistics:
    """The statistics of a file, or those that are shipped.

    Raises:
        InputError: the file cannot be read, or holds none.
    """
    from safetensors import SafetensorError, safe_open

    source = path or Path(str(files("latent_resonance.navigate.voices") / _FILE))
    try:
        with safe_open(source, framework="numpy") as opened:
            told = opened.metadata() or {}
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        return statistics_from(tensors, told)
    except OSError as error:
        raise InputError(f"cannot read the voice statistics {source}: {error}") from error
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise InputError(f"{source} holds no voice statistics: {error}") from error


def statistics_from(tensors: Mapping[str, np.ndarray], told: Mapping[str, str]) -> VoiceStatistics:
    """Statistics from the tensors and the metadata of their file.

    Raises:
        KeyError: something is missing.
        ValueError: something has another shape, or the file is of another kind.
    """
    if told["format"] != FORMAT or told["version"] != _VERSION:
        raise ValueError("it is of another format or version")
    plain = {name: np.asarray(value, np.float32) for name, value in tensors.items()}
    for name, value in plain.items():
        if not np.isfinite(value).all():
            raise ValueError(f"'{name}' is not finite")
    maps = {}
    for kind in ("voice", "words"):
        mean, weight = plain[f"{kind}.mean"], plain[f"{kind}.weight"]
        if mean.ndim != 1 or weight.ndim != 2 or len(weight) != len(mean):
            raise ValueError(f"'{kind}' has tensors that do not fit")
        maps[kind] = LinearMap(mean, weight)
    centre, deviation = plain["square.mean"], plain["square.deviation"]
    if centre.shape != (4096,) or deviation.shape != (4096,) or float(deviation.min()) <= 0:
        raise ValueError("'square' has tensors that do not fit")
    facts = json.loads(told["facts"])
    float(facts["threshold"])
    return VoiceStatistics(maps["voice"], maps["words"], centre, deviation, facts, told["name"])


def tensors_of(statistics: VoiceStatistics) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The tensors and the metadata that ``statistics_from`` reads."""
    half = np.float16
    tensors = {
        "voice.mean": statistics.voice.mean,
        "voice.weight": statistics.voice.weight.astype(half),
        "words.mean": statistics.words.mean,
        "words.weight": statistics.words.weight.astype(half),
        "square.mean": statistics.square_mean,
        "square.deviation": statistics.square_deviation,
    }
    told = {
        "format": FORMAT,
        "version": _VERSION,
        "name": statistics.name,
        "facts": json.dumps(dict(statistics.facts), sort_keys=True),
    }
    return {name: np.ascontiguousarray(value) for name, value in tensors.items()}, told
