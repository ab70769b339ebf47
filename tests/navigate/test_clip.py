"""CLIP as a judge: a tiny one with random weights, in a folder as transformers writes it."""

import json
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.contracts.errors import InputError
from latent_resonance.navigate.prompts.open import open_judge

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers", reason="needs the extra clip")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("clip")
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    tokens = [*letters, *(one + "</w>" for one in letters), ",</w>"]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    (where / "vocab.json").write_text(json.dumps({one: k for k, one in enumerate(tokens)}))
    (where / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = transformers.CLIPTokenizer(str(where / "vocab.json"), str(where / "merges.txt"))
    tokenizer.save_pretrained(where)
    small = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    ends = {"bos_token_id": len(tokens) - 2, "eos_token_id": len(tokens) - 1}
    config = transformers.CLIPConfig(
        text_config={
            **small,
            **ends,
            "pad_token_id": len(tokens) - 1,
            "vocab_size": len(tokens),
            "max_position_embeddings": 24,
        },
        vision_config={**small, "image_size": 32, "patch_size": 8},
        projection_dim=12,
    )
    torch.manual_seed(0)
    transformers.CLIPModel(config).save_pretrained(where)
    return where


def test_a_prompt_and_its_phrases_are_judged_against_pictures(folder: Path) -> None:
    judge = open_judge(f"clip:{folder}")
    reading = judge.read("red fox, blue sea")
    assert reading.parts == ("red fox, blue sea", "red fox", "blue sea")
    assert reading.vectors.shape == (3, 12)
    np.testing.assert_allclose(np.linalg.norm(reading.vectors, axis=1), 1, atol=1e-5)
    assert np.abs(reading.vectors[1] - reading.vectors[2]).max() > 1e-4
    assert reading.weights[0] == reading.weights[1:].sum()
    assert judge.read("red fox").parts == ("red fox",)
    assert judge.read("x" * 400).vectors.shape == (1, 12)  # longer than the model reads
    random = np.random.default_rng(0)
    pictures = random.integers(0, 255, (18, 48, 64, 3), np.uint8)
    seen = judge.embed_pictures(pictures)
    assert seen.shape == (18, 12)
    assert seen.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(seen, axis=1), 1, atol=1e-5)
    # One by one or in a batch, and of a wide picture the middle.
    np.testing.assert_allclose(judge.embed_pictures(pictures[5:6]), seen[5:6], atol=1e-5)
    np.testing.assert_allclose(judge.embed_pictures(pictures[:, :, 8:56]), seen, atol=1e-5)
    with pytest.raises(ValueError, match="uint8"):
        judge.embed_pictures(pictures.astype(np.float32))
    with pytest.raises(InputError, match="empty"):
        judge.read("")


def test_pictures_and_texts_are_those_of_transformers(folder: Path) -> None:
    model = transformers.CLIPModel.from_pretrained(folder).eval()
    picture = np.random.default_rng(1).integers(0, 255, (32, 32, 3), np.uint8)
    mean = np.array([0.48145466, 0.4578275, 0.40821073])
    deviation = np.array([0.26862954, 0.26130258, 0.27577711])
    fed = torch.from_numpy(((picture / 255 - mean) / deviation).transpose(2, 0, 1)[None]).float()
    tokens = transformers.AutoTokenizer.from_pretrained(folder)(["red"], return_tensors="pt")
    with torch.inference_mode():
        fits = model(input_ids=tokens["input_ids"], pixel_values=fed)
    judge = open_judge(f"clip:{folder}")
    ours = judge.embed_pictures(picture[None]) @ judge.read("red").vectors.T
    theirs = fits.image_embeds @ fits.text_embeds.T
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-5)


def test_other_weights_are_another_judge(folder: Path, tmp_path: Path) -> None:
    import shutil

    other = shutil.copytree(folder, tmp_path / "other")
    model = transformers.CLIPModel.from_pretrained(folder)
    assert open_judge(f"clip:{other}").identity == open_judge(f"clip:{folder}").identity
    with torch.no_grad():
        model.visual_projection.weight.add_(0.1)
    model.save_pretrained(other)
    assert open_judge(f"clip:{other}").identity != open_judge(f"clip:{folder}").identity


def test_pickles_and_other_models_are_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    import shutil

    pickled = shutil.copytree(folder, tmp_path / "pickled")
    (pickled / "model.safetensors").unlink()
    ran = tmp_path / "ran"
    # A pickle that would make a file, if it were ever opened.
    (pickled / "pytorch_model.bin").write_bytes(
        b"cos\nsystem\n(S'touch " + str(ran).encode() + b"'\ntR."
    )
    with pytest.raises(InputError, match="cannot be used") as caught:
        open_judge(f"clip:{pickled}")
    assert "\n" not in str(caught.value)
    assert not ran.exists()
    bert = tmp_path / "bert"
    transformers.BertConfig(hidden_size=8, num_hidden_layers=1).save_pretrained(bert)
    with pytest.raises(InputError, match="none of clip, siglip"):
        open_judge(f"clip:{bert}")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="cannot be used"):
        open_judge(f"clip:{tmp_path / 'empty'}")
