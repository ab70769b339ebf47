"""``resonance models fetch``: a real text-to-image model of the hub."""

import click

from latent_resonance.cli.shared_options import output_options, progress_bar, show_result
from latent_resonance.models.text_to_image.known_models import KNOWN


@click.command("fetch")
@click.argument("name")
@output_options
def fetch_command(name: str, as_json: bool, quiet: bool) -> None:
    """Fetch the text-to-image model NAME of the Hugging Face hub, once; a cut run goes on.

    NAME is OWNER/NAME, OWNER/NAME@REVISION, or one of the short names of 'resonance models list'.
    """
    from latent_resonance.models.text_to_image.folder import list_files
    from latent_resonance.models.text_to_image.hub import fetch_model
    from latent_resonance.models.text_to_image.known_models import hub_name, unknown_model

    named = hub_name(name)
    if named is None:
        raise unknown_model(name)
    with progress_bar(f"fetch {name}, MB", as_json or quiet) as show:
        folder = fetch_model(*named, lambda done, of: show(done / 1e6, of / 1e6))
    size = sum((folder / file).stat().st_size for file in list_files(folder))
    told = {"model": "@".join(named), "folder": str(folder), "bytes": size}
    show_result(told, [f"{name}: {size / 1e6:.1f} MB in {folder}"], as_json, quiet)


def list_known() -> list[dict[str, object]]:
    """The models with a short name, and whether each is on this machine."""
    from latent_resonance.models.text_to_image.hub import fetched_folder
    from latent_resonance.models.text_to_image.known_models import hub_name

    made: list[dict[str, object]] = []
    for name, known in KNOWN.items():
        named = hub_name(name)
        here = named is not None and fetched_folder(*named).is_dir()
        made.append({"name": name, "hub": known.hub_name, "about": known.about, "here": here})
    return made
