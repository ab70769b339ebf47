"""From a folder of sounds to a bundle with all its powers, in steps that can be cut."""
