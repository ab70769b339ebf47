"""A foreign network's numbers as one of our PyTorch networks."""

from torch import nn

from latent_resonance.bundles.foreign.read import ForeignNetwork
from latent_resonance.bundles.members import printable
from latent_resonance.contracts.errors import BundleError
from latent_resonance.networks import rebuild


def build_generator(network: ForeignNetwork) -> tuple[str, nn.Module]:
    """The network's family (``"stylegan2"`` or ``"stylegan3"``) and the network, ready to play.

    Raises:
        BundleError: it is of another family, or an option or a weight does not fit.
    """
    try:
        family = family_of(network)
        made = rebuild.build_generator(family, network.init_kwargs, network.state)
    except (BundleError, ValueError) as error:
        reason = str(error).removeprefix("the network cannot be rebuilt: ")
        raise BundleError(
            printable(f"this {network.class_name} cannot be rebuilt: {reason}")
        ) from error
    return family, made


def family_of(network: ForeignNetwork) -> str:
    """``"stylegan2"`` or ``"stylegan3"``, by the names of the weights.

    Raises:
        ValueError: neither.
    """
    if network.class_name == "SuperresGenerator" or "mapping.embed_proj.weight" in network.state:
        raise ValueError(
            "StyleGAN-XL's conditional and super-resolution generators are read, but not built here"
        )
    for family, name in (
        ("stylegan3", "synthesis.input.freqs"),
        ("stylegan2", "synthesis.b4.const"),
    ):
        if name in network.state:
            return family
    raise ValueError("its weights have neither StyleGAN2's nor StyleGAN3's names")
