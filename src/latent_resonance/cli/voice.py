"""``resonance voice``: recordings of voices as noise for diffusion models."""

import click

from latent_resonance.cli.lazy import LazyGroup

_CLI = "latent_resonance.cli"


@click.group(
    cls=LazyGroup,
    lazy={
        "noise": (f"{_CLI}.voice_noise:noise_command", "The noise of a recording, as a file."),
        "enrol": (f"{_CLI}.voice_known:enrol_command", "Keep a voice under a name."),
        "list": (f"{_CLI}.voice_known:list_command", "The voices that are kept."),
        "delete": (f"{_CLI}.voice_known:delete_command", "Forget a voice."),
        "prepare": (f"{_CLI}.voice_prepare:prepare_command", "A folder of voices to tensors."),
        "fit": (f"{_CLI}.voice_fit:fit_command", "Learn what makes a place of a voice."),
    },
)
def voice() -> None:
    """Make noise of recorded voices: the same voice, the same noise. Nothing is sent anywhere."""
