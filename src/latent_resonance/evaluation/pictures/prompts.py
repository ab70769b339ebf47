"""Whether a picture shows what a prompt asks for, by rules on colours and edges."""

import re

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.pictures.demands import DEMANDS, look_at

# Each line: what is asked, then the words that ask for it.
_WORDS = """
red: red scarlet crimson ruby blood vermilion cherry
orange: orange amber copper tangerine pumpkin rust
yellow: yellow gold golden lemon mustard
green: green emerald jade moss olive forest leafy
turquoise: turquoise teal aqua aquamarine cyan
blue: blue azure cobalt sapphire navy ocean sky
purple: purple violet lavender plum amethyst indigo
pink: pink magenta fuchsia rose raspberry
warm: warm fiery fire sunset lava
cool: cool cold icy arctic
grey: grey gray colourless colorless monochrome ashen
multicoloured: multicoloured multicolored multicolour rainbow colourful colorful vibrant
dark: dark night dim gloomy murky shadowy black midnight
bright: bright light luminous radiant pale shining white glowing
vivid: vivid intense saturated neon vibrant rich
stark: stark striking dramatic bold
faint: faint subtle weak
jagged: aggressive jagged angular pointed spiky edgy sharp geometric shards splinters violent
soft: soft smooth round gentle curved peaceful calm serene tranquil quiet mist fog haze
large: large big huge giant coarse
fine: fine tiny small dense miniature
detailed: detailed intricate textured elaborate ornate
plain: plain simple clean minimal
symmetric: symmetric symmetrical mirrored mandala kaleidoscope
"""
_ASKS: dict[str, list[str]] = {}
for _line in _WORDS.strip().splitlines():
    _name, _, _said = _line.partition(":")
    for _word in _said.split():
        _ASKS.setdefault(_word, []).append(_name)


def asked_by(prompt: str) -> list[str]:
    """What a prompt asks for, names of ``DEMANDS`` in order; words without a rule ask nothing.

    Raises:
        ValueError: no word has a rule.
    """
    asked: list[str] = []
    for word in re.findall(r"[a-z]+", prompt.lower()):
        asked += [name for name in _ASKS.get(word, []) if name not in asked]
    if not asked:
        raise ValueError(f"no word of '{prompt[:60]}' asks for a colour or an edge")
    return asked


def verdicts(picture: npt.NDArray[np.uint8], prompt: str) -> dict[str, bool]:
    """For each thing that a prompt asks for, whether a picture shows it.

    Args:
        picture: uint8 ``[h, w, 3]`` in sRGB, at least 32 pixels a side.
        prompt: such as ``intense fiery red, jagged shapes``.

    Raises:
        ValueError: no picture, or no word has a rule.
    """
    asked = asked_by(prompt)
    look = look_at(picture)
    return {name: DEMANDS[name](look) for name in asked}


def shows(picture: npt.NDArray[np.uint8], prompt: str) -> bool:
    """Whether a picture shows all that a prompt asks for; raises as ``verdicts`` does."""
    return all(verdicts(picture, prompt).values())
