"""How long the model's thread rests after a window, as a share of what that took."""


def rest_of_sound(cores: int) -> float:
    """1 on two cores, a third on four: the sound, and the page that plays it, need what is left.

    Args:
        cores: physical ones that this process may use.
    """
    return 1 / max(1, cores - 1)


def rest_of_pictures(cores: int) -> float:
    """A third on two cores: pictures are asked for once a frame, so the thread waits anyway."""
    return min(1 / 3, rest_of_sound(cores)) if cores > 1 else 1.0
