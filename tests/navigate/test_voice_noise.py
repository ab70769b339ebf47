"""A voice leads through noise: on the sphere, without jumps, and words that change as it plays."""

from dataclasses import replace
from pathlib import Path

import diffusion_forge
import numpy as np
import pytest
from diffusion_forge import TOKENS

from latent_resonance.contracts.errors import AssemblyError, InputError
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.navigate import voice_noise
from latent_resonance.navigate.prompts.tokens import TokenTable, load_tokens, save_tokens, tokens_of
from latent_resonance.navigate.voices.enrolled import STAYS, KnownVoice, KnownVoices, nearest_voice
from latent_resonance.navigate.voices.noise import VoiceNoise
from latent_resonance.navigate.voices.statistics import load_statistics
from latent_resonance.sound.voice.described import DESCRIBED, VOICE, WORDS

SPACE = diffusion_forge.space()
LAYOUT = SPACE.diffusion
DT = 1 / 25


def voice(hz: float) -> np.ndarray:
    at = np.arange(19_200) / 16_000
    tone = sum(np.sin(2 * np.pi * k * hz * at) / k for k in range(1, 12))
    breath = np.random.default_rng(round(hz)).standard_normal(len(at))
    return (0.1 * (1.2 + np.sin(5 * at)) * (tone + 0.05 * breath)).astype(np.float32)


SOUNDS = [voice(hz) for hz in (110, 240)]
HEARD = [{name: describe(one) for name, describe in DESCRIBED.items()} for one in SOUNDS]


def part(space: LatentSpace = SPACE, **options):
    made = voice_noise.Part(voice_noise.Options(**options))
    made.prepare(Spec(space=space))
    return made


def played(navigator, steps: int, state=None, **controls):
    """Noise, words and guidance of each step, and the state after them."""
    state = state or navigator.start()
    found = []
    for step in range(steps):
        latent, state = navigator.step(state, Controls(step * DT, **controls), DT)
        found.append(LAYOUT.split(latent.w))
    return found, state


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KnownVoices:
    monkeypatch.setattr(voice_noise, "voices_folder", lambda: tmp_path)
    return KnownVoices(tmp_path)


def still(**values: float) -> dict[str, float]:
    return {"orbit": 0.0, **values}


@pytest.mark.parametrize("mode", ["voice", "words", "mix"])
def test_it_comes_to_the_noise_of_the_voice(mode: str) -> None:
    navigator = part(mode=mode)
    assert set(navigator.follows) == {"voice": set(VOICE), "words": {WORDS}}.get(
        mode, {*VOICE, WORDS}
    )
    maker = VoiceNoise(load_statistics())
    vectors = {name: HEARD[0][name] for name in navigator.follows}
    found, _ = played(navigator, 200, vectors=vectors, values=still())
    wanted = maker.noise(maker.directions(SOUNDS[0]), mode, 0.6)
    noise = found[-1][0]
    cosine = float((noise * wanted).sum() / np.linalg.norm(noise) / np.linalg.norm(wanted))
    assert cosine > 0.999


def test_a_voice_that_is_kept_is_taken_for_it_while_it_speaks(kept: KnownVoices) -> None:
    maker = VoiceNoise(load_statistics())
    here = maker.directions(SOUNDS[0])
    aside = np.roll(here.voice, 1) * 0.7 + here.voice
    kept.enrol("me", [replace(here, voice=aside)], maker)
    vectors = {name: HEARD[0][name] for name in VOICE}

    def toward(where: np.ndarray, **options) -> tuple[float, dict]:
        navigator = part(mode="voice", **options)
        found, state = played(navigator, 200, vectors=vectors, values=still())
        wanted = maker.noise(replace(here, voice=where), "voice")
        return float((found[-1][0] * wanted).sum()) / 4096, dict(navigator.report(state))

    cosine, told = toward(kept.open("me").direction)
    assert cosine > 0.999
    assert told == {"voice": "me"}
    cosine, told = toward(here.voice, snap=False)
    assert cosine > 0.999
    assert told == {}


def test_whom_a_running_voice_is_taken_for_does_not_flicker() -> None:
    ann, ben = (KnownVoice(n, v, np.zeros(1), "", 1) for n, v in zip("ab", np.eye(3), strict=False))

    def taken(*near: float, before: KnownVoice | None = None) -> KnownVoice | None:
        return nearest_voice([ann, ben], np.array([*near, 0.0]), 0.5, before)

    assert taken(0.49, 0.3) is None
    assert taken(0.51, 0.3) is ann
    assert taken(0.51 - STAYS, 0.3, before=ann) is ann
    assert taken(0.49 - STAYS, 0.3, before=ann) is None
    assert taken(0.51, 0.55, before=ann) is ann
    assert taken(0.51, 0.53 + STAYS, before=ann) is ben
    assert nearest_voice([], np.ones(3), 0.5, ann) is None


