"""Starting from weights of another network, as far as they fit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import torch
from torch import Tensor, nn

from latent_resonance.contracts.errors import InputError
from latent_resonance.networks.equalised import Equalised

# Of shape [outputs, inputs, ...].
_READING = (".weight", "_mix")


@dataclass(frozen=True, slots=True)
class TransferReport:
    """What was taken: names of tensors.

    Attributes:
        whole: same name, same shape.
        partly: same name, other sizes: the part that both have.
        fresh: not in the source: as initialised.
        left: of the source: not used.
        untouched: networks that the source does not have: as initialised.
    """

    whole: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)

    def add(self, other: "TransferReport", prefix: str = "") -> None:
        """Take in what another one says; ``prefix`` goes before its names."""
        for one in fields(self):
            names = [prefix + name for name in getattr(other, one.name)]
            getattr(self, one.name).extend(names)

    def lines(self) -> list[str]:
        """What was taken over and what not, as lines of text."""
        told = [f"taken {len(self.whole)} tensors whole, {len(self.partly)} in part"]
        for what, names in (
            ("in part", self.partly), ("started fresh", self.fresh), ("not used", self.left)
        ):  # fmt: skip
            if names:
                more = f" and {len(names) - 6} more" if len(names) > 6 else ""
                told.append(f"{what}: {', '.join(names[:6])}{more}")
        if self.untouched:
            told.append(f"not there, so new: {', '.join(self.untouched)}")
        return told


def transfer_all(networks: Mapping[str, nn.Module], source: Mapping[str, Tensor]) -> TransferReport:
    """The same for several networks; tensors are called ``network/name``.

    Raises:
        InputError: nothing fits.
    """
    report = transfer_each(networks, source)
    demand_some(report)
    return report


def transfer_each(
    networks: Mapping[str, nn.Module], source: Mapping[str, Tensor]
) -> TransferReport:
    """As ``transfer_all``, content with nothing.

    Of a network that the source has nothing of, the report names no tensor.
    """
    whole = TransferReport()
    for network, module in networks.items():
        prefix = f"{network}/"
        own = {k.removeprefix(prefix): v for k, v in source.items() if k.startswith(prefix)}
        if own:
            whole.add(transfer(module, own), prefix)
        else:
            whole.untouched.append(network)
    known = tuple(f"{network}/" for network in networks)
    whole.left.extend(sorted(name for name in source if not name.startswith(known)))
    return whole


def demand_some(report: TransferReport) -> None:
    """Starting from something of which nothing fits is a mistake.

    Raises:
        InputError: it is.
    """
    if not report.whole and not report.partly:
        raise InputError("nothing of --from fits this recipe: is it of the same family?")


@torch.no_grad()
def transfer(network: nn.Module, source: Mapping[str, Tensor]) -> TransferReport:
    """Copy by name; where sizes differ, the overlapping corner of each dimension.

    A network of another resolution shares the blocks that both have; one of other channel counts
    shares the first channels. Where there are more, the old ones read nothing of the new ones, so
    that a StyleGAN2 generator begins as what the narrow one was (Net2Net's wider networks keep
    their function by copies, 1511.05641; here the new channels begin at random, and unheard).
    """
    report = TransferReport()
    evened = {
        f"{name}.weight" for name, one in network.named_modules() if isinstance(one, Equalised)
    }
    own = network.state_dict()
    for name, value in own.items():
        given = source.get(name)
        if given is None or given.ndim != value.ndim:
            report.fresh.append(name)
        elif given.shape == value.shape:
            value.copy_(given)
            report.whole.append(name)
        else:
            corner = tuple(
                slice(0, min(a, b)) for a, b in zip(value.shape, given.shape, strict=True)
            )
            value[corner] = given[corner].to(value.dtype)
            if name.endswith(_READING) and value.ndim > 1 and value.shape[1] > given.shape[1]:
                value[corner[0], given.shape[1] :] = 0
                if name in evened:
                    value[corner] *= math.sqrt(value.shape[1] / given.shape[1])
            report.partly.append(name)
    report.left.extend(sorted(set(source) - set(own)))
    return report
