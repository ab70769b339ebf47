"""A StyleGAN generator as two ONNX networks: z to a place w, and a place to its picture."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import MAPPING, SYNTHESIS
from latent_resonance.networks.bundle_members import MappingMember, PictureMember
from latent_resonance.training.onnx_export import OPSET, to_onnx


@dataclass(frozen=True, slots=True)
class Form:
    """How networks are written.

    Attributes:
        opset: of ONNX.
        halve: large weights as 16-bit floats.
        movable: the synthesis of a StyleGAN3 takes ``transform`` as well.
    """

    opset: int = OPSET
    halve: bool = False
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """The ONNX files of a generator, and the PyTorch networks that they say."""

    mapping: nn.Module
    network: nn.Module
    files: dict[str, bytes]
    opset: int


def make_members(generator: Any, network: Any, form: Form) -> Members:
    """``mapping.onnx`` of the generator, and ``synthesis.onnx`` of ``network``, made of it.

    Raises:
        InputError: it is to be movable and is no StyleGAN3.
    """
    if form.movable and not PictureMember(generator).movable:
        raise InputError("only the pictures of a StyleGAN3 can be moved")
    opset, halve = form.opset, form.halve
    ends = {"z": torch.zeros(1, generator.z_dim)}
    if generator.c_dim:
        ends["c"] = torch.zeros(1, generator.c_dim)
    mapping = MappingMember(generator)
    place = {"w": torch.zeros(1, generator.w_dim)}
    if form.movable:
        place["transform"] = torch.eye(3)
    files = {
        MAPPING: to_onnx(mapping, ends, "w", opset, halve=halve),
        SYNTHESIS: to_onnx(network, place, network.output, opset, halve=halve),
    }
    return Members(mapping, network, files, opset)
