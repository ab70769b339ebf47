"""From taught words to all words: a sentence encoder tells which are near, a table keeps it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import embedding_bag, normalize

from latent_resonance.contracts.errors import InputError
from latent_resonance.data.synthetic.pictures.vocabulary import VOCABULARY
from latent_resonance.navigate.prompts.looks import TO_CONES, TO_LAB
from latent_resonance.navigate.prompts.words import hash_pieces
from latent_resonance.networks.sentence_encoder import SentenceEncoder
from latent_resonance.training.tower.material import TAUGHT, rows_of

COLOUR_SIZE = 4
_CHUNK = 500
_ROUNDS = 12
_NARROWNESS = 28.0  # of the mean: a phrase nearer by 0.1 counts sixteen times as much
_BY_COLOUR = 0.7  # share of a colour's own nearness
_COLOURLESS = 0.035  # OKLab chroma
# Cosines at which a word says nothing, and all.
_STRANGE, _SURE, _LEAST = 0.15, 0.5, 0.05
_LOOKS = 0.7
"""What a word about looks says at least."""
_FRAMES = ("{}", "a {} picture")
"""In which a word is read: alone it may mean other things."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How large the table becomes: words, and rows for pieces of words."""

    words: int = 20_000
    buckets: int = 4096


def read_sentence_encoder(folder: Path) -> tuple[SentenceEncoder, list[str]]:
    """A model in the layout of sentence-transformers, and its vocabulary in order of frequency.

    Args:
        folder: holds ``model.safetensors`` and ``vocab.txt``.

    Raises:
        InputError: one of them cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        pieces = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        weights = load_file(folder / "model.safetensors")
        rows = {piece: row for row, piece in enumerate(pieces) if piece}
        return SentenceEncoder(weights, rows), pieces
    except (OSError, SafetensorError, KeyError) as error:
        raise InputError(f"{folder} holds no sentence encoder: {error}") from error


def read_colours() -> dict[str, Tensor]:
    """Name of a colour to ``[4]`` of length 1: that it is one, its OKLab hue, its lightness.

    What has nearly no chroma has no hue, and its lightness counts the more.
    """
    source = files("latent_resonance.training.tower") / "colour_names.txt"
    lines = [line.split() for line in source.read_text(encoding="utf-8").splitlines()]
    coded = np.array([[int(code[i : i + 2], 16) for i in (0, 2, 4)] for _, code in lines]) / 255
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ TO_CONES.T) @ TO_LAB.T
    found = {}
    for (name, _), (light, *axes) in zip(lines, lab, strict=True):
        chroma = float(np.hypot(*axes))
        hue = np.array(axes) / chroma if chroma > _COLOURLESS else np.zeros(2)
        flag, weight = (0.6, 0.25) if chroma > _COLOURLESS else (1.0, 0.8)
        told = torch.tensor([flag, *hue, weight * (2 * light - 1)], dtype=torch.float32)
        found[name] = normalize(told, dim=0)
    return found


def spread_words(
    encoder: SentenceEncoder,
    vocabulary: list[str],
    taught: Tensor,
    options: TableOptions | None = None,
    on_progress: Callable[[float, float], None] | None = None,
) -> dict[str, np.ndarray]:
    """The tensors of a table of words, as ``navigate.prompts.tower.tower_from`` takes them.

    A word that captions use keeps its vector. Each other one gets a mean of the vectors of all
    taught phrases (Nadaraya 1964, Watson 1964), weighted by how near the encoder finds it to each,
    and names of colours also by how near the colours are. The less it is near to anything, the
    less it says; words of the list of looks (``look_words.txt``) always say something.

    Args:
        encoder: of words and phrases.
        vocabulary: the most frequent first.
        taught: ``[len(TAUGHT), size]``, what training has found.
        options: how large the table becomes.
        on_progress: gets how many words are done, of how many.
    """
    options = options or TableOptions()
    colours = read_colours()
    plain = [word for word in vocabulary if word.isascii() and word.isalpha() and word.islower()]
    frequent = dict.fromkeys(plain)
    looks = set(read_look_words())
    sure_words = dict.fromkeys([*TAUGHT, *colours, *sorted(looks)])
    words = list(dict.fromkeys([*sure_words, *list(frequent)[: options.words]]))
    phrases = [phrase for each in VOCABULARY.values() for phrase in each.taught]
    keys = _read(encoder, phrases)
    centre = keys.mean(0)
    keys = normalize(keys - centre, dim=1)
    rows, starts = rows_of(phrases)
    values = embedding_bag(rows, taught, starts, mode="sum")
    found = []
    for begin in range(0, len(words), _CHUNK):
        chunk = words[begin : begin + _CHUNK]
        near = normalize(_read(encoder, chunk) - centre, dim=1) @ keys.T
        near = _with_colours(near, chunk, phrases, colours)
        said = torch.softmax(_NARROWNESS * near, 1) @ values
        sure = ((near.amax(1) - _STRANGE) / (_SURE - _STRANGE)).clamp(_LEAST, 1)
        least = torch.tensor([_LOOKS if word in looks else _LEAST for word in chunk])
        sure = torch.maximum(sure, least)
        found.append(said * sure[:, None])
        if on_progress:
            on_progress(min(begin + _CHUNK, len(words)), len(words))
    vectors = torch.cat(found)
    vectors[: len(TAUGHT)] = taught
    table, step = _to_int8(vectors)
    pieces, piece_step = _to_int8(fit_pieces(words, vectors, options.buckets))
    return {
        "words": _joined(words),
        "vectors": table,
        "pieces": pieces,
        "steps": np.array([step, piece_step], np.float32),
        "known": np.array([len(sure_words)], np.int32),
    }


def read_look_words() -> list[str]:
    """Words about looks, materials, weather and moods, in lower case."""
    folder = files("latent_resonance.training.tower")
    return (folder / "look_words.txt").read_text(encoding="utf-8").split()


def _read(encoder: SentenceEncoder, words: list[str]) -> Tensor:
    """``[words, size]``, the mean over all frames."""
    read = [encoder.encode([frame.format(word) for word in words]) for frame in _FRAMES]
    return torch.stack(read).mean(0)


def _with_colours(
    near: Tensor, words: list[str], phrases: list[str], colours: Mapping[str, Tensor]
) -> Tensor:
    """Nearness ``[words, phrases]``; of colours, mostly that of the colours themselves."""
    blank = torch.zeros(COLOUR_SIZE)
    own = torch.stack([colours.get(word, blank) for word in words])
    others = []
    for phrase in phrases:
        named = [colours[word] for word in phrase.split() if word in colours]
        others.append(normalize(torch.stack(named).mean(0), dim=0) if named else blank)
    mixed = (1 - _BY_COLOUR) * near + _BY_COLOUR * own @ torch.stack(others).T
    return torch.where(own.any(1, keepdim=True), mixed, near)


def fit_pieces(words: list[str], vectors: Tensor, buckets: int) -> Tensor:
    """``[buckets, size]`` whose means over a word's pieces come near its vector."""
    rows = [hash_pieces(word, buckets) for word in words]
    bag = nn.EmbeddingBag(buckets, vectors.shape[1], mode="mean")
    nn.init.zeros_(bag.weight)
    descent = torch.optim.Adam(bag.parameters(), 0.02)
    random = np.random.Generator(np.random.PCG64(0))
    for _ in range(_ROUNDS):
        for chosen in np.array_split(random.permutation(len(words)), max(1, len(words) // 256)):
            flat = torch.tensor([row for index in chosen for row in rows[index]])
            starts = np.cumsum([0, *(len(rows[index]) for index in chosen[:-1])])
            error = (bag(flat, torch.from_numpy(starts)) - vectors[chosen]).square().sum(1).mean()
            descent.zero_grad()
            error.backward()
            descent.step()
    return bag.weight.detach()


def _to_int8(values: Tensor) -> tuple[np.ndarray, float]:
    """Values in steps of a 127th of the largest but one in a thousand, cut there."""
    array = values.numpy()
    step = float(np.quantile(np.abs(array), 0.9995)) / 127
    return np.clip(np.rint(array / step), -127, 127).astype(np.int8), step


def _joined(names: list[str]) -> np.ndarray:
    return np.frombuffer("\n".join(names).encode("utf-8"), np.uint8)
