"""The page's half of the protocol, written from ours: types, frame readers, an HTTP client.

``python -m latent_resonance.studio.typescript`` writes ``web/src/generated``; with ``--check`` it
fails when what lies there is not what it would write.
"""
