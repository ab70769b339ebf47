"""What places are called after the labels of the data."""

import re
from collections.abc import Iterable


def place_names(labels: Iterable[str]) -> dict[str, str]:
    """A name for each label, without those that are empty.

    Anything but letters, digits and ``_`` becomes ``_``, and no name begins with a digit. Names
    that meet are numbered: ``a b`` and ``a-b`` are ``a_b`` and ``a_b_2``.
    """
    given = [label for label in dict.fromkeys(labels) if label]
    names: dict[str, str] = {}
    # Who is called so already keeps the name.
    for label in sorted(given, key=lambda label: label != _plain(label)):
        plain, number = _plain(label), 1
        name = plain
        while name in names.values():
            number += 1
            name = f"{plain}_{number}"
        names[label] = name
    return {label: names[label] for label in given}


def _plain(label: str) -> str:
    name = re.sub(r"\W+", "_", label)
    if not name.isidentifier():
        # Some digits of other scripts are no part of a name.
        name = "_" + "".join(one if f"_{one}".isidentifier() else "_" for one in name)
    return name
