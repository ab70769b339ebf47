"""The judge of pictures of voices, on painters whose answer is known, and its report."""

import json

import numpy as np
import pytest
import soundfile
from diffusion_forge import parts
from PIL import Image

from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.evaluation.voices import painted
from latent_resonance.evaluation.voices.adherence import FormJudge, known_forms, plain_prompts
from latent_resonance.evaluation.voices.painted import judge_identity, judge_prompts
from latent_resonance.evaluation.voices.run import VoiceRequest, evaluate_voices
from latent_resonance.navigate.prompts.tokens import TokenTable, save_tokens

SHAPE = (4, 32, 32)


def squares(noise: np.ndarray, prompt: str) -> np.ndarray:
    """The noise's first channel, plainly: grey levels 128 +- 30."""
    grey = np.clip(128 + 30 * noise[0], 0, 255).round().astype(np.uint8)
    return np.repeat(np.kron(grey, np.ones((8, 8), np.uint8))[..., None], 3, axis=2)


def noises(count: int, seed: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [random.standard_normal(SHAPE).astype(np.float32) for _ in range(count)]


def test_the_ratio_is_that_of_the_noises() -> None:
    clips, others = noises(8, 0), noises(8, 1)
    names = [str(index) for index in range(8)]
    # Of cosine 0.8: the difference has 2 - 2 * 0.8 of a variance, that of strangers 2.
    takes = [0.8 * one + 0.6 * other for one, other in zip(clips, others, strict=True)]
    found, kept, shown = judge_identity(squares, clips, takes, names)
    assert found["ratio"] == pytest.approx(np.sqrt(0.2), abs=0.02)
    assert found["strangers"] == pytest.approx(30 * np.sqrt(2), rel=0.03)
    assert kept == list(range(8))
    assert np.array_equal(shown[8], squares(takes[0], ""))
    assert judge_identity(squares, clips, others, names)[0]["ratio"] == pytest.approx(1, abs=0.05)
    assert judge_identity(squares, clips, clips, names)[0]["again"] == 0


def test_one_person_is_no_stranger_and_refused_noises_are_counted() -> None:
    clips = noises(8, 0)

    def strict(noise: np.ndarray, prompt: str) -> np.ndarray:
        if noise is clips[2]:
            raise InputError("no")
        return squares(noise, prompt)

    found, kept, _ = judge_identity(strict, clips, clips, ["one"] * 8)
    assert np.isnan(found["strangers"])
    assert found["refused"] == 1
    assert 2 not in kept


@pytest.fixture(scope="module")
def forms() -> FormJudge:
    """The judge as it is, but by 24 drawn pictures in place of 800."""
    return known_forms(24)


def test_prompts_are_painted_from_gaussian_noise_and_from_voices(monkeypatch, forms) -> None:
    monkeypatch.setattr(painted, "known_forms", lambda: forms)
    monkeypatch.setattr(painted, "judge_itself", lambda judge: {})
    voices, seen = noises(3, 5), []

    def paint(noise: np.ndarray, prompt: str) -> np.ndarray:
        seen.append((prompt, any(noise is one for one in voices)))
        return squares(noise, prompt)

    figures, shown = judge_prompts(paint, SHAPE, {"voice": voices}, 8)
    taught = [one.prompt for one in plain_prompts(8)]
    assert [prompt for prompt, _ in seen[:8]] == taught
    assert [prompt for prompt, by_voice in seen if by_voice] == taught
    assert len(seen) == 8 + 8 + 4 + 8
    assert len(shown) == 8
    assert set(figures["voices"]["voice"]) == {"colour", "ground", "mood", "shape"}


def test_a_report_of_a_bundle(tmp_path, monkeypatch, forms) -> None:
    monkeypatch.setattr(painted, "known_forms", lambda: forms)
    monkeypatch.setattr(
        painted,
        "judge_itself",
        lambda judge: dict.fromkeys(("colour", "ground", "mood", "shape"), 1.0),
    )
    folder = tmp_path / "voices"
    folder.mkdir()
    t = np.arange(16_000) / 16_000
    rows = ["file,speaker"]
    for index, hz in enumerate((100.0, 150.0, 210.0, 260.0, 320.0)):
        sound = sum(np.sin(2 * np.pi * k * hz * t) / k for k in range(1, 9))
        envelope = np.clip(np.sin(2 * np.pi * (2 + index) * t) + 0.6, 0, None)
        soundfile.write(folder / f"{index}.wav", 0.1 * sound * envelope, 16_000)
        rows.append(f"{index}.wav,{index}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    manifest, members = parts()
    words = sorted({word for one in plain_prompts(64) for word in one.prompt.split()})
    words += [word for one in painted.unseen_prompts(64) for word in one.prompt.split()]
    words = list(dict.fromkeys(words))
    random = np.random.default_rng(0)
    members["words.safetensors"] = save_tokens(
        TokenTable(
            {word: index for index, word in enumerate(words)},
            np.zeros((len(words), 1), np.int8),
            random.standard_normal((len(words), 2)).astype(np.float32),
            1.0,
            4,
            len(words),
        )
    )
    write_bundle(tmp_path / "tiny.resonance", manifest, members)
    request = VoiceRequest(folder, pictures=str(tmp_path / "tiny.resonance"), prompts=8)
    made = evaluate_voices(request, tmp_path / "report")
    same = made["pictures"]["identity"]
    assert set(same) == {"exact", "voice", "words", "mix"}
    assert 0 < same["voice"]["ratio"] < 1
    assert json.loads((tmp_path / "report" / "metrics.json").read_text())["pictures"]
    page = (tmp_path / "report" / "report.md").read_text()
    assert "Is the picture of another take the same?" in page
    for name in ("prompts.png", "voices.png"):
        assert name in page
        with Image.open(tmp_path / "report" / name) as sheet:
            assert sheet.size[0] == 8 * 128
    with pytest.raises(InputError):
        evaluate_voices(VoiceRequest(folder, pictures="drone"), tmp_path / "none")
    assert not (tmp_path / "none").exists()
