"""Opens a text-to-image model by its folder."""

from pathlib import Path

from latent_resonance.contracts.errors import InputError
from latent_resonance.models.text_to_image.contract import TextToImage
from latent_resonance.models.text_to_image.folder import read_folder


def open_model(
    name_or_folder: str, device: str = "cpu", *, size: tuple[int, int] | None = None
) -> TextToImage:
    """A model that is ready to paint; nothing is fetched.

    Args:
        name_or_folder: a folder in the layout of diffusers.
        device: ``cpu``, ``cuda`` or ``mps``.
        size: height and width in pixels; its own where none is given.

    Raises:
        BundleError: the folder is damaged.
        DeviceError: this machine has no such device.
        InputError: there is no such folder, or it is another kind of model.
        MissingPartError: an extra is not installed; says which.
    """
    folder = Path(name_or_folder).expanduser()
    if not folder.is_dir():
        raise InputError(
            f"there is no model '{name_or_folder}', neither a bundle nor a folder: train one "
            "(resonance train recipes/train/voice.toml) or fetch one "
            "(hf download OWNER/NAME --local-dir FOLDER)"
        )
    found = read_folder(folder, name_or_folder)
    if found.kind == "openvino":
        raise InputError(f"{name_or_folder} is an export for OpenVINO, which is not played yet")
    from latent_resonance.models.text_to_image.diffusers_pipeline import DiffusersPipeline

    return DiffusersPipeline(found, device, size)
