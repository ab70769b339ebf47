"""``resonance share`` and ``resonance open``: presets, recipes and bundles as one file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.contracts.errors import InputError

F = TypeVar("F", bound=Callable[..., object])


def _folder_option(does: str) -> Callable[[F], F]:
    return click.option(
        "--folder",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"{does} this folder, as of `resonance studio --folder`; your studio's by default.",
    )


@click.command()
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option(
    "-o", "--output", type=Path, required=True, help="The file, NAME.resonance-set; never over one."
)
@click.option(
    "--all", "everything", is_flag=True, help="All presets, recipes, bundles of your own."
)
@click.option(
    "--with-bundles", is_flag=True, help="Carry models above 16 MiB too; else their digests."
)
@click.option("--no-pictures", is_flag=True, help="Draw no previews of the presets.")
@click.option("--replace", is_flag=True, help="Write over a file that is there.")
@_folder_option("Presets and what was played last are of")
@output_options
def share(
    names: tuple[str, ...],
    output: Path,
    everything: bool,
    with_bundles: bool,
    no_pictures: bool,
    replace: bool,
    folder: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Put presets, recipes and bundles of your own into one file, with all that they play.

    NAME is a preset ("night drive" or "vision/night drive"), a recipe or a bundle; preset:NAME,
    recipe:NAME and bundle:NAME say which, session:last is what the studio played last.

    \b
    resonance share "Copper tide" my-drone --output friday.resonance-set
    resonance open friday.resonance-set
    """  # noqa: D301 - click's mark for lines that stay
    from latent_resonance.studio.sharing.gather import finish, gather
    from latent_resonance.studio.sharing.set_file import SUFFIX, write_set

    if output.suffix != SUFFIX:
        raise InputError(f"cannot write {output}: call it NAME{SUFFIX}")
    if output.exists() and not replace:
        raise InputError(f"{output} exists already: choose another name, or --replace it")
    if not names and not everything:
        raise InputError("name what is to be shared, or give --all")
    gathered = gather(names, folder, everything=everything)
    made = finish(gathered, with_bundles=with_bundles, pictures=not no_pictures)
    write_set(output, made)
    size = output.stat().st_size
    report: dict[str, Any] = {"output": str(output), "bytes": size, **made.report}
    lines = [f"{output}: {size / 1e6:.2f} MB", *_contents(report)]
    lines += [
        f"not carried: bundle {one.name} ({one.bytes / 1e6:.1f} MB), give --with-bundles for it"
        for one in made.named_only
    ]
    show_result(report, lines, as_json, quiet)


@click.command("open")
@click.argument("file", type=Path)
@click.option("--list", "only_list", is_flag=True, help="Say what is in it; change nothing.")
@click.option("--replace", is_flag=True, help="Put it in the place of what has its name here.")
@_folder_option("Presets go into the studio of")
@output_options
def open_file(
    file: Path, only_list: bool, replace: bool, folder: Path | None, as_json: bool, quiet: bool
) -> None:
    """Open FILE, a .resonance-set: its presets, recipes and bundles become your own.

    All of it is checked first, nothing in it is run, and nothing of yours is written over unless
    you say --replace.
    """
    from latent_resonance.studio.named_presets import own_presets
    from latent_resonance.studio.sharing.open_set import open_set, plan_opening

    if only_list:
        with own_presets(folder) as presets:
            plan = plan_opening(file, presets)
    else:
        plan = open_set(file, folder, replace=replace)
    report = {"file": str(file), **plan.report}
    lines = _contents(report)
    if plan.same:
        lines.append(f"here already: {plan.same}")
    lines += [f"note: {one}" for one in plan.notes]
    show_result(report, lines, as_json, quiet)


def _contents(report: dict[str, Any]) -> list[str]:
    kinds = {"presets": "preset", "recipes": "recipe", "bundles": "bundle"}
    return [f"{word} {name}" for kind, word in kinds.items() for name in report[kind]]
