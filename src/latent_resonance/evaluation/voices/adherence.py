"""How often a text-to-image model shows what was asked for: colour, ground, mood, form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import ByteArray
from latent_resonance.data.synthetic.pictures.composed.composition import draw_composition
from latent_resonance.data.synthetic.pictures.composed.draw import draw_composition_picture
from latent_resonance.data.synthetic.pictures.composed.lexicon import (
    GROUNDS,
    HELD_OUT_COLOURS,
    MOODS,
    SHAPES,
    TAUGHT_COLOURS,
)
from latent_resonance.data.synthetic.pictures.vocabulary import Words
from latent_resonance.evaluation.voices.pictures import (
    FormJudge,
    look,
    oklab,
    same_colour,
    same_ground,
)

_PLAIN = ("red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink")
_KNOWN, _CHECKED, _FIRST = 800, 160, 5_000_000
# Stripes, waves and clouds cover half of a picture: which of two colours is their ground cannot be
# told. Of drawn ones, which are right, the rim tells .47 to .51; of these all.
_ON_A_GROUND = ("circles", "squares", "triangles", "rings", "stars")
_COLOURS = {**TAUGHT_COLOURS, **HELD_OUT_COLOURS}
_MIDDLES = {"dark": (0.17, 0.0, -0.015), "bright": (0.95, 0.0, 0.01)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt, and what it asks for by the names of the lexicon."""

    prompt: str
    shape: str
    colour: str
    ground: str
    mood: str


def plain_prompts(count: int, seed: int = 0) -> list[Asked]:
    """Taught words; every form as often, half of the grounds only dark or bright."""
    return _prompts(count, seed, held_out=False)


def unseen_prompts(count: int, seed: int = 1) -> list[Asked]:
    """The same in words that no caption held."""
    return _prompts(count, seed, held_out=True)


def swapped_prompts(count: int, seed: int = 2) -> list[Asked]:
    """Pairs: forms of one colour on another, then the other way round."""
    random = np.random.default_rng(seed)
    made = []
    for index in range(count // 2):
        shape = _ON_A_GROUND[index % len(_ON_A_GROUND)]
        one, two = _far_pair(random)
        made += [
            Asked(f"calm {a} {shape} on a {b} ground", shape, a, b, "calm")
            for a, b in ((one, two), (two, one))
        ]
    return made


def _far_pair(random: np.random.Generator) -> tuple[str, str]:
    while True:
        one, two = (str(name) for name in random.choice(_PLAIN, 2, replace=False))
        if np.linalg.norm(_lab(one) - _lab(two)) > 0.24:
            return one, two


def _prompts(count: int, seed: int, *, held_out: bool) -> list[Asked]:
    random = np.random.default_rng(seed)
    made = []
    for index in range(count):
        shape = list(SHAPES)[index % len(SHAPES)]
        mood = str(random.choice(list(MOODS)))
        colours = list(HELD_OUT_COLOURS) if held_out else list(_PLAIN)
        while True:
            colour = str(random.choice(colours))
            plain = random.uniform() < 0.5
            ground = str(random.choice(list(GROUNDS) if plain else colours))
            if np.linalg.norm(_lab(colour) - _lab(ground)) > 0.24:
                break

        said = _say(GROUNDS, ground, random, held_out) if ground in GROUNDS else ground
        how = _say(MOODS, mood, random, held_out)
        what = _say(SHAPES, shape, random, held_out)
        prompt = f"{how} {colour} {what} on a {said} ground"
        made.append(Asked(prompt, shape, colour, ground, mood))
    return made


def _say(table: Mapping[str, Words], name: str, random: np.random.Generator, held_out: bool) -> str:
    words = table[name]
    return str(random.choice(words.held_out)) if held_out else words.taught[0]


def _lab(name: str) -> np.ndarray:
    if name in _MIDDLES:
        return np.array(_MIDDLES[name])
    value = _COLOURS[name]
    return oklab(np.array([int(value[i : i + 2], 16) for i in (0, 2, 4)], np.uint8))


def known_forms(count: int = _KNOWN) -> FormJudge:
    """The judge, by freshly drawn pictures."""
    drawn = [draw_composition(_FIRST + k, list(SHAPES)[k % len(SHAPES)]) for k in range(count)]
    seen = [
        look(draw_composition_picture(one), _lab(one.ground), _lab(one.colour)) for one in drawn
    ]
    return FormJudge(seen, [one.shape for one in drawn], [str(one.mood) for one in drawn])


def judge_itself(judge: FormJudge, count: int = _CHECKED) -> dict[str, float]:
    """How often the judge is right on drawn pictures that it does not know."""
    return score(judge, *_drawn(list(SHAPES), count))


def judge_swapped(count: int = _CHECKED) -> float:
    """How often drawn pictures of forms on a ground have both colours at their place."""
    return swapped_share(*_drawn(_ON_A_GROUND, count))


def _drawn(shapes: Sequence[str], count: int) -> tuple[list[Asked], list[ByteArray]]:
    """Pictures that no judge knows, and what each of them shows."""
    made = [draw_composition(2 * _FIRST + k, shapes[k % len(shapes)]) for k in range(count)]
    asked = [Asked("", one.shape, one.colour, one.ground, one.mood) for one in made]
    return asked, [draw_composition_picture(one) for one in made]


def score(
    judge: FormJudge, asked: Sequence[Asked], pictures: Sequence[ByteArray]
) -> dict[str, float]:
    """Shares of pictures that show what was asked: ``colour``, ``ground``, ``mood``, ``shape``."""
    rows = []
    for one, pixels in zip(asked, pictures, strict=True):
        ground, colour = _lab(one.ground), _lab(one.colour)
        seen = look(pixels, ground, colour)
        form, mood = judge.tell(seen)
        rows.append(
            [
                same_colour(seen.forms, colour),
                same_ground(seen.ground, one.ground if one.ground in GROUNDS else ground),
                mood == one.mood,
                form == one.shape,
            ]
        )
    shares = np.mean(np.array(rows, float), axis=0)
    names = ("colour", "ground", "mood", "shape")
    return {name: round(float(value), 3) for name, value in zip(names, shares, strict=True)}


def swapped_share(asked: Sequence[Asked], pictures: Sequence[ByteArray]) -> float:
    """Share of pictures with forms and ground each of their own colour, told without a hint.

    The ground is the colour of most of the rim.
    """
    right = []
    for one, pixels in zip(asked, pictures, strict=True):
        rim = np.concatenate(
            [
                pixels[:6].reshape(-1, 3),
                pixels[-6:].reshape(-1, 3),
                pixels[:, :6].reshape(-1, 3),
                pixels[:, -6:].reshape(-1, 3),
            ]
        )
        lab = oklab(rim)
        to_ground = np.linalg.norm(lab - _lab(one.ground), axis=1)
        to_forms = np.linalg.norm(lab - _lab(one.colour), axis=1)
        seen = look(pixels, _lab(one.ground), _lab(one.colour))
        right.append(
            (to_ground < to_forms).mean() > 0.5
            and same_colour(seen.forms, _lab(one.colour))
            and same_colour(seen.ground, _lab(one.ground))
        )
    return round(float(np.mean(right)), 3)
