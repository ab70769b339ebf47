"""Opens a judge of pictures by its name."""

from pathlib import Path

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.navigate.prompts.judge import PictureJudge

_KINDS = ("tower", "clip")


def open_judge(name: str = "tower") -> PictureJudge:
    """A judge by its name.

    Args:
        name: ``tower``; ``tower:FILE``, made by ``resonance models tower``; ``clip:FOLDER`` or
            ``clip:OWNER/NAME`` for CLIP or SigLIP in a folder or on the Hugging Face hub.

    Raises:
        UnknownNameError: another name.
        InputError: there is no such model, or it cannot be used.
        MissingPartError: CLIP needs something that is not installed.
    """
    kind, _, where = name.partition(":")
    if kind == "tower":
        from latent_resonance.navigate.prompts.looking_tower import LookingTower
        from latent_resonance.navigate.prompts.tower import load_tower

        return LookingTower(load_tower(Path(where) if where else None))
    if kind != "clip":
        raise UnknownNameError("judge", kind, _KINDS)
    if not where:
        raise InputError("--judge clip: say which, as clip:FOLDER or clip:OWNER/NAME")
    from latent_resonance.navigate.prompts.clip import load_clip

    return load_clip(where)
