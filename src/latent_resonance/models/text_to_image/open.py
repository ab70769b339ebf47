"""Opens a text-to-image model by its folder or its name."""

from pathlib import Path

from latent_resonance.contracts.errors import InputError
from latent_resonance.models.text_to_image.contract import TextToImage
from latent_resonance.models.text_to_image.folder import read_folder
from latent_resonance.models.text_to_image.hub import OnFetch, fetch_model, fetched_folder
from latent_resonance.models.text_to_image.known_models import hub_name, unknown_model


def open_model(
    name_or_folder: str,
    device: str = "cpu",
    *,
    size: tuple[int, int] | None = None,
    fetch: bool = True,
    on_fetch: OnFetch | None = None,
) -> TextToImage:
    """A model that is ready to paint.

    Args:
        name_or_folder: a folder in the layout of diffusers or of OpenVINO's exports; a short name,
            ``OWNER/NAME`` or ``OWNER/NAME@REVISION`` of the hub, which is fetched once.
        device: ``cpu``, ``cuda`` or ``mps``; ``cpu`` for exports.
        size: height and width in pixels; its own where none is given.
        fetch: whether the network may be used; names that others give should fetch nothing.
        on_fetch: told how many bytes have come, of how many.

    Raises:
        BundleError: the model is damaged.
        DeviceError: this machine has no such device.
        InputError: there is no such model, it cannot be fetched, or it is of another kind.
        MissingPartError: an extra is not installed; says which.
        OutputError: a fetched model cannot be written.
    """
    folder = Path(name_or_folder).expanduser()
    if not folder.is_dir():
        named = hub_name(name_or_folder)
        if named is None:
            raise unknown_model(name_or_folder)
        folder = fetched_folder(*named)
        if fetch:
            fetch_model(*named, on_fetch)
        elif not folder.is_dir():
            raise InputError(
                f"the model '{name_or_folder}' is not on this machine: "
                f"resonance models fetch {name_or_folder}"
            )
    found = read_folder(folder, name_or_folder)
    if found.kind == "openvino":
        from latent_resonance.models.text_to_image.openvino_pipeline import OpenVinoPipeline

        return OpenVinoPipeline(found, device, size)
    from latent_resonance.models.text_to_image.diffusers_pipeline import DiffusersPipeline

    return DiffusersPipeline(found, device, size)
