"""Work on what is not trusted, in a process of its own with limits."""
