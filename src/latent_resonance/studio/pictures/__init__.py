"""Small grey pictures of sounds, which a page colours: made on the side, kept on disk."""
