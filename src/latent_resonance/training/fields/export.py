"""``fields`` as a bundle: its networks as ONNX, its places, a preview."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save as save_tensors

from latent_resonance.bundles.display import ShownPlace, with_shown
from latent_resonance.bundles.manifest import Control, Manifest, Picture, Provenance, Source
from latent_resonance.bundles.space import read_space
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.members import FOLD, LATENT, MAPPING, SYNTHESIS, WEIGHTS
from latent_resonance.networks.fields.draw import grid
from latent_resonance.networks.fields.layout import COARSE, SIZE
from latent_resonance.networks.fields.network import PacketOf, PictureOf
from latent_resonance.networks.fields.sample import COLOUR_DRAWS, Mix
from latent_resonance.training.bundling import pack_weights
from latent_resonance.training.fields.build import BuiltFields
from latent_resonance.training.fields.recipe import FieldsRecipe
from latent_resonance.training.importing.previews import picture_preview
from latent_resonance.training.onnx_export import to_onnx

_NO_DATA = "none: the weights are drawn from a seed"
_MOST, _PREVIEW = 4096, 128


@torch.no_grad()
def export_fields(built: BuiltFields, recipe: FieldsRecipe, command: str, path: Path) -> Path:
    """Write ``path`` (a ``.resonance`` file).

    Raises:
        OutputError: it cannot be written.
    """
    height, width = recipe.size
    examples = torch.from_numpy(built.places["examples"])
    picture = PictureOf(built.fold).eval()
    w, pixels = torch.from_numpy(built.places["w_avg"][None]), grid(height, width)
    squares = _MOST // COARSE
    noise = torch.zeros(1, len(examples) + COLOUR_DRAWS)
    free = {
        "w": {},
        "pixels": {
            2: COARSE * torch.export.Dim("rows", min=4, max=squares),
            3: COARSE * torch.export.Dim("columns", min=4, max=squares),
        },
    }
    members = {
        SYNTHESIS: to_onnx(picture, {"w": w, "pixels": pixels}, "image", free=free),
        FOLD: to_onnx(PacketOf(built.fold), {"w": w}, "packet"),
        MAPPING: to_onnx(Mix(examples), {"z": noise}, "w"),
        LATENT: save_tensors(
            {name: np.ascontiguousarray(value) for name, value in built.places.items()}
        ),
    }
    state = {name: value.numpy() for name, value in picture.state_dict().items()}
    facts = {"family": recipe.family, "settings": {}}
    network = {SYNTHESIS: members[SYNTHESIS]}
    members[WEIGHTS] = pack_weights(facts, state, network, halve=False)
    named = [value for name, value in sorted(built.places.items()) if name.startswith("anchor/")]
    small = grid(_PREVIEW, _PREVIEW)
    shown = [picture(torch.from_numpy(one[None]), small).numpy() for one in named[:9]]
    if shown:
        members["preview.png"] = picture_preview(np.concatenate(shown))
    manifest = Manifest(
        schema_version=1,
        name=recipe.name,
        kind="image",
        family=recipe.family,
        description=recipe.description,
        latent_size=SIZE,
        picture=Picture(height=height, width=width, channels=3, any_size=True),
        controls=[
            Control(name=name.removeprefix("direction/"), low=-5, high=5)
            for name in built.places
            if name.startswith("direction/")
        ],
        provenance=Provenance(
            data=[Source(source=_NO_DATA, licence="MIT", clips=0)],
            command=command,
            licence="MIT",
        ),
        members={},
    )
    told = {
        one.name: ShownPlace(prompt=one.prompt, group="Moods")
        for one in recipe.places
        if one.prompt
    }
    if told:
        members = with_shown(members, read_space(manifest, built.places), told)
    return write_bundle(path, manifest, members)
