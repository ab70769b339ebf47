"""Words with a plain meaning, as numbers: a colour is its OKLab value, a form is a form.

A network that is given these numbers beside a word's vector can draw colours and forms whose names
no caption ever held.
"""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.pictures.colour import hex_to_oklab
from latent_resonance.data.synthetic.pictures.vocabulary import Words

TAUGHT_COLOURS = {
    "red": "d92b2b", "scarlet": "e0281a", "ruby": "b5123e", "maroon": "741a2c",
    "orange": "f08018", "tangerine": "f5922e", "copper": "b8703a", "brown": "7a4a28",
    "yellow": "f5d020", "golden": "efb414", "gold": "e8b010", "cream": "f3e6c4",
    "green": "2f9e44", "jade": "1f9e70", "lime": "9ad61a", "olive": "7a7a28",
    "mint": "9fe3c0", "turquoise": "20b8b0", "teal": "0f8585", "cyan": "25cbe0",
    "blue": "2450d0", "cobalt": "1440b0", "navy": "16255f", "purple": "7a2fb8",
    "violet": "8a4fe0", "plum": "7d3068", "pink": "f27ab0", "rose": "e8557f",
    "magenta": "d420a0", "white": "f4f4f0", "black": "111115", "grey": "83868a",
    "gray": "83868a", "silver": "b8bcc2",
}  # fmt: skip
"""Names that captions use, with their sRGB value."""

HELD_OUT_COLOURS = {
    "crimson": "c01030", "blood": "8c1018", "cherry": "c81e3c", "vermilion": "e3422e",
    "burgundy": "6e1830", "amber": "f5a810", "pumpkin": "ee7a1c", "apricot": "f8b07c",
    "peach": "fbc09a", "coral": "f57a60", "salmon": "f58a78", "rust": "a8481c",
    "bronze": "a9742e", "chocolate": "5c3318", "lemon": "f7e84a", "mustard": "d8a81e",
    "saffron": "f4b82a", "ivory": "f6f1e0", "emerald": "18a860", "moss": "66803a",
    "chartreuse": "a8e020", "aqua": "30d0d0", "aquamarine": "5cd8b8", "azure": "2f80f0",
    "sapphire": "1a48a8", "cerulean": "2a88c8", "indigo": "4030a0", "lavender": "b9a0e8",
    "lilac": "c4a0d8", "mauve": "b888c0", "amethyst": "9058c8", "orchid": "d068d0",
    "fuchsia": "e030b0", "raspberry": "c82860", "charcoal": "36393f", "ebony": "1c1a1c",
}  # fmt: skip
"""Names that no caption holds."""

SHAPES: dict[str, Words] = {
    "circles": Words(("circles", "dots", "discs", "bubbles"), ("circle", "disks", "spots")),
    "squares": Words(("squares", "blocks", "boxes"), ("square", "tiles", "cubes")),
    "triangles": Words(("triangles", "pyramids"), ("triangle", "wedges", "arrowheads")),
    "rings": Words(("rings", "hoops"), ("ring", "bracelets", "halos")),
    "stripes": Words(("stripes", "bars", "bands"), ("stripe", "strips", "planks")),
    "waves": Words(("waves", "ripples"), ("wave", "billows", "undulations")),
    "clouds": Words(("clouds", "mist", "fog"), ("cloud", "vapour", "vapor", "steam")),
    "stars": Words(("stars", "starbursts"), ("star", "asterisks", "starlets")),
}

GROUNDS: dict[str, Words] = {
    "dark": Words(("dark", "night", "shadowy"), ("darkness", "midnight", "gloomy", "dim")),
    "bright": Words(("bright", "light", "pale"), ("luminous", "radiant", "shining", "daylight")),
}

MOODS: dict[str, Words] = {
    "calm": Words(("calm", "quiet", "peaceful", "still"), ("serene", "tranquil", "gentle")),
    "wild": Words(("wild", "energetic", "chaotic", "busy"), ("frantic", "turbulent", "hectic")),
}

GROUND_NOUNS = ("background", "ground", "field", "backdrop", "canvas", "sky", "sea", "surface")
ON = ("on", "over", "against", "upon", "above", "before")
IN = ("in", "of", "with", "and", "under")

NAMES = (
    *("word", "colour", "light", "across", "along"),
    *GROUNDS, *MOODS, *SHAPES,
    *("ground", "on", "in"),
)  # fmt: skip
"""What each number of a word says; ``light``, ``across`` and ``along`` are its OKLab value."""


def explicit_numbers() -> dict[str, FloatArray]:
    """Word in lower case to its numbers, ``[len(NAMES)]``; of all words with a plain meaning."""
    table: dict[str, FloatArray] = {}

    def say(word: str, *said: str) -> FloatArray:
        row = table.setdefault(word, np.zeros(len(NAMES), np.float32))
        for name in ("word", *said):
            row[NAMES.index(name)] = 1
        return row

    for word, value in {**TAUGHT_COLOURS, **HELD_OUT_COLOURS}.items():
        row = say(word, "colour")
        row[2:5] = (hex_to_oklab(value) - (0.6, 0, 0)) * (2, 5, 5)
    for group in (SHAPES, GROUNDS, MOODS):
        for name, words in group.items():
            for word in (*words.taught, *words.held_out):
                say(word, name)
    for name, listed in (("ground", GROUND_NOUNS), ("on", ON), ("in", IN)):
        for word in listed:
            say(word, name)
    return table
