"""``resonance studio``: every instrument in the browser."""

from pathlib import Path

import click


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), help="8765, or the next that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--allow-remote", is_flag=True, help="Other machines may reach it; needed for other --host."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="With --allow-remote: another name that this machine goes by; may be repeated.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--folder", type=Path, help="Where presets and takes are kept.")
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
