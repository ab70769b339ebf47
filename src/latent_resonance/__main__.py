"""``python -m latent_resonance``: the command line."""

from latent_resonance.cli.main import main

main()
