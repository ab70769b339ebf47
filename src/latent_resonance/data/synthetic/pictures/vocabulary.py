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
    "red": Words(("red", "fiery red", "scarlet", "ruby", "blazing red"), ("crimson", "blood")),
    "orange": Words(
        ("orange", "burnt orange", "copper", "tangerine", "rust"), ("amber", "pumpkin")
    ),
    "yellow": Words(
        ("yellow", "golden yellow", "gold", "sunny", "straw yellow"), ("lemon", "mustard")
    ),
    "green": Words(
        ("green", "leafy green", "jade", "forest green", "olive", "grass green"),
        ("emerald", "moss"),
    ),
    "turquoise": Words(
        ("turquoise", "teal", "cyan", "sea green", "lagoon"), ("aqua", "aquamarine")
    ),
    "blue": Words(
        ("blue", "deep blue", "cobalt", "ocean blue", "navy", "sky blue"), ("azure", "sapphire")
    ),
    "purple": Words(("purple", "violet", "plum", "amethyst", "lilac"), ("lavender", "indigo")),
    "pink": Words(
        ("pink", "magenta", "rose", "candy pink", "salmon pink"), ("fuchsia", "raspberry")
    ),
    "grey": Words(
        ("grey", "gray", "colourless", "black and white", "silver"), ("monochrome", "ashen")
    ),
    "rainbow": Words(
        ("rainbow", "multicoloured", "multicolored", "of many colours", "motley"),
        ("colourful", "kaleidoscopic"),
    ),
}

FAMILY_NOUNS: dict[str, Words] = {
    "cells": Words(
        ("cells", "pebbles", "cell tissue", "cobblestones", "scales", "bubbles"),
        ("honeycomb", "mosaic"),
    ),
    "flow": Words(
        ("flowing silk", "streams", "flow", "flowing currents", "clouds", "drifting vapour"),
        ("smoke", "liquid"),
    ),
    "gradients": Words(
        ("soft gradients", "glow", "haze", "soft blur", "blurred light"), ("mist", "fog")
    ),
    "lines": Words(
        ("lines", "geometric lines", "threads", "beams", "rays", "grid"), ("wires", "stripes")
    ),
    "marble": Words(
        ("marble", "veined stone", "marbled stone", "swirls", "whirls"), ("granite", "agate")
    ),
    "rings": Words(
        ("rings", "concentric rings", "circles", "target", "discs"), ("hoops", "tunnel")
    ),
    "shards": Words(
        ("shards", "broken glass", "splinters", "fragments", "splintered facets"),
        ("crystals", "ice"),
    ),
    "stars": Words(
        ("stars", "blossoms", "flowers", "starbursts", "sparkles"), ("petals", "snowflakes")
    ),
    "waves": Words(
        ("waves", "ripples", "crests", "rolling waves", "swell"), ("surf", "oscillation")
    ),
}

ADJECTIVES: dict[str, Words] = {
    "dark": Words(
        ("dark", "night", "dim", "shadowy", "black", "dusky", "sombre"), ("gloomy", "murky")
    ),
    "bright": Words(
        ("bright", "light", "pale", "shining", "glowing", "sunlit", "brilliant"),
        ("luminous", "radiant"),
    ),
    "vivid": Words(
        ("vivid", "saturated", "intense", "electric", "deeply coloured"), ("neon", "rich")
    ),
    "faint": Words(
        ("faint", "low contrast", "flat", "muted", "slight", "washed out"), ("subtle", "weak")
    ),
    "stark": Words(
        ("high contrast", "stark", "bold", "strong contrast", "forceful"), ("striking", "dramatic")
    ),
    "jagged": Words(
        ("jagged", "angular", "pointed", "sharp", "harsh", "barbed", "ragged", "thorny"),
        ("spiky", "edgy"),
    ),
    "soft": Words(
        ("soft", "smooth", "round", "mellow", "tender", "silky", "rounded"), ("gentle", "curved")
    ),
    "fine": Words(
        ("fine", "tiny", "dense", "small", "delicate", "small scale"), ("miniature", "minute")
    ),
    "large": Words(("large", "big", "wide", "coarse", "broad", "massive"), ("huge", "giant")),
    "detailed": Words(
        ("detailed", "textured", "intricate", "complex", "busy"), ("elaborate", "ornate")
    ),
    "plain": Words(
        ("plain", "clean", "simple", "bare", "uniform", "empty"), ("minimal", "uncluttered")
    ),
    "symmetric": Words(
        ("symmetric", "mirrored", "mandala", "balanced"), ("symmetrical", "reflected")
    ),
    "aggressive": Words(
        ("aggressive", "violent", "angry", "fierce", "brutal", "hostile", "menacing", "rough"),
        ("furious", "raging"),
    ),
    "calm": Words(
        ("calm", "peaceful", "quiet", "static", "still", "restful", "relaxing", "soothing"),
        ("serene", "tranquil"),
    ),
    "warm": Words(("warm", "hot", "heated", "toasty"), ("scorching", "tropical")),
    "cool": Words(("cool", "cold", "chilled", "frozen"), ("icy", "wintry")),
    "vibrant": Words(
        ("vibrant", "lively", "energetic", "joyful", "playful", "cheerful", "exciting"),
        ("exuberant", "festive"),
    ),
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
        "warm": (warm or picture.hue == "yellow") and one_hue,
        "cool": picture.hue in ("turquoise", "blue") and one_hue,
        "vibrant": colour == "rainbow" and picture.chroma > 0.5,
    }
    return [name for name, holds in true.items() if holds]


def concepts_of(picture: PictureAttributes) -> frozenset[str]:
    """All concepts that are true of a picture: its family, its colour if it has one, adjectives."""
    colour = colour_of(picture)
    return frozenset([picture.family, *([colour] if colour else []), *adjectives_of(picture)])
