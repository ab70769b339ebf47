"""``resonance room``: the studio for guests who play and do nothing else."""

from pathlib import Path

import click

from latent_resonance.cli.door_options import door_options
from latent_resonance.cli.shared_options import cluster_option


@click.command()
@door_options("the room's key and sessions")
@cluster_option
@click.option(
    "--replicas",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="With --cluster: processes that play, at least.",
)
@click.option("--most", type=click.IntRange(1), default=8, show_default=True, help="And at most.")
@click.option(
    "--players",
    type=click.IntRange(1),
    default=25,
    show_default=True,
    help="With --cluster: players of each, before there is another.",
)
def room(
    port: int | None,
    host: str,
    allow_remote: bool,
    names: tuple[str, ...],
    folder: Path | None,
    cluster: str | None,
    replicas: int,
    most: int,
    players: int,
) -> None:
    """Open a room: whoever has its link can play, and do nothing else.

    The link works as often as it is asked for, until the file room-key in the folder is removed.
    """
    from latent_resonance.studio.serve import Door

    door = Door(host, port, allow_remote, names, browser=False, folder=folder)
    if cluster is None:
        from latent_resonance.studio.room.here import serve_here

        serve_here(door, click.echo)
    else:
        from latent_resonance.studio.room.cluster import RoomSize, serve_on_cluster

        serve_on_cluster(door, cluster, RoomSize(replicas, most, players), click.echo)
