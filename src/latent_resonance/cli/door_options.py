"""Where a studio or a room is reached: flags of the commands that open one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def door_options(kept: str) -> Callable[[F], F]:
    """``--port``, ``--host``, ``--allow-remote``, ``--name`` and ``--folder``.

    Args:
        kept: what lies in the folder, for the help.
    """
    options = (
        click.option(
            "--port", type=click.IntRange(0, 65_535), help="8765, or the next that is free."
        ),
        click.option(
            "--host", default="127.0.0.1", show_default=True, help="Address to listen at."
        ),
        click.option(
            "--allow-remote",
            is_flag=True,
            help="Other machines may reach it; needed for other --host.",
        ),
        click.option(
            "--name",
            "names",
            multiple=True,
            help="With --allow-remote: another name that this machine goes by, or https://NAME of "
            "a server with a certificate that passes on to here; may be repeated.",
        ),
        click.option("--folder", type=Path, help=f"Where {kept} are kept."),
    )

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add
