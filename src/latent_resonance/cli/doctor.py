"""``resonance doctor``: what is missing, and what to do."""

import click

from latent_resonance.cli.shared_options import output_options, show_result
from latent_resonance.engine.inspect_machine import examine


@click.command()
@output_options
def doctor(as_json: bool, quiet: bool) -> None:
    """Check that everything that playing needs is there; exit code 1 if something is broken."""
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
