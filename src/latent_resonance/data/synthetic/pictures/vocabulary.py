"""What can be said of a picture, in which words; some words are kept from training.

A concept is a short name of something true or false of a picture. Each has words that captions use,
and held-out synonyms that no caption ever holds: they tell whether a text model knows words or only
remembers them.
"""

from dataclasses import dataclass

from latent_resonance.data.synthetic.pictures.attributes import PictureAttributes


@dataclass(frozen=True, slots=True)
class Words:
    """How a concept is said.

    Attributes:
        taught: words and phrases for captions.
        held_out: synonyms for tests only.
    """

    taught: tuple[str, ...]
    held_out: tuple[str, ...]


COLOURS: dict[str, Words] = {
    "red": Words(("red", "fiery red", "scarlet", "ruby"), ("crimson", "blood")),
    "orange": Words(("orange", "warm orange", "copper", "tangerine"), ("amber", "pumpkin")),
    "yellow": Words(("yellow", "golden yellow", "gold", "sunny"), ("lemon", "mustard")),
    "green": Words(("green", "leafy green", "jade", "forest green"), ("emerald", "moss")),
    "turquoise": Words(("turquoise", "teal", "cyan", "sea green"), ("aqua", "aquamarine")),
    "blue": Words(("blue", "deep blue", "cobalt", "ocean blue"), ("azure", "sapphire")),
    "purple": Words(("purple", "violet", "plum", "amethyst"), ("lavender", "indigo")),
    "pink": Words(("pink", "magenta", "rose", "hot pink"), ("fuchsia", "raspberry")),
    "grey": Words(("grey", "gray", "colourless", "black and white"), ("monochrome", "ashen")),
    "rainbow": Words(
        ("rainbow", "multicoloured", "multicolored", "of many colours"),
        ("colourful", "kaleidoscopic"),
    ),
}

FAMILY_NOUNS: dict[str, Words] = {
    "cells": Words(("cells", "pebbles", "cell tissue", "cobblestones"), ("honeycomb", "mosaic")),
    "flow": Words(("flowing silk", "streams", "flow", "flowing currents"), ("smoke", "liquid")),
    "gradients": Words(("soft gradients", "glow", "haze", "soft blur"), ("mist", "fog")),
    "lines": Words(("lines", "geometric lines", "threads", "beams"), ("wires", "stripes")),
    "marble": Words(("marble", "veined stone", "marbled stone", "swirls"), ("granite", "agate")),
    "rings": Words(("rings", "concentric rings", "circles", "target"), ("hoops", "tunnel")),
    "shards": Words(("shards", "broken glass", "splinters", "fragments"), ("crystals", "ice")),
    "stars": Words(("stars", "blossoms", "flowers", "starbursts"), ("petals", "snowflakes")),
    "waves": Words(("waves", "ripples", "crests", "rolling waves"), ("surf", "oscillation")),
}

ADJECTIVES: dict[str, Words] = {
    "dark": Words(("dark", "night", "dim", "shadowy"), ("gloomy", "murky")),
    "bright": Words(("bright", "light", "pale", "shining"), ("luminous", "radiant")),
    "vivid": Words(("vivid", "saturated", "intense"), ("neon", "rich")),
    "faint": Words(("faint", "low contrast", "flat"), ("subtle", "weak")),
    "stark": Words(("high contrast", "stark", "bold"), ("striking", "dramatic")),
    "jagged": Words(("jagged", "angular", "pointed", "sharp"), ("spiky", "edgy")),
    "soft": Words(("soft", "smooth", "round"), ("gentle", "curved")),
    "fine": Words(("fine", "tiny", "dense", "small"), ("miniature", "minute")),
    "large": Words(("large", "big", "wide", "coarse"), ("huge", "giant")),
    "detailed": Words(("detailed", "textured", "intricate"), ("elaborate", "ornate")),
    "plain": Words(("plain", "clean", "simple"), ("minimal", "uncluttered")),
    "symmetric": Words(("symmetric", "mirrored", "mandala"), ("symmetrical", "reflected")),
    "aggressive": Words(("aggressive", "violent", "angry", "fierce"), ("furious", "raging")),
    "calm": Words(("calm", "peaceful", "quiet", "static"), ("serene", "tranquil")),
    "vibrant": Words(("vibrant", "lively", "energetic", "joyful"), ("exuberant", "festive")),
}

VOCABULARY: dict[str, Words] = {**COLOURS, **FAMILY_NOUNS, **ADJECTIVES}


def colour_of(picture: PictureAttributes) -> str | None:
    """The colour word that fits, a key of ``COLOURS``; none where a picture has two colours."""
    if picture.chroma < 0.1:
        return "grey"
    if picture.scheme == "rainbow":
        return "rainbow"
    return picture.hue if picture.chroma > 0.2 else None


def adjectives_of(picture: PictureAttributes) -> list[str]:
    """The adjectives that are true of a picture, keys of ``ADJECTIVES``."""
    colour, warm = colour_of(picture), picture.hue in ("red", "orange")
    one_hue = picture.scheme in ("single", "neighbours") and picture.chroma > 0.2
    true = {
        "dark": picture.light < 0.36,
        "bright": picture.light > 0.68,
        "vivid": picture.chroma > 0.75,
        "faint": picture.contrast < 0.08,
        "stark": picture.contrast > 0.17,
        "jagged": picture.jagged > 0.65,
        "soft": picture.jagged < 0.35,
        "fine": picture.scale < 0.25,
        "large": picture.scale > 0.75,
        "detailed": picture.detail > 0.7,
        "plain": picture.detail < 0.3,
        "symmetric": picture.symmetry > 0,
        "aggressive": warm and one_hue and picture.chroma > 0.5 and picture.jagged > 0.5,
        "calm": picture.hue in ("green", "turquoise", "blue", "purple")
        and one_hue
        and picture.jagged < 0.5
        and picture.contrast < 0.14,
        "vibrant": colour == "rainbow" and picture.chroma > 0.5,
    }
    return [name for name, holds in true.items() if holds]


def concepts_of(picture: PictureAttributes) -> frozenset[str]:
    """All concepts that are true of a picture: its family, its colour if it has one, adjectives."""
    colour = colour_of(picture)
    return frozenset([picture.family, *([colour] if colour else []), *adjectives_of(picture)])