def test_it_never_jumps_and_stays_on_the_sphere() -> None:
    navigator = part()
    one, state = played(navigator, 60, vectors=HEARD[0])
    other, _ = played(navigator, 60, state, vectors=HEARD[1], values={"across": 1.0})
    path = np.array([noise.reshape(-1) for noise, _, _ in (*one, *other)])
    np.testing.assert_allclose(np.linalg.norm(path, axis=1), 64, atol=0.05)
    cosines = (path[1:] * path[:-1]).sum(axis=1) / 4096
    assert np.degrees(np.arccos(np.clip(cosines, -1, 1))).max() < 10
    assert float(path[0] @ path[-1]) / 4096 < 0.6


def test_words_fade_when_the_prompt_changes_and_what_says_nothing_changes_nothing() -> None:
    navigator = part(prompt="red circles")
    table = load_tokens(SPACE.words)
    red, blue = (tokens_of(table, text)[0] for text in ("red circles", "blue"))
    found, state = played(navigator, 3, choices={"prompt": "qqq"})
    np.testing.assert_array_equal(found[-1][1], red)
    found, state = played(navigator, 100, state, choices={"prompt": "blue"})
    between, after = found[5][1], found[-1][1]
    np.testing.assert_allclose(after, blue, atol=0.01)
    assert 0.1 < np.linalg.norm(between - red) / np.linalg.norm(blue - red) < 0.9
    assert navigator.report(state)["prompt"] == "blue"
    assert navigator.free_choices == ("prompt",)
    assert navigator.choices["prompt"] == ("red", "blue", "circles")


@pytest.mark.parametrize("name", ["across", "along", "mist", "orbit"])
def test_every_slider_moves_the_noise_without_a_voice(name: str) -> None:
    navigator = part()
    rest, _ = played(navigator, 120, values=still())
    np.testing.assert_allclose(rest[-2][0], rest[-1][0], atol=1e-3)
    moved, _ = played(navigator, 100, values={**still(), name: 1.0})
    cosine = float((moved[-1][0] * rest[-1][0]).sum()) / 4096
    assert cosine < 0.9
    np.testing.assert_allclose(np.linalg.norm(moved[-1][0]), 64, atol=0.05)


def test_at_speed_nothing_it_stands() -> None:
    navigator = part()
    found, _ = played(navigator, 120, values={"speed": 0.0}, vectors=HEARD[0])
    cosine = float((found[-1][0] * found[60][0]).sum()) / 4096
    assert cosine > 0.999


def test_hue_turns_the_colours_of_words_alone() -> None:
    table = load_tokens(SPACE.words)
    # word, colour, OKLab: red is along a, circles have no colour.
    numbers = np.array([[1, 1, 0.6, 0.2, 0], [1, 0, 0, 0, 0]], np.float32)
    coloured = TokenTable(
        {"red": 0, "circles": 1}, table.vectors[:2] * 0 + 1, numbers, 1.0, TOKENS, 2
    )
    layout = replace(LAYOUT, word_size=coloured.size)
    space = replace(LatentSpace.of(layout.size, {}), diffusion=layout, words=save_tokens(coloured))
    navigator = part(space, prompt="red circles")
    state = navigator.start()
    for step in range(100):
        latent, state = navigator.step(state, Controls(step * DT, {"hue": 90.0}), DT)
    words = layout.split(latent.w)[1]
    np.testing.assert_allclose(words[0, 1:], [1, 1, 0.6, 0, 0.2], atol=0.01)
    np.testing.assert_array_equal(words[1:, 2:], np.zeros((TOKENS - 1, 4)))


def test_a_place_that_is_named_leads() -> None:
    navigator = part(prompt="red")
    noise = np.random.default_rng(9).standard_normal(LAYOUT.latent).astype(np.float32)
    words = np.ones((TOKENS, LAYOUT.word_size), np.float32)
    found, _ = played(navigator, 150, place=LAYOUT.join(noise, words, 3.5), values=still())
    assert float((found[-1][0] * noise).sum()) / np.linalg.norm(noise) / 64 > 0.999
    np.testing.assert_allclose(found[-1][1], words, atol=0.01)
    assert found[-1][2] == 3.5


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(AssemblyError, match="noise and words"):
        part(LatentSpace.of(3, {}))
    with pytest.raises(InputError, match="no word"):
        part(prompt="qqq")
