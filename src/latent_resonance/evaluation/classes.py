"""Labels as classes: the labels themselves, families of them, and what sounds at all."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files

LEVELS = ("label", "family", "source")
_TABLE = "classes_of_sound.toml"


def classes_of(labels: Sequence[str]) -> dict[str, list[str]]:
    """Level to the class of each label, the finest first.

    A label that the table does not name stays a class of its own. Levels that say nothing new, as
    for collections with labels of other kinds, are left out.
    """
    text = (files("latent_resonance.evaluation") / _TABLE).read_text(encoding="utf-8")
    table = tomllib.loads(text)
    found = {LEVELS[0]: list(labels)}
    current = list(labels)
    for level in LEVELS[1:]:
        of = {member: name for name, members in table[level].items() for member in members}
        broader = [of.get(one, one) for one in current]
        if 1 < len(set(broader)) < len(set(current)):
            found[level] = broader
        current = broader
    return found
