"""How long the model's thread rests after a window, as a share of what that took."""


def rest_of_sound(cores: int) -> float:
    """1 on two cores, a third on four: the sound, and the page that plays it, need what is left.

    Args:
        cores: physical ones that this process may use.
    """
    return 1 / max(1, cores - 1)


def rest_of_pictures(cores: int, *, alone: bool = False) -> float:
    """A third on two cores: pictures are asked for once a frame, so the thread waits anyway.

    None for pictures alone, without sound and page; on a single core those who sense and show them
    still need a half.
    """
    if cores == 1:
        return 1.0
    return 0.0 if alone else min(1 / 3, rest_of_sound(cores))
