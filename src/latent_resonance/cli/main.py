"""``resonance``: all commands."""

import os
import signal
import sys
from io import TextIOWrapper

import click

from latent_resonance.cli.broken_imports import broken_off_by_hand
from latent_resonance.cli.lazy import LazyGroup
from latent_resonance.contracts.errors import ResonanceError, in_a_line
from latent_resonance.contracts.file_names import printable

_CLI = "latent_resonance.cli"


def _show_version(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from latent_resonance import __version__

        click.echo(f"resonance, version {__version__}")
        context.exit()


@click.group(
    cls=LazyGroup,
    lazy={
        "studio": (f"{_CLI}.studio:studio", "Open the studio in the browser."),
        "room": (f"{_CLI}.room:room", "Open the studio to guests who play only."),
        "demo": (f"{_CLI}.demo:demo", "Render a recorded performance of each instrument."),
        "play": (f"{_CLI}.play:play", "Play live."),
        "render": (f"{_CLI}.render:render", "Render an input to a file."),
        "show": (f"{_CLI}.show:show", "Show what a recipe joins."),
        "models": (f"{_CLI}.models:models", "List, show, check, import and export model bundles."),
        "share": (f"{_CLI}.share:share", "Put presets, recipes and bundles into one file."),
        "open": (f"{_CLI}.share:open_file", "Open a file that 'share' made."),
        "data": (f"{_CLI}.data:data", "Prepare, download or make training material."),
        "make": (f"{_CLI}.make:make", "Make a playable bundle of a folder of sounds."),
        "train": (f"{_CLI}.train:train", "Train a model from a recipe."),
        "evaluate": (f"{_CLI}.evaluate:evaluate", "Judge a bundle against real sounds."),
        "voice": (f"{_CLI}.voice:voice", "Make noise of recorded voices, and keep voices."),
        "benchmark": (f"{_CLI}.benchmark:benchmark", "Measure, each against a named baseline."),
        "devices": (f"{_CLI}.devices:devices", "List sound and MIDI devices, cameras and engines."),
        "doctor": (f"{_CLI}.doctor:doctor", "Check that everything that playing needs is there."),
    },
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Play the latent spaces of generative models in real time. Alone, it opens the studio.

    A signal is sensed, navigates a latent space, a model makes a spectrogram or a picture of that
    place, it is rendered to sound or frames, and staged.
    """
    if context.invoked_subcommand is None:
        from latent_resonance.cli.studio import studio

        context.invoke(studio)


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 could not (one line on stderr), 2 wrong usage."""
    # Before NumPy is there: its products are small here, and BLAS would keep every core busy
    # waiting for their parts, which the model needs.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # names of files that are not text, too, are printed
            stream.reconfigure(errors="backslashreplace")
    try:
        with broken_off_by_hand():
            cli.main(prog_name="resonance", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0 if error.ctx and error.ctx.parent is None else 2)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        # Pressed once more while it ends, it would die of that with another exit code.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        click.echo("resonance: stopped", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except (ResonanceError, OSError) as error:
        click.echo(f"resonance: {printable(in_a_line(error))}", err=True)
        sys.exit(1)
