"""A StyleGAN generator as two ONNX networks: z to a place w, and a place to its picture."""

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

OPSET = 18
OPSETS = range(18, 24)


class MappingMember(nn.Module):
    """``z [1, z_dim]`` (and ``c [1, c_dim]``) => ``w [1, w_dim]``, not truncated."""

    def __init__(self, generator: Any) -> None:
        super().__init__()
        self.mapping = generator.mapping

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """The same w for all styles, once."""
        w: Tensor = self.mapping(z, c)[:, 0]
        return w


class PictureMember(nn.Module):
    """``w [1, w_dim]`` => ``image [1, channels, height, width]``, about -1..1."""

    def __init__(self, generator: Any) -> None:
        super().__init__()
        self.synthesis = generator.synthesis
        self.num_ws = int(generator.num_ws)
        self.constant_noise = hasattr(generator.synthesis, "blocks")

    @torch.no_grad()
    def size(self) -> tuple[int, int, int]:
        """Channels, height and width of its pictures."""
        channels, height, width = self(torch.zeros(1, self.synthesis.w_dim)).shape[1:]
        return channels, height, width

    def forward(self, w: Tensor) -> Tensor:
        """One w for all styles."""
        ws = w.unsqueeze(1).expand(-1, self.num_ws, -1)
        options = ("const",) if self.constant_noise else ()
        picture: Tensor = self.synthesis(ws, *options)
        return picture


class LevelMember(nn.Module):
    """``w [1, w_dim]`` => ``level_db [1, bins, columns]``: a grey picture as a spectrogram.

    Args:
        picture: what makes it; -1 is ``-range_db``, 1 is 0 dB.
        range_db: of the codec.
        lowest_first: row 0 of the picture is the lowest frequency, not the highest.
    """

    def __init__(self, picture: PictureMember, range_db: float, *, lowest_first: bool) -> None:
        super().__init__()
        self.picture, self.range_db, self.lowest_first = picture, range_db, lowest_first

    def forward(self, w: Tensor) -> Tensor:
        """Levels in ``-range_db .. 0``."""
        grey = self.picture(w)[:, 0]
        if not self.lowest_first:
            grey = grey.flip(1)
        level: Tensor = (grey.clamp(-1, 1) - 1) * (self.range_db / 2)
        return level


@dataclass(frozen=True, slots=True)
class Members:
    """The ONNX files of a generator, and the PyTorch networks that they say."""

    mapping: nn.Module
    network: nn.Module
    files: dict[str, bytes]
    opset: int


def make_members(generator: Any, network: nn.Module, opset: int = OPSET) -> Members:
    """``mapping.onnx`` of the generator, and ``synthesis.onnx`` of ``network``, made of it."""
    ends = {"z": torch.zeros(1, generator.z_dim)}
    if generator.c_dim:
        ends["c"] = torch.zeros(1, generator.c_dim)
    mapping = MappingMember(generator)
    output = "level_db" if isinstance(network, LevelMember) else "image"
    files = {
        "mapping.onnx": to_onnx(mapping, ends, "w", opset),
        "synthesis.onnx": to_onnx(network, {"w": torch.zeros(1, generator.w_dim)}, output, opset),
    }
    return Members(mapping, network, files, opset)


def to_onnx(member: nn.Module, inputs: dict[str, Tensor], output: str, opset: int = OPSET) -> bytes:
    """``member`` as one ONNX file with named ends and fixed sizes.

    What the exporter says of itself (paths, versions, its stack) is left out.
    """
    import onnx

    with tempfile.TemporaryDirectory() as folder, _quietly():
        path = Path(folder) / "member.onnx"
        torch.onnx.export(
            member.eval(),
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=[output],
            opset_version=opset,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        model = onnx.load(str(path))
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    model.doc_string = model.graph.doc_string = ""
    for part in (*model.graph.node, *model.graph.initializer):
        part.doc_string = ""
    for part in (*model.graph.node, *model.graph.value_info, *model.graph.input):
        del part.metadata_props[:]
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the exporter's notes about libraries that it did not find."""
    log = logging.getLogger("torch.onnx")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)
