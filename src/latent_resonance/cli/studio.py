"""``resonance studio``: every instrument in the browser."""

from pathlib import Path

import click

from latent_resonance.cli.door_options import door_options


@click.command()
@door_options("presets and takes")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def studio(
    port: int | None,
    host: str,
    allow_remote: bool,
    names: tuple[str, ...],
    no_browser: bool,
    folder: Path | None,
) -> None:
    """Open the studio in the browser; the same as `resonance` alone.

    It is served to this machine only, and nothing leaves it.
    """
    from latent_resonance.studio.serve import Door, serve

    door = Door(host, port, allow_remote, names, not no_browser, folder)
    serve(door, click.echo)
