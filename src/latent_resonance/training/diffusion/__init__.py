"""The text-to-image model: from drawn pictures with captions to its bundle."""
