"""Random pipelines of a few thousand weights in the layouts of the real ones."""

import json
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    EulerAncestralDiscreteScheduler,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    LDMTextToImagePipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from diffusers.pipelines.latent_diffusion.pipeline_latent_diffusion import (
    LDMBertConfig,
    LDMBertModel,
)
from transformers import (
    BertTokenizer,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
SAMPLERS = {
    "plain": lambda: DDIMScheduler(**_BETAS, clip_sample=False, set_alpha_to_one=False),
    "turbo": lambda: EulerAncestralDiscreteScheduler(**_BETAS, timestep_spacing="trailing"),
    "lcm": lambda: LCMScheduler(**_BETAS),
}


def _unet(width=32, **settings):
    return UNet2DConditionModel(
        **settings,
        sample_size=8,
        block_out_channels=(32, 32),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=width,
        attention_head_dim=8,
    )


def _coder():
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        layers_per_block=1,
        norm_num_groups=4,
    )


def save_ldm(folder: Path) -> Path:
    torch.manual_seed(0)
    words = folder.parent / "vocab.txt"
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words.write_text("\n".join([*marks, *LETTERS, *(f"##{one}" for one in LETTERS)]))
    bert = LDMBertConfig(
        vocab_size=57,
        d_model=32,
        encoder_layers=1,
        encoder_ffn_dim=64,
        encoder_attention_heads=2,
        head_dim=16,
    )
    LDMTextToImagePipeline(
        vqvae=_coder(),
        bert=LDMBertModel(bert),
        tokenizer=BertTokenizer(str(words)),
        unet=_unet(),
        scheduler=SAMPLERS["plain"](),
    ).save_pretrained(folder)
    return folder


def _text(folder: Path) -> tuple[CLIPTokenizer, CLIPTextConfig]:
    characters = [chr(one) for one in range(33, 127)]
    names = [*characters, *(f"{one}</w>" for one in characters)]
    begin, end = "<|startoftext|>", "<|endoftext|>"
    numbers = {name: k for k, name in enumerate([*names, begin, end])}
    vocabulary, merges = folder / "vocab.json", folder / "merges.txt"
    vocabulary.write_text(json.dumps(numbers))
    merges.write_text("#version: 0.2\n")
    settings = CLIPTextConfig(
        vocab_size=len(numbers),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        projection_dim=32,
        bos_token_id=numbers[begin],
        eos_token_id=numbers[end],
        pad_token_id=numbers[end],
    )
    return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77), settings


_UNCHECKED = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}


def save_stable(folder: Path, sampler: str) -> Path:
    torch.manual_seed(0)
    tokenizer, text = _text(folder.parent)
    StableDiffusionPipeline(
        vae=_coder(),
        text_encoder=CLIPTextModel(text),
        tokenizer=tokenizer,
        unet=_unet(),
        scheduler=SAMPLERS[sampler](),
        **_UNCHECKED,
    ).save_pretrained(folder)
    return folder


def save_distilled(folder: Path) -> Path:
    """A latent consistency model that was distilled whole: guidance is an input."""
    torch.manual_seed(0)
    tokenizer, text = _text(folder.parent)
    LatentConsistencyModelPipeline(
        vae=_coder(),
        text_encoder=CLIPTextModel(text),
        tokenizer=tokenizer,
        unet=_unet(time_cond_proj_dim=32),
        scheduler=SAMPLERS["lcm"](),
        **_UNCHECKED,
    ).save_pretrained(folder)
    return folder


def save_xl(folder: Path) -> Path:
    """Two text encoders, sizes as an input."""
    torch.manual_seed(0)
    tokenizer, text = _text(folder.parent)
    sizes = {"addition_embed_type": "text_time", "addition_time_embed_dim": 8}
    StableDiffusionXLPipeline(
        vae=_coder(),
        text_encoder=CLIPTextModel(text),
        text_encoder_2=CLIPTextModelWithProjection(text),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer,
        unet=_unet(64, **sizes, projection_class_embeddings_input_dim=6 * 8 + 32),
        scheduler=SAMPLERS["turbo"](),
    ).save_pretrained(folder)
    return folder
