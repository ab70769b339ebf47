"""The tower learns, runs the same in NumPy, and its file is whole or not there."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra latent-resonance[train]")

from click.testing import CliRunner
from safetensors.torch import save_file

from latent_resonance.cli.models_tower import tower_command
from latent_resonance.contracts.errors import InputError
from latent_resonance.data.synthetic.pictures.vocabulary import VOCABULARY
from latent_resonance.navigate.prompts.tower import load_tower, tower_from
from latent_resonance.networks.sentence_encoder import SentenceEncoder, split_word
from latent_resonance.networks.tower import PictureTower, TextTower
from latent_resonance.training.tower.build import TowerPlan, build_tower, picture_tensors
from latent_resonance.training.tower.figures import measure_tower
from latent_resonance.training.tower.loop import TowerEffort, TrainedTower, train_tower
from latent_resonance.training.tower.material import TAUGHT, CaptionedPictures, rows_of
from latent_resonance.training.tower.spread import (
    TableOptions,
    read_colours,
    read_sentence_encoder,
    spread_words,
)

SIZE, INNER, LAYERS = 24, 32, 2


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> Path:
    """A tiny sentence encoder with random weights that knows the words of captions."""
    folder = tmp_path_factory.mktemp("encoder")
    spoken = {
        word
        for words in VOCABULARY.values()
        for phrase in (*words.taught, *words.held_out)
        for word in phrase.split()
    }
    letters = [*"abcdefghijklmnopqrstuvwxyz", *(f"##{one}" for one in "abcdefghijklmnopqrstuvwxyz")]
    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "the",
        "and",
        "picture",
        *sorted(spoken),
        *letters,
    ]
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    weights = {
        "embeddings.word_embeddings.weight": torch.randn(len(pieces), SIZE),
        "embeddings.position_embeddings.weight": 0.1 * torch.randn(32, SIZE),
        "embeddings.token_type_embeddings.weight": torch.zeros(2, SIZE),
        "embeddings.LayerNorm.weight": torch.ones(SIZE),
        "embeddings.LayerNorm.bias": torch.zeros(SIZE),
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part, (rows, columns) in {
            "attention.self.query": (SIZE, SIZE),
            "attention.self.key": (SIZE, SIZE),
            "attention.self.value": (SIZE, SIZE),
            "attention.output.dense": (SIZE, SIZE),
            "intermediate.dense": (INNER, SIZE),
            "output.dense": (SIZE, INNER),
        }.items():
            weights[f"{name}.{part}.weight"] = 0.2 * torch.randn(rows, columns)
            weights[f"{name}.{part}.bias"] = torch.zeros(rows)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"{name}.{part}.weight"] = torch.ones(SIZE)
            weights[f"{name}.{part}.bias"] = torch.zeros(SIZE)
    save_file(weights, folder / "model.safetensors")
    return folder


@pytest.fixture(scope="module")
def taught() -> torch.Tensor:
    """Vectors of the taught words, at random."""
    torch.manual_seed(1)
    return torch.randn(len(TAUGHT), 64)


@pytest.fixture(scope="module")
def tensors(encoder: Path, taught):
    reader, vocabulary = read_sentence_encoder(encoder)
    return spread_words(reader, vocabulary, taught, TableOptions(words=300, buckets=256))


def test_words_are_split_into_their_longest_pieces() -> None:
    known = {"[UNK]": 0, "fire": 1, "##ball": 2, "##b": 3, "f": 4}
    assert split_word("fireball", known) == [1, 2]
    assert split_word("fireb", known) == [1, 3]
    assert split_word("water", known) == [0]


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: Path) -> None:
    reader, _ = read_sentence_encoder(encoder)
    assert isinstance(reader, SentenceEncoder)
    texts = ["red", "blue waves", "the dark red marble", "zzz"]
    together = reader.encode(texts)
    assert together.shape == (4, SIZE)
    for text, vector in zip(texts, together, strict=True):
        torch.testing.assert_close(reader.encode([text])[0], vector)
        assert float(vector.norm()) == pytest.approx(1, abs=1e-5)
    assert not torch.allclose(reader.encode(["waves blue"]), together[1:2])


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_taught_words_keep_their_vectors_and_others_get_near_ones(tensors, taught) -> None:
    idle = picture_tensors(TrainedTower(PictureTower().eval(), TextTower(3), 0.0))
    table = tower_from(tensors | idle).words
    by_word = dict(zip(TAUGHT, taught.numpy(), strict=True))
    for word in ("red", "marble", "jagged", "calm"):
        assert cosine(table.vector(word), by_word[word]) > 0.99
    # The names of colours are known by their colour, whatever the encoder says.
    for word, near in (("crimson", "scarlet"), ("sapphire", "amethyst")):
        vector = table.vector(word)
        nearest = max(by_word, key=lambda one: cosine(vector, by_word[one]))
        assert nearest == near
    # Pieces of a known word bring a strange one near to it.
    strange = table.vector("marblelike")
    assert cosine(strange, by_word["marble"]) > 0.2
    assert np.linalg.norm(strange) < np.linalg.norm(by_word["marble"])


def test_the_shipped_words_know_names_of_colours() -> None:
    words = load_tower().words
    for word, near, others in (
        ("crimson", "red", ("green", "turquoise", "blue")),
        ("sapphire", "blue", ("red", "green", "violet")),
        ("emerald", "green", ("red", "pink", "blue")),
        ("charcoal", "gray", ("yellow", "red", "blue")),
    ):
        vector = words.vector(word)
        for other in others:
            assert cosine(vector, words.vector(near)) > cosine(vector, words.vector(other)) + 0.2


def test_colours_have_their_hue_and_lightness() -> None:
    colours = {name: value.numpy() for name, value in read_colours().items()}
    assert all(np.linalg.norm(value) == pytest.approx(1, abs=1e-5) for value in colours.values())
    assert colours["white"][3] > colours["grey"][3] > colours["black"][3]
    assert not colours["grey"][1:3].any()
    assert colours["crimson"] @ colours["red"] > 0.95
    assert colours["crimson"] @ colours["red"] > colours["crimson"] @ colours["green"]
    assert colours["red"] @ colours["teal"] < 0


def test_numpy_runs_the_network_as_torch_does(tensors) -> None:
    torch.manual_seed(3)
    picture = PictureTower()
    for norm in picture.norms:
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2)
        norm.weight.data.uniform_(0.5, 2)
    trained = TrainedTower(picture.eval(), TextTower(3), 0.0)
    tower = tower_from(tensors | picture_tensors(trained))
    random = np.random.default_rng(0)
    pixels = random.integers(0, 255, (3, 64, 64, 3), np.uint8)
    pixels[2] = 40  # nothing to see
    x = torch.from_numpy(pixels.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)
    with torch.no_grad():
        # The file's weights are float16.
        np.testing.assert_allclose(tower.embed_pictures(pixels), picture(x), atol=5e-3)


def test_a_text_is_the_sum_of_its_words(tensors, taught) -> None:
    trained = TrainedTower(PictureTower().eval(), TextTower(len(TAUGHT)), 0.0)
    tower = tower_from(tensors | picture_tensors(trained))
    said = ["deep blue waves", "marble"]
    with torch.no_grad():
        trained.text.words.weight.copy_(taught)
        asked = np.stack([tower.embed_text(text) for text in said])
        np.testing.assert_allclose(asked, trained.text(*rows_of(said)), atol=0.02)


def test_captions_are_true_of_their_own_picture() -> None:
    material = CaptionedPictures(135, seed=4)
    batch = material.batch(32, np.random.default_rng(0))
    assert batch.pictures.shape == (32, 3, 64, 64)
    assert batch.true.diagonal().all()
    assert not batch.true.all()
    assert len(batch.starts) == 32
    assert batch.rows.max() < len(TAUGHT)


def test_the_tower_learns_and_the_same_seed_gives_the_same(encoder: Path) -> None:
    material = CaptionedPictures(135, seed=4)
    losses: list[float] = []
    effort = TowerEffort(steps=60, batch=32, threads=1)
    trained = train_tower(material, effort, lambda done, of, loss: losses.append(loss))
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])
    once, again = (train_tower(material, replace(effort, steps=6)) for _ in range(2))
    for name, value in once.picture.state_dict().items():
        torch.testing.assert_close(value, again.picture.state_dict()[name])
    reader, vocabulary = read_sentence_encoder(encoder)
    taught = trained.text.words.weight.detach()
    table = spread_words(reader, vocabulary, taught, TableOptions(words=50, buckets=64))
    tower = tower_from(table | picture_tensors(trained))
    figures = measure_tower(tower, material, captions=64)
    # By chance one in sixteen would come first.
    assert figures["top1_of_16"] > 0.2
    assert figures["top1_of_64"] <= figures["top1_of_16"]
    assert figures["taught_words_p10"] > 1.3 * figures["chance_p10"]


def test_a_tower_is_built_whole_or_not_at_all(encoder: Path, tmp_path: Path) -> None:
    plan = TowerPlan(
        pictures=40,
        unseen=128,
        table=TableOptions(words=100, buckets=64),
        effort=TowerEffort(steps=3, batch=16),
    )
    told = []
    made = build_tower(
        encoder, tmp_path / "a" / "t.safetensors", plan, lambda *one: told.append(one)
    )
    assert {what for what, _, _ in told} == {"words", "pictures", "training"}
    assert (tmp_path / "a" / "t.safetensors").stat().st_size == made["bytes"]
    assert set(made["figures"]) >= {"top1_of_16", "top1_of_64", "held_out_words_p10"}
    assert load_tower(tmp_path / "a" / "t.safetensors").embed_text("red").shape == (64,)
    with pytest.raises(InputError, match="more pictures"):
        build_tower(encoder, tmp_path / "no", TowerPlan(pictures=2))
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = CliRunner().invoke(tower_command, [str(empty), "--output", str(tmp_path / "no")])
    assert isinstance(refused.exception, InputError)
    assert "holds no sentence encoder" in str(refused.exception)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a", "empty"]
    assert json.loads(json.dumps(made)) == made
