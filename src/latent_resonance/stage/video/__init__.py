"""Video files: which codecs go into which container, and how pictures and sound get there."""
