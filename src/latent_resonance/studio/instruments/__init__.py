"""The instruments as the studio plays them: each a few lines around the engine's own."""
