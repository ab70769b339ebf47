"""``python -m latent_resonance.dataset IN OUT``: the prototype's door to preparing sounds."""

from latent_resonance.cli.old_names import dataset

if __name__ == "__main__":
    dataset()
