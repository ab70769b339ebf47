"""``resonance room``: the studio for guests who play and do nothing else."""

from pathlib import Path

import click

from latent_resonance.cli.door_options import door_options
from latent_resonance.cli.shared_options import cluster_option
from latent_resonance.contracts.errors import InputError


@click.command()
@door_options("the room's key and sessions")
@cluster_option
@click.option(
    "--replicas",
    type=click.IntRange(1),
    help="With --cluster: processes that play, at least.  [default: 2]",
)
@click.option("--most", type=click.IntRange(1), help="And at most.  [default: 8]")
@click.option(
    "--players",
    type=click.IntRange(1),
    help="With --cluster: players of each, before there is another.  [default: 25]",
)
def room(
    port: int | None,
    host: str,
    allow_remote: bool,
    names: tuple[str, ...],
    folder: Path | None,
    cluster: str | None,
    replicas: int | None,
    most: int | None,
    players: int | None,
) -> None:
    """Open a room: whoever has its link can play, and do nothing else.

    The link works as often as it is asked for, until the file room-key in the folder is removed.
    """
    from latent_resonance.studio.serve import Door

    door = Door(host, port, allow_remote, names, browser=False, folder=folder)
    asked = {"replicas": replicas, "most": most, "players": players}
    size = {name: given for name, given in asked.items() if given is not None}
    if cluster is None:
        for name in size:
            raise InputError(f"--{name} is of a room on several machines: give --cluster")
        from latent_resonance.studio.room.here import serve_here

        serve_here(door, click.echo)
    else:
        from latent_resonance.studio.room.cluster import RoomSize, serve_on_cluster

        serve_on_cluster(door, cluster, RoomSize(**size), click.echo)
