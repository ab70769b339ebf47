"""What the report says of encoders: one that is exact, and one that forgets everything."""

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from texture_forge import BINS, COLUMNS, HOP, RATE, SIZE, bases, forge_texture
from texture_forge import _graph as graph

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.evaluation.chapters import queries as queries_chapter
from latent_resonance.evaluation.run import Request, evaluate
from latent_resonance.sound.codec import decode
from manifests import write_manifest

pytest.importorskip("matplotlib", reason="needs the extra latent-resonance[evaluate]")
forge = sys.modules["forge"]
LAYOUT = SpectrogramFormat(RATE, 2 * BINS, HOP, COLUMNS, 80.0, "gauss")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bright and dark sounds of the small texture bundle."""
    folder = tmp_path_factory.mktemp("clips")
    random = np.random.default_rng(0)
    middle, adds = bases()
    rows = []
    for number in range(60):
        label = ("rain_thunder", "impact_thud")[number % 2]
        w = random.normal(0, 0.6, SIZE)
        w[0] = 1.5 if label == "rain_thunder" else -1.5
        level = np.clip(middle + np.tensordot(w, adds, 1), -80, 0).astype(np.float32)
        sound = decode(Spectrogram(np.concatenate([level] * 2, axis=1), LAYOUT))
        file = f"clip{number}.wav"
        soundfile.write(folder / file, 0.5 * sound / np.abs(sound).max(), RATE)
        letters = "".join("abcdefghij"[int(digit)] for digit in f"{number:02}")
        rows.append({"file": file, "label": label, "source_path": f"take/{letters}.mp3"})
    return write_manifest(folder, rows)


@pytest.fixture(autouse=True)
def few_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of embeddings in place of thousands."""
    monkeypatch.setattr(queries_chapter, "_QUERIES", 20)
    monkeypatch.setattr(queries_chapter, "_POOL", 40)
    monkeypatch.setattr(queries_chapter, "_TIMED", 1)


def forgetful() -> bytes:
    """``level_db`` => w = 0, whatever it is."""
    return graph(
        [
            forge.node("Reshape", ["level_db", "shape"], "flat"),
            forge.node("MatMul", ["flat", "nothing"], "w"),
        ],
        [
            forge.tensor("shape", np.array([1, BINS * COLUMNS], np.int64)),
            forge.tensor("nothing", np.zeros((BINS * COLUMNS, SIZE), np.float32)),
        ],
        forge.value_info("level_db", (1, BINS, COLUMNS)),
        forge.value_info("w", (1, SIZE)),
    )


def test_an_encoder_that_is_exact_keeps_classes_and_answers_queries(
    clips: Path, tmp_path: Path
) -> None:
    bundle = forge_texture(tmp_path / "small.resonance")
    request = Request(str(bundle), [clips], count=4, only=["classes", "queries"])
    found = evaluate(request, tmp_path / "out")
    labels = found["classes"]["label"]
    assert labels["unseen"]["clips"] == 60
    assert labels["unseen"]["judge_right"] > 0.9
    # Windows that hang over a clip's ends are nothing that this bundle can make.
    assert labels["unseen"]["rebuilt_right"] > 0.75
    assert labels["unseen"]["same_class"] > 0.75
    assert labels["seen"]["judge_right"] > 0.9
    held, trained = labels["unseen_held_out"]["clips"], labels["unseen_trained_on"]["clips"]
    assert held + trained == 60
    # Two labels of two families and two sources: nothing broader to say.
    assert set(found["classes"]) == {"label"}
    queries = found["queries"]
    assert queries["all"]["queries"] == 20
    assert queries["all"]["nearer_share"] > 0.9
    every = queries["all"]
    assert every["nearer_than_of_others_share"] > 0.8
    assert every["median_distance_encoded"] < every["median_distance_variations"]
    assert every["median_distance_variations"] < every["median_distance_random"]
    page = (tmp_path / "out" / "report.md").read_text()
    for name in ("classes-label.png", "queries.png"):
        assert f"]({name})" in page
        assert (tmp_path / "out" / name).is_file()
    again = evaluate(request, tmp_path / "again")
    assert again["classes"] == found["classes"]
    assert again["queries"]["all"] == queries["all"]


def test_an_encoder_that_forgets_is_caught(clips: Path, tmp_path: Path) -> None:
    bundle = forge_texture(tmp_path / "small.resonance", **{"encoder.onnx": forgetful()})
    request = Request(str(bundle), [clips], count=4, only=["classes", "queries"])
    found = evaluate(request, tmp_path / "out")
    unseen = found["classes"]["label"]["unseen"]
    assert unseen["judge_right"] > 0.9
    # All that comes back is the same sound.
    assert unseen["rebuilt_right"] < 0.65
    assert unseen["same_class"] < 0.65
    queries = found["queries"]["all"]
    assert 0.3 < queries["nearer_than_of_others_share"] < 0.7


def test_without_an_encoder_or_labels_nothing_is_said(clips: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in clips.glob("*.wav"):
        (bare / path.name).symlink_to(path)
    bundle = forge_texture(tmp_path / "small.resonance")
    found = evaluate(Request(str(bundle), [bare], count=2, only=["classes"]), tmp_path / "out")
    assert "classes" not in found
    only = ["classes", "queries"]
    found = evaluate(Request("drone", [clips], count=2, only=only), tmp_path / "drone")
    assert set(found) & set(only) == set()
