"""The notes instrument: a conditional autoencoder of notes, from recipe to bundle."""
