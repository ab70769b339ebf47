"""``resonance doctor``: what is missing, and what to do; what killed commands left behind."""

from pathlib import Path

import click

from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.contracts.file_names import spell_name
from latent_resonance.engine.inspect_machine import examine
from latent_resonance.engine.stale_files import Leftover, clean, clean_scratch, program_folders


@click.command()
@click.option(
    "--clean",
    "cleans",
    is_flag=True,
    help="Remove the half-written files of commands that were killed, here, where this program "
    "keeps its things, and among temporary files; a sound or a film among them is kept as "
    "NAME.recovered.",
)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False, exists=True))
@output_options
def doctor(cleans: bool, folders: tuple[Path, ...], as_json: bool, quiet: bool) -> None:
    """Check that everything that playing needs is there; exit code 1 if something is broken.

    FOLDERS, with --clean, are looked through with all that is in them.
    """
    if cleans:
        _clean(folders, as_json, quiet)
        return
    if folders:
        raise click.UsageError("FOLDERS are cleaned: add --clean")
    found = examine()
    lines = [
        f"{'ok  ' if one.good else 'FAIL' if one.needed else 'note'}  {one.what}: {one.finding}"
        for one in found
    ]
    broken = [one for one in found if one.needed and not one.good]
    show_result(
        {
            "healthy": not broken,
            "checks": [
                {"what": o.what, "good": o.good, "needed": o.needed, "finding": o.finding}
                for o in found
            ],
        },
        lines,
        as_json,
        quiet,
    )
    if broken:
        raise click.exceptions.Exit(1)


def _clean(folders: tuple[Path, ...], as_json: bool, quiet: bool) -> None:
    found = [*clean([*program_folders(), *folders], here=Path()), *clean_scratch()]
    stuck = [one for one in found if one.problem]
    kept = [{"path": str(o.kept), "seconds": round(o.seconds, 3)} for o in found if o.kept]
    result = {
        "removed": [str(one.path) for one in found if not one.kept and not one.problem],
        "recovered": kept,
        "stuck": [str(one.path) for one in stuck],
    }
    show_result(result, [_line(one) for one in found] or ["nothing to clean"], as_json, quiet)
    if stuck:
        raise click.exceptions.Exit(1)


def _line(one: Leftover) -> str:
    name = spell_name(str(one.path))
    if one.problem:
        return f"cannot remove {name}: {one.problem}"
    if one.kept:
        return f"kept {spell_name(str(one.kept))}: {one.seconds:.1f} s of it"
    return f"removed {name}, {one.size / 1e6:.1f} MB"
