"""Pictures that another bundle draws, as material: its random places."""

from collections.abc import Iterator

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.members import MAPPING
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ByteArray, Frame, Latent, Spec
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import seeded_place


def draw_pictures(
    name: str, count: int, size: tuple[int, int], seed: int = 0
) -> Iterator[ByteArray]:
    """``count`` pictures of the bundle ``name``, uint8 ``[height, width, 3]``.

    Bundles that draw at any size do so at ``size``; others give their own.

    Raises:
        InputError: it makes no pictures.
        UnknownNameError, BundleError: it is not there, or cannot be used.
    """
    bundle = open_bundle(name)
    if not isinstance(bundle.format, PictureFormat):
        raise InputError(f"the bundle '{bundle.name}' makes no pictures to train on")
    mapping = Member(bundle, MAPPING) if MAPPING in bundle.members else None
    model: Model = find_part("models", "openvino").make({"threads": 1}, bundle)
    try:
        model.prepare(Spec(format=PictureFormat(height=size[0], width=size[1]), threads=1))
        for index in range(count):
            made = model.generate(Latent(seeded_place(bundle, seed + index, mapping)))
            if isinstance(made, Frame):
                yield made.pixels
    finally:
        model.close()
