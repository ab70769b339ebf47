"""A tiny pipeline as an export for OpenVINO, made as ``optimum`` makes the real ones."""

import shutil
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline

from latent_resonance.models.engines.quiet_openvino import load_openvino

openvino = load_openvino()
from openvino_tokenizers import convert_tokenizer

WORDS, WIDTH = 77, 32


class _Call(torch.nn.Module):
    def __init__(self, network: torch.nn.Module, call) -> None:
        super().__init__()
        self.network, self.call = network, call

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self.call(self.network, *inputs)


def _save(path: Path, network: torch.nn.Module, call, inputs, output: str) -> None:
    examples = tuple(example for example, _ in inputs.values())
    with torch.no_grad():
        # What the trace says is seen when it paints: it need not be compared with the network here.
        traced = torch.jit.trace(
            _Call(network, call).eval(), examples, strict=False, check_trace=False
        )
        model = openvino.convert_model(traced, example_input=examples)
    for end, name in zip(model.inputs, inputs, strict=True):
        end.get_tensor().set_names({name})
    model.outputs[0].get_tensor().set_names({output})
    model.reshape({name: openvino.PartialShape(shape) for name, (_, shape) in inputs.items()})
    openvino.save_model(model, path / "openvino_model.xml", compress_to_fp16=False)


def save_export(source: Path, folder: Path) -> Path:
    """Of a folder in the layout of Stable Diffusion."""
    pipeline = StableDiffusionPipeline.from_pretrained(source)
    folder.mkdir()
    shutil.copy(source / "model_index.json", folder)
    for name in ("scheduler", "tokenizer"):
        shutil.copytree(source / name, folder / name)
    for name, known in (("unet", "unet"), ("text_encoder", "text_encoder"), ("vae", "vae_decoder")):
        (folder / known).mkdir()
        shutil.copy(source / name / "config.json", folder / known)
    _save(
        folder / "text_encoder",
        pipeline.text_encoder,
        lambda network, ids: network(input_ids=ids).last_hidden_state,
        {"input_ids": (torch.zeros(1, WORDS, dtype=torch.int64), [-1, WORDS])},
        "last_hidden_state",
    )
    _save(
        folder / "unet",
        pipeline.unet,
        lambda network, *inputs: network(*inputs, return_dict=False)[0],
        {
            "sample": (torch.zeros(2, 4, 8, 8), [-1, 4, -1, -1]),
            "timestep": (torch.ones(1, dtype=torch.int64), [1]),
            "encoder_hidden_states": (torch.zeros(2, WORDS, WIDTH), [-1, WORDS, WIDTH]),
        },
        "out_sample",
    )
    _save(
        folder / "vae_decoder",
        pipeline.vae,
        lambda network, latents: network.decode(latents, return_dict=False)[0],
        {"latent_sample": (torch.zeros(1, 4, 8, 8), [-1, 4, -1, -1])},
        "sample",
    )
    tokenizer = convert_tokenizer(pipeline.tokenizer)
    openvino.save_model(tokenizer, folder / "tokenizer" / "openvino_tokenizer.xml")
    return folder
